package io.ringmaster.task;

/**
 * How a task ended.
 *
 * @param taskId  its id.
 * @param state   SUCCEEDED, FAILED, KILLED or ABANDONED.
 * @param attempt the number of the attempt that ended it, from 1; 0 if none was started.
 * @param result  what the last step gave to {@link TaskContext#done(Object)}, or null.
 * @param failure the error of the last attempt, or null.
 */
public record TaskOutcome(long taskId, TaskState state, int attempt, Object result, Throwable failure) {
    /** Returns whether the task ended well. */
    public boolean isSuccess() {
        return state == TaskState.SUCCEEDED;
    }
}
