package io.ringmaster.resilience;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What an engine, one tenant or one task type may use: live tasks, submissions per second, exclusive threads. Nothing is
 * limited at first, but for the engine's live tasks. All methods may be called from any thread; a change holds for every
 * submission and start that begins after it. A limit set below what is in use ends nothing: it refuses, or holds back,
 * until enough has ended by itself. 0 lets nothing through.
 *
 * <p>Setters return this quota and throw {@link IllegalArgumentException} where a value breaks its rule.
 */
public final class Quota {
    /** No limit of live tasks. */
    public static final long NO_MAX_LIVE = Long.MAX_VALUE;
    /** No limit of exclusive threads. */
    public static final int NO_EXCLUSIVE_LIMIT = Integer.MAX_VALUE;

    private final Quotas quotas;
    private final QuotaScope scope;
    private final String name;

    private volatile long maxLive;
    private volatile int exclusiveThreads = NO_EXCLUSIVE_LIMIT;
    private volatile TokenBucket bucket;

    /** Tasks that were counted and are not finalized. Not used by the engine's, which is counted by partition. */
    private final AtomicLong live = new AtomicLong();

    private final LongAdder refusedLive = new LongAdder();
    private final LongAdder refusedRate = new LongAdder();

    Quota(final Quotas quotas, final QuotaScope scope, final String name, final long maxLive) {
        this.quotas = quotas;
        this.scope = scope;
        this.name = name;
        this.maxLive = maxLive;
    }

    // ---- limits ------------------------------------------------------------------------------------------------

    /**
     * Limits the live tasks: accepted and not finalized.
     *
     * @param most how many at most, not negative; {@link #NO_MAX_LIVE} for no limit.
     * @return this.
     */
    public Quota maxLive(final long most) {
        check(most >= 0, "maxLive", "not negative", most);
        synchronized (this) {
            maxLive = most;
            if (scope == QuotaScope.ENGINE) {
                quotas.maxLiveChanged(most);
            }
        }
        return this;
    }

    /** Returns the limit of live tasks; {@link #NO_MAX_LIVE} without one. */
    public long maxLive() {
        return maxLive;
    }

    /**
     * Limits the submissions by a token bucket: {@code burst} at once, and {@code rate} per second from then on. Only
     * accepted submissions take a token. A bucket that replaces another one starts with what that had, and no more, the part
     * of a token included.
     *
     * @param rate  submissions per second, from 0.000001 to 1 000 000 000, kept to a millionth.
     * @param burst how many may come at once, from 1 to what comes in 1 000 000 000 seconds.
     * @return this.
     */
    public Quota submissionsPerSecond(final double rate, final long burst) {
        // Written so that a NaN is refused.
        if (!(rate >= TokenBucket.LEAST_RATE && rate <= TokenBucket.MOST_RATE)) {
            throw new IllegalArgumentException(
                    "submissionsPerSecond of " + this + " must be from 0.000001 to 1000000000: " + rate);
        }
        final long mostBurst = Math.max(1, (long) (rate * TokenBucket.MOST_BURST_SECONDS));
        check(burst >= 1 && burst <= mostBurst, "burst", "from 1 to " + mostBurst, burst);
        synchronized (this) {
            final long now = quotas.nanoTime();
            final TokenBucket before = bucket;
            bucket = before == null ? new TokenBucket(rate, burst, burst, now) : before.changedTo(rate, burst, now);
            quotas.changed();
        }
        return this;
    }

    /**
     * Lets submissions come at any rate.
     *
     * @return this.
     */
    public Quota unlimitedSubmissions() {
        synchronized (this) {
            bucket = null;
            quotas.changed();
        }
        return this;
    }

    /** Returns the rate of submissions; {@link Double#POSITIVE_INFINITY} without a limit. */
    public double submissionsPerSecond() {
        final TokenBucket current = bucket;
        return current == null ? Double.POSITIVE_INFINITY : current.rate();
    }

    /** Returns how many submissions may come at once; {@link Long#MAX_VALUE} without a limit. */
    public long burst() {
        final TokenBucket current = bucket;
        return current == null ? Long.MAX_VALUE : current.burst();
    }

    /**
     * Limits the exclusive threads that may be in use at a time. Never are there more than the context's
     * {@code exclusiveThreads}. What waits because of this limit is passed over, and starts in its order once it may.
     *
     * @param most how many at most, not negative; {@link #NO_EXCLUSIVE_LIMIT} for no limit.
     * @return this.
     */
    public Quota exclusiveThreads(final int most) {
        check(most >= 0, "exclusiveThreads", "not negative", most);
        exclusiveThreads = most;
        quotas.exclusiveThreadsChanged();
        return this;
    }

    /** Returns the limit of exclusive threads; {@link #NO_EXCLUSIVE_LIMIT} without one. */
    public int exclusiveThreads() {
        return exclusiveThreads;
    }

    private void check(final boolean fulfilled, final String what, final String rule, final long value) {
        if (!fulfilled) {
            throw new IllegalArgumentException(what + " of " + this + " must be " + rule + ": " + value);
        }
    }

    // ---- usage -------------------------------------------------------------------------------------------------

    /** Returns how many tasks are live; of a tenant or type those accepted since its quota was first asked for. */
    public long live() {
        return scope == QuotaScope.ENGINE ? quotas.subject().live() : live.get();
    }

    /** Returns how many attempts have an exclusive thread. */
    public int exclusiveRunning() {
        return scope.exclusiveRunning(quotas.subject(), name);
    }

    /** Returns limits and usage. */
    public QuotaUsage usage() {
        final TokenBucket current = bucket;
        return new QuotaUsage(
                toString(),
                live(),
                maxLive,
                current == null ? Double.POSITIVE_INFINITY : current.rate(),
                current == null ? Long.MAX_VALUE : current.burst(),
                exclusiveRunning(),
                exclusiveThreads,
                refusedLive.sum(),
                refusedRate.sum());
    }

    // ---- admission ---------------------------------------------------------------------------------------------

    /** Counts a task, unless there are as many as may be: a compare-and-set, so that the limit is exact both ways. */
    boolean tryCount() {
        while (true) {
            final long seen = live.get();
            if (seen >= maxLive) {
                refusedLive.increment();
                return false;
            }
            if (live.compareAndSet(seen, seen + 1)) {
                return true;
            }
        }
    }

    void uncount() {
        live.decrementAndGet();
    }

    void refusedLive() {
        refusedLive.increment();
    }

    void refusedRate() {
        refusedRate.increment();
    }

    /** Returns the bucket, or null. */
    TokenBucket bucket() {
        return bucket;
    }

    /** Says that its live tasks are at their limit, or null. */
    String explainLive() {
        final long now = live.get();
        final long most = maxLive;
        return now < most ? null : this + " has " + now + " live tasks and its maxLive is " + most;
    }

    /** Says that its bucket is empty, or null. */
    String explainRate(final long nowNanos) {
        final TokenBucket current = bucket;
        return current == null || current.level(nowNanos) > 0
                ? null
                : String.format(
                        Locale.ROOT,
                        "%s may have %s submissions per second, %d at once",
                        this,
                        current.rate() == Math.rint(current.rate())
                                ? String.valueOf((long) current.rate())
                                : String.valueOf(current.rate()),
                        current.burst());
    }

    /** Returns what it limits: {@code engine}, {@code tenant 'a'}, {@code type 'sql'}. */
    @Override
    public String toString() {
        return scope.describe(name);
    }
}
