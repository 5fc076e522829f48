package io.ringmaster.polling;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** Fires the events of all live executors, one of each per tick. */
final class PollingEventBuses {
    private final Map<Long, PollingExecutor> live;
    private final Executor firing;
    private final PollingListener listener;
    private final PollingReporter reporter;
    private final PollingLog log;
    private final Set<Long> inFlight = ConcurrentHashMap.newKeySet();

    PollingEventBuses(
            final Map<Long, PollingExecutor> live,
            final Executor firing,
            final PollingListener listener,
            final PollingReporter reporter,
            final PollingLog log) {
        this.live = live;
        this.firing = firing;
        this.listener = listener;
        this.reporter = reporter;
        this.log = log;
    }

    /**
     * One tick. An executor whose event is being fired is left for the next one; one that only waits for it is not, so that
     * two events of it may be fired side by side when the pool can't follow: as in the design.
     */
    void tick() {
        for (final PollingExecutor each : live.values()) {
            final Long id = each.id();
            if (inFlight.contains(id)) {
                continue;
            }
            CompletableFuture.runAsync(() -> inFlight.add(id), firing)
                    .thenAccept(nothing -> fire(each))
                    .whenComplete((nothing, failure) -> inFlight.remove(id));
        }
    }

    private void fire(final PollingExecutor executor) {
        final PollingEvent event = executor.poll();
        if (event == null) {
            return;
        }
        switch (event.type()) {
            case KILL -> executor.kill();
            case FINALIZE -> {
                live.remove(executor.id());
                executor.container().finish(executor);
            }
            default -> reporter.report(event);
        }
        listener.onEvent(executor.id(), event.type());
        log.fired(event);
    }
}
