package io.ringmaster.eventbus;

import io.ringmaster.event.EngineEvent;
import io.ringmaster.event.EngineEvents;

/**
 * Looks at the load of each thread and asks for the moves that {@link PartitionBalancer} decides on: one at a time, and a
 * partition that has moved stays for some intervals. The monitor's thread only.
 */
final class PartitionMover {
    /** Intervals for which a partition that has moved stays where it is. */
    private static final int REST = 5;
    /** Ring slots in use from which a partition counts as having a queue: a batch. */
    private static final int QUEUE = 256;
    /** The part of an interval, as a divisor, that may be lost before its loads say nothing. */
    private static final int MOST_LOST = 4;

    private final TaskExecutorEventBusCoordinator coordinator;
    private final TaskExecutorEventBusFireWorker[] workers;
    private final FireWorkerSeat[] seats;
    private final PartitionBalancer balancer;
    private final EngineEvents events;
    private final long intervalNanos;
    private final long queue;

    private final int[] threadOf;
    private final long[] busyNanos;
    private final double[] loads;
    private final boolean[] queued;
    private final boolean[] resting;
    private final int[] rest;
    private long lastNanos;
    private MoveRequest asked;
    private PartitionBalancer.Move move;

    PartitionMover(
            final TaskExecutorEventBusCoordinator coordinator,
            final TaskExecutorEventBusFireWorker[] workers,
            final FireWorkerSeat[] seats,
            final EventBusSettings settings) {
        this.coordinator = coordinator;
        this.workers = workers;
        this.seats = seats;
        this.balancer = new PartitionBalancer(seats.length);
        this.events = settings.events();
        this.intervalNanos = settings.balanceNanos();
        this.queue = Math.min(QUEUE, settings.ringCapacity() / 4);
        this.threadOf = new int[workers.length];
        this.busyNanos = new long[workers.length];
        this.loads = new double[workers.length];
        this.queued = new boolean[workers.length];
        this.resting = new boolean[workers.length];
        this.rest = new int[workers.length];
        this.lastNanos = settings.clock().getAsLong();
    }

    /**
     * Sees what became of the last request; once per interval decides anew.
     *
     * @param now    the time.
     * @param lost   for how long the process, or the monitor alone, may have stood still just now; else 0.
     * @param usable which threads may give and take.
     */
    void doWork(final long now, final long lost, final boolean[] usable) {
        if (asked != null && asked.served) {
            settle();
        }
        if (lost > intervalNanos / MOST_LOST) {
            sample(now); // a call that went on meanwhile looks like work, and all others like idleness
            return;
        }
        if (now - lastNanos < intervalNanos) {
            return;
        }
        sample(now);
        for (int i = 0; i < rest.length; i++) {
            rest[i] = Math.max(0, rest[i] - 1);
            resting[i] = rest[i] > 0;
        }
        if (asked != null && seats[move.fromThread()].withdraw(asked)) {
            asked = null; // its thread had no time for it; the loads are others by now
        }
        if (asked == null && !coordinator.isIntakeClosed()) {
            move = balancer.decide(threadOf, loads, queued, resting, usable);
            asked = move == null ? null : coordinator.move(move.partition(), move.toThread());
        }
    }

    private void settle() {
        if (asked.worker.seat() == asked.target) {
            rest[move.partition()] = REST;
            events.accept(new EngineEvent.PartitionMove(
                    move.partition(), move.fromThread(), move.toThread(), move.fromLoad(), move.toLoad()));
        }
        asked = null;
    }

    private void sample(final long now) {
        final long elapsed = Math.max(1, now - lastNanos);
        lastNanos = now;
        for (int i = 0; i < workers.length; i++) {
            final long busy = busyNanos(workers[i], now);
            // Less than before where a call that seemed to be work turned out to be a stall.
            loads[i] = Math.max(0, busy - busyNanos[i]) / (double) elapsed;
            busyNanos[i] = busy;
            queued[i] = workers[i].occupied() >= queue;
            threadOf[i] = workers[i].seat().index;
        }
    }

    /** With the cycle that a long call keeps from ending: its thread would look idle. A racy look. */
    private static long busyNanos(final TaskExecutorEventBusFireWorker worker, final long now) {
        final long busy = worker.busyNanos();
        return PartitionOwnership.isInCall(worker.ownership()) ? busy + Math.max(0, now - worker.cycleNanos()) : busy;
    }
}
