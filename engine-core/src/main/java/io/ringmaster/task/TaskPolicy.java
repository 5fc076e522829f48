package io.ringmaster.task;

import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * How long a task may take, what sign of life is asked of it, and when it is tried again. Immutable. What a task's own
 * policy leaves open is taken from its type's, what that leaves open from the engine's; what nobody sets is not limited.
 *
 * <p>Times are measured by the engine's clock and noticed by timers that cost a running task nothing. A shared step is
 * looked at between steps, and within one by the monitor; code that runs sees {@link TaskContext#isCancelled()}. Longer
 * times than 146 years count as 146 years.
 */
public final class TaskPolicy {
    /** Leaves everything open. */
    public static final TaskPolicy OPEN = builder().build();

    private static final long UNSET = -1;
    private static final int DEFAULT_MISSES = 3;
    /** 146 years: two times that are this far from now are still told apart by subtraction. */
    private static final long LONGEST_NANOS = Long.MAX_VALUE >> 1;

    private final RetryPolicy retry;
    private final long queueTimeoutNanos;
    private final long runTimeoutNanos;
    private final long lifeTimeoutNanos;
    private final long heartbeatNanos;
    private final int missedBeats;
    private final ZombiePolicy onZombie;
    private final Boolean overlap;
    private final boolean supervised;

    private TaskPolicy(final Builder builder) {
        this.retry = builder.retry;
        this.queueTimeoutNanos = builder.queueTimeoutNanos;
        this.runTimeoutNanos = builder.runTimeoutNanos;
        this.lifeTimeoutNanos = builder.lifeTimeoutNanos;
        this.heartbeatNanos = builder.heartbeatNanos;
        this.missedBeats = builder.missedBeats;
        this.onZombie = builder.onZombie;
        this.overlap = builder.overlap;
        this.supervised = queueTimeoutNanos > 0 || runTimeoutNanos > 0 || lifeTimeoutNanos > 0 || heartbeatNanos > 0;
    }

    /** Starts a policy that leaves everything open. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Fills in what this policy leaves open.
     *
     * @param defaults where from.
     * @return this policy, {@code defaults}, or a new one.
     */
    public TaskPolicy orElse(final TaskPolicy defaults) {
        if (this == OPEN || this == defaults) {
            return defaults;
        }
        if (defaults == OPEN) {
            return this;
        }
        final Builder merged = new Builder();
        merged.retry = retry != null ? retry : defaults.retry;
        merged.queueTimeoutNanos = queueTimeoutNanos != UNSET ? queueTimeoutNanos : defaults.queueTimeoutNanos;
        merged.runTimeoutNanos = runTimeoutNanos != UNSET ? runTimeoutNanos : defaults.runTimeoutNanos;
        merged.lifeTimeoutNanos = lifeTimeoutNanos != UNSET ? lifeTimeoutNanos : defaults.lifeTimeoutNanos;
        merged.heartbeatNanos = heartbeatNanos != UNSET ? heartbeatNanos : defaults.heartbeatNanos;
        merged.missedBeats = missedBeats != 0 ? missedBeats : defaults.missedBeats;
        merged.onZombie = onZombie != null ? onZombie : defaults.onZombie;
        merged.overlap = overlap != null ? overlap : defaults.overlap;
        return merged.build();
    }

    /** Returns whether it sets a time or asks for heartbeats: such a task has a timer of its own. */
    public boolean isSupervised() {
        return supervised;
    }

    /** Returns the retry policy, or null where that is left open. */
    public RetryPolicy retry() {
        return retry;
    }

    /** Returns how long it may wait for its start, in nanoseconds; 0 for no limit. */
    public long queueTimeoutNanos() {
        return Math.max(0, queueTimeoutNanos);
    }

    /** Returns how long one attempt may run, in nanoseconds; 0 for no limit. */
    public long runTimeoutNanos() {
        return Math.max(0, runTimeoutNanos);
    }

    /** Returns how long it may live, in nanoseconds; 0 for no limit. */
    public long lifeTimeoutNanos() {
        return Math.max(0, lifeTimeoutNanos);
    }

    /** Returns the interval of its heartbeats, in nanoseconds; 0 if none are asked for. */
    public long heartbeatNanos() {
        return Math.max(0, heartbeatNanos);
    }

    /** Returns how many intervals may pass without a beat. */
    public int missedBeats() {
        return missedBeats == 0 ? DEFAULT_MISSES : missedBeats;
    }

    /** Returns for how long an attempt may be silent, in nanoseconds; 0 if no heartbeats are asked for. */
    public long maxSilenceNanos() {
        final long interval = heartbeatNanos();
        return interval > LONGEST_NANOS / missedBeats() ? LONGEST_NANOS : interval * missedBeats();
    }

    /** Returns what becomes of an attempt that does not beat. */
    public ZombiePolicy onZombie() {
        return onZombie == null ? ZombiePolicy.REPORT : onZombie;
    }

    /** Returns whether another attempt may start while the code of an abandoned one may still run. */
    public boolean mayOverlap() {
        return overlap != null && overlap;
    }

    /** Collects a policy. Not safe for use by several threads. */
    public static final class Builder {
        private RetryPolicy retry;
        private long queueTimeoutNanos = UNSET;
        private long runTimeoutNanos = UNSET;
        private long lifeTimeoutNanos = UNSET;
        private long heartbeatNanos = UNSET;
        private int missedBeats;
        private ZombiePolicy onZombie;
        private Boolean overlap;

        private Builder() {}

        /**
         * Sets when a failed attempt is followed by another one.
         *
         * @param policy the policy; not null.
         * @return this.
         */
        public Builder retry(final RetryPolicy policy) {
            this.retry = Objects.requireNonNull(policy, "retry");
            return this;
        }

        /**
         * Limits the wait for a start: from the submission, and from the due time of a further attempt. It stops with a
         * pause and begins anew with the resume. The task fails with {@link TaskTimeoutException}.
         *
         * @param time how long; 0 for no limit.
         * @param unit of the time.
         * @return this.
         */
        public Builder queueTimeout(final long time, final TimeUnit unit) {
            this.queueTimeoutNanos = nanos("queueTimeout", time, unit);
            return this;
        }

        /**
         * Limits the run time of each attempt, without the time it is paused. An attempt on a thread of its own is ended
         * by the kill ladder; its failure is {@link TaskTimeoutException}, and the retry policy is asked.
         *
         * @param time how long; 0 for no limit.
         * @param unit of the time.
         * @return this.
         */
        public Builder runTimeout(final long time, final TimeUnit unit) {
            this.runTimeoutNanos = nanos("runTimeout", time, unit);
            return this;
        }

        /**
         * Limits the whole life from the submission on, with its retries and pauses. The task fails with
         * {@link TaskTimeoutException}; a running attempt is ended by the kill ladder first.
         *
         * @param time how long; 0 for no limit.
         * @param unit of the time.
         * @return this.
         */
        public Builder lifeTimeout(final long time, final TimeUnit unit) {
            this.lifeTimeoutNanos = nanos("lifeTimeout", time, unit);
            return this;
        }

        /**
         * Asks for signs of life while an attempt runs. On a thread of its own it is to call
         * {@link TaskContext#heartbeat()}, and each of its steps is a sign too; a task that waits for a signal is to get one,
         * while one that waits for its next step's time, its turn or a resource waits for the engine. An attempt without a
         * sign for {@link #missedBeats} intervals, or that never gives one, is a zombie.
         *
         * @param interval how often; 0 for none.
         * @param unit     of the interval.
         * @return this.
         */
        public Builder heartbeat(final long interval, final TimeUnit unit) {
            this.heartbeatNanos = nanos("heartbeat", interval, unit);
            return this;
        }

        /**
         * Sets how many intervals may pass without a beat. Default: 3.
         *
         * @param count at least 1.
         * @return this.
         */
        public Builder missedBeats(final int count) {
            if (count < 1) {
                throw new IllegalArgumentException("missedBeats must be at least 1: " + count);
            }
            this.missedBeats = count;
            return this;
        }

        /**
         * Sets what becomes of a zombie. Default: it is reported and nothing more.
         *
         * @param policy the policy; not null.
         * @return this.
         */
        public Builder onZombie(final ZombiePolicy policy) {
            this.onZombie = Objects.requireNonNull(policy, "onZombie");
            return this;
        }

        /**
         * Sets whether another attempt may start although the code of the last one did not end for the kill ladder and
         * may still run. Default: no, such a task is ABANDONED.
         *
         * @param allowed whether.
         * @return this.
         */
        public Builder overlap(final boolean allowed) {
            this.overlap = allowed;
            return this;
        }

        private static long nanos(final String what, final long time, final TimeUnit unit) {
            if (time < 0) {
                throw new IllegalArgumentException(what + " must not be negative: " + time + ' ' + unit);
            }
            return Math.min(unit.toNanos(time), LONGEST_NANOS);
        }

        /** Returns the policy. */
        public TaskPolicy build() {
            return new TaskPolicy(this);
        }
    }
}
