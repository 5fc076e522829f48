package io.ringmaster.eventbus;

import io.ringmaster.event.EngineEvents;
import io.ringmaster.resilience.ExclusiveWatch;
import io.ringmaster.task.Refusal;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the fire-workers for calls that do not return, takes their partitions over, and logs what fire-workers must
 * not. One thread per engine, or a duty cycle in invoker mode.
 */
final class FireWorkerMonitor implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(FireWorkerMonitor.class);
    /** Ticks that must have seen the same call. */
    private static final int TICKS = 3;

    private final TaskExecutorEventBusCoordinator coordinator;
    private final TaskExecutorEventBusFireWorker[] workers;
    private final long tickNanos;
    private final int listenerBacklog;
    private final long[] watched;
    private final int[] seen;
    private final boolean invoker;
    private final EngineEvents events;
    private final ZombieWatch zombies;
    private final ExclusiveWatch watch;
    /** Whether the last tick left something to be watched. Without it a simulation owes the monitor no tick. */
    private boolean watching;

    private volatile long pauses;
    private long lastTick;
    private volatile long ticks;

    FireWorkerMonitor(
            final TaskExecutorEventBusCoordinator coordinator,
            final TaskExecutorEventBusFireWorker[] workers,
            final EventBusSettings settings) {
        this.coordinator = coordinator;
        this.workers = workers;
        this.tickNanos = Math.max(1, settings.stallNanos() / TICKS);
        this.listenerBacklog = settings.listenerBacklog();
        this.watched = new long[workers.length];
        this.seen = new int[workers.length];
        this.invoker = settings.invoker();
        this.events = settings.events();
        this.zombies = new ZombieWatch(events);
        this.watch = settings.watch();
        this.lastTick = settings.clock().getAsLong();
    }

    @Override
    public void run() {
        while (!coordinator.isTerminated()) {
            LockSupport.parkNanos(this, tickNanos);
            Thread.interrupted();
            try {
                doWork(System.nanoTime());
            } catch (final Throwable t) {
                LOG.error("the monitor's duty cycle failed and goes on", t);
            }
        }
        events.flush();
        coordinator.errors().flush();
    }

    /** One look at everything; does nothing before its tick has come. */
    int doWork(final long now) {
        final long gap = now - lastTick;
        if (gap < tickNanos) {
            return 0;
        }
        lastTick = now;
        ticks++;
        int work = coordinator.errors().flush();
        if (gap > 2 * tickNanos && (watching || !invoker)) {
            // The process was suspended or the monitor starved: what it saw before says nothing about a stall, and
            // nobody could be heard meanwhile.
            java.util.Arrays.fill(seen, 0);
            zombies.paused(now - gap + tickNanos, now);
            watch.paused(now);
            pauses++;
        } else {
            work += zombies.tick(now);
        }
        work += watch.tick(now);
        watching = isWatching();
        for (int i = 0; i < workers.length; i++) {
            work += look(i, now);
        }
        work += events.flush();
        coordinator.startPendingThreads();
        return work;
    }

    /** Whether something is expected of the monitor's next ticks, so that it must not miss any. */
    boolean isWatching() {
        if (!zombies.isEmpty()) {
            return true;
        }
        for (final TaskExecutorEventBusFireWorker worker : workers) {
            if (worker.beating() > 0 || PartitionOwnership.isInCall(worker.ownership())) {
                return true;
            }
        }
        return false;
    }

    private int look(final int i, final long now) {
        final TaskExecutorEventBusFireWorker worker = workers[i];
        final long ownership = worker.ownership();
        if (PartitionOwnership.isInCall(ownership)) {
            worker.stopOverdueStep(now);
        }
        if (!PartitionOwnership.isInCall(ownership) || ownership != watched[i]) {
            watched[i] = ownership;
            seen[i] = 0;
            worker.blocked(listenerBehind(worker) ? Refusal.LISTENER_BEHIND : null);
            return 0;
        }
        return ++seen[i] < TICKS ? 0 : takeOver(worker, ownership);
    }

    private boolean listenerBehind(final TaskExecutorEventBusFireWorker worker) {
        for (final DetachedListener each : worker.detached()) {
            if (each != null && each.size() > listenerBacklog) {
                return true;
            }
        }
        return false;
    }

    private int takeOver(final TaskExecutorEventBusFireWorker worker, final long ownership) {
        final int i = worker.partition();
        final String held = worker.describeCall();
        if (!coordinator.tryHold()) {
            if (worker.blocked() != Refusal.NO_SPARE) {
                worker.blocked(Refusal.NO_SPARE);
                LOG.warn(
                        "fire-worker {} is held by {} and no spare thread is left: it accepts nothing meanwhile",
                        i,
                        held);
            }
            return 0;
        }
        final Lease old = worker.lease();
        old.lost(true);
        final Lease next = worker.takeOver(ownership);
        if (next == null) {
            old.lost(false);
            coordinator.unhold();
            return 0;
        }
        seen[i] = 0;
        worker.blocked(null);
        coordinator.tookOver(next);
        LOG.warn("fire-worker {} was held by {}: its partition goes on with another thread", i, held);
        return 1;
    }

    /** How long until the next look at everything, at least 1 ns. Invoker mode. */
    long nanosToTick(final long now) {
        return Math.max(1, tickNanos - (now - lastTick));
    }

    ZombieWatch zombies() {
        return zombies;
    }

    /** How often the engine itself stood still for two ticks or more. */
    long pauses() {
        return pauses;
    }

    long ticks() {
        return ticks;
    }
}
