package io.ringmaster.benchmarks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ArrayBlockingQueue;

/** The plain control: an {@link ArrayBlockingQueue}. */
final class QueueEventTarget implements EventTarget {
    private static final VarHandle HANDLED;

    static {
        try {
            HANDLED = MethodHandles.lookup().findVarHandle(QueueEventTarget.class, "handled", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final EventKey[] byIndex = EventKey.create();
    private final ArrayBlockingQueue<EventKey> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final Thread consumer;
    private volatile boolean closed;
    /** Written by the consumer alone, with release. */
    private long handled;

    QueueEventTarget(final boolean threaded) {
        consumer = threaded ? Waiting.start("queue-consumer", this::consume) : null;
    }

    private void consume() {
        while (!closed) {
            final EventKey key = queue.poll();
            if (key == null) {
                Thread.yield();
            } else {
                key.handled++;
                HANDLED.setRelease(this, handled + 1);
            }
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
        Waiting.until("queued events handled", () -> (long) HANDLED.getAcquire(this) == published);
        final long sum = EventKey.sum(byIndex);
        if (sum != published) {
            throw new IllegalStateException("handled " + sum + " of " + published + " events");
        }
    }

    @Override
    public void close() {
        closed = true;
        if (consumer != null) {
            Waiting.join(consumer);
        }
    }
}
