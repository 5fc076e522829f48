package io.ringmaster.benchmarks;

import io.ringmaster.lifecycle.LifecycleEventType;
import io.ringmaster.lifecycle.LifecycleTable;
import io.ringmaster.task.TaskState;
import java.util.EnumMap;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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
 * What does a transition cost? Nanoseconds per input, over the lives of many tasks one after the other: plain ones, and
 * such as wait, pause, retry, fail, are killed or get inputs that don't fit.
 *
 * <p>Targets: {@code table} the engine's; {@code enum-map} the same transitions in {@link EnumMap}s; {@code raw} no
 * transitions, each input goes through a raw Disruptor as one event.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Threads(1)
@Fork(value = 3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class LifecycleTableBenchmark {
    /** Inputs that an invocation applies. */
    static final int INPUTS = 1 << 14;

    private static final LifecycleEventType[] PLAIN = {
        LifecycleEventType.SUBMIT,
        LifecycleEventType.PREPARE_OK,
        LifecycleEventType.SCHEDULE,
        LifecycleEventType.START,
        LifecycleEventType.STEP_DONE,
        LifecycleEventType.FINALIZE
    };
    private static final int INITIALIZED = TaskState.INITIALIZED.ordinal();
    private static final int FINALIZED = TaskState.FINALIZED.ordinal();

    /** What knows the transitions. */
    @Param({"table", "enum-map", "raw"})
    public String target;

    private int[] inputs;
    private Transitions transitions;

    /** What the targets have in common. */
    private interface Transitions {
        /**
         * Applies all inputs.
         *
         * @return the sum of the entries, so that none of them is left out.
         */
        long apply(int[] inputs);
    }

    @Setup(Level.Trial)
    public void draw() {
        inputs = lives(new Random(42));
        transitions = switch (target) {
            case "table" -> LifecycleTableBenchmark::applyTable;
            case "enum-map" -> new Maps();
            case "raw" -> new Raw();
            default -> throw new IllegalArgumentException("target must be table, enum-map or raw: " + target);
        };
    }

    @Benchmark
    @OperationsPerInvocation(INPUTS)
    public long apply() {
        return transitions.apply(inputs);
    }

    /**
     * The inputs of lives one after the other. Each next input is one that the state knows, in nine of ten cases the
     * plain life's.
     */
    static int[] lives(final Random random) {
        final LifecycleEventType[] all = LifecycleEventType.values();
        final int[] drawn = new int[INPUTS];
        int state = INITIALIZED;
        for (int i = 0; i < INPUTS; i++) {
            LifecycleEventType input;
            int entry;
            do {
                input = random.nextInt(10) > 0
                        ? plain(state, i == 0 ? -1 : drawn[i - 1])
                        : all[random.nextInt(all.length)];
                entry = input == null ? LifecycleTable.IGNORED : LifecycleTable.entry(state, input.ordinal());
                // one in a hundred doesn't fit
            } while (entry == LifecycleTable.IGNORED && random.nextInt(100) > 0 || input == null);
            drawn[i] = input.ordinal();
            state = after(state, entry);
        }
        return drawn;
    }

    /** The plain life's next input; null if there is none in this state. */
    private static LifecycleEventType plain(final int state, final int previous) {
        for (final LifecycleEventType each : PLAIN) {
            if (each.ordinal() != previous && LifecycleTable.entry(state, each.ordinal()) != LifecycleTable.IGNORED) {
                return each;
            }
        }
        return null;
    }

    private static int after(final int state, final int entry) {
        if (entry == LifecycleTable.IGNORED) {
            return state;
        }
        final int next = LifecycleTable.stateOrdinal(entry);
        return next == FINALIZED ? INITIALIZED : next;
    }

    private static long applyTable(final int[] inputs) {
        int state = INITIALIZED;
        long sum = 0;
        for (final int input : inputs) {
            final int entry = LifecycleTable.entry(state, input);
            sum += entry;
            state = after(state, entry);
        }
        return sum;
    }

    private static final class Maps implements Transitions {
        private static final TaskState[] STATES = TaskState.values();
        private static final LifecycleEventType[] TYPES = LifecycleEventType.values();

        private final EnumMap<TaskState, EnumMap<LifecycleEventType, Integer>> entries = new EnumMap<>(TaskState.class);

        Maps() {
            for (final TaskState state : STATES) {
                final EnumMap<LifecycleEventType, Integer> row = new EnumMap<>(LifecycleEventType.class);
                for (final LifecycleEventType input : TYPES) {
                    row.put(input, LifecycleTable.entry(state, input));
                }
                entries.put(state, row);
            }
        }

        @Override
        public long apply(final int[] inputs) {
            int state = INITIALIZED;
            long sum = 0;
            for (final int input : inputs) {
                final int entry = entries.get(STATES[state]).get(TYPES[input]);
                sum += entry;
                state = after(state, entry);
            }
            return sum;
        }
    }

    private static final class Raw implements Transitions {
        private final RingHop ring = new RingHop();

        @Override
        public long apply(final int[] inputs) {
            long sum = 0;
            for (final int input : inputs) {
                sum = ring.hop(input);
            }
            return sum;
        }
    }
}
