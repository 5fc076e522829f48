package io.ringmaster.capacity;

import io.ringmaster.Ledger;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** What is measured: takes tasks, and tells a {@link Recorder} of each one's end. */
interface LoadTarget extends AutoCloseable {
    /**
     * Submits a task, or refuses it at once. Never waits. The submitters' threads.
     *
     * @param id   the task's id.
     * @param work which work of the mix.
     * @return whether it was accepted.
     */
    boolean submit(long id, int work);

    /** Looks at what is under way; cheap enough for a hundred times a second. */
    Gauges gauges();

    /** Adds up what happened since the launch. Costs a millisecond, which a measured interval must not have in it. */
    Totals totals();

    /**
     * Waits for the last task; accepts nothing any more.
     *
     * @param nanos for how long at the most.
     * @return whether nothing is live.
     * @throws InterruptedException if the thread was interrupted.
     */
    boolean drain(long nanos) throws InterruptedException;

    /** Ends whatever is live. Idempotent. */
    @Override
    void close();

    /** Returns the books, exact after {@link #close()}. */
    Ledger ledger();

    /**
     * What is under way.
     *
     * @param live      tasks accepted and not finalized.
     * @param ringUsed  of those, how many submissions are in a ring.
     * @param ended     tasks finalized since the launch.
     * @param stalls    calls that held a partition for too long, since the launch.
     * @param handOvers how often a partition got another thread by that, since the launch.
     */
    record Gauges(long live, long ringUsed, long ended, long stalls, long handOvers) {}

    /**
     * What happened since the launch.
     *
     * @param stages         latencies by stage, in nanoseconds, counted from the call of submit.
     * @param busyNanos      time in duty cycles that did work, over all fire-workers.
     * @param exclusiveNanos time in bodies on exclusive threads.
     */
    record Totals(Map<String, Histogram> stages, long busyNanos, long exclusiveNanos) {}
}
