package io.ringmaster.lifecycle;

/**
 * Told of every event of every task: in order for each task, and concurrently for tasks of different partitions. Runs
 * on the fire-workers, so it should be short; what it throws is counted and logged and harms nobody. A listener that
 * hangs is detached: its partition goes on with another thread, and its events wait for it in order.
 *
 * <p>Events of one task that nothing foreign came between are told one right after the other, so the task may be further
 * on than an event says: its {@linkplain TaskExecutorLifecycleEvent#to() state after} is the event's, its handle's state is
 * the present one. All of them are told before the next step begins, and the final one before the handle completes.
 */
@FunctionalInterface
public interface TaskExecutorLifecycleEventListener {
    /**
     * Called for each event.
     *
     * @param event valid during the call only; keep {@link TaskExecutorLifecycleEvent#copy()}.
     * @throws Exception counted and logged; the other listeners and the task are not affected.
     */
    void onEvent(TaskExecutorLifecycleEvent event) throws Exception;
}
