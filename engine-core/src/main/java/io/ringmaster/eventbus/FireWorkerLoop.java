package io.ringmaster.eventbus;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread of a lease: turns duty cycles and waits in between, until the engine ends or the lease is lost. */
final class FireWorkerLoop implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(FireWorkerLoop.class);
    private static final int SPINS = 200;
    private static final int YIELDS = 50;

    private final Lease lease;
    private final TaskExecutorEventBusFireWorker worker;
    private final TaskExecutorEventBusCoordinator coordinator;
    private final WaitMode waitMode;

    FireWorkerLoop(final Lease lease, final TaskExecutorEventBusCoordinator coordinator, final WaitMode waitMode) {
        this.lease = lease;
        this.worker = lease.worker;
        this.coordinator = coordinator;
        this.waitMode = waitMode;
    }

    @Override
    public void run() {
        lease.enter();
        try {
            int idle = 0;
            while (!coordinator.isTerminating()) {
                if (worker.dutyCycle(lease) > 0) {
                    idle = 0;
                } else {
                    idle = idle(idle);
                }
            }
        } catch (final LeaseLost lost) {
            if (lease.detached != null) {
                lease.detached.run(coordinator.errors());
            }
        } catch (final Throwable t) {
            // The engine's own code failed, which no input may cause: say so, loudly, and stop the intake.
            LOG.error(
                    "fire-worker {} ended by an internal error; the engine accepts nothing more",
                    worker.partition(),
                    t);
            coordinator.failed();
        } finally {
            Lease.leave();
            lease.ended = true;
            coordinator.leaseEnded(lease);
        }
    }

    private int idle(final int idle) {
        if (idle < SPINS || waitMode == WaitMode.BUSY_SPIN) {
            Thread.onSpinWait();
        } else if (idle < SPINS + YIELDS || waitMode == WaitMode.YIELD) {
            Thread.yield();
        } else {
            park();
            return SPINS; // after a park without work: a few yields, then the next park
        }
        return Math.min(idle + 1, SPINS + YIELDS);
    }

    private void park() {
        final ParkGate gate = worker.gate();
        gate.prepare();
        if (worker.hasInput() || coordinator.isTerminating()) {
            gate.cancel();
            return;
        }
        gate.park(worker.parkNanos());
        Thread.interrupted(); // a flag somebody left would make every later park return at once
    }
}
