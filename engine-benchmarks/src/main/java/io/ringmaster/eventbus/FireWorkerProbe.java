package io.ringmaster.eventbus;

import io.ringmaster.lifecycle.TaskExecutorEventBus;

/** Lets the benchmarks look at a partition's ring, which is nobody else's business. Any thread. */
public final class FireWorkerProbe {
    private FireWorkerProbe() {}

    /**
     * Looks for room as a submission does.
     *
     * @param bus the partition.
     * @return whether more slots are free than the engine's reserved ones.
     */
    public static boolean hasRoom(final TaskExecutorEventBus bus) {
        return worker(bus).hasRoom();
    }

    /**
     * Counts the events that are published and not handled.
     *
     * @param bus the partition.
     * @return slots in use.
     */
    public static long occupied(final TaskExecutorEventBus bus) {
        return worker(bus).occupied();
    }

    /**
     * Counts the events that changed nothing, because they came late or did not fit.
     *
     * @param bus the partition.
     * @return ignored and stale events since the launch; a hint while the fire-worker runs.
     */
    public static long misfits(final TaskExecutorEventBus bus) {
        return worker(bus).ignored() + worker(bus).stale();
    }

    /**
     * Turns duty cycles until there is nothing to do, as a fire-worker's thread does: the lease is entered once and not
     * for each cycle, as the invoker does it. Invoker mode only.
     *
     * @param bus the partition.
     * @return how much was done.
     */
    public static int drain(final TaskExecutorEventBus bus) {
        final TaskExecutorEventBusFireWorker worker = worker(bus);
        final Lease lease = worker.lease();
        int handled = 0;
        lease.enter();
        try {
            for (int done = worker.dutyCycle(lease); done > 0; done = worker.dutyCycle(lease)) {
                handled += done;
            }
        } finally {
            Lease.leave();
        }
        return handled;
    }

    private static TaskExecutorEventBusFireWorker worker(final TaskExecutorEventBus bus) {
        return (TaskExecutorEventBusFireWorker) bus;
    }
}
