package io.ringmaster.polling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PollingEngineTest {
    private final Map<PollingEventType, AtomicInteger> told = new ConcurrentHashMap<>();
    private final AtomicInteger runs = new AtomicInteger();

    @Test
    void shouldTakeEachTaskThroughFourEventsAndForgetIt() {
        try (PollingEngine engine = open(1)) {
            for (int id = 0; id < 1_000; id++) {
                assertThat(engine.submit(id, runs::incrementAndGet, false)).isTrue();
            }
            assertThat(engine.submit(1_000, runs::incrementAndGet, true)).isTrue();

            await(() -> engine.live() == 0);
        }

        assertThat(runs).hasValue(1_001);
        assertThat(told.keySet())
                .containsExactlyInAnyOrder(
                        PollingEventType.DISPATCHED,
                        PollingEventType.STARTED,
                        PollingEventType.SUCCEEDED,
                        PollingEventType.FINALIZE);
        assertThat(told.values()).allSatisfy(each -> assertThat(each).hasValue(1_001));
    }

    @Test
    void shouldRefuseAnExclusiveTaskWhileAllThreadsAreTaken() {
        try (PollingEngine engine = open(1)) {
            assertThat(engine.submit(1, runs::incrementAndGet, true)).isTrue();
            assertThat(engine.submit(2, runs::incrementAndGet, true)).isFalse();
            await(() -> engine.submit(2, runs::incrementAndGet, true));
            await(() -> engine.live() == 0);
        }

        assertThat(runs).hasValue(2);
    }

    @Test
    void shouldKnowNothingToKillOfATaskThatIsNotLive() {
        try (PollingEngine engine = open(0)) {
            assertThat(engine.kill(1)).isFalse();
        }
    }

    private PollingEngine open(final int exclusiveThreads) {
        return new PollingEngine(
                new PollingEngine.Settings(1, 1_000, 2, 2, exclusiveThreads, true),
                (id, type) ->
                        told.computeIfAbsent(type, key -> new AtomicInteger()).incrementAndGet());
    }

    private static void await(final BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("interrupted by the test's timeout while it waited for a condition");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }
}
