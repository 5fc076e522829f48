package io.ringmaster.eventbus;

import io.ringmaster.lifecycle.TaskExecutorLifecycleEvent;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEventListener;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A listener that stalled, with its events of one partition: the thread it stalled goes on delivering them, in order,
 * when it comes back. The queue is not bounded, since an accepted task's events are never dropped; a long one stops
 * admission instead. When all of them are delivered the partition's owner calls the listener itself again.
 *
 * <p>[D1] The stalled thread counts a delivery after the listener has returned, with release; [D2] the owner, who alone
 * adds, finds as many delivered as it has added, with acquire. So no delivery is under way or to come, and whatever the
 * listener wrote in its last one is seen by the next call, on the owner's thread. Checked by BadListenerTest.
 *
 * <p>[D3] Where nothing is left to deliver the stalled thread looks at the partition's gate, after a full fence; the owner
 * looks at [D1]'s count between announcing that it parks and parking. So a partition without further events does not sleep
 * through the return of its listener. Checked by StallTest.
 */
final class DetachedListener {
    private static final long POLL_MILLIS = 50;

    final TaskExecutorLifecycleEventListener listener;
    private final LinkedBlockingQueue<TaskExecutorLifecycleEvent> queue = new LinkedBlockingQueue<>();
    /** Owner of the partition only. */
    private long added;

    private volatile long delivered;
    private volatile boolean returned;
    private volatile boolean closed;
    /** Invoker mode. */
    private boolean draining;

    DetachedListener(final TaskExecutorLifecycleEventListener listener) {
        this.listener = listener;
    }

    /** Adds an event. Owner of the partition only. */
    void add(final TaskExecutorLifecycleEvent event) {
        added++;
        queue.add(event.copy());
    }

    /** Returns how many events were added. Owner of the partition only. */
    long added() {
        return added;
    }

    /** Whether the stalled call has come back and everything was delivered. Owner of the partition only. See [D2]. */
    boolean isCaughtUp() {
        return returned && delivered == added;
    }

    int size() {
        return queue.size();
    }

    /** The stalled call has come back: events may be delivered from here. The stalled thread. */
    void returned() {
        returned = true;
    }

    /** No more events come; the thread ends when the queue is empty. */
    void close() {
        closed = true;
    }

    /** Delivers events until {@link #close()}, and tells the gate each time that none is left. The stalled thread. */
    void run(final ErrorLog errors, final ParkGate gate) {
        boolean interrupted = false;
        gate.signalAllWhenBlocking(); // [D3]: there may have been none at all
        while (!interrupted) {
            try {
                final TaskExecutorLifecycleEvent event = queue.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
                if (event != null) {
                    deliver(event, errors);
                    if (queue.isEmpty()) {
                        gate.signalAllWhenBlocking(); // [D3]
                    }
                } else if (closed) {
                    return;
                }
            } catch (final InterruptedException e) {
                // an interrupt left behind by the listener itself ends nothing; close() interrupts after it set closed
                interrupted = closed;
            }
        }
    }

    /** Delivers what is there, if the stalled call has come back and this is not called by the listener itself. Invoker mode. */
    int drain(final ErrorLog errors) {
        if (!returned || draining || queue.isEmpty()) {
            return 0;
        }
        int work = 0;
        draining = true;
        final boolean interrupted = Thread.interrupted();
        for (TaskExecutorLifecycleEvent event = queue.poll(); event != null; event = queue.poll()) {
            deliver(event, errors);
            work++;
        }
        Thread.interrupted();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        draining = false;
        return work;
    }

    private void deliver(final TaskExecutorLifecycleEvent event, final ErrorLog errors) {
        try {
            listener.onEvent(event);
        } catch (final Throwable t) {
            errors.accept("a detached listener", t);
        }
        delivered++; // [D1] its only writer
    }
}
