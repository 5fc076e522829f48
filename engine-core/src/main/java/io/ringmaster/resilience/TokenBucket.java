package io.ringmaster.resilience;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A rate with a burst, exact under concurrency and without drift, in one atomic word and without a timer: the generic
 * cell rate algorithm in its virtual scheduling form (ITU-T I.371, annex A; ATM Forum, Traffic Management 4.0), counted
 * in tokens and not in time.
 *
 * <p>Since its start the bucket has made {@code made(now)} tokens, a pure function of the clock, so nothing adds up that
 * was rounded. {@link #used} is the number of the last token taken; tokens older than the burst are gone. The one
 * compare-and-set decides who gets a token: each number is taken once. Checked by TokenBucketTest.
 */
final class TokenBucket {
    static final double LEAST_RATE = 1e-6;
    static final double MOST_RATE = 1e9;
    static final long MOST_BURST = 1L << 62;
    private static final long NANOS_PER_MILLION_SECONDS = 1_000_000_000_000_000L;
    private static final double MILLION = 1e6;

    private final double rate;
    private final long burst;
    private final long startNanos;
    /** So many tokens in so many nanoseconds, without a common divisor. */
    private final long tokens;

    private final long period;
    /** Whether the product of the two fits. */
    private final boolean exact;

    private final AtomicLong used;

    /**
     * Creates a bucket.
     *
     * @param rate     tokens per second, from {@link #LEAST_RATE}, which is its grain, to {@link #MOST_RATE}.
     * @param burst    tokens it holds at most, from 1 to {@link #MOST_BURST}.
     * @param level    tokens it holds at its start.
     * @param nowNanos the time.
     */
    TokenBucket(final double rate, final long burst, final long level, final long nowNanos) {
        this.rate = rate;
        this.burst = burst;
        this.startNanos = nowNanos;
        final long millionths = Math.round(rate * MILLION);
        final long divisor = greatestCommonDivisor(millionths, NANOS_PER_MILLION_SECONDS);
        this.tokens = millionths / divisor;
        this.period = NANOS_PER_MILLION_SECONDS / divisor;
        this.exact = tokens <= Long.MAX_VALUE / period;
        this.used = new AtomicLong(-Math.min(level, burst));
    }

    private static long greatestCommonDivisor(final long a, final long b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }

    private long made(final long nowNanos) {
        final long elapsed = nowNanos - startNanos;
        final long rest = Math.floorMod(elapsed, period);
        final long ofRest = exact ? rest * tokens / period : (long) ((double) rest * tokens / period);
        return Math.floorDiv(elapsed, period) * tokens + ofRest;
    }

    /**
     * Takes a token. Any thread.
     *
     * @param nowNanos the time.
     * @return false if there is none.
     */
    boolean tryTake(final long nowNanos) {
        final long made = made(nowNanos);
        while (true) {
            final long seen = used.get();
            final long last = Math.max(seen, made - burst);
            if (last >= made) {
                return false;
            }
            if (used.compareAndSet(seen, last + 1)) {
                return true;
            }
        }
    }

    /**
     * Gives a token back that was taken for nothing. Where its taker was held up for so long that the bucket filled up and
     * was used again meanwhile, that lets one more through.
     */
    void giveBack() {
        used.decrementAndGet();
    }

    /** Returns how many tokens there are. */
    long level(final long nowNanos) {
        final long made = made(nowNanos);
        return Math.max(0, made - Math.max(used.get(), made - burst));
    }

    double rate() {
        return rate;
    }

    long burst() {
        return burst;
    }
}
