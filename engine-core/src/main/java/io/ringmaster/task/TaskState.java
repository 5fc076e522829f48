package io.ringmaster.task;

/** The states of a task. Which input leads from one to the next stands in one place, the engine's lifecycle table. */
public enum TaskState {
    /** Admitted: it has an id, a partition and a place in the ledger, and nothing of it has run. */
    INITIALIZED,
    /** Its plugin was loaded and its input accepted; no thread was taken yet. */
    PREPARED,
    /** Waiting for its container: the fire-worker's next turn, or an exclusive thread. */
    SCHEDULED,
    /** Between its first step and its last; a shared task that waits for time or a signal is running too. */
    RUNNING,
    /** A pause was asked for; the current step or the way to the next pause point is still running. */
    PAUSING,
    /** Paused: no code of it runs until it is resumed or killed. */
    PAUSED,
    /** The last attempt failed and the next one has been given a time. */
    RETRY_WAIT,
    /** A kill was asked for and code of the task may still be running. */
    KILLING,
    /** Ended well. Final. */
    SUCCEEDED,
    /** Ended with an error and no attempt left. Final. */
    FAILED,
    /** Ended by a kill, and it is known that no code of it runs any more. Final. */
    KILLED,
    /** Killed, but its thread did not end in time and was quarantined: its code may still run. Final. */
    ABANDONED,
    /** Told to every listener, out of the repository, counted in the ledger, its handle completed. */
    FINALIZED;

    /**
     * Whether the task has ended.
     *
     * @return true for SUCCEEDED, FAILED, KILLED, ABANDONED and FINALIZED.
     */
    public boolean isFinal() {
        return ordinal() >= SUCCEEDED.ordinal();
    }
}
