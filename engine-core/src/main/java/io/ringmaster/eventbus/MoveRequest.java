package io.ringmaster.eventbus;

/** Asks the thread that holds a partition to give it to another one. */
final class MoveRequest {
    final TaskExecutorEventBusFireWorker worker;
    final FireWorkerSeat target;

    /** The thread has done what was asked, or does not hold the partition. */
    volatile boolean served;

    MoveRequest(final TaskExecutorEventBusFireWorker worker, final FireWorkerSeat target) {
        this.worker = worker;
        this.target = target;
    }
}
