package io.ringmaster.replay;

import io.ringmaster.replay.TaskRecords.Outcome;

/**
 * When each finished task was ready, began and ended, for a look at the whole run over time. Where a task's own code did not
 * stamp its end, since it failed or was killed, it is the time at which its end was told; so is the start of one that never
 * ran.
 */
public final class TaskSpans {

    private final TaskRecords records;

    /**
     * The spans of a run.
     *
     * @param records what happened, complete.
     */
    public TaskSpans(final TaskRecords records) {
        this.records = records;
    }

    /** Returns the number of tasks, finished or not. */
    public int count() {
        return records.count();
    }

    /**
     * Whether a task has ended.
     *
     * @param task its number.
     * @return whether its times may be asked for.
     */
    public boolean isFinished(final int task) {
        return records.outcome(task) != Outcome.NONE;
    }

    /**
     * When a task could have begun.
     *
     * @param task its number.
     * @return nanoseconds since the run's start, never after {@link #start(int)}.
     */
    public long ready(final int task) {
        return records.ready(task) == TaskRecords.NEVER ? start(task) : Math.min(records.ready(task), start(task));
    }

    /**
     * When a task began.
     *
     * @param task its number.
     * @return nanoseconds since the run's start.
     */
    public long start(final int task) {
        return records.start(task) == TaskRecords.NEVER ? records.done(task) : records.start(task);
    }

    /**
     * When a task ended.
     *
     * @param task its number.
     * @return nanoseconds since the run's start, never before {@link #start(int)}.
     */
    public long end(final int task) {
        final long end = records.end(task) == TaskRecords.NEVER ? records.done(task) : records.end(task);
        return Math.max(start(task), end);
    }

    /** Returns when the last task ended, in nanoseconds since the run's start. */
    public long last() {
        long last = 0;
        for (int task = 0; task < count(); task++) {
            last = isFinished(task) ? Math.max(last, end(task)) : last;
        }
        return last;
    }
}
