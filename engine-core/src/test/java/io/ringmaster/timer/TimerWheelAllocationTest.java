package io.ringmaster.timer;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TimerWheelAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int NODES = 1_000;

    private final TimerWheel wheel = new TimerWheel(0);
    private final Probe[] nodes = new Probe[NODES];
    private long now;
    private long random = 42;
    private long handled;

    private final TimerWheel.Handler again = (node, time) -> {
        handled++;
        wheel.schedule(node, time + delay());
    };

    @Test
    void shouldAllocateNothingOnceBuilt() {
        for (int i = 0; i < NODES; i++) {
            nodes[i] = new Probe(i);
        }
        allocatedDuring(100);
        final long handledBefore = handled;

        final long bytes = allocatedDuring(2_000);

        assertThat(handled - handledBefore).isGreaterThan(10_000);
        assertThat(bytes).isZero();
    }

    private long allocatedDuring(final int rounds) {
        final long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < rounds; i++) {
            round();
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    /** Every operation, on every level up to hours. */
    private void round() {
        for (int i = 0; i < 100; i++) {
            final Probe node = nodes[(int) ((nextRandom() >>> 1) % NODES)];
            wheel.cancel(node);
            wheel.schedule(node, now + delay());
        }
        now += delay();
        while (wheel.poll(now, 64, again) == 64) {
            now += 1;
        }
        now = wheel.isEmpty() ? now : Math.max(now, wheel.nextDeadline());
    }

    private long delay() {
        return (nextRandom() >>> 1) >>> (20 + (nextRandom() & 31));
    }

    private long nextRandom() {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return random;
    }
}
