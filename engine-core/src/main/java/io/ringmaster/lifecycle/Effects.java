package io.ringmaster.lifecycle;

import io.ringmaster.task.InternalApi;

/**
 * What the fire-worker does after a transition: at most one of these, and besides it {@link #NOTIFY}. A bit is data and not
 * a call stack, so that a thread that takes a partition over goes on exactly where the last one was.
 */
@InternalApi
public final class Effects {
    /** Tell every listener, before any other foreign code runs and before the task rests. */
    public static final int NOTIFY = 1;
    /** Load the plugin and check the input. */
    public static final int PREPARE = 1 << 1;
    /** Apply {@link LifecycleEventType#SCHEDULE}. */
    public static final int SCHEDULE = 1 << 2;
    /** Look at the control word, then give the task to its container. */
    public static final int OFFER = 1 << 3;
    /** Run a step, if the container is the shared one. */
    public static final int RUN = 1 << 4;
    /** Arrange for what the step waits for: its next turn, a time, a signal. */
    public static final int WAIT = 1 << 5;
    /** Find out whether the pause is reached already. */
    public static final int CHECK_PAUSED = 1 << 6;
    /** Wake the body at its pause point. */
    public static final int UNPARK = 1 << 7;
    /** End what is running: begin the kill ladder, or confirm at once. */
    public static final int STOP = 1 << 8;
    /** Start the timer of the next attempt. */
    public static final int RETRY_TIMER = 1 << 9;
    /** Out of the repository, into the ledger, complete the handle. */
    public static final int FINALIZE = 1 << 10;

    private Effects() {}
}
