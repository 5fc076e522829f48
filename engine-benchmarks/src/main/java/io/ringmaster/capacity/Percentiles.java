package io.ringmaster.capacity;

import org.HdrHistogram.AbstractHistogram;

/**
 * The percentiles of a sample, in microseconds, as far as the sample supports them: one with fewer than ten values beyond it
 * is NaN, since it would say more of chance than of the system.
 *
 * @param count how many values.
 * @param p50   the median.
 * @param p90   the 90th percentile.
 * @param p99   the 99th percentile.
 * @param p999  the 99.9th percentile.
 * @param p9999 the 99.99th percentile.
 * @param max   the greatest value; 0 without any.
 * @param mean  the mean; 0 without any value.
 */
public record Percentiles(
        long count, double p50, double p90, double p99, double p999, double p9999, double max, double mean) {
    /** Values beyond a percentile that a sample must have to support it. */
    static final int LEAST_BEYOND = 10;

    private static final double NANOS_PER_MICRO = 1e3;
    private static final double ROUNDING = 1e-6;

    /**
     * Takes them.
     *
     * @param nanos a histogram of nanoseconds.
     */
    static Percentiles of(final AbstractHistogram nanos) {
        return new Percentiles(
                nanos.getTotalCount(),
                at(nanos, 50),
                at(nanos, 90),
                at(nanos, 99),
                at(nanos, 99.9),
                at(nanos, 99.99),
                nanos.getTotalCount() == 0 ? 0 : nanos.getMaxValue() / NANOS_PER_MICRO,
                nanos.getTotalCount() == 0 ? 0 : nanos.getMean() / NANOS_PER_MICRO);
    }

    private static double at(final AbstractHistogram nanos, final double percentile) {
        return isSupported(nanos.getTotalCount(), percentile)
                ? nanos.getValueAtPercentile(percentile) / NANOS_PER_MICRO
                : Double.NaN;
    }

    /**
     * Whether a sample supports a percentile.
     *
     * @param count      the sample's size.
     * @param percentile from 0 to 100.
     */
    static boolean isSupported(final long count, final double percentile) {
        return count >= leastCount(percentile);
    }

    /** How large a sample must be to support a percentile. */
    static long leastCount(final double percentile) {
        return (long) Math.ceil(LEAST_BEYOND / (1 - percentile / 100) - ROUNDING);
    }
}
