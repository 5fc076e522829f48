package io.ringmaster.eventbus;

import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.task.InternalApi;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The control requests of one partition: an intrusive list of executors, many producers, one consumer, never full. An
 * executor is pushed only by the thread that set its LINKED bit, so it is in the list at most once. It is a Treiber
 * stack (R. K. Treiber, 1986) of which the consumer always takes everything, so there is no ABA.
 *
 * <p>[L1] The push's compare-and-set releases the executor's link; [L2] the swap in {@link #takeAll()} acquires it.
 * Checked by ControlListStress.
 */
@InternalApi
public final class ControlList {
    private static final VarHandle HEAD;

    static {
        try {
            HEAD = MethodHandles.lookup().findVarHandle(ControlList.class, "head", TaskExecutor.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private TaskExecutor head;

    /** Creates an empty list. */
    public ControlList() {}

    /**
     * Adds an executor. Any thread that has just set its LINKED bit.
     *
     * @param executor the executor.
     */
    public void push(final TaskExecutor executor) {
        TaskExecutor first;
        do {
            first = (TaskExecutor) HEAD.getVolatile(this);
            executor.controlNext(first);
        } while (!HEAD.compareAndSet(this, first, executor));
    }

    /** Returns whether there is nothing in it; with acquire. Any thread. */
    public boolean isEmpty() {
        return HEAD.getAcquire(this) == null;
    }

    /**
     * Takes everything, oldest first. Owner only.
     *
     * @return a chain by {@link TaskExecutor#controlNext()}, or null.
     */
    public TaskExecutor takeAll() {
        if (isEmpty()) {
            return null;
        }
        TaskExecutor rest = (TaskExecutor) HEAD.getAndSet(this, null);
        TaskExecutor oldest = null;
        while (rest != null) {
            final TaskExecutor next = rest.controlNext();
            rest.controlNext(oldest);
            oldest = rest;
            rest = next;
        }
        return oldest;
    }
}
