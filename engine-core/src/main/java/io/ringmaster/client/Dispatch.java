package io.ringmaster.client;

/** A task that was dispatched, as the client knows it: who asked, and who is told. */
class Dispatch {
    final long correlationId;
    /** Any thread may move it; of a task with acknowledged reports it is the outbox that counts. */
    volatile String destination;

    Dispatch(final long correlationId, final String destination) {
        this.correlationId = correlationId;
        this.destination = destination;
    }

    /** Returns the name of who is told; null if nobody is any more. */
    String destinationName() {
        return destination;
    }
}
