package io.ringmaster.resilience;

import java.math.BigInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A rate with a burst, exact under concurrency and without drift or a timer: the generic cell rate algorithm in its virtual
 * scheduling form (ITU-T I.371, annex A; ATM Forum, Traffic Management 4.0). The state is the theoretical arrival time of
 * the next token's user: each token moves it on by the interval, from now at the earliest, and nobody may move it further
 * ahead of now than the burst takes. The interval is a fraction, kept as such: no rounding adds up.
 *
 * <p>The state is replaced by a compare-and-set as a whole, so who gets a token is decided there; that costs a small
 * object for each token, which only submissions with a rate pay. Checked by TokenBucketTest.
 */
final class TokenBucket {
    static final double LEAST_RATE = 1e-6;
    static final double MOST_RATE = 1e9;
    /** The burst may be as much as the rate makes in this time. */
    static final double MOST_BURST_SECONDS = 1e9;

    private static final long NANOS_PER_MILLION_SECONDS = 1_000_000_000_000_000L;
    private static final double MILLION = 1e6;

    /** A time since the start: nanoseconds, and as many {@link #tokens}-th parts of one. */
    private record Time(long nanos, long parts) {
        boolean isAfter(final Time other) {
            return nanos != other.nanos ? nanos > other.nanos : parts > other.parts;
        }
    }

    private final double rate;
    private final long burst;
    private final long startNanos;
    /** So many tokens in {@link #period} nanoseconds, without a common divisor. */
    private final long tokens;

    private final long period;
    private final Time interval;
    private final Time burstTime;
    private final AtomicReference<Time> arrival;

    /**
     * Creates a bucket.
     *
     * @param rate     tokens per second, from {@link #LEAST_RATE}, which is its grain, to {@link #MOST_RATE}.
     * @param burst    tokens it holds at most, from 1 to what the rate makes in {@link #MOST_BURST_SECONDS}.
     * @param level    tokens it holds at its start; no more than the burst count.
     * @param nowNanos the time.
     */
    TokenBucket(final double rate, final long burst, final long level, final long nowNanos) {
        this(rate, burst, BigInteger.valueOf(Math.max(0, burst - level)), BigInteger.ONE, nowNanos);
    }

    /** Of its tokens the fraction missing / of is not there at its start. */
    private TokenBucket(
            final double rate, final long burst, final BigInteger missing, final BigInteger of, final long nowNanos) {
        this.rate = rate;
        this.burst = burst;
        this.startNanos = nowNanos;
        final long millionths = Math.round(rate * MILLION);
        final long divisor = BigInteger.valueOf(millionths)
                .gcd(BigInteger.valueOf(NANOS_PER_MILLION_SECONDS))
                .longValue();
        this.tokens = millionths / divisor;
        this.period = NANOS_PER_MILLION_SECONDS / divisor;
        this.interval = timeOf(BigInteger.ONE, BigInteger.ONE);
        this.burstTime = timeOf(BigInteger.valueOf(burst), BigInteger.ONE);
        this.arrival = new AtomicReference<>(timeOf(missing, of));
    }

    /**
     * Makes the bucket that takes this one's place, with as much in it as there is in this one, the part of a token
     * included: limits that are set again and again, as they were or not, keep nobody from what time has made.
     *
     * @param newRate  as in the constructor.
     * @param newBurst as in the constructor.
     * @param nowNanos the time.
     * @return a new bucket.
     */
    TokenBucket changedTo(final double newRate, final long newBurst, final long nowNanos) {
        final BigInteger of = BigInteger.valueOf(period);
        final BigInteger missing = BigInteger.valueOf(newBurst).multiply(of).subtract(parts(nowNanos));
        return new TokenBucket(newRate, newBurst, missing.max(BigInteger.ZERO), of, nowNanos);
    }

    /** The time that it takes to make the fraction count / of of tokens, not less. */
    private Time timeOf(final BigInteger count, final BigInteger of) {
        final BigInteger[] parts = count.multiply(BigInteger.valueOf(period)).divideAndRemainder(of);
        final BigInteger[] time =
                parts[0].add(BigInteger.valueOf(parts[1].signum())).divideAndRemainder(BigInteger.valueOf(tokens));
        return new Time(time[0].longValueExact(), time[1].longValueExact());
    }

    private Time plus(final Time one, final Time other) {
        final long parts = one.parts + other.parts;
        final boolean carry = parts >= tokens;
        return new Time(one.nanos + other.nanos + (carry ? 1 : 0), carry ? parts - tokens : parts);
    }

    private Time minus(final Time one, final Time other) {
        final long parts = one.parts - other.parts;
        final boolean borrow = parts < 0;
        return new Time(one.nanos - other.nanos - (borrow ? 1 : 0), borrow ? parts + tokens : parts);
    }

    /**
     * Takes a token. Any thread.
     *
     * @param nowNanos the time.
     * @return false if there is none.
     */
    boolean tryTake(final long nowNanos) {
        final Time now = new Time(nowNanos - startNanos, 0);
        final Time latest = plus(now, burstTime);
        while (true) {
            final Time seen = arrival.get();
            final Time next = plus(seen.isAfter(now) ? seen : now, interval);
            if (next.isAfter(latest)) {
                return false;
            }
            if (arrival.compareAndSet(seen, next)) {
                return true;
            }
        }
    }

    /**
     * Gives a token back that was taken for nothing. Where its taker was held up for so long that the bucket filled up and
     * was used again meanwhile, that lets one more through.
     */
    void giveBack() {
        arrival.updateAndGet(seen -> minus(seen, interval));
    }

    /** Returns how many tokens there are. */
    long level(final long nowNanos) {
        return parts(nowNanos).divide(BigInteger.valueOf(period)).longValueExact();
    }

    /** What there is, in {@link #period}-th parts of a token: in the time that it takes to make them. */
    private BigInteger parts(final long nowNanos) {
        final Time now = new Time(nowNanos - startNanos, 0);
        final Time seen = arrival.get();
        final Time left = minus(plus(now, burstTime), seen.isAfter(now) ? seen : now);
        return left.nanos < 0
                ? BigInteger.ZERO
                : BigInteger.valueOf(left.nanos)
                        .multiply(BigInteger.valueOf(tokens))
                        .add(BigInteger.valueOf(left.parts));
    }

    double rate() {
        return rate;
    }

    long burst() {
        return burst;
    }
}
