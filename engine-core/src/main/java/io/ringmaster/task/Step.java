package io.ringmaster.task;

/**
 * What {@link Task#execute(TaskContext)} answers. {@link #DONE}, {@link #AGAIN_NOW} and {@link #WHEN_SIGNALLED} may be
 * returned as they are; the others carry a value and come from {@link TaskContext#againAfter},
 * {@link TaskContext#done(Object)} and {@link TaskContext#failed(Throwable)}.
 */
public enum Step {
    /** The task has ended well. */
    DONE,
    /** Call again, after everything else that is ready on the same fire-worker has had its turn. */
    AGAIN_NOW,
    /** Call again once the delay given to {@link TaskContext#againAfter} has passed; never earlier. */
    AGAIN_AFTER,
    /** Call again once {@link TaskHandle#signal()} was called; a signal that came before is not lost. */
    WHEN_SIGNALLED,
    /** The attempt has failed with the cause given to {@link TaskContext#failed(Throwable)}. */
    FAILED
}
