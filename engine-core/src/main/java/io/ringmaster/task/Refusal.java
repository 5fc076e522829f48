package io.ringmaster.task;

/** Why the engine did not accept a call. A refused task was never accepted: nothing of it stays behind. */
public enum Refusal {
    /** The partition's ring has no slot left for new tasks (some are kept free for completions). Passes. */
    RING_FULL(true),
    /** As many tasks are live as the engine, the task's tenant or its type may have. Passes. */
    QUOTA(true),
    /** The engine, the task's tenant or its type has used up its submissions per second. Passes. */
    RATE(true),
    /** All exclusive threads are taken and the queue in front of them is at its bound. Passes. */
    EXCLUSIVE_QUEUE_FULL(true),
    /** A step holds the partition and no spare thread is left to take it over. Passes once a stuck thread ends. */
    NO_SPARE(true),
    /** The partition has more to do than it can in the time a task may wait for it. Passes. */
    OVERLOADED(true),
    /** A detached listener is too far behind. Passes once it has caught up. */
    LISTENER_BEHIND(true),
    /** The destination has as many tasks with unacknowledged reports as it may have. Passes once it acknowledges. */
    OUTBOX_FULL(true),
    /** A live task has this id. */
    DUPLICATE_ID(false),
    /** The engine drains: only children of live tasks are accepted. */
    DRAINING(false),
    /** The engine is closed or closing. */
    CLOSED(false),
    /** No plugin is known for the spec's type. */
    UNKNOWN_TYPE(false),
    /**
     * Nobody has subscribed or connected to the destination that a client's dispatch or reassignment names, or it is of
     * the other kind than the one a task was to be taken from.
     */
    UNKNOWN_DESTINATION(false),
    /** A dispatch of this id with a greater epoch is known already. */
    STALE_EPOCH(false),
    /** No live task has this id: it never existed, or it is finished. */
    NOT_LIVE(false);

    private final boolean transientRefusal;

    Refusal(final boolean transientRefusal) {
        this.transientRefusal = transientRefusal;
    }

    /** Returns whether the same call may be accepted a little later. */
    public boolean isTransient() {
        return transientRefusal;
    }
}
