package io.ringmaster.polling;

/** Where a task is. */
public enum PollingState {
    /** Not started. */
    INITIALIZED,
    /** Started, not known to have ended. */
    RUNNING,
    /** Ended well. */
    SUCCEEDED,
    /** Ended with an error. */
    FAILED,
    /** Ended by a kill. */
    KILLED;

    boolean isFinal() {
        return compareTo(RUNNING) > 0;
    }
}
