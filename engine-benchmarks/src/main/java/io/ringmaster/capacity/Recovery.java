package io.ringmaster.capacity;

import java.util.Arrays;

/**
 * How long after an overload everything is as it was before. Normal is what was seen before it: an interval's latency up to
 * twice their median then, or up to the highest, and a backlog likewise. It is over with the first of some intervals in a row
 * that are normal.
 */
final class Recovery {
    /** Intervals in a row that must be normal. */
    static final int IN_A_ROW = 5;

    private static final double TOLERANCE = 2;
    private static final double FEW = 16;

    private Recovery() {}

    /**
     * Looks for the first normal interval after an overload.
     *
     * @param latencies each interval's p99, NaN without any task.
     * @param backlogs  the most live tasks seen in each interval.
     * @param from      the first interval of the time before.
     * @param begin     the first interval of the overload.
     * @param end       the first interval after it.
     * @return how many intervals after the overload it is; -1 if there is none.
     */
    static int intervals(
            final double[] latencies, final long[] backlogs, final int from, final int begin, final int end) {
        final double latency = limit(Arrays.copyOfRange(latencies, from, begin));
        final double backlog = Math.max(
                FEW, limit(Arrays.stream(backlogs, from, begin).asDoubleStream().toArray()));
        int inARow = 0;
        for (int i = end; i < latencies.length; i++) {
            final boolean isNormal = backlogs[i] <= backlog && !(latencies[i] > latency);
            inARow = isNormal ? inARow + 1 : 0;
            if (inARow == IN_A_ROW) {
                return i - IN_A_ROW + 1 - end;
            }
        }
        return -1;
    }

    private static double limit(final double[] before) {
        final double[] sorted = Arrays.stream(before)
                .filter(each -> !Double.isNaN(each))
                .sorted()
                .toArray();
        return sorted.length == 0
                ? Double.POSITIVE_INFINITY
                : Math.max(TOLERANCE * sorted[sorted.length / 2], sorted[sorted.length - 1]);
    }
}
