package io.ringmaster.eventbus;

/** What a partition does that is held by a call, when all spare threads are held by other calls already. */
public enum NoSparePolicy {
    /**
     * It waits for its own call to return, and refuses submissions with NO_SPARE meanwhile: threads are bounded by the
     * configuration, and a few tasks that never return stop the partition.
     */
    REFUSE,
    /** It goes on with one more thread: nothing stops, and threads are bounded by the number of stalled calls alone. */
    GROW
}
