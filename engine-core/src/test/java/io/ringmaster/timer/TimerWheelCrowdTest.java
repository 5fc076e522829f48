package io.ringmaster.timer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Very many timers in one slot: no poll does more than its share, and others are not held up. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TimerWheelCrowdTest {
    private static final long TICK = TimerWheel.TICK_NANOS;
    private static final int LIMIT = 256;

    private final TimerWheel wheel = new TimerWheel(0);
    private int handled;

    @Test
    void shouldBoundTheWorkOfEachPollWithAMillionNodesOnOneDeadline() {
        final int crowd = 1_000_000;
        final long deadline = 60_000_000_000L;
        for (int i = 0; i < crowd; i++) {
            wheel.schedule(new Probe(i), deadline);
        }

        long units = 0;
        long polls = 0;
        while (!wheel.isEmpty()) {
            final int handledBefore = handled;
            final int done = wheel.poll(deadline + TICK, LIMIT, (node, now) -> handled++);
            assertThat(done).isBetween(1, LIMIT);
            assertThat(handled - handledBefore).isLessThanOrEqualTo(done);
            units += done;
            polls++;
        }

        assertThat(handled).isEqualTo(crowd);
        // 60 s are at level 3: three moves down at most, and the handing over.
        assertThat(units).isLessThanOrEqualTo(4L * crowd);
        assertThat(polls).isLessThanOrEqualTo(4L * crowd / LIMIT + 1);
    }

    @Test
    void shouldAskToBePolledAtOnceWhileACrowdIsUnfinished() {
        final long deadline = 100 * TICK;
        for (int i = 0; i < 1_000; i++) {
            wheel.schedule(new Probe(i), deadline);
        }

        while (wheel.poll(deadline, LIMIT, (node, now) -> handled++) == LIMIT) {
            assertThat(wheel.isEmpty() || wheel.nextDeadline() - deadline <= 0).isTrue();
        }

        assertThat(handled).isEqualTo(1_000);
    }

    @Test
    void shouldNotHoldUpAShortTimerBehindACrowdThatIsBeingMovedDown() {
        final int crowd = 100_000;
        final long slotStart = 1L << 34; // of level 3
        for (int i = 0; i < crowd; i++) {
            wheel.schedule(new Probe(i), slotStart + (1L << 33));
        }
        assertThat(wheel.poll(slotStart, LIMIT, (node, now) -> handled++)).isEqualTo(LIMIT);
        final Probe shortTimer = new Probe(-1);
        wheel.schedule(shortTimer, slotStart + TICK);

        assertThat(wheel.poll(
                        slotStart + TICK, LIMIT, (node, now) -> assertThat(node).isSameAs(shortTimer)))
                .isEqualTo(LIMIT);

        assertThat(TimerWheel.isScheduled(shortTimer)).isFalse();
        assertThat(wheel.size()).isEqualTo(crowd);
    }

    @Test
    void shouldHandOverEachOfACrowdOnceWhenTimeRunsOnWhileItIsMovedDown() {
        final int crowd = 50_000;
        final long slotStart = 1L << 34;
        for (int i = 0; i < crowd; i++) {
            wheel.schedule(new Probe(i), slotStart + i * (TICK / 16));
        }

        long time = slotStart;
        while (!wheel.isEmpty()) {
            wheel.poll(time, LIMIT, (node, now) -> {
                handled++;
                assertThat(now - node.deadlineNanos).isNotNegative();
            });
            time += TICK;
        }

        assertThat(handled).isEqualTo(crowd);
    }
}
