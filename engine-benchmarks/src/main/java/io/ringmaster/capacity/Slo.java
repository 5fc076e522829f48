package io.ringmaster.capacity;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.AbstractHistogram;

/**
 * A latency objective: of all tasks that were due, refused ones included, no more than those beyond the percentile may take
 * longer than so long from when they were due.
 *
 * @param percentile from 50 to 99.999.
 * @param nanos      how long.
 */
public record Slo(double percentile, long nanos) {
    private static final Pattern FORM = Pattern.compile("p([0-9]{1,2}(?:\\.[0-9]{1,3})?)=(.+)");
    private static final double LEAST = 50;
    private static final double ROUNDING = 1e-6;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final String RULE = "must be a percentile from p50 to p99.999 and a duration, such as p99.9=1ms: ";

    /**
     * Reads an objective.
     *
     * @param text such as p99.9=1ms.
     * @return the objective.
     * @throws IllegalArgumentException with the rule and the value, for anything else.
     */
    public static Slo parse(final String text) {
        final Matcher parts = FORM.matcher(text);
        if (parts.matches()) {
            final double percentile = Double.parseDouble(parts.group(1));
            if (percentile >= LEAST) {
                try {
                    return new Slo(percentile, Quantities.nanos(parts.group(2)));
                } catch (final IllegalArgumentException e) {
                    throw new IllegalArgumentException(RULE + text, e);
                }
            }
        }
        throw new IllegalArgumentException(RULE + text);
    }

    /** Returns the bound in microseconds. */
    double micros() {
        return nanos / NANOS_PER_MICRO;
    }

    /** Returns how many of so many may miss the bound. */
    double mayMiss(final long count) {
        return count * (1 - percentile / 100);
    }

    /**
     * Whether a sample that supports the percentile meets it.
     *
     * @param endToEnd latencies of the tasks that ended, in nanoseconds from when they were due.
     * @param sendLags how much later than due tasks were submitted.
     * @param due      how many were due.
     * @param lost     how many of those were refused or have no latency: they miss the bound.
     * @return {@link Answer#CANNOT_TELL} if it is missed and the submitter's own delays would suffice for that.
     */
    Answer isMetBy(
            final AbstractHistogram endToEnd, final AbstractHistogram sendLags, final long due, final long lost) {
        final double mayMiss = mayMiss(due) + ROUNDING;
        if (lost + beyond(endToEnd, nanos) <= mayMiss) {
            return Answer.YES;
        }
        return beyond(sendLags, nanos / 2) > mayMiss ? Answer.CANNOT_TELL : Answer.NO;
    }

    private static long beyond(final AbstractHistogram histogram, final long bound) {
        final long above = histogram.nextNonEquivalentValue(bound);
        return above > histogram.getMaxValue() ? 0 : histogram.getCountBetweenValues(above, histogram.getMaxValue());
    }

    @Override
    public String toString() {
        return "p" + BigDecimal.valueOf(percentile).stripTrailingZeros().toPlainString() + " within "
                + Quantities.duration(nanos);
    }
}
