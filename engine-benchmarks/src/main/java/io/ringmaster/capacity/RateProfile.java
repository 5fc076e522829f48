package io.ringmaster.capacity;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * A rate that is constant for a while and then another one: one segment after the other, from the beginning again after the
 * last, or the last for ever. Immutable.
 */
final class RateProfile {
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final double[] nanos;
    private final double[] perNano;
    private final boolean repeats;

    private RateProfile(final double[] nanos, final double[] perSecond, final boolean repeats) {
        this.nanos = nanos;
        this.perNano =
                Arrays.stream(perSecond).map(each -> each / NANOS_PER_SECOND).toArray();
        this.repeats = repeats;
    }

    static RateProfile flat(final double perSecond) {
        return new RateProfile(new double[] {Double.POSITIVE_INFINITY}, new double[] {perSecond}, false);
    }

    /**
     * One after the other, and the last one for ever.
     *
     * @param nanos     how long each; the last is not looked at.
     * @param perSecond its rate.
     */
    static RateProfile phases(final double[] nanos, final double[] perSecond) {
        final double[] lengths = nanos.clone();
        lengths[lengths.length - 1] = Double.POSITIVE_INFINITY;
        return new RateProfile(lengths, perSecond, false);
    }

    /**
     * On and off, again and again.
     *
     * @param periodNanos how long both together.
     * @param duty        the share of that which is on, between 0 and 1.
     * @param on          the rate while on.
     * @param off         the rate while off.
     */
    static RateProfile onOff(final double periodNanos, final double duty, final double on, final double off) {
        return new RateProfile(
                new double[] {periodNanos * duty, periodNanos * (1 - duty)}, new double[] {on, off}, true);
    }

    int next(final int segment) {
        return segment + 1 < nanos.length ? segment + 1 : repeats ? 0 : segment;
    }

    double nanos(final int segment) {
        return nanos[segment];
    }

    double perNano(final int segment) {
        return perNano[segment];
    }

    /** Returns the highest rate, per nanosecond. */
    double peakPerNano() {
        return Arrays.stream(perNano).max().orElseThrow();
    }
}
