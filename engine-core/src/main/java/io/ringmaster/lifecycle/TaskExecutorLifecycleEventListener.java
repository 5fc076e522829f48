package io.ringmaster.lifecycle;

/**
 * Told of every event of every task: in order for each task, and concurrently for tasks of different partitions. Runs
 * on the fire-workers, so it should be short; what it throws is counted and logged and harms nobody. A listener that
 * hangs is detached: its partition goes on with another thread, and its events wait for it in order.
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
