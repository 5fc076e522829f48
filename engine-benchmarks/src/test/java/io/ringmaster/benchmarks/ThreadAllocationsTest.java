package io.ringmaster.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ThreadAllocationsTest {
    private static final int MEGABYTE = 1 << 20;

    private static volatile Object kept;

    private static void allocate() {
        kept = new byte[MEGABYTE];
    }

    @Test
    void shouldCountWhatIsAllocatedBetweenTwoMoments() {
        final ThreadAllocations before = ThreadAllocations.take();
        allocate();

        assertThat(ThreadAllocations.take().since(before)).isGreaterThanOrEqualTo(MEGABYTE);
    }

    /** Exclusive threads end when they have been idle for a while. */
    @Test
    void shouldTakeNothingAwayForAThreadThatHasEnded() throws InterruptedException {
        final CountDownLatch allocated = new CountDownLatch(1);
        final CountDownLatch end = new CountDownLatch(1);
        final Thread other = Waiting.start("allocates-and-ends", () -> {
            for (int i = 0; i < 100; i++) {
                allocate();
            }
            allocated.countDown();
            try {
                end.await();
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        allocated.await();
        final ThreadAllocations before = ThreadAllocations.take();
        end.countDown();
        Waiting.join(other);
        allocate();

        assertThat(ThreadAllocations.take().since(before)).isGreaterThanOrEqualTo(MEGABYTE);
    }
}
