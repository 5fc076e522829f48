package io.ringmaster.benchmarks;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/** The plain control: an {@link ArrayBlockingQueue}. */
final class QueueEventTarget implements EventTarget {
    private static final long PARK_NANOS = 50_000;

    private final EventKey[] byIndex = EventKey.create();
    private final ArrayBlockingQueue<EventKey> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final Idle idle;
    private final Hold hold;
    private final Thread consumer;
    private volatile boolean closed;
    private final LonelyCounter handled = new LonelyCounter();

    /**
     * A queue.
     *
     * @param idle what the consumer thread does when there is nothing to do; null for no thread.
     * @param hold where it stands still; null if it never does.
     */
    QueueEventTarget(final Idle idle, final Hold hold) {
        this.idle = idle;
        this.hold = hold;
        consumer = idle != null ? Waiting.start("queue-consumer", this::consume) : null;
    }

    private void consume() {
        while (!closed) {
            if (hold != null && hold.isAsked()) {
                hold.stand();
            }
            final EventKey key = queue.poll();
            if (key == null) {
                idle();
            } else {
                key.handled++;
                handled.increment();
            }
        }
    }

    private void idle() {
        switch (idle) {
            case SPIN -> Thread.onSpinWait();
            case YIELD -> Thread.yield();
            case PARK -> LockSupport.parkNanos(this, PARK_NANOS);
        }
    }

    @Override
    public void publish(final int[] keys, final int from, final int to) {
        for (int i = from; i < to; i++) {
            if (!queue.offer(byIndex[keys[i]])) {
                throw new IllegalStateException("the queue is full though there was room");
            }
        }
    }

    @Override
    public boolean hasRoom() {
        return queue.remainingCapacity() >= ROOM;
    }

    @Override
    public int drain() {
        int count = 0;
        for (EventKey key = queue.poll(); key != null; key = queue.poll()) {
            key.handled++;
            count++;
        }
        return count;
    }

    @Override
    public void awaitHandled(final long published) {
        Waiting.until("queued events handled", () -> handled.get() == published);
        final long sum = EventKey.sum(byIndex);
        if (sum != published) {
            throw new IllegalStateException("handled " + sum + " of " + published + " events");
        }
    }

    @Override
    public void hold() {
        hold.ask();
        hold.awaitHeld();
    }

    @Override
    public void resume() {
        hold.release();
    }

    @Override
    public void close() {
        closed = true;
        if (consumer != null) {
            Waiting.join(consumer);
        }
    }
}
