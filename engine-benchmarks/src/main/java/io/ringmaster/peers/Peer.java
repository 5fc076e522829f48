package io.ringmaster.peers;

/**
 * Runs numbered tasks. Each task has a key, see {@link PeerSetup#key}; what a peer does with it is its own, see {@link
 * Guarantees#orderPerKey}.
 */
interface Peer extends AutoCloseable {
    /**
     * Submits a task. One thread.
     *
     * @param task its number, from 0 on; none twice.
     * @return false if it was refused for the moment, and nothing of it stays behind.
     */
    boolean trySubmit(long task);

    /**
     * Stops the peer's threads, whatever waits or runs, within about ten seconds. What had not run need not run any more.
     */
    @Override
    void close();
}
