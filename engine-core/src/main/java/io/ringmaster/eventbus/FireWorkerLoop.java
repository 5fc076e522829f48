package io.ringmaster.eventbus;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fire-worker's thread: turns the duty cycles of its seat's leases, one after the other, and waits in between, until
 * the engine ends or a lease is lost. After that nothing of the seat is touched: the next thread has it, see [M4] of
 * {@link FireWorkerSeat}.
 */
final class FireWorkerLoop implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(FireWorkerLoop.class);
    /**
     * Empty duty cycles before a fire-worker parks or yields, some ten microseconds. An adaptive one does not yield in between:
     * then the waits' p99 is four times as long, probably since the kernel takes a yield for a waiver of the thread's turn; see
     * docs/performance.md.
     */
    private static final int SPINS = 200;

    private final FireWorkerSeat seat;
    private final TaskExecutorEventBusCoordinator coordinator;
    private final WaitMode waitMode;
    /** The lease whose duty cycle is being turned, or was last. */
    private Lease current;

    FireWorkerLoop(
            final FireWorkerSeat seat, final TaskExecutorEventBusCoordinator coordinator, final WaitMode waitMode) {
        this.seat = seat;
        this.coordinator = coordinator;
        this.waitMode = waitMode;
    }

    @Override
    public void run() {
        boolean stalled = false;
        try {
            seat.sit();
            if (seat.fixed) {
                enter(seat.leases()[0]);
                turnOne(current);
            } else {
                turnAll();
            }
        } catch (final LeaseLost lost) {
            stalled = true;
            if (current.detached != null) {
                current.detached.run(coordinator.errors(), current.worker.gate());
            }
        } catch (final Throwable t) {
            // The engine's own code failed, which no input may cause: say so, loudly, and stop the intake.
            LOG.error(
                    "fire-worker {} ended by an internal error; the engine accepts nothing more",
                    current == null ? seat.index : current.worker.partition(),
                    t);
            coordinator.failed();
        } finally {
            Lease.leave();
            if (stalled) {
                current.ended = true;
                coordinator.lostThreadEnded(current);
            } else {
                coordinator.threadEnded();
            }
        }
    }

    private void enter(final Lease lease) {
        lease.enter();
        current = lease;
    }

    private void turnOne(final Lease lease) {
        final TaskExecutorEventBusFireWorker worker = lease.worker;
        boolean worked = false;
        long since = 0;
        int idle = 0;
        while (!coordinator.isTerminating()) {
            final boolean works = worker.dutyCycle(lease) > 0;
            final long now = worker.cycleNanos();
            if (worked) {
                worker.busy(now - since);
            }
            worked = works;
            since = now;
            idle = works ? 0 : idle(idle);
        }
    }

    /** As long as one lease is held, its duty cycles follow each other without a change of the current lease. */
    private void turnAll() {
        TaskExecutorEventBusFireWorker worked = null;
        long since = 0;
        int idle = 0;
        while (!coordinator.isTerminating()) {
            if (seat.hasMail()) {
                seat.readMail();
                worked = null; // it may be another thread's now
                Lease.leave();
                current = null;
            }
            int work = 0;
            for (final Lease each : seat.leases()) {
                if (each != current) {
                    enter(each);
                }
                final TaskExecutorEventBusFireWorker worker = each.worker;
                final int done = worker.dutyCycle(each);
                final long now = worker.cycleNanos();
                if (worked != null) {
                    worked.busy(now - since);
                    seat.busy(now - since);
                }
                worked = done > 0 ? worker : null;
                since = now;
                work += done;
            }
            idle = work > 0 ? 0 : idle(idle);
        }
    }

    private int idle(final int idle) {
        if (idle < SPINS || waitMode == WaitMode.BUSY_SPIN) {
            Thread.onSpinWait();
        } else if (waitMode == WaitMode.YIELD) {
            Thread.yield();
        } else {
            park();
        }
        return Math.min(idle + 1, SPINS); // after a park without work: the next park
    }

    private void park() {
        if (seat.fixed) {
            parkForOne(current.worker);
        } else {
            parkForAll();
        }
    }

    private void parkForOne(final TaskExecutorEventBusFireWorker worker) {
        final ParkGate gate = worker.gate();
        gate.prepare();
        if (worker.hasInput() || coordinator.isTerminating()) {
            gate.cancel();
            return;
        }
        gate.park(worker.parkNanos());
        Thread.interrupted(); // a flag somebody left would make every later park return at once
    }

    /**
     * Parks until an input of any partition, mail, or the first of the timers. [G3] Every gate is announced by {@link
     * ParkGate#prepare()} before any input is looked at, so [G2] holds for each of them: whoever publishes for any of the
     * partitions, or sends mail, either is seen by the look or takes that gate's announcement and unparks the thread. A
     * gate that was taken before the park leaves the thread a permit, so the park returns at once.
     */
    private void parkForAll() {
        final Lease[] held = seat.leases();
        seat.gate.prepare();
        for (final Lease each : held) {
            each.worker.gate().prepare();
        }
        long nanos = Long.MAX_VALUE;
        boolean found = coordinator.isTerminating() || seat.hasMail();
        for (int i = 0; i < held.length && !found; i++) {
            found = held[i].worker.hasInput();
            nanos = Math.min(nanos, held[i].worker.parkNanos());
        }
        if (found) {
            seat.gate.cancel();
        } else {
            seat.gate.park(nanos);
            Thread.interrupted();
        }
        for (final Lease each : held) {
            each.worker.gate().cancel();
        }
    }
}
