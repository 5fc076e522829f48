package io.ringmaster;

/** What {@link TaskEngine#close()} does with live tasks. */
public enum ClosePolicy {
    /** Kills them. */
    KILL,
    /** Lets them end for half of the time it may take, then kills the rest. */
    DRAIN
}
