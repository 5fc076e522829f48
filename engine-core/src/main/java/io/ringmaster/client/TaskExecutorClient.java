package io.ringmaster.client;

import io.ringmaster.task.TaskSpec;

/**
 * Dispatches tasks and steers them, by messages. No method returns an engine's answer: that comes as an event, with the
 * request's correlation id, to the listener of the task's destination (the Master it reports to). Any thread; no method
 * blocks.
 *
 * <p>There are two kinds of destinations. One that {@linkplain #subscribe subscribes} is told of each event once, in the
 * call that handles it: in the same process, and trusted not to block. Events of one task come in order: ACCEPTED, its
 * lifecycle events, DONE; or REFUSED and nothing else. One that {@linkplain #connect(String, TaskReportChannel,
 * TaskExecutorClientListener) connects} is sent numbered reports until it acknowledges them; its listener is told only the
 * answers to requests, ACCEPTED or REFUSED, on the thread that made the request, and the first reports of a task may
 * overtake the answer to its dispatch.
 *
 * <p>The answer to pause, resume, kill and reassign comes before the method returns, on the calling thread; it says that
 * the request was taken, the lifecycle events say what came of it. These come on another thread and may overtake it.
 */
public interface TaskExecutorClient extends AutoCloseable {
    /**
     * Names who is told of the events of tasks with a destination. Replaces the one before.
     *
     * @param destination the destination; not null.
     * @param listener    told of its events, on fire-workers and on the threads that make requests; not null.
     * @throws IllegalStateException if the destination is connected.
     */
    void subscribe(String destination, TaskExecutorClientListener listener);

    /**
     * Connects a destination whose reports are repeated until they are acknowledged. Connecting it again replaces
     * channel and listener and nothing else: what was not acknowledged is sent again at once, through the new channel.
     *
     * @param destination the destination; not null.
     * @param channel     what reports are sent through; not null.
     * @param answers     told of the answers to requests; not null.
     * @throws IllegalStateException if the destination has subscribed, or the client is closed.
     */
    void connect(String destination, TaskReportChannel channel, TaskExecutorClientListener answers);

    /**
     * Takes a connected destination's acknowledgement of all reports of a run up to a number. Cumulative: it may leave
     * some out, come twice, or late. One that says nothing new, or speaks of a run or a destination that is not known, is
     * counted and changes nothing; so does one by the destination that the task was taken from. A number above what was
     * sent is counted, and stands for all that was sent.
     *
     * @param destination   who acknowledges.
     * @param taskId        the task.
     * @param dispatchEpoch the run's, as in its reports.
     * @param sequence      the greatest number that the destination has taken.
     */
    void acknowledge(String destination, long taskId, long dispatchEpoch, long sequence);

    /**
     * Asks for a task to be run.
     *
     * @param correlationId comes back with every event of the task.
     * @param destination   who is told of its events; if nobody has subscribed to it, the listener given to the client
     *                      as the default one is told REFUSED.
     * @param spec          what to run; its id names the task in other requests.
     */
    default void dispatch(final long correlationId, final String destination, final TaskSpec spec) {
        dispatch(correlationId, destination, 0, spec);
    }

    /**
     * Asks for a run of a task. Of a destination with acknowledged reports the dispatch may be repeated, if its answer got lost,
     * say: (id, epoch) names the run, which is started once.
     *
     * <ul>
     *   <li>The same epoch again: ACCEPTED. If the run is live or its end not acknowledged, what is not acknowledged is sent
     *       again at once, to the destination that asks now, which takes the run over. If its end was acknowledged and is still
     *       remembered, the final report is sent again. Reports keep the correlation id of the first dispatch.
     *   <li>A smaller epoch than a known one: REFUSED, STALE_EPOCH.
     *   <li>A greater epoch: while the known run is live REFUSED, DUPLICATE_ID; when it has ended, as its final report says, a new
     *       run. If the destination
     *       that has the ended run is the one that asks, it no longer wants the rest of its reports; another one's are kept for it
     *       until it acknowledges them.
     *   <li>A destination with more unacknowledged tasks than its outbox has room for: REFUSED, OUTBOX_FULL.
     * </ul>
     *
     * <p>What a run was is remembered until its end is acknowledged, and then among a bounded number of finished ids. A
     * destination that has subscribed makes no use of the epoch.
     *
     * @param correlationId comes back with every event of the task.
     * @param destination   who is told of its events; if it is not known, the listener given to the client as the default
     *                      one is told REFUSED.
     * @param dispatchEpoch the run's number, not negative.
     * @param spec          what to run; its id names the task in other requests.
     * @throws IllegalArgumentException if the epoch is negative.
     */
    void dispatch(long correlationId, String destination, long dispatchEpoch, TaskSpec spec);

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
     * Gives a task to another destination of the same kind. One that has subscribed is told of all events from the next one on,
     * and the task must be live. One that is connected gets what is not acknowledged and all that follows, in order; the task
     * may have ended, as long as that is not acknowledged. REFUSED leaves everything as it was: NOT_LIVE, UNKNOWN_DESTINATION
     * (also for one of the other kind), OUTBOX_FULL.
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
