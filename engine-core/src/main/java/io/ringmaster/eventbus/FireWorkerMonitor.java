package io.ringmaster.eventbus;

import io.ringmaster.event.EngineEvent;
import io.ringmaster.event.EngineEvents;
import io.ringmaster.event.Stacks;
import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.metrics.ThreadCpuTime;
import io.ringmaster.resilience.ExclusiveWatch;
import io.ringmaster.resilience.TaskTypes;
import io.ringmaster.task.Refusal;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
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
    /** How many looks there are in a tick, in an alert. */
    private static final int ALERT = 8;

    private static final long REVIEW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final TaskExecutorEventBusCoordinator coordinator;
    private final TaskExecutorEventBusFireWorker[] workers;
    private final FireWorkerSeat[] seats;
    /** Moves partitions; null if there is nothing to be moved, or nobody wants it. */
    private final PartitionMover mover;

    private final long tickNanos;
    private final long alertNanos;
    private final int listenerBacklog;
    private final long[] watched;
    private final int[] seen;
    private final boolean invoker;
    private final EngineEvents events;
    private final ZombieWatch zombies;
    private final ExclusiveWatch watch;
    private final OverloadWatch overload;
    private final TaskTypes types;
    private final SlowCalls slowCalls = new SlowCalls();
    /** When each watched call was seen first, and what it looked like when it was seen again. */
    private final long[] since;

    private final String[] heldIn;
    private final String[] heldBy;
    private long lastReview;
    /** Whether the last tick left something to be watched. Without it a simulation owes the monitor no tick. */
    private boolean watching;

    private volatile long pauses;
    private volatile long lastPauseNanos;
    private volatile long lastPauseEpochMillis;
    /** Which partitions a call holds for which no spare thread was left. */
    private final boolean[] unspared;
    /** Which seats' threads are neither held without a spare nor still to be started. */
    private final boolean[] usable;

    private boolean alerted;
    private long alertEnd;
    private long lastLook;
    private long lastTick;
    private volatile long ticks;
    /** Makes copies of the counters; null for nobody. Set before the thread starts. */
    private EngineCounters counters;

    FireWorkerMonitor(
            final TaskExecutorEventBusCoordinator coordinator,
            final TaskExecutorEventBusFireWorker[] workers,
            final FireWorkerSeat[] seats,
            final EventBusSettings settings) {
        this.coordinator = coordinator;
        this.workers = workers;
        this.seats = seats;
        this.mover = seats.length < workers.length && settings.balanceNanos() > 0
                ? new PartitionMover(coordinator, workers, seats, settings)
                : null;
        this.tickNanos = tickNanos(settings.stallNanos());
        this.alertNanos = Math.max(1, tickNanos / ALERT);
        this.listenerBacklog = settings.listenerBacklog();
        this.watched = new long[workers.length];
        this.seen = new int[workers.length];
        this.invoker = settings.invoker();
        this.events = settings.events();
        this.zombies = new ZombieWatch(events);
        this.watch = settings.watch();
        this.overload = new OverloadWatch(workers, events);
        this.types = settings.types();
        this.since = new long[workers.length];
        this.heldIn = new String[workers.length];
        this.heldBy = new String[workers.length];
        this.unspared = new boolean[workers.length];
        this.usable = new boolean[seats.length];
        this.lastTick = settings.clock().getAsLong();
        this.lastReview = lastTick;
    }

    static long tickNanos(final long stallNanos) {
        return Math.max(1, stallNanos / TICKS);
    }

    /** Has copies of the counters made from now on. Before the start. */
    void counters(final EngineCounters made) {
        counters = made;
    }

    @Override
    public void run() {
        ThreadCpuTime.prepare();
        if (counters != null) {
            counters.prepare();
        }
        lastTick = System.nanoTime(); // what that took is no pause of the engine
        while (!coordinator.isTerminated()) {
            LockSupport.parkNanos(this, parkNanos(System.nanoTime()));
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

    private long parkNanos(final long now) {
        if (isAlert(now)) {
            return alertNanos;
        }
        return counters == null ? tickNanos : Math.min(nanosToTick(now), counters.nanosToCopy(now));
    }

    /** One look at everything, and a copy of the counters; does neither before its time has come. */
    int doWork(final long now) {
        final int work = tick(now);
        if (counters != null) {
            counters.copyIfDue(now);
        }
        return work;
    }

    private int tick(final long now) {
        final long gap = now - lastTick;
        if (gap < tickNanos) {
            return isAlert(now) && now - lastLook >= alertNanos ? quickLook(now) : 0;
        }
        lastTick = now;
        lastLook = now;
        ticks++;
        int work = coordinator.errors().flush();
        final boolean late = gap > 2 * tickNanos;
        if (late) {
            // The process was suspended or the monitor starved: what it saw before says nothing about a stall.
            Arrays.fill(seen, 0);
        }
        if (late && (watching || !invoker)) {
            zombies.paused(now - gap + tickNanos, now); // nobody could be heard meanwhile
            watch.paused(now);
            lastPauseNanos = gap - tickNanos;
            lastPauseEpochMillis = System.currentTimeMillis();
            pauses++;
        } else {
            work += zombies.tick(now);
        }
        work += watch.tick(now);
        watching = isWatching();
        for (int i = 0; i < workers.length; i++) {
            work += look(i, now);
        }
        block();
        overload.tick(now);
        if (now - lastReview >= REVIEW_NANOS) {
            lastReview = now;
            types.review(now, events);
        }
        // Before the telling, which takes its time the first time, and whatever time a listener takes.
        coordinator.startPendingThreads();
        work += events.flush();
        if (mover != null) {
            balance(now, late ? gap : 0);
        }
        return work;
    }

    /**
     * Behind a call that has stalled, the next one that does must not take a whole threshold again: for two thresholds after
     * a hand-over the monitor looks more often. What it then takes for a stall may be a thread that waits for its CPU; that
     * costs a thread for a moment, and does not lengthen the alert.
     */
    private int quickLook(final long now) {
        if (now - lastLook > 2 * alertNanos) {
            Arrays.fill(seen, 0); // late, as above
        }
        lastLook = now;
        int work = 0;
        for (int i = 0; i < workers.length; i++) {
            work += look(i, now);
        }
        if (work > 0) {
            block();
            coordinator.startPendingThreads();
        }
        return work;
    }

    private boolean isAlert(final long now) {
        return alerted && alertEnd - now > 0;
    }

    /** Whether something is expected of the monitor's next ticks, so that it must not miss any. */
    boolean isWatching() {
        if (!zombies.isEmpty() || overload.isWatching()) {
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
            if (seen[i] > 0) {
                slowCalls.add(heldIn[i], heldBy[i], now - since[i]);
            }
            watched[i] = ownership;
            since[i] = now;
            seen[i] = 0;
            unspared[i] = false;
            return 0;
        }
        if (seen[i] == 0) {
            heldIn[i] = worker.looksBusyIn().name();
            heldBy[i] = worker.looksHeldBy();
        }
        return ++seen[i] < TICKS ? 0 : takeOver(worker, ownership, now);
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

    private boolean listenerBehind(final TaskExecutorEventBusFireWorker worker) {
        for (final DetachedListener each : worker.detached()) {
            if (each != null && each.size() > listenerBacklog) {
                return true;
            }
        }
        return false;
    }

    private int takeOver(final TaskExecutorEventBusFireWorker worker, final long ownership, final long now) {
        final int i = worker.partition();
        final Lease old = worker.lease();
        final TaskExecutor executor = worker.looksBusyWith();
        final String call = heldIn[i];
        final long held = now - since[i];
        final boolean spare = coordinator.tryHold();
        if (spare || !unspared[i]) {
            final Thread thread = old.thread;
            events.accept(new EngineEvent.Stall(
                    i,
                    call,
                    executor == null ? 0 : executor.id(),
                    executor == null ? "" : executor.spec().type(),
                    held,
                    thread == null ? "" : thread.getName(),
                    Stacks.of(thread),
                    spare));
        }
        if (!spare) {
            unspared[i] = true;
            return 0;
        }
        old.lost(true);
        final Lease next = worker.takeOver(ownership);
        if (next == null) {
            old.lost(false);
            coordinator.unhold();
            return 0;
        }
        slowCalls.add(call, heldBy[i], held);
        seen[i] = 0;
        unspared[i] = false;
        if (held >= (TICKS - 1) * tickNanos) {
            alerted = true;
            alertEnd = now + 2 * TICKS * tickNanos;
        }
        coordinator.tookOver(next);
        handedOver(i, next, call, held, now);
        return 1;
    }

    /** The executor is the one that was held for certain now, and whoever stalled once is learned from at once. */
    private void handedOver(final int partition, final Lease next, final String call, final long held, final long now) {
        final TaskExecutor executor = next.binding.executor();
        events.accept(new EngineEvent.HandOver(
                partition, call, executor.id(), executor.spec().type(), held, next.epoch));
        if (call.equals(PartitionLifecycle.Call.STEP.name())) {
            types.of(executor.spec()).stalled();
            types.review(now, events);
        }
    }

    /** How long until the next look at everything, at least 1 ns. */
    long nanosToTick(final long now) {
        final long toTick = tickNanos - (now - lastTick);
        return Math.max(1, isAlert(now) ? Math.min(toTick, alertNanos - (now - lastLook)) : toTick);
    }

    SlowCalls slowCalls() {
        return slowCalls;
    }

    ZombieWatch zombies() {
        return zombies;
    }

    /** How often the engine itself stood still for two ticks or more. */
    long pauses() {
        return pauses;
    }

    /** How long the last time, about. */
    long lastPauseNanos() {
        return lastPauseNanos;
    }

    /** When that was over. */
    long lastPauseEpochMillis() {
        return lastPauseEpochMillis;
    }

    /** For how long the monitor has seen a partition in the same call; 0 if it saw another one before. */
    long heldNanos(final int partition, final long now) {
        return seen[partition] > 0 ? now - since[partition] : 0;
    }

    long ticks() {
        return ticks;
    }
}
