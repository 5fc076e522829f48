package io.ringmaster.client;

import io.ringmaster.task.TaskSpec;

/**
 * Dispatches tasks and steers them, by messages. No method returns an engine's answer: that comes as an event, with the
 * request's correlation id, to the listener of the task's destination (the Master it reports to). Any thread; no method
 * blocks.
 *
 * <p>Events of one task come in order: ACCEPTED, its lifecycle events, DONE; or REFUSED and nothing else. The answer to
 * pause, resume, kill and reassign comes before the method returns, on the calling thread; it says that the request was
 * taken, the lifecycle events say what came of it.
 */
public interface TaskExecutorClient extends AutoCloseable {
    /**
     * Names who is told of the events of tasks with a destination. Replaces the one before.
     *
     * @param destination the destination; not null.
     * @param listener    told of its events, on fire-workers and on the threads that make requests; not null.
     */
    void subscribe(String destination, TaskExecutorClientListener listener);

    /**
     * Asks for a task to be run.
     *
     * @param correlationId comes back with every event of the task.
     * @param destination   who is told of its events; if nobody has subscribed to it, the listener given to the client
     *                      as the default one is told REFUSED.
     * @param spec          what to run; its id names the task in other requests.
     */
    void dispatch(long correlationId, String destination, TaskSpec spec);

    /**
     * Asks for a pause.
     *
     * @param correlationId comes back with the answer.
     * @param taskId        the task.
     */
    void pause(long correlationId, long taskId);

    /**
     * Takes a pause back.
     *
     * @param correlationId comes back with the answer.
     * @param taskId        the task.
     */
    void resume(long correlationId, long taskId);

    /**
     * Asks for a kill.
     *
     * @param correlationId comes back with the answer.
     * @param taskId        the task.
     */
    void kill(long correlationId, long taskId);

    /**
     * Gives a live task to another destination, which is told of all events from the next one on.
     *
     * @param correlationId comes back with the answer, which goes to the new destination.
     * @param taskId        the task.
     * @param destination   the new destination.
     */
    void reassign(long correlationId, long taskId, String destination);

    /** Ends the connection; in process, closes the engine too. */
    @Override
    void close();
}
