package io.ringmaster.polling;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/** The worker threads of one kind: shared ones take any number of executors, an exclusive one takes one at a time. */
final class PollingContainer {
    private final List<PollingWorker> workers = new ArrayList<>();
    private final Map<Long, PollingWorker> assigned = new ConcurrentHashMap<>();
    private final boolean exclusive;

    PollingContainer(
            final int threads, final boolean exclusive, final LongSupplier clockMillis, final long trackMillis) {
        for (int i = 0; i < threads; i++) {
            workers.add(new PollingWorker(clockMillis, trackMillis));
        }
        this.exclusive = exclusive;
    }

    List<PollingWorker> workers() {
        return workers;
    }

    /**
     * Gives an executor a worker, under the one lock of the container.
     *
     * @param executor the executor.
     * @return false if all workers are taken.
     */
    synchronized boolean dispatch(final PollingExecutor executor) {
        final PollingWorker worker =
                exclusive ? free() : workers.get(ThreadLocalRandom.current().nextInt(workers.size()));
        if (worker == null) {
            return false;
        }
        worker.register(executor);
        assigned.put(executor.id(), worker);
        return true;
    }

    private PollingWorker free() {
        for (final PollingWorker each : workers) {
            if (each.isFree()) {
                return each;
            }
        }
        return null;
    }

    void start(final PollingExecutor executor) {
        assigned.get(executor.id()).fire(executor);
    }

    void finish(final PollingExecutor executor) {
        final PollingWorker worker = assigned.remove(executor.id());
        if (worker != null) {
            worker.unregister(executor);
        }
    }
}
