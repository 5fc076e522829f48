package io.ringmaster.eventbus;

import java.util.Arrays;

/**
 * Decides which partition goes to another thread. A function of the loads it is given: no clock, no threads, no memory but
 * for the arrays of its own that it computes in.
 *
 * <p>The busiest thread gives to the idlest one, if it is nearly full or has a queue, if the other has less than half of
 * its load, and if what is given lowers the higher of the two loads by at least {@link #LEAST_GAIN}. Of its partitions it
 * is the one whose load is next to half of the difference. So each move lowers the sum of the squared loads: with loads
 * that stay as they are, moves come to an end and none is taken back.
 */
final class PartitionBalancer {
    /** A thread with more load, as the busy share of its time, gives a partition away. */
    static final double FULL = 0.8;
    /** One with a queue does so from this load on. */
    static final double QUEUED = 0.4;
    /** What a move has to lower the higher load by. */
    static final double LEAST_GAIN = 0.05;

    private final double[] threadLoads;
    private final boolean[] threadQueues;

    PartitionBalancer(final int threads) {
        this.threadLoads = new double[threads];
        this.threadQueues = new boolean[threads];
    }

    /**
     * A partition that goes to another thread, and why.
     *
     * @param partition  the partition.
     * @param fromThread its thread.
     * @param toThread   its next one.
     * @param fromLoad   the load of its thread before the move, as the busy share of its time.
     * @param toLoad     that of the next one before the move.
     */
    record Move(int partition, int fromThread, int toThread, double fromLoad, double toLoad) {}

    /**
     * Decides.
     *
     * @param threadOf each partition's thread.
     * @param loads    each partition's load, as the share of one thread's time; not negative.
     * @param queued   which partitions have a queue.
     * @param resting  which partitions stay where they are, having moved a moment ago.
     * @param usable   which threads may give and take: not those that a call holds.
     * @return the move, or null.
     */
    Move decide(
            final int[] threadOf,
            final double[] loads,
            final boolean[] queued,
            final boolean[] resting,
            final boolean[] usable) {
        Arrays.fill(threadLoads, 0);
        Arrays.fill(threadQueues, false);
        for (int i = 0; i < threadOf.length; i++) {
            threadLoads[threadOf[i]] += loads[i];
            threadQueues[threadOf[i]] |= queued[i];
        }
        int from = -1;
        int to = -1;
        for (int i = 0; i < threadLoads.length; i++) {
            if (usable[i]) {
                from = from < 0 || threadLoads[i] > threadLoads[from] ? i : from;
                to = to < 0 || threadLoads[i] < threadLoads[to] ? i : to;
            }
        }
        if (from < 0 || from == to) {
            return null;
        }
        final double most = threadLoads[from];
        final double least = threadLoads[to];
        if (most <= (threadQueues[from] ? QUEUED : FULL) || least >= most / 2) {
            return null;
        }
        final int partition = choose(from, most, least, threadOf, loads, resting);
        return partition < 0 ? null : new Move(partition, from, to, most, least);
    }

    private static int choose(
            final int from,
            final double most,
            final double least,
            final int[] threadOf,
            final double[] loads,
            final boolean[] resting) {
        final double half = (most - least) / 2;
        int chosen = -1;
        for (int i = 0; i < threadOf.length; i++) {
            final double after = Math.max(most - loads[i], least + loads[i]);
            if (threadOf[i] == from
                    && !resting[i]
                    && most - after >= LEAST_GAIN
                    && (chosen < 0 || Math.abs(loads[i] - half) < Math.abs(loads[chosen] - half))) {
                chosen = i;
            }
        }
        return chosen;
    }
}
