package io.ringmaster.lifecycle;

import io.ringmaster.task.InternalApi;

/**
 * The executor that a lease is working on, shared by the lease's context and event: a reference stored into an object as
 * old as a lease costs a card mark and, with G1, a fence, so it is stored once per task and not three times. The lease's
 * own thread only, and the monitor in a take-over.
 */
@InternalApi
public final class ExecutorBinding {
    private TaskExecutor executor;

    /** Creates an unbound one. */
    public ExecutorBinding() {}

    /** Returns the executor, or null. */
    public TaskExecutor executor() {
        return executor;
    }

    /**
     * Binds an executor.
     *
     * @param next the executor, or null.
     */
    public void bind(final TaskExecutor next) {
        if (executor != next) {
            executor = next;
        }
    }
}
