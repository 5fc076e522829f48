package io.ringmaster.peers;

import java.util.function.LongConsumer;

/**
 * What a peer is opened with.
 *
 * @param body      a task's own code, given its number.
 * @param watcher   told of what the peer tracks.
 * @param blocks    whether tasks block, so that each needs a thread of its own.
 * @param threads   that run tasks: the workers, or for tasks that block, the exclusive threads.
 */
record PeerSetup(LongConsumer body, PeerWatcher watcher, boolean blocks, int threads) {
    /** How many keys there are. */
    static final int KEYS = 1024;

    /** The slots of every bounded queue and ring: the engine's default. */
    static final int CAPACITY = 1 << 14;

    /**
     * A task's key.
     *
     * @param task its number.
     * @return from 0 to {@link #KEYS} - 1; tasks in a row have different ones.
     */
    static int key(final long task) {
        return (int) task & KEYS - 1;
    }
}
