package io.ringmaster.eventbus;

import io.ringmaster.event.EngineEvent;
import io.ringmaster.event.EngineEvents;
import java.util.concurrent.TimeUnit;

/**
 * Makes episodes of a partition's overload, of which each refusal is a sign. The monitor only.
 */
final class OverloadWatch {
    /** Without a refusal for so long, it is over. */
    private static final long CALM_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final TaskExecutorEventBusFireWorker[] workers;
    private final EngineEvents events;
    private final boolean[] overloaded;
    private final long[] lastNanos;
    private final long[] refusedBefore;
    private final long[] refusedLast;

    OverloadWatch(final TaskExecutorEventBusFireWorker[] workers, final EngineEvents events) {
        this.workers = workers;
        this.events = events;
        this.overloaded = new boolean[workers.length];
        this.lastNanos = new long[workers.length];
        this.refusedBefore = new long[workers.length];
        this.refusedLast = new long[workers.length];
    }

    void tick(final long nowNanos) {
        for (int i = 0; i < workers.length; i++) {
            final TaskExecutorEventBusFireWorker worker = workers[i];
            final long refused = worker.refusedByOverload();
            final boolean now = refused != refusedLast[i];
            if (now) {
                lastNanos[i] = nowNanos;
            }
            if (now && !overloaded[i]) {
                overloaded[i] = true;
                refusedBefore[i] = refusedLast[i];
                events.accept(new EngineEvent.Overload(i, true, worker.queuedNanos(), refused - refusedBefore[i]));
            } else if (!now && overloaded[i] && nowNanos - lastNanos[i] >= CALM_NANOS) {
                overloaded[i] = false;
                events.accept(new EngineEvent.Overload(i, false, worker.queuedNanos(), refused - refusedBefore[i]));
            }
            refusedLast[i] = refused;
        }
    }

    /** Whether an episode is under way. */
    boolean isWatching() {
        for (final boolean each : overloaded) {
            if (each) {
                return true;
            }
        }
        return false;
    }
}
