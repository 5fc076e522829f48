package io.ringmaster.client;

import java.util.concurrent.TimeUnit;

/**
 * How reports are sent and kept; the same for all destinations of a client. Immutable.
 *
 * @param firstRetryMillis from a report to its first repetition without an acknowledgement, in milliseconds; doubled each
 *                         time. The same delays pass between two batches of a destination that fails or is silent.
 * @param maxRetryMillis   the longest such delay, in milliseconds.
 * @param maxBatch         reports in one call of a channel.
 * @param outboxCapacity   tasks of a destination that are live or have unacknowledged reports; more are refused with
 *                         {@link io.ringmaster.task.Refusal#OUTBOX_FULL}.
 * @param reportsPerTask   unacknowledged reports kept of a task, besides the final one and one more; beyond them the oldest
 *                         that were not sent yet are coalesced.
 * @param finishedIds      acknowledged outcomes kept, to answer a dispatch that is repeated so late; of all destinations
 *                         together, the oldest are forgotten first.
 */
public record ReporterSettings(
        long firstRetryMillis,
        long maxRetryMillis,
        int maxBatch,
        int outboxCapacity,
        int reportsPerTask,
        int finishedIds) {
    private static final long MOST_MILLIS = TimeUnit.DAYS.toMillis(1);
    private static final int MOST = 100_000_000;

    /** The defaults: 200 ms, 30 s, 256 reports, 100 000 tasks, 32 reports of each, 10 000 finished ids. */
    public static final ReporterSettings DEFAULT = new ReporterSettings(200, 30_000, 256, 100_000, 32, 10_000);

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException if one breaks a rule; the message names setting, rule and value.
     */
    public ReporterSettings {
        require("firstRetryMillis", firstRetryMillis, 1, MOST_MILLIS);
        require("maxRetryMillis", maxRetryMillis, firstRetryMillis, MOST_MILLIS);
        require("maxBatch", maxBatch, 1, MOST);
        require("outboxCapacity", outboxCapacity, 1, MOST);
        require("reportsPerTask", reportsPerTask, 2, MOST);
        require("finishedIds", finishedIds, 0, MOST);
    }

    private static void require(final String setting, final long value, final long least, final long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(setting + " must be from " + least + " to " + most + ": " + value);
        }
    }

    /**
     * Sets the delays between repetitions.
     *
     * @param firstMillis the first one, in milliseconds, from 1.
     * @param maxMillis   the longest one, in milliseconds, at least the first one and at most a day.
     * @return new settings.
     */
    public ReporterSettings withRetry(final long firstMillis, final long maxMillis) {
        return new ReporterSettings(firstMillis, maxMillis, maxBatch, outboxCapacity, reportsPerTask, finishedIds);
    }

    /**
     * Sets how many reports one call of a channel gets at the most.
     *
     * @param reports from 1.
     * @return new settings.
     */
    public ReporterSettings withMaxBatch(final int reports) {
        return new ReporterSettings(
                firstRetryMillis, maxRetryMillis, reports, outboxCapacity, reportsPerTask, finishedIds);
    }

    /**
     * Sets the room of each outbox.
     *
     * @param tasks live or unacknowledged, from 1.
     * @return new settings.
     */
    public ReporterSettings withOutboxCapacity(final int tasks) {
        return new ReporterSettings(firstRetryMillis, maxRetryMillis, maxBatch, tasks, reportsPerTask, finishedIds);
    }

    /**
     * Sets how many unacknowledged reports are kept of a task before the oldest unsent ones are coalesced.
     *
     * @param reports from 2.
     * @return new settings.
     */
    public ReporterSettings withReportsPerTask(final int reports) {
        return new ReporterSettings(firstRetryMillis, maxRetryMillis, maxBatch, outboxCapacity, reports, finishedIds);
    }

    /**
     * Sets how many acknowledged outcomes are remembered.
     *
     * @param ids not negative.
     * @return new settings.
     */
    public ReporterSettings withFinishedIds(final int ids) {
        return new ReporterSettings(firstRetryMillis, maxRetryMillis, maxBatch, outboxCapacity, reportsPerTask, ids);
    }
}
