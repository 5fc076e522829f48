package io.ringmaster.task;

/** An attempt was chosen to be ended, so that others that wait for its resources, as it does for theirs, can go on. */
public final class TaskDeadlockException extends TaskStoppedException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates one.
     *
     * @param taskId the task.
     * @param cycle  who waits for what, in words.
     */
    public TaskDeadlockException(final long taskId, final String cycle) {
        super("task " + taskId + " was chosen to break a deadlock: " + cycle, true);
    }
}
