package io.ringmaster.client;

import java.util.List;

/**
 * The way to a Master whose reports are acknowledged. Given to
 * {@link TaskExecutorClient#connect(String, TaskReportChannel, TaskExecutorClientListener)}.
 *
 * <p>What the Master has taken it acknowledges by {@link TaskExecutorClient#acknowledge}, from any thread, within
 * {@link #send} or at any time after it. What it does not acknowledge is sent again. So a report may come more than once, and
 * a Master remembers for each (task, dispatch epoch) the last number it has taken: what is not above it, it has seen, and
 * only acknowledges again.
 *
 * <p>All reports of a task that are sent and not acknowledged are sent again together, in order, and later ones wait for
 * them: however messages are lost, doubled or overtake each other on the way, a report that is above the last number taken
 * follows it directly.
 */
@FunctionalInterface
public interface TaskReportChannel {
    /**
     * Sends reports: hands them to whatever carries them and returns. One call at a time for each destination, on a thread of
     * that destination alone; so a call that blocks holds up its own destination and nobody else, but it does hold
     * that thread. The client interrupts it when the destination is connected anew and when the client is closed. If it does
     * not end within the first retry delay after its channel was replaced, it is left alone and the new channel is used: so
     * that call and those of the new channel may overlap. At most eight calls of a destination are left alone at a time. In
     * invoker mode it runs on the thread that turns the duty cycle.
     *
     * @param destination the Master.
     * @param reports     some of its reports, in order for each task; not empty, may be kept, not to be changed.
     * @throws Exception counted; the reports are sent again, later.
     */
    void send(String destination, List<TaskReport> reports) throws Exception;
}
