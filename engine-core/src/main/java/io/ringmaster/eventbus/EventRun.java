package io.ringmaster.eventbus;

import io.ringmaster.lifecycle.ExecutorBinding;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEvent;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEventListener;

/**
 * What has happened to the current executor since listeners were last told: each listener is told of all of it in one
 * call under the lease. One for each lease, of whose thread it is; the monitor looks at it in a take-over.
 */
final class EventRun {
    /** Inputs in a row without foreign code in between are fewer; see {@link #isNearlyFull()}. */
    private static final int CAPACITY = 8;

    private final TaskExecutorLifecycleEvent[] events = new TaskExecutorLifecycleEvent[CAPACITY];
    private int size;

    EventRun(final ExecutorBinding binding, final int partition) {
        for (int i = 0; i < CAPACITY; i++) {
            events[i] = new TaskExecutorLifecycleEvent(binding, partition);
        }
    }

    /** Returns the next event, to be filled. */
    TaskExecutorLifecycleEvent add() {
        return events[size++];
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Whether it has no room for what one effect may add: progress, and what follows from the effect. */
    boolean isNearlyFull() {
        return size > CAPACITY - 2;
    }

    void clear() {
        size = 0;
    }

    /** Tells a listener of each. Foreign code; what it throws ends nothing. */
    void tell(final TaskExecutorLifecycleEventListener listener, final ErrorLog errors) {
        for (int i = 0; i < size; i++) {
            try {
                listener.onEvent(events[i]);
            } catch (final Throwable t) {
                errors.accept("a listener", t);
            }
        }
    }

    void copyTo(final DetachedListener lane) {
        for (int i = 0; i < size; i++) {
            lane.add(events[i]);
        }
    }

    /** Takes over what another lease, bound to the same executor, has not told to every listener. */
    void continueFrom(final EventRun other) {
        size = other.size;
        for (int i = 0; i < size; i++) {
            events[i].set(other.events[i]);
        }
    }

    /** A listener has stalled with one of these, and the others are still to be told to it: they stay as they are. */
    void keep() {
        for (int i = 0; i < size; i++) {
            events[i].keep();
        }
    }
}
