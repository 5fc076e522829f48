package io.ringmaster.lifecycle;

/** What can happen to a task: the inputs of {@link LifecycleTable}. */
public enum LifecycleEventType {
    /** The submission reached its fire-worker. */
    SUBMIT,
    /** The plugin was loaded and the input accepted. */
    PREPARE_OK,
    /** The plugin is missing or refused the input. */
    PREPARE_FAILED,
    /** The task goes to its container. */
    SCHEDULE,
    /** The container started the attempt. */
    START,
    /** A step ended and asked for another one. */
    STEP_AGAIN,
    /** What the last step waited for has come. */
    CONTINUE,
    /** The last step ended well. */
    STEP_DONE,
    /** The attempt failed and there is no other. */
    STEP_FAILED,
    /** The attempt failed and there will be another. */
    STEP_RETRY,
    /** The next attempt is due. */
    RETRY_DUE,
    /** A pause was asked for. */
    PAUSE,
    /** No code of the task is running, or it is parked at its pause point. */
    PAUSE_REACHED,
    /** A resume of a task that is not parked on a thread of its own. */
    RESUME,
    /** A resume of a task that is parked at its pause point, with its thread. */
    RESUME_PARKED,
    /** A kill while no code of the task is running. */
    KILL,
    /** A kill while code of the task may be running. */
    KILL_RUNNING,
    /** No code of the killed task is running any more. */
    KILL_CONFIRMED,
    /** Signal, interrupt and the task's own hook did not end the killed task. */
    LADDER_EXHAUSTED,
    /** A task that is not running has used up its queue or life time. */
    EXPIRE,
    /** The engine ends the running attempt: it ran too long, stopped beating, or is part of a deadlock. */
    STOP,
    /** The task told how far it is. */
    PROGRESS,
    /** Everybody was told of the end. */
    FINALIZE
}
