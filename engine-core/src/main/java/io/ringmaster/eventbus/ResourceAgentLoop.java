package io.ringmaster.eventbus;

import io.ringmaster.resilience.ResourceAgent;

/** Turns the resource agent's duty cycle on a thread of its own and parks between requests, see {@link ParkGate}. */
final class ResourceAgentLoop implements Runnable {
    private final TaskExecutorEventBusCoordinator coordinator;
    private final ResourceAgent agent;
    private final ParkGate gate = new ParkGate(true);

    ResourceAgentLoop(final TaskExecutorEventBusCoordinator coordinator, final ResourceAgent agent) {
        this.coordinator = coordinator;
        this.agent = agent;
    }

    /** Any thread, after a request was queued. */
    void wake() {
        gate.signalAllWhenBlocking();
    }

    @Override
    public void run() {
        while (!coordinator.isTerminated()) {
            try {
                if (agent.doWork() > 0) {
                    continue;
                }
            } catch (final Throwable t) {
                coordinator.errors().accept("the resource agent", t);
                continue;
            }
            gate.prepare();
            if (!agent.hasWork() && !coordinator.isTerminated()) {
                gate.park(Long.MAX_VALUE);
                Thread.interrupted();
            } else {
                gate.cancel();
            }
        }
    }
}
