package io.ringmaster.peers;

/** What a fork measures. */
enum Measure {
    /** Closed loop: tasks, bytes and CPU time per second and task. */
    throughput,
    /** Open loop: from the intended start to the end of the task's own code, and to what the peer tells of it. */
    latency,
    /** CPU time and heap while tasks wait. */
    idle,
    /** From a kill to its confirmation, of tasks that wait. */
    kill;

    /**
     * Returns whether there is something to measure.
     *
     * @param kind the peer.
     * @param work what tasks do; a peer that waits or kills does so whatever it is.
     * @return whether there is.
     */
    boolean appliesTo(final PeerKind kind, final Work work) {
        return kind.takes(work.blocks())
                && switch (this) {
                    case throughput, latency -> true;
                    case idle -> !work.blocks();
                    case kill -> !work.blocks() && kind.kills();
                };
    }
}
