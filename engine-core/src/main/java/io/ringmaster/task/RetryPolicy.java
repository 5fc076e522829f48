package io.ringmaster.task;

import java.util.concurrent.TimeUnit;

/**
 * When a failed attempt is followed by another one. Called on a fire-worker: it must not block; one that does, or that
 * throws, counts as no further attempt. {@link #builder()} makes the usual ones.
 */
@FunctionalInterface
public interface RetryPolicy {
    /** Never another attempt. */
    RetryPolicy NEVER = (attempt, failure) -> -1L;

    /**
     * Decides after a failed attempt.
     *
     * @param attempt the number of the attempt that failed, from 1.
     * @param failure its error; a {@link TaskStoppedException} if the engine ended it.
     * @return the delay before the next attempt in nanoseconds, or a negative number for no further attempt.
     */
    long delayNanos(int attempt, Throwable failure);

    /**
     * Decides after a failed attempt of a certain task. This is what the engine calls; by default the task makes no
     * difference. A policy with jitter draws it from the id, so that a simulation repeats exactly.
     *
     * @param taskId  the task.
     * @param attempt the number of the attempt that failed, from 1.
     * @param failure its error.
     * @return the delay before the next attempt in nanoseconds, or a negative number for no further attempt.
     */
    default long delayNanos(final long taskId, final int attempt, final Throwable failure) {
        return delayNanos(attempt, failure);
    }

    /** Returns how many attempts there are at most, for explanations; 0 where that is not known. */
    default int attempts() {
        return 0;
    }

    /**
     * A fixed number of attempts with the same delay between them, whatever the error.
     *
     * @param attempts   how many attempts in all, at least 1.
     * @param delayNanos the delay before each further one, not negative.
     * @return the policy.
     */
    static RetryPolicy fixed(final int attempts, final long delayNanos) {
        return builder()
                .attempts(attempts)
                .delay(delayNanos, TimeUnit.NANOSECONDS)
                .retryOn(Throwable.class)
                .build();
    }

    /**
     * Attempts with delays that double, spread at random between nothing and their full length.
     *
     * @param attempts how many attempts in all, at least 1.
     * @param delay    the delay before the second; each further one is twice as long.
     * @param cap      the longest delay.
     * @param unit     of both.
     * @return the policy.
     */
    static RetryPolicy exponential(final int attempts, final long delay, final long cap, final TimeUnit unit) {
        return builder()
                .attempts(attempts)
                .delay(delay, unit)
                .factor(2)
                .cap(cap, unit)
                .jitter(1)
                .build();
    }

    /** Starts a policy of 3 attempts without a delay, for every {@link Exception} but no {@link Error}. */
    static BackoffRetryPolicy.Builder builder() {
        return new BackoffRetryPolicy.Builder();
    }
}
