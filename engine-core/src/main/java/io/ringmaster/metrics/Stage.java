package io.ringmaster.metrics;

/** The spans of a task's life that are measured, each in nanoseconds. */
public enum Stage {
    /** From the submission to its handling on the fire-worker. */
    SUBMIT_TO_HANDLED,
    /** From the submission to the start of the first attempt. */
    SUBMIT_TO_RUNNING,
    /** From the start of the last attempt to its end. */
    RUN,
    /** From the end of the last attempt to the completion of the handle. */
    RUNNING_TO_FINAL,
    /** From the submission to the completion of the handle. */
    END_TO_END
}
