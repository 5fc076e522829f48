package io.ringmaster.peers;

/** Told of what a peer itself knows of its tasks. Any thread; a peer that tracks nothing tells nothing. */
interface PeerWatcher {
    /**
     * The peer says that a task has started.
     *
     * @param task its number.
     */
    default void started(final long task) {}

    /**
     * The peer says that a task has ended well.
     *
     * @param task its number.
     */
    default void ended(final long task) {}

    /**
     * The peer says that a task was killed.
     *
     * @param task its number.
     */
    default void killed(final long task) {}
}
