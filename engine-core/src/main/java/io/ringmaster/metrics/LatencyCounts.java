package io.ringmaster.metrics;

import org.HdrHistogram.Histogram;

/**
 * How often each latency was seen, to three significant digits: HdrHistogram's buckets as a bare array. The fire-workers
 * record five values per task; what a {@link Histogram} keeps besides its counts, and its indirections, cost as much
 * again. Not safe for use by several threads.
 *
 * <p>The layout is G. Tene's (HdrHistogram, with a lowest value of 1): values below 2048 have a bucket each, and every
 * further power of two is split into 1024 buckets.
 */
final class LatencyCounts {
    static final int DIGITS = 3;

    private static final int HALF_BITS = 10;
    private static final int HALF = 1 << HALF_BITS;
    private static final int MASK = 2 * HALF - 1;
    /** The leading zeros of the highest value with a bucket of its own. */
    private static final int LEADING_ZEROS = Long.numberOfLeadingZeros(MASK);

    private final long max;
    private final long[] counts;

    /**
     * Creates empty counts.
     *
     * @param max values above are counted as this one.
     */
    LatencyCounts(final long max) {
        this.max = max;
        this.counts = new long[index(max) + 1];
    }

    private static int index(final long value) {
        final int shift = LEADING_ZEROS - Long.numberOfLeadingZeros(value | MASK);
        return (shift << HALF_BITS) + (int) (value >>> shift);
    }

    /** Returns the lowest value of a bucket. */
    private static long value(final int index) {
        if (index <= MASK) {
            return index;
        }
        final int shift = (index >>> HALF_BITS) - 1;
        return (long) (index - (shift << HALF_BITS)) << shift;
    }

    /** Counts a value; less than zero counts as zero. */
    void record(final long value) {
        counts[index(Math.max(0, Math.min(value, max)))]++;
    }

    /** Adds the counts to a histogram of the same digits, and empties them. */
    void drainTo(final Histogram total) {
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] != 0) {
                total.recordValueWithCount(value(i), counts[i]);
                counts[i] = 0;
            }
        }
    }
}
