package io.ringmaster.resilience;

import io.ringmaster.task.InternalApi;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What one partition has seen of the steps of one type. Its owner writes, opaquely; others read figures that belong to
 * slightly different moments.
 */
@InternalApi
public final class StepCounts {
    private static final int TIMED = 0;
    private static final int WALL = 1;
    private static final int CPU = 2;
    private static final int WALL_WITH_CPU = 3;
    private static final int SLOW = 4;
    private static final int SLOWEST = 5;
    private static final int FIELDS = 6;
    private static final VarHandle CELLS = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] cells = new long[FIELDS];

    /** Sums over partitions. */
    public static final class Totals {
        /** Steps that were timed. */
        public long timed;
        /** Their wall time, in nanoseconds. */
        public long wallNanos;
        /** The CPU time of those for which it is known. */
        public long cpuNanos;
        /** The wall time of the same ones. */
        public long wallNanosWithCpu;
        /** Steps that took longer than the engine's bound for slow ones. */
        public long slow;
        /** The longest of those. */
        public long slowestNanos;

        void clear() {
            timed = 0;
            wallNanos = 0;
            cpuNanos = 0;
            wallNanosWithCpu = 0;
            slow = 0;
            slowestNanos = 0;
        }

        void set(final Totals other) {
            timed = other.timed;
            wallNanos = other.wallNanos;
            cpuNanos = other.cpuNanos;
            wallNanosWithCpu = other.wallNanosWithCpu;
            slow = other.slow;
            slowestNanos = other.slowestNanos;
        }
    }

    private void add(final int field, final long delta) {
        CELLS.setOpaque(cells, field, cells[field] + delta);
    }

    private long get(final int field) {
        return (long) CELLS.getOpaque(cells, field);
    }

    /**
     * Counts timed steps. The partition's owner.
     *
     * @param steps     how many.
     * @param wallNanos their wall time.
     * @param cpuNanos  their CPU time, or -1 if that is not known.
     */
    public void timed(final long steps, final long wallNanos, final long cpuNanos) {
        if (steps > 0) {
            add(WALL, wallNanos);
            if (cpuNanos >= 0) {
                add(CPU, cpuNanos);
                add(WALL_WITH_CPU, wallNanos);
            }
            add(TIMED, steps);
        }
    }

    /**
     * Counts a slow step. The partition's owner.
     *
     * @param nanos how long it took.
     */
    public void slow(final long nanos) {
        add(SLOW, 1);
        if (nanos > cells[SLOWEST]) {
            CELLS.setOpaque(cells, SLOWEST, nanos);
        }
    }

    void addTo(final Totals totals) {
        totals.timed += get(TIMED);
        totals.wallNanos += get(WALL);
        totals.cpuNanos += get(CPU);
        totals.wallNanosWithCpu += get(WALL_WITH_CPU);
        totals.slow += get(SLOW);
        totals.slowestNanos = Math.max(totals.slowestNanos, get(SLOWEST));
    }
}
