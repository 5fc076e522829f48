package io.ringmaster.eventbus;

import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.task.BitMixer;
import io.ringmaster.task.TaskHandle;

/** Lets tests move partitions as the balancer does, and choose ids by their partition. Any thread. */
public final class Partitions {
    private final TaskExecutorEventBusCoordinator coordinator;

    private Partitions(final TaskExecutorEventBusCoordinator coordinator) {
        this.coordinator = coordinator;
    }

    /**
     * The partitions of the engine that a task was submitted to.
     *
     * @param accepted any handle of the engine's, finished or not.
     */
    public static Partitions of(final TaskHandle accepted) {
        return new Partitions(((TaskExecutorEventBusFireWorker) ((TaskExecutor) accepted).bus()).coordinator);
    }

    /** Returns the first choice of partition for an id. */
    public static int of(final long id, final int partitions) {
        final long hash = BitMixer.mix(id);
        return (int) Math.multiplyHigh(hash >>> 1, (long) partitions << 1);
    }

    /** Returns the least id from a certain one on whose first choice is a partition. */
    public static long idOn(final int partition, final int partitions, final long from) {
        long id = from;
        while (of(id, partitions) != partition) {
            id++;
        }
        return id;
    }

    /** A move that was asked for. */
    public static final class Move {
        private final MoveRequest request;

        private Move(final MoveRequest request) {
            this.request = request;
        }

        /** Returns whether the partition has been sent to its new thread, or was not where it was asked for. */
        public boolean isServed() {
            return request.served;
        }
    }

    /** Asks for a partition to go to a thread; null if it is there, or its thread has another request. */
    public Move move(final int partition, final int thread) {
        final MoveRequest request = coordinator.move(partition, thread);
        return request == null ? null : new Move(request);
    }

    /** Returns the thread that holds a partition, or will. */
    public int threadOf(final int partition) {
        return coordinator.partition(partition).thread();
    }

    /** Returns how often a partition has moved. */
    public long movesOf(final int partition) {
        return coordinator.partition(partition).moves();
    }
}
