package io.ringmaster.polling;

/** What happens to an executor. */
public enum PollingEventType {
    /** It was accepted. */
    DISPATCHED,
    /** Its task was started. */
    STARTED,
    /** Somebody wants it killed. */
    KILL,
    /** Its task was seen to have ended well. */
    SUCCEEDED,
    /** Its task was seen to have failed. */
    FAILED,
    /** Its task was seen to have been killed. */
    KILLED,
    /** It can be forgotten. */
    FINALIZE
}
