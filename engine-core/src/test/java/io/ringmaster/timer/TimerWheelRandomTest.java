package io.ringmaster.timer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories against a model that knows nothing of wheels. A failure names its seed; {@code -Dringmaster.seed=}
 * repeats it.
 */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TimerWheelRandomTest {
    private static final int HISTORIES = 300;
    private static final int STEPS = 400;

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                -1,
                1_234_567_890_123L,
                -1_234_567_890_123L,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                Long.MAX_VALUE - 1_000_000_000L,
                Long.MAX_VALUE - (1L << 40),
                -(1L << 40)
            })
    void shouldAgreeWithTheModelFromAnyOrigin(final long origin) {
        final Long given = Long.getLong("ringmaster.seed");
        final long first = given != null ? given : System.nanoTime();
        final int histories = given != null ? 1 : HISTORIES;
        final HashSet<String> seen = new HashSet<>();
        for (int i = 0; i < histories; i++) {
            final long seed = first + i;
            try {
                final History history = new History(origin, seed);
                history.run();
                history.addFeaturesTo(seen);
            } catch (final AssertionError | RuntimeException e) {
                throw new AssertionError("origin " + origin + ", repeat with -Dringmaster.seed=" + seed, e);
            }
        }
        if (given == null) {
            // A history that never gets there proves nothing about it.
            assertThat(seen)
                    .contains("limit reached", "left to a later poll", "due again in handler", "cancelled in handler");
        }
    }

    @Test
    void shouldNoticeInTheModelWhatIsEarlyOrLate() {
        final Model model = new Model();
        model.schedule(3, 5 * TimerWheel.TICK_NANOS + 1, 0);

        assertThat(model.mustBeHandedOverAt(3, 6 * TimerWheel.TICK_NANOS - 1)).isFalse();
        assertThat(model.mustBeHandedOverAt(3, 6 * TimerWheel.TICK_NANOS)).isTrue();
        model.schedule(4, 7, 7);
        assertThat(model.mustBeHandedOverAt(4, 7)).isTrue();
    }

    /** What is scheduled, by id. Times are nanoseconds since the origin, far from overflow; ticks by plain division. */
    private static final class Model {
        static final int NODES = 60;
        final boolean[] live = new boolean[NODES];
        final long[] deadline = new long[NODES];
        final boolean[] dueWhenScheduled = new boolean[NODES];

        /** Counts scheduling and polls in one sequence: tells what was scheduled during a poll. */
        final long[] scheduledAt = new long[NODES];

        long sequence;
        int size;

        void schedule(final int id, final long at, final long latestPoll) {
            live[id] = true;
            deadline[id] = at;
            dueWhenScheduled[id] = at <= latestPoll;
            scheduledAt[id] = ++sequence;
            size++;
        }

        void remove(final int id) {
            live[id] = false;
            size--;
        }

        long tick(final int id) {
            return Math.floorDiv(deadline[id] - 1, TimerWheel.TICK_NANOS) + 1;
        }

        boolean mustBeHandedOverAt(final int id, final long now) {
            return live[id] && (dueWhenScheduled[id] || tick(id) <= Math.floorDiv(now, TimerWheel.TICK_NANOS));
        }

        long earliestTickOrMax() {
            long earliest = Long.MAX_VALUE;
            for (int id = 0; id < NODES; id++) {
                if (live[id]) {
                    earliest = Math.min(earliest, tick(id));
                }
            }
            return earliest;
        }
    }

    private static final class History implements TimerWheel.Handler {
        private final SplittableRandom random;
        private final long origin;
        private final TimerWheel wheel;
        private final Model model = new Model();
        private final List<Probe> nodes = new ArrayList<>();
        private final HashSet<String> features = new HashSet<>();
        private long now;
        private long pollStartedAt;
        private boolean unfinished;
        private boolean ordered;
        private long lastTick;
        private boolean pastDueSeenAll;
        private boolean inHandler;

        History(final long origin, final long seed) {
            this.origin = origin;
            this.random = new SplittableRandom(seed);
            this.wheel = new TimerWheel(origin);
            for (int id = 0; id < Model.NODES; id++) {
                nodes.add(new Probe(id));
            }
        }

        void addFeaturesTo(final HashSet<String> seen) {
            seen.addAll(features);
        }

        void run() {
            for (int step = 0; step < STEPS && now < 1L << 61; step++) {
                switch (random.nextInt(10)) {
                    case 0, 1, 2, 3 -> scheduleAny();
                    case 4, 5 -> cancelAny();
                    case 6 -> pollAt(now + magnitude(52), 1 + random.nextInt(6));
                    case 7 -> pollAt(now + magnitude(30), Integer.MAX_VALUE);
                    case 8 -> pollAt(now + magnitude(52), Integer.MAX_VALUE);
                    default -> pollAroundTheNextDeadline();
                }
                assertThat(wheel.size()).isEqualTo(model.size);
                assertThat(wheel.isEmpty()).isEqualTo(model.size == 0);
                checkNextDeadline();
            }
            // Nothing is lost: all that is left comes.
            while (!wheel.isEmpty()) {
                final int sizeBefore = model.size;
                pollAt(Math.max(now, 1L << 62) + magnitude(20), Integer.MAX_VALUE);
                assertThat(sizeBefore).isPositive();
                drainDueAgain();
            }
            assertThat(model.size).isZero();
        }

        /** Ends the history: what handlers scheduled again is cancelled. */
        private void drainDueAgain() {
            for (final Probe node : nodes) {
                assertThat(wheel.cancel(node)).isEqualTo(model.live[node.id]);
                if (model.live[node.id]) {
                    assertThat(model.scheduledAt[node.id]).isGreaterThan(pollStartedAt);
                    model.remove(node.id);
                }
            }
        }

        private void pollAt(final long time, final int limit) {
            now = time;
            ordered = !unfinished && limit == Integer.MAX_VALUE;
            lastTick = Long.MIN_VALUE;
            pastDueSeenAll = false;
            pollStartedAt = model.sequence;
            final int units = wheel.poll(origin + now, limit, this);
            assertThat(units).isBetween(0, limit);
            unfinished = units == limit;
            if (unfinished) {
                features.add("limit reached");
                return;
            }
            for (int id = 0; id < Model.NODES; id++) {
                if (model.mustBeHandedOverAt(id, now)) {
                    features.add("left to a later poll");
                    // Only what a handler of this very poll scheduled may be left.
                    assertThat(model.scheduledAt[id]).isGreaterThan(pollStartedAt);
                }
            }
        }

        @Override
        public void onTimer(final TimerNode node, final long nowNanos) {
            final int id = ((Probe) node).id;
            assertThat(nodes.get(id)).isSameAs(node);
            assertThat(model.live[id]).as("handed over once, not cancelled").isTrue();
            assertThat(nowNanos).isEqualTo(origin + now);
            assertThat(model.deadline[id]).as("not early").isLessThanOrEqualTo(now);
            assertThat(model.mustBeHandedOverAt(id, now)).isTrue();
            assertThat(model.scheduledAt[id]).as("scheduled before this poll").isLessThanOrEqualTo(pollStartedAt);
            if (ordered) {
                checkOrder(id);
            }
            model.remove(id);
            inHandler = true;
            switch (random.nextInt(8)) {
                case 0 -> schedule(nodes.get(id), now - magnitude(20));
                case 1 -> schedule(nodes.get(id), now + 1 + magnitude(40));
                case 2 -> cancelAny();
                case 3 -> scheduleAny();
                default -> {}
            }
            inHandler = false;
            assertThat(wheel.size()).isEqualTo(model.size);
        }

        /** First what was due when scheduled, in that order; then by tick. */
        private void checkOrder(final int id) {
            final long rank = model.dueWhenScheduled[id] ? model.scheduledAt[id] : model.tick(id);
            if (model.dueWhenScheduled[id]) {
                assertThat(pastDueSeenAll).isFalse();
            } else if (!pastDueSeenAll) {
                pastDueSeenAll = true;
                lastTick = Long.MIN_VALUE;
            }
            assertThat(rank).isGreaterThanOrEqualTo(lastTick);
            lastTick = rank;
        }

        private void scheduleAny() {
            final Probe node = anyNode();
            if (model.live[node.id]) {
                try {
                    wheel.schedule(node, origin + now);
                } catch (final IllegalStateException expected) {
                    return;
                }
                throw new AssertionError("scheduled twice: " + node);
            }
            schedule(node, now + delay());
        }

        private void schedule(final Probe node, final long deadline) {
            wheel.schedule(node, origin + deadline);
            model.schedule(node.id, deadline, now);
            if (model.dueWhenScheduled[node.id] && inHandler) {
                features.add("due again in handler");
            }
        }

        private void cancelAny() {
            final Probe node = anyNode();
            assertThat(wheel.cancel(node)).isEqualTo(model.live[node.id]);
            assertThat(TimerWheel.isScheduled(node)).isFalse();
            if (model.live[node.id]) {
                features.add(inHandler ? "cancelled in handler" : "cancelled");
                model.remove(node.id);
            }
        }

        private void pollAroundTheNextDeadline() {
            if (wheel.isEmpty()) {
                return;
            }
            final long next = wheel.nextDeadline() - origin;
            if (next > now) {
                final int sizeBefore = wheel.size();
                pollAt(next - 1, Integer.MAX_VALUE);
                assertThat(wheel.size()).isEqualTo(sizeBefore);
                assertThat(wheel.nextDeadline() - origin).isEqualTo(next);
            }
            now = Math.max(now, next);
            assertThat(wheel.poll(origin + now, 1, ignoring())).isEqualTo(1);
            unfinished = true;
        }

        /** Hands over to the model, without acting. */
        private TimerWheel.Handler ignoring() {
            return (node, time) -> {
                final int id = ((Probe) node).id;
                assertThat(model.mustBeHandedOverAt(id, now)).isTrue();
                model.remove(id);
            };
        }

        private void checkNextDeadline() {
            if (model.size == 0) {
                return;
            }
            final long next = wheel.nextDeadline() - origin;
            boolean work = unfinished;
            for (int id = 0; id < Model.NODES; id++) {
                work |= model.mustBeHandedOverAt(id, now);
            }
            if (!work) {
                assertThat(next).isGreaterThan(now);
            }
            assertThat(next).isLessThanOrEqualTo(Math.max(now, model.earliestTickOrMax() * TimerWheel.TICK_NANOS));
        }

        private Probe anyNode() {
            return nodes.get(random.nextInt(Model.NODES));
        }

        /** Of any size, often on or beside the edge of a tick or slot, sometimes in the past. */
        private long delay() {
            return switch (random.nextInt(6)) {
                case 0 -> -magnitude(40);
                case 1 -> magnitude(61);
                case 2 -> alignedAhead(16 + 6 * random.nextInt(7)) + random.nextInt(3) - 1;
                case 3 -> 10 * TimerWheel.TICK_NANOS;
                default -> magnitude(36);
            };
        }

        /** From now to the next multiple of 2^bits. */
        private long alignedAhead(final int bits) {
            return (((now >> bits) + 1 + random.nextInt(3)) << bits) - now;
        }

        /** Between 0 and 2^bits, all orders of magnitude alike. */
        private long magnitude(final int bits) {
            return random.nextLong(1L << random.nextInt(bits + 1));
        }
    }
}
