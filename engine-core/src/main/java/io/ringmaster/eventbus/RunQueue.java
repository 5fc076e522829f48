package io.ringmaster.eventbus;

import io.ringmaster.lifecycle.TaskExecutor;

/** Executors whose turn has come, first in first out, linked through themselves. The partition's owner only. */
final class RunQueue {
    private TaskExecutor head;
    private TaskExecutor tail;
    private int size;

    boolean isEmpty() {
        return head == null;
    }

    int size() {
        return size;
    }

    /** Adds an executor, unless it is there already. */
    void add(final TaskExecutor executor) {
        if (executor.is(TaskExecutor.QUEUED)) {
            return;
        }
        executor.set(TaskExecutor.QUEUED);
        if (tail == null) {
            head = executor;
        } else {
            tail.runNext(executor);
        }
        tail = executor;
        size++;
    }

    /** Takes the first one out of a queue that is not empty. */
    TaskExecutor take() {
        final TaskExecutor executor = head;
        head = executor.runNext();
        if (head == null) {
            tail = null;
        }
        size--;
        executor.runNext(null);
        executor.clear(TaskExecutor.QUEUED);
        return executor;
    }
}
