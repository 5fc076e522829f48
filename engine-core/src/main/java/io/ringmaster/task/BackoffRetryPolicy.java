package io.ringmaster.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A number of attempts with a fixed or growing delay between them, for some errors and not for others. Immutable; a pure
 * function of task, attempt and error: the jitter is a hash of the first two, so tasks that fail together do not come
 * back together, and a simulation repeats exactly. Jitter as in M. Brooker, "Exponential Backoff and Jitter", 2015.
 */
public final class BackoffRetryPolicy implements RetryPolicy {
    private static final double HASH_UNIT = 0x1.0p-53;
    private static final int HASH_SHIFT = 11;
    /** 2 to the power of 64 divided by the golden ratio, odd. */
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private final int attempts;
    private final long delayNanos;
    private final double factor;
    private final long capNanos;
    private final double jitter;
    private final List<Rule> rules;

    private record Rule(Predicate<Throwable> matches, boolean retried) {}

    private BackoffRetryPolicy(final Builder builder) {
        this.attempts = builder.attempts;
        this.delayNanos = builder.delayNanos;
        this.factor = builder.factor;
        this.capNanos = builder.capNanos;
        this.jitter = builder.jitter;
        this.rules = List.copyOf(builder.rules);
    }

    @Override
    public long delayNanos(final int attempt, final Throwable failure) {
        return delayNanos(0, attempt, failure);
    }

    @Override
    public long delayNanos(final long taskId, final int attempt, final Throwable failure) {
        if (attempt >= attempts || !isRetried(failure)) {
            return -1;
        }
        final long full = fullDelay(attempt);
        if (jitter == 0) {
            return full;
        }
        final double share = (BitMixer.mix((taskId * 31 + attempt) * GOLDEN) >>> HASH_SHIFT) * HASH_UNIT;
        return full - (long) (full * jitter * share);
    }

    /** Exact for a fixed delay; else as exact as a double. */
    private long fullDelay(final int attempt) {
        final long grown = factor == 1 ? delayNanos : (long) (delayNanos * Math.pow(factor, attempt - 1.0));
        return Math.min(capNanos, grown);
    }

    @Override
    public int attempts() {
        return attempts;
    }

    private boolean isRetried(final Throwable failure) {
        for (final Rule each : rules) {
            if (each.matches.test(failure)) {
                return each.retried;
            }
        }
        return !(failure instanceof Error);
    }

    /** Collects a policy. Not safe for use by several threads. */
    public static final class Builder {
        private int attempts = 3;
        private long delayNanos;
        private double factor = 1;
        private long capNanos = Long.MAX_VALUE;
        private double jitter;
        private final List<Rule> rules = new ArrayList<>();

        Builder() {}

        /**
         * Sets how many attempts there are in all. Default: 3.
         *
         * @param count at least 1.
         * @return this.
         */
        public Builder attempts(final int count) {
            if (count < 1) {
                throw new IllegalArgumentException("attempts must be at least 1: " + count);
            }
            this.attempts = count;
            return this;
        }

        /**
         * Sets the delay before the second attempt. Default: none.
         *
         * @param delay not negative.
         * @param unit  of the delay.
         * @return this.
         */
        public Builder delay(final long delay, final TimeUnit unit) {
            this.delayNanos = notNegative("delay", delay, unit);
            return this;
        }

        /**
         * Sets by how much each further delay is longer than the one before. Default: 1, a fixed delay.
         *
         * @param value at least 1, and finite.
         * @return this.
         */
        public Builder factor(final double value) {
            if (!(value >= 1) || Double.isInfinite(value)) {
                throw new IllegalArgumentException("factor must be at least 1 and finite: " + value);
            }
            this.factor = value;
            return this;
        }

        /**
         * Sets the longest delay. Default: none.
         *
         * @param delay not negative.
         * @param unit  of the delay.
         * @return this.
         */
        public Builder cap(final long delay, final TimeUnit unit) {
            this.capNanos = notNegative("cap", delay, unit);
            return this;
        }

        /**
         * Sets which part of a delay is left to chance: 0 for none, 1 for anything between no delay and the full one.
         * Default: 0.
         *
         * @param part from 0 to 1.
         * @return this.
         */
        public Builder jitter(final double part) {
            if (!(part >= 0 && part <= 1)) {
                throw new IllegalArgumentException("jitter must be from 0 to 1: " + part);
            }
            this.jitter = part;
            return this;
        }

        /**
         * Says that an error is followed by another attempt. Of this and {@link #neverOn} the one that was called first
         * decides; an error that none of them names is retried unless it is an {@link Error}.
         *
         * @param error the error's class, subclasses included; not null.
         * @return this.
         */
        public Builder retryOn(final Class<? extends Throwable> error) {
            return rule(Objects.requireNonNull(error, "error")::isInstance, true);
        }

        /**
         * Says that an error is never followed by another attempt.
         *
         * @param error the error's class, subclasses included; not null.
         * @return this.
         */
        public Builder neverOn(final Class<? extends Throwable> error) {
            return rule(Objects.requireNonNull(error, "error")::isInstance, false);
        }

        /**
         * Says which errors are followed by another attempt.
         *
         * @param errors called on a fire-worker, so it must not block; not null.
         * @return this.
         */
        public Builder retryIf(final Predicate<Throwable> errors) {
            return rule(Objects.requireNonNull(errors, "errors"), true);
        }

        /**
         * Says which errors are never followed by another attempt.
         *
         * @param errors called on a fire-worker, so it must not block; not null.
         * @return this.
         */
        public Builder neverIf(final Predicate<Throwable> errors) {
            return rule(Objects.requireNonNull(errors, "errors"), false);
        }

        private Builder rule(final Predicate<Throwable> matches, final boolean retried) {
            rules.add(new Rule(matches, retried));
            return this;
        }

        private static long notNegative(final String what, final long time, final TimeUnit unit) {
            if (time < 0) {
                throw new IllegalArgumentException(what + " must not be negative: " + time + ' ' + unit);
            }
            return unit.toNanos(time);
        }

        /** Returns the policy. */
        public RetryPolicy build() {
            return new BackoffRetryPolicy(this);
        }
    }
}
