package io.ringmaster.benchmarks;

import io.ringmaster.timer.TimerNode;
import io.ringmaster.timer.TimerWheel;
import java.util.Comparator;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.agrona.DeadlineTimerWheel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does a timer cost while many others wait? Nanoseconds per timer on one thread, with a clock that the benchmark sets:
 * {@code rearm} cancels a timer and schedules it anew, as each step of a task with a timeout does; {@code expire} lets the
 * clock go on, and schedules each timer anew that is due.
 *
 * <p>Targets: {@code wheel} the engine's; {@code agrona} Agrona's {@link DeadlineTimerWheel}; {@code tree} a red-black tree
 * of the JDK; {@code raw} no timers at all, each operation sends one event through a raw Disruptor.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Threads(1)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class TimerWheelBenchmark {
    /** Timers that an invocation handles. */
    static final int BATCH = 1 << 12;

    private static final long HORIZON_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** Due at once, on an average, when the clock goes on. */
    private static final int DUE_AT_ONCE = 16;

    /** What keeps the timers. */
    @Param({"wheel", "agrona", "tree", "raw"})
    public String target;

    /** How many wait. */
    @Param({"10000", "1000000"})
    public int timers;

    private long[] delays;
    private Timers waiting;
    private int next;
    private long nowNanos;
    private long stepNanos;
    private long expired;
    private long expected;

    /** What the targets have in common; a timer is known by its number. */
    private interface Timers {
        void schedule(int timer, long deadlineNanos);

        boolean cancel(int timer);

        /** Hands every timer over that is due, to {@link #expired(int)}. */
        void poll(long nowNanos);
    }

    @Setup(Level.Trial)
    public void fill() {
        if (timers < 1) {
            throw new IllegalArgumentException("timers must be at least 1: " + timers);
        }
        final Random random = new Random(42);
        delays = new long[timers];
        for (int i = 0; i < timers; i++) {
            delays[i] = 1 + (long) (random.nextDouble() * 2 * HORIZON_NANOS);
        }
        nowNanos = 0;
        stepNanos = Math.max(1, HORIZON_NANOS * DUE_AT_ONCE / timers);
        waiting = create();
        for (int i = 0; i < timers; i++) {
            waiting.schedule(i, delays[i]);
        }
        Waiting.age();
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long rearm() {
        for (int i = 0; i < BATCH; i++) {
            final int timer = next;
            next = timer + 1 == timers ? 0 : timer + 1;
            if (!waiting.cancel(timer)) {
                throw new IllegalStateException("a waiting timer is missing: " + timer);
            }
            waiting.schedule(timer, nowNanos + delays[timer]);
        }
        return nowNanos;
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long expire() {
        expected += BATCH;
        while (expired < expected) {
            nowNanos += stepNanos;
            waiting.poll(nowNanos);
        }
        return expired;
    }

    private void expired(final int timer) {
        expired++;
        waiting.schedule(timer, nowNanos + delays[timer]);
    }

    private Timers create() {
        return switch (target) {
            case "wheel" -> new Wheel();
            case "agrona" -> new AgronaWheel();
            case "tree" -> new Tree();
            case "raw" -> new Raw();
            default -> throw new IllegalArgumentException("target must be wheel, agrona, tree or raw: " + target);
        };
    }

    private final class Wheel implements Timers {
        private static final int LIMIT = 1024;

        /** A timer. */
        private static final class Node extends TimerNode {
            private final int timer;

            Node(final int timer) {
                this.timer = timer;
            }
        }

        private final Node[] nodes = new Node[timers];
        private final TimerWheel wheel = new TimerWheel(0);
        private final TimerWheel.Handler handler = (node, now) -> expired(((Node) node).timer);

        Wheel() {
            for (int i = 0; i < timers; i++) {
                nodes[i] = new Node(i);
            }
        }

        @Override
        public void schedule(final int timer, final long deadlineNanos) {
            wheel.schedule(nodes[timer], deadlineNanos);
        }

        @Override
        public boolean cancel(final int timer) {
            return wheel.cancel(nodes[timer]);
        }

        @Override
        public void poll(final long now) {
            while (wheel.poll(now, LIMIT, handler) == LIMIT) {
                // until what is due was handed over
            }
        }
    }

    private final class AgronaWheel implements Timers {
        private static final int SPOKES = 1 << 14;

        /** Slots of a spoke to begin with: twice what it holds on an average. */
        private final int allocation = 2 * Integer.highestOneBit(timers / SPOKES + 8);

        /** Slots that a spoke may come to have. An id is its spoke and its slot, so a plain array finds the timer. */
        private final int most = 4 * allocation;

        private final long[] ids = new long[timers];
        private final int[] byId = new int[SPOKES * most];
        private final DeadlineTimerWheel wheel =
                new DeadlineTimerWheel(TimeUnit.NANOSECONDS, 0, TimerWheel.TICK_NANOS, SPOKES, allocation);
        private final DeadlineTimerWheel.TimerHandler handler = (unit, now, id) -> {
            expired(byId[index(id)]);
            return true;
        };

        private int index(final long id) {
            return (int) (id >>> Integer.SIZE) * most + (int) id;
        }

        @Override
        public void schedule(final int timer, final long deadlineNanos) {
            final long id = wheel.scheduleTimer(deadlineNanos);
            ids[timer] = id;
            byId[index(id)] = timer;
        }

        @Override
        public boolean cancel(final int timer) {
            return wheel.cancelTimer(ids[timer]);
        }

        @Override
        public void poll(final long now) {
            while (wheel.poll(now, handler, Integer.MAX_VALUE) > 0 || wheel.currentTickTime() <= now) {
                // a poll looks at one tick
            }
        }
    }

    private final class Tree implements Timers {
        /** A timer. */
        private static final class Entry {
            private final int timer;
            private long deadlineNanos;

            Entry(final int timer) {
                this.timer = timer;
            }
        }

        private final Entry[] entries = new Entry[timers];
        private final TreeSet<Entry> tree = new TreeSet<>(
                Comparator.<Entry>comparingLong(each -> each.deadlineNanos).thenComparingInt(each -> each.timer));

        Tree() {
            for (int i = 0; i < timers; i++) {
                entries[i] = new Entry(i);
            }
        }

        @Override
        public void schedule(final int timer, final long deadlineNanos) {
            entries[timer].deadlineNanos = deadlineNanos;
            tree.add(entries[timer]);
        }

        @Override
        public boolean cancel(final int timer) {
            return tree.remove(entries[timer]);
        }

        @Override
        public void poll(final long now) {
            while (tree.first().deadlineNanos - now <= 0) {
                expired(tree.pollFirst().timer);
            }
        }
    }

    private final class Raw implements Timers {
        private final RingHop ring = new RingHop();
        private long sum;

        @Override
        public void schedule(final int timer, final long deadlineNanos) {
            sum = ring.hop(deadlineNanos);
        }

        @Override
        public boolean cancel(final int timer) {
            return sum >= 0;
        }

        @Override
        public void poll(final long now) {
            for (int i = 0; i < DUE_AT_ONCE; i++) {
                expired(i % timers);
            }
        }
    }
}
