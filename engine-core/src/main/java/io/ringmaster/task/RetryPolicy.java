package io.ringmaster.task;

/**
 * When a failed attempt is followed by another one. Called on a fire-worker: it must not block; one that does, or that
 * throws, counts as no further attempt.
 */
@FunctionalInterface
public interface RetryPolicy {
    /** Never another attempt. */
    RetryPolicy NEVER = (attempt, failure) -> -1L;

    /**
     * Decides after a failed attempt.
     *
     * @param attempt the number of the attempt that failed, from 1.
     * @param failure its error.
     * @return the delay before the next attempt in nanoseconds, or a negative number for no further attempt.
     */
    long delayNanos(int attempt, Throwable failure);

    /**
     * A fixed number of attempts with the same delay between them.
     *
     * @param attempts   how many attempts in all, at least 1.
     * @param delayNanos the delay before each further one, not negative.
     * @return the policy.
     */
    static RetryPolicy fixed(final int attempts, final long delayNanos) {
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts must be at least 1: " + attempts);
        }
        if (delayNanos < 0) {
            throw new IllegalArgumentException("delayNanos must not be negative: " + delayNanos);
        }
        return (attempt, failure) -> attempt < attempts ? delayNanos : -1L;
    }
}
