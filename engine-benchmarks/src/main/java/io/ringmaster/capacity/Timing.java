package io.ringmaster.capacity;

/**
 * When a step warms up, when it measures, and in which intervals it counts: 0 is the warm-up, 1 to {@code intervals} are
 * measured, and one more is all that comes after.
 *
 * @param warmUpNanos   how long the warm-up is.
 * @param intervalNanos how long an interval is.
 * @param intervals     how many are measured.
 * @param digits        to how many significant digits latencies are counted.
 */
record Timing(long warmUpNanos, long intervalNanos, int intervals, int digits) {
    long measuredNanos() {
        return intervalNanos * intervals;
    }

    long endNanos() {
        return warmUpNanos + measuredNanos();
    }

    int slots() {
        return intervals + 2;
    }

    /** The interval of a time, in nanoseconds since the step's start. */
    int slot(final long nanos) {
        return nanos < warmUpNanos ? 0 : (int) Math.min((nanos - warmUpNanos) / intervalNanos, intervals) + 1;
    }

    /** When an interval ends, in nanoseconds since the step's start. */
    long endOf(final int slot) {
        return slot > intervals ? Long.MAX_VALUE : warmUpNanos + slot * intervalNanos;
    }
}
