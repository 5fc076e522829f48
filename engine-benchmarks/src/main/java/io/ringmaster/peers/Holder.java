package io.ringmaster.peers;

/** Holds numbered tasks that have begun and wait: those with even numbers for a signal where the peer has such a thing. */
interface Holder extends AutoCloseable {
    /**
     * Submits a task that waits for a signal or for a time more than an hour away. One thread.
     *
     * @param task its number, from 0 on; none twice.
     */
    void hold(long task);

    /** Returns how many tasks wait by now, as far as the peer can tell. */
    long held();

    /**
     * Asks for a task's end. Told to the {@link PeerWatcher} when it has come.
     *
     * @param task its number.
     */
    default void kill(final long task) {
        throw new UnsupportedOperationException("this peer kills no task");
    }

    @Override
    void close();
}
