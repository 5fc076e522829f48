package io.ringmaster.lifecycle;

import io.ringmaster.task.InternalApi;

/**
 * What one attempt holds and waits for, as far as the lifecycle needs to know: whose it is, and whether it is over. Kept in
 * {@link TaskSupervision}, so that a task that never asks for a resource costs nothing.
 */
@InternalApi
public class AttemptResources {
    private final TaskExecutor executor;
    private final int attempt;
    /** Written by the owner of the partition; code of a late attempt reads it. */
    private volatile boolean closed;

    /**
     * Creates one.
     *
     * @param executor the task.
     * @param attempt  the attempt's number.
     */
    public AttemptResources(final TaskExecutor executor, final int attempt) {
        this.executor = executor;
        this.attempt = attempt;
    }

    /** Returns whose it is. */
    public final TaskExecutor executor() {
        return executor;
    }

    /** Returns the attempt's number. */
    public final int attempt() {
        return attempt;
    }

    /** Returns whether the attempt is over: it gets nothing any more. Any thread. */
    public final boolean isClosed() {
        return closed;
    }

    /** Returns whether it waits for any of them. The thread that runs the attempt, or the owner of the partition between steps. */
    public boolean isWaiting() {
        return false;
    }

    /**
     * Ends it. Owner of the partition only.
     *
     * @return whether it was open.
     */
    public final boolean close() {
        if (closed) {
            return false;
        }
        closed = true;
        return true;
    }
}
