package io.ringmaster.task;

/**
 * The engine ended an attempt for a reason that is not the attempt's own. It is the attempt's failure: retry policies,
 * outcomes and events show it. Code that is still running sees {@link TaskContext#isCancelled()} meanwhile.
 */
public abstract sealed class TaskStoppedException extends Exception
        permits TaskTimeoutException, TaskZombieException, TaskDeadlockException {
    private static final long serialVersionUID = 1L;

    private final boolean retryable;

    /**
     * Creates one, without a stack: it would be the engine's own.
     *
     * @param message   what happened, with the task's id.
     * @param retryable whether the task's retry policy is asked for another attempt.
     */
    TaskStoppedException(final String message, final boolean retryable) {
        super(message, null, false, false);
        this.retryable = retryable;
    }

    /** Returns whether the task's retry policy is asked for another attempt. */
    public final boolean isRetryable() {
        return retryable;
    }
}
