package io.ringmaster.eventbus;

import io.ringmaster.task.Refusal;
import java.util.Arrays;
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

    private static final int PERCENT = 100;

    private final TaskExecutorEventBusCoordinator coordinator;
    private final TaskExecutorEventBusFireWorker[] workers;
    private final FireWorkerSeat[] seats;
    /** Moves partitions; null if there is nothing to be moved, or nobody wants it. */
    private final PartitionMover mover;

    private final long tickNanos;
    private final int listenerBacklog;
    private final long[] watched;
    private final int[] seen;
    /** Which partitions a call holds for which no spare thread was left. */
    private final boolean[] unspared;
    /** Which seats' threads are neither held without a spare nor still to be started. */
    private final boolean[] usable;

    private long lastTick;
    private volatile long ticks;

    FireWorkerMonitor(
            final TaskExecutorEventBusCoordinator coordinator,
            final TaskExecutorEventBusFireWorker[] workers,
            final FireWorkerSeat[] seats,
            final EventBusSettings settings) {
        this.coordinator = coordinator;
        this.workers = workers;
        this.seats = seats;
        this.mover = seats.length < workers.length && settings.balanceNanos() > 0
                ? new PartitionMover(this, coordinator, workers, seats, settings)
                : null;
        this.tickNanos = Math.max(1, settings.stallNanos() / TICKS);
        this.listenerBacklog = settings.listenerBacklog();
        this.watched = new long[workers.length];
        this.seen = new int[workers.length];
        this.unspared = new boolean[workers.length];
        this.usable = new boolean[seats.length];
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
        final boolean late = gap > 2 * tickNanos;
        if (late) {
            // The process was suspended or the monitor starved: what it saw before says nothing about a stall.
            Arrays.fill(seen, 0);
        }
        for (int i = 0; i < workers.length; i++) {
            work += look(i);
        }
        block();
        coordinator.startPendingThreads();
        if (mover != null) {
            balance(now, late ? gap : 0);
        }
        return work;
    }

    private int look(final int i) {
        final TaskExecutorEventBusFireWorker worker = workers[i];
        final long ownership = worker.ownership();
        if (!PartitionOwnership.isInCall(ownership) || ownership != watched[i]) {
            watched[i] = ownership;
            seen[i] = 0;
            unspared[i] = false;
            return 0;
        }
        return ++seen[i] < TICKS ? 0 : takeOver(worker, ownership);
    }

    /** With a thread that is held all of its partitions stand still, so all of them refuse. */
    private void block() {
        Arrays.fill(usable, true);
        for (int i = 0; i < workers.length; i++) {
            if (unspared[i]) {
                usable[workers[i].seat().index] = false;
            }
        }
        for (final TaskExecutorEventBusFireWorker worker : workers) {
            if (!usable[worker.seat().index]) {
                worker.blocked(Refusal.NO_SPARE);
            } else {
                worker.blocked(listenerBehind(worker) ? Refusal.LISTENER_BEHIND : null);
            }
        }
    }

    private void balance(final long now, final long lost) {
        for (int i = 0; i < usable.length; i++) {
            usable[i] &= !coordinator.isPending(seats[i]);
        }
        mover.doWork(now, lost, usable);
    }

    /**
     * A partition has gone to another thread because of its load.
     *
     * @param partition  the partition.
     * @param fromThread the thread that gave it.
     * @param toThread   the one that has it now.
     * @param fromLoad   the first one's load before, as the busy share of its time.
     * @param toLoad     the second one's before.
     */
    void partitionMoved(
            final int partition, final int fromThread, final int toThread, final double fromLoad, final double toLoad) {
        LOG.info(
                "partition {} moved from fire-worker thread {} ({} % busy) to {} ({} %)",
                partition, fromThread, Math.round(fromLoad * PERCENT), toThread, Math.round(toLoad * PERCENT));
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
            if (!unspared[i]) {
                unspared[i] = true;
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
        unspared[i] = false;
        coordinator.tookOver(next);
        LOG.warn("fire-worker {} was held by {}: its partition goes on with another thread", i, held);
        return 1;
    }

    /** How long until the next look at everything, at least 1 ns. Invoker mode. */
    long nanosToTick(final long now) {
        return Math.max(1, tickNanos - (now - lastTick));
    }

    long ticks() {
        return ticks;
    }
}
