package io.ringmaster.task;

/** Thrown into a task's own code at a pause point or in a sleep when the task is being killed. */
public final class TaskCancelledException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates one without a stack trace: where the task was is no news.
     *
     * @param message names the task.
     */
    public TaskCancelledException(final String message) {
        super(message, null, false, false);
    }
}
