package io.ringmaster.capacity;

/**
 * When tasks are due: gaps with a mean of 1, stretched by the rate of the time they fall into. Exponential gaps give a
 * Poisson process of that rate, an inhomogeneous one if it changes. Allocates nothing. One thread.
 *
 * <p>Several submitters share one process by each taking every n-th arrival of the same seed.
 */
final class ArrivalProcess {
    private final RateProfile profile;
    private final Gaps gaps;
    private final int stride;
    private int skip;

    private int segment;
    private double nanos;
    private double segmentEnd;

    /**
     * A process from its beginning.
     *
     * @param profile the rate by time.
     * @param gaps    the form.
     * @param first   how many arrivals are others' before the first of these.
     * @param stride  how many submitters share it.
     */
    ArrivalProcess(final RateProfile profile, final Gaps gaps, final int first, final int stride) {
        this.profile = profile;
        this.gaps = gaps;
        this.stride = stride;
        this.skip = first + 1;
        this.segmentEnd = profile.nanos(0);
    }

    /** Returns when the next task is due: nanoseconds since the beginning, never decreasing. */
    long nextNanos() {
        for (int i = 0; i < skip; i++) {
            advance();
        }
        skip = stride;
        return (long) (nanos + 0.5);
    }

    private void advance() {
        double gap = gaps.next();
        double rate = profile.perNano(segment);
        double room = (segmentEnd - nanos) * rate;
        while (gap > room || rate == 0) {
            gap -= room;
            nanos = segmentEnd;
            segment = profile.next(segment);
            segmentEnd += profile.nanos(segment);
            rate = profile.perNano(segment);
            room = rate == 0 ? 0 : (segmentEnd - nanos) * rate;
        }
        nanos += gap / rate;
    }
}
