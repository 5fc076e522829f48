package io.ringmaster.task;

/** An attempt stopped beating, or never did. */
public final class TaskZombieException extends TaskStoppedException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates one.
     *
     * @param taskId    the task.
     * @param attempt   the attempt.
     * @param millis    since its last beat or its start, in milliseconds, without pauses of the engine itself.
     * @param retryable whether the retry policy is asked.
     */
    public TaskZombieException(final long taskId, final int attempt, final double millis, final boolean retryable) {
        super("task " + taskId + ": attempt " + attempt + " has not beaten for " + millis + " ms", retryable);
    }
}
