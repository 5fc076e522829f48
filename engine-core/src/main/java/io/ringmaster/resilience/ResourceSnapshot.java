package io.ringmaster.resilience;

import java.util.List;

/**
 * A resource at some moment. What tasks did in the last microseconds may be missing: permits that are neither free nor in
 * a holder's count are on their way.
 *
 * @param name    its name.
 * @param permits how many permits it has.
 * @param free    how many of them nobody holds; 0 also while it has shrunk below what is held.
 * @param holders who holds permits.
 * @param waiters who waits, the next one first.
 */
public record ResourceSnapshot(String name, int permits, int free, List<Holder> holders, List<Waiter> waiters) {
    /**
     * A task that holds permits.
     *
     * @param taskId  the task.
     * @param attempt its attempt's number.
     * @param permits how many it holds.
     */
    public record Holder(long taskId, int attempt, int permits) {}

    /**
     * A task that waits.
     *
     * @param taskId      the task.
     * @param attempt     its attempt's number.
     * @param permits     how many it waits for.
     * @param waitedNanos for how long, in nanoseconds.
     */
    public record Waiter(long taskId, int attempt, int permits, long waitedNanos) {}
}
