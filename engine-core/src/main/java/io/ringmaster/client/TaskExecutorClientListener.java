package io.ringmaster.client;

/** Told of what comes of requests. Runs on fire-workers, so it should be short; it may make requests itself. */
@FunctionalInterface
public interface TaskExecutorClientListener {
    /**
     * Called for each event; in order for each task.
     *
     * @param event the event; its lifecycle part is valid during the call only.
     * @throws Exception counted and logged; the task is not affected.
     */
    void onEvent(TaskExecutorClientEvent event) throws Exception;
}
