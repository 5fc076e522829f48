package io.ringmaster.task;

/** A task took longer than its {@link TaskPolicy} allows. */
public final class TaskTimeoutException extends TaskStoppedException {
    private static final long serialVersionUID = 1L;

    private final Limit limit;

    /** Which time was used up. */
    public enum Limit {
        /** From the submission, or from a further attempt's due time, to its start. The task fails. */
        QUEUE,
        /** Of one attempt, without the time it was paused. The retry policy is asked. */
        RUN,
        /** From the submission to the end, retries and pauses included. The task fails. */
        LIFE
    }

    /**
     * Creates one.
     *
     * @param taskId the task.
     * @param limit  which time was used up.
     * @param millis how much there was, in milliseconds.
     */
    public TaskTimeoutException(final long taskId, final Limit limit, final double millis) {
        super(
                "task " + taskId + ": its " + limit.name().toLowerCase(java.util.Locale.ROOT) + " timeout of " + millis
                        + " ms is over",
                limit == Limit.RUN);
        this.limit = limit;
    }

    /** Returns which time was used up. */
    public Limit limit() {
        return limit;
    }
}
