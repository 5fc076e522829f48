package io.ringmaster.timer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TimerWheelTest {
    private static final long TICK = TimerWheel.TICK_NANOS;
    private static final int UNLIMITED = Integer.MAX_VALUE;
    private static final long START = -7_777_777L;

    private final TimerWheel wheel = new TimerWheel(START);
    private final List<TimerNode> expired = new ArrayList<>();

    private int pollAt(final long nanosAfterStart) {
        return wheel.poll(START + nanosAfterStart, UNLIMITED, (node, now) -> expired.add(node));
    }

    private Probe scheduled(final long nanosAfterStart) {
        final Probe node = new Probe(wheel.size());
        wheel.schedule(node, START + nanosAfterStart);
        return node;
    }

    @Test
    void shouldStartEmpty() {
        assertThat(wheel.isEmpty()).isTrue();
        assertThat(wheel.size()).isZero();
        assertThat(pollAt(1L << 40)).isZero();
        assertThat(wheel.nextDeadline()).isEqualTo(START + (1L << 40) + Long.MAX_VALUE);
    }

    @Test
    void shouldHandOverWithinOneTickAndNeverBeforeTheDeadline() {
        final Probe node = scheduled(3 * TICK + 1);

        pollAt(3 * TICK);
        pollAt(4 * TICK - 1);
        assertThat(expired).isEmpty();
        assertThat(TimerWheel.isScheduled(node)).isTrue();

        pollAt(4 * TICK);
        assertThat(expired).containsExactly(node);
        assertThat(TimerWheel.isScheduled(node)).isFalse();
        assertThat(TimerWheel.deadlineNanos(node)).isEqualTo(START + 3 * TICK + 1);
        assertThat(wheel.isEmpty()).isTrue();
    }

    @Test
    void shouldHandOverAtTheDeadlineItselfWhenThatIsATickBoundary() {
        final Probe node = scheduled(64 * TICK);

        pollAt(64 * TICK - 1);
        assertThat(expired).isEmpty();
        pollAt(64 * TICK);
        assertThat(expired).containsExactly(node);
    }

    @Test
    void shouldTellTheHandlerTheTimeOfThePoll() {
        scheduled(1);
        final List<Long> times = new ArrayList<>();

        wheel.poll(START + 5 * TICK + 3, UNLIMITED, (node, now) -> times.add(now));

        assertThat(times).containsExactly(START + 5 * TICK + 3);
    }

    @Test
    void shouldHandOverAPastDeadlineAtTheNextPollWithoutWaitingForATick() {
        pollAt(10 * TICK + 5);
        final Probe past = scheduled(-TICK);
        final Probe now = scheduled(10 * TICK + 5);

        assertThat(wheel.nextDeadline()).isEqualTo(START + 10 * TICK + 5);
        pollAt(10 * TICK + 5);

        assertThat(expired).containsExactly(past, now);
    }

    @Test
    void shouldRejectANodeThatIsScheduledAndKeepItsDeadline() {
        final Probe node = scheduled(5 * TICK);

        assertThatThrownBy(() -> wheel.schedule(node, START + 9 * TICK))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("must be unscheduled")
                .hasMessageContaining(String.valueOf(START + 9 * TICK))
                .hasMessageContaining(String.valueOf(START + 5 * TICK));

        assertThat(wheel.size()).isEqualTo(1);
        pollAt(5 * TICK);
        assertThat(expired).containsExactly(node);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void shouldRejectALimitBelowOne(final int limit) {
        scheduled(1);

        assertThatThrownBy(() -> wheel.poll(START + TICK, limit, (node, now) -> expired.add(node)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("limit must be at least 1 unit of work: " + limit);
        assertThat(expired).isEmpty();
    }

    @Test
    void shouldCancelOnceAndNeverHandOverACancelledNode() {
        final Probe node = scheduled(5 * TICK);

        assertThat(wheel.cancel(node)).isTrue();
        assertThat(wheel.cancel(node)).isFalse();
        assertThat(wheel.cancel(new Probe(1))).isFalse();

        assertThat(wheel.isEmpty()).isTrue();
        assertThat(pollAt(1L << 50)).isZero();
        assertThat(expired).isEmpty();
    }

    @Test
    void shouldKeepTheNeighboursOfACancelledNode() {
        final Probe first = scheduled(5 * TICK);
        final Probe middle = scheduled(5 * TICK);
        final Probe last = scheduled(5 * TICK);

        wheel.cancel(middle);
        pollAt(5 * TICK);

        assertThat(expired).containsExactly(first, last);
    }

    @Test
    void shouldForgetTheSlotOfACancelledNodeWhenAskedForTheNextDeadline() {
        final Probe near = scheduled(5 * TICK);
        scheduled(9 * TICK);

        wheel.cancel(near);

        assertThat(wheel.nextDeadline()).isEqualTo(START + 9 * TICK);
    }

    @Test
    void shouldHandOverInOrderOfTicksWhateverTheOrderOfScheduling() {
        final Probe far = scheduled(1L << 55);
        final Probe second = scheduled(1_000_000_000L);
        final Probe third = scheduled(3_600_000_000_000L);
        final Probe first = scheduled(TICK);

        pollAt(1L << 56);

        assertThat(expired).containsExactly(first, second, third, far);
    }

    @Test
    void shouldCountTimeThatRunsBackwardsAsTheLatestTime() {
        pollAt(10 * TICK);
        final Probe due = scheduled(10 * TICK);
        final Probe next = scheduled(11 * TICK);
        final List<Long> times = new ArrayList<>();

        wheel.poll(START + TICK, UNLIMITED, (node, now) -> {
            expired.add(node);
            times.add(now);
        });

        assertThat(expired).containsExactly(due);
        assertThat(times).containsExactly(START + 10 * TICK);
        assertThat(wheel.nextDeadline()).isEqualTo(START + 11 * TICK);
        pollAt(11 * TICK);
        assertThat(expired).containsExactly(due, next);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE - 70_000, Long.MIN_VALUE + 70_000})
    void shouldServeTheFarthestDeadlineFromAnyOrigin(final long origin) {
        final TimerWheel far = new TimerWheel(origin);
        final Probe node = new Probe(0);
        far.schedule(node, origin + Long.MAX_VALUE);

        assertThat(far.nextDeadline() - origin).isPositive();
        far.poll(origin + Long.MAX_VALUE - 1, UNLIMITED, (due, now) -> expired.add(due));
        assertThat(expired).isEmpty();
        far.poll(origin + Long.MAX_VALUE + TICK, UNLIMITED, (due, now) -> expired.add(due));
        assertThat(expired).containsExactly(node);
    }

    @Test
    void shouldNotTakeAFarDeadlineForAPastOneWhenTheLatestPollIsLongAgo() {
        final long lag = 1L << 40;
        final Probe node = scheduled(lag + Long.MAX_VALUE);

        assertThat(pollAt(lag)).isEqualTo(1);

        assertThat(expired).isEmpty();
        assertThat(TimerWheel.isScheduled(node)).isTrue();
        assertThat(wheel.nextDeadline() - (START + lag)).isPositive();
        pollAt(lag + Long.MAX_VALUE);
        pollAt(lag + Long.MAX_VALUE + TICK);
        assertThat(expired).containsExactly(node);
    }

    @ParameterizedTest
    @ValueSource(
            longs = {1, 65_537, 5_000_000, 1_000_000_000L, 3_600_000_000_000L, 1L << 52, (1L << 62) - 1, Long.MAX_VALUE
            })
    void shouldWakeAnIdleWorkerAtMostEightTimesForOneTimer(final long delay) {
        scheduled(delay);

        // Seven moves down at most, then the handing over.
        int wakeUps = 0;
        while (!wheel.isEmpty()) {
            pollAt(wheel.nextDeadline() - START);
            wakeUps++;
            assertThat(wakeUps).isLessThanOrEqualTo(8);
        }

        assertThat(expired).hasSize(1);
    }

    @Test
    void shouldJumpOverALongSuspensionWithWorkOnlyForTheNodesInIt() {
        for (int i = 0; i < 100; i++) {
            scheduled(1 + i * (1L << 54));
        }

        final int units = pollAt(1L << 61);

        assertThat(expired).hasSize(100);
        assertThat(units).isLessThanOrEqualTo(100 * 8);
    }

    @Test
    void shouldNotHandOverANodeTwiceInAPollWhenItsHandlerSchedulesItDueAgain() {
        final Probe node = scheduled(TICK);
        final TimerWheel.Handler again = (due, now) -> {
            expired.add(due);
            wheel.schedule(due, now - 1);
        };

        assertThat(wheel.poll(START + TICK, UNLIMITED, again)).isEqualTo(1);
        assertThat(expired).containsExactly(node);
        assertThat(wheel.nextDeadline()).isEqualTo(START + TICK);

        assertThat(wheel.poll(START + TICK, UNLIMITED, again)).isEqualTo(1);
        assertThat(expired).containsExactly(node, node);
    }

    @Test
    void shouldNotStarveOthersBehindANodeThatIsAlwaysDueAgain() {
        final Probe greedy = scheduled(-1);
        final Probe patient = scheduled(70 * TICK);

        int polls = 0;
        while (TimerWheel.isScheduled(patient)) {
            assertThat(++polls).isLessThan(10);
            wheel.poll(START + 70 * TICK, 1, (due, now) -> {
                if (due == greedy) {
                    wheel.schedule(due, now);
                }
            });
        }
    }

    @Test
    void shouldLetAHandlerCancelAnyOtherNodeWhereverItIs() {
        final Probe first = scheduled(70 * TICK);
        final Probe sameSlot = scheduled(70 * TICK);
        final Probe stillCascading = scheduled(100 * TICK);
        final Probe farAway = scheduled(1L << 50);
        final Probe kept = scheduled(101 * TICK);
        final List<Boolean> cancelled = new ArrayList<>();
        final TimerWheel.Handler canceller = (due, now) -> {
            expired.add(due);
            if (due == first) {
                cancelled.add(wheel.cancel(sameSlot));
                cancelled.add(wheel.cancel(stillCascading));
                cancelled.add(wheel.cancel(farAway));
                cancelled.add(wheel.cancel(first));
            }
        };

        // Of two units the first moves the first node of the opened slot down, the second hands it over.
        assertThat(wheel.poll(START + 70 * TICK, 2, canceller)).isEqualTo(2);
        assertThat(expired).containsExactly(first);
        assertThat(cancelled).containsExactly(true, true, true, false);
        assertThat(wheel.size()).isEqualTo(1);

        wheel.poll(START + (1L << 51), UNLIMITED, canceller);
        assertThat(expired).containsExactly(first, kept);
        assertThat(wheel.isEmpty()).isTrue();
    }

    @Test
    void shouldLetAHandlerMoveOthersForwardAndBack() {
        final Probe mover = scheduled(5 * TICK);
        final Probe earlier = scheduled(1L << 40);
        final Probe later = scheduled(6 * TICK);

        wheel.poll(START + 8 * TICK, UNLIMITED, (due, now) -> {
            expired.add(due);
            if (due == mover) {
                wheel.cancel(earlier);
                wheel.schedule(earlier, START + 9 * TICK);
                wheel.cancel(later);
                wheel.schedule(later, START + 10 * TICK);
            }
        });
        assertThat(expired).containsExactly(mover);

        pollAt(9 * TICK);
        assertThat(expired).containsExactly(mover, earlier);
        pollAt(10 * TICK);
        assertThat(expired).containsExactly(mover, earlier, later);
    }

    @Test
    void shouldStayConsistentWhenAHandlerThrows() {
        final Probe bad = scheduled(5 * TICK);
        final Probe good = scheduled(5 * TICK);
        final IllegalStateException thrown = new IllegalStateException("from the handler");

        assertThatThrownBy(() -> wheel.poll(START + 6 * TICK, UNLIMITED, (due, now) -> {
                    throw thrown;
                }))
                .isSameAs(thrown);

        assertThat(TimerWheel.isScheduled(bad)).isFalse();
        assertThat(wheel.size()).isEqualTo(1);
        assertThat(wheel.nextDeadline()).isEqualTo(START + 6 * TICK);
        wheel.schedule(bad, START + 7 * TICK);
        pollAt(6 * TICK);
        assertThat(expired).containsExactly(good);
        pollAt(7 * TICK);
        assertThat(expired).containsExactly(good, bad);
    }

    @Test
    void shouldLeaveTheWheelToAnotherOwnerWhenAHandlerLeavesByThrowing() {
        final Probe stalling = scheduled(5 * TICK);
        final Probe other = scheduled(5 * TICK);
        final Error leaseLost = new Error("lease lost");

        assertThatThrownBy(() -> wheel.poll(START + 5 * TICK, UNLIMITED, (due, now) -> {
                    // What a new owner does while the old one is still in its handler.
                    pollAt(6 * TICK);
                    throw leaseLost;
                }))
                .isSameAs(leaseLost);

        assertThat(expired).containsExactly(other);
        assertThat(TimerWheel.isScheduled(stalling)).isFalse();
        assertThat(wheel.isEmpty()).isTrue();
        final Probe next = scheduled(7 * TICK);
        pollAt(7 * TICK);
        assertThat(expired).containsExactly(other, next);
    }
}
