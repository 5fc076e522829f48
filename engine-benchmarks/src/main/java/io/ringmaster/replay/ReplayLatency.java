package io.ringmaster.replay;

import org.HdrHistogram.Histogram;

/** The latencies of a replay, each from one recorded time to another. */
public enum ReplayLatency {
    /** From the dispatch that was accepted to the first line of the task's own code. */
    SUBMIT_TO_RUNNING("submitToRunning", "submit to running"),
    /** From when the task could have started, which for a root is when it was meant to arrive, to its own code. */
    READY_TO_RUNNING("readyToRunning", "ready to running"),
    /** From when the task could have started to when its end was told, its runtime included. */
    END_TO_END("endToEnd", "end to end"),
    /** How much longer a task ran than it was asked to: the timer's grain, and the way back to its thread. */
    OVERRUN("overrun", "overrun");

    private static final int SIGNIFICANT_DIGITS = 3;

    private final String key;
    private final String label;

    ReplayLatency(final String key, final String label) {
        this.key = key;
        this.label = label;
    }

    /** Returns the name that files use. */
    public String key() {
        return key;
    }

    /** Returns the name that people read. */
    public String label() {
        return label;
    }

    /**
     * An empty histogram of nanoseconds, of three digits and any range.
     *
     * @return a new one on each call.
     */
    public static Histogram newHistogram() {
        return new Histogram(SIGNIFICANT_DIGITS);
    }

    /**
     * Records a task's latency, if it has one.
     *
     * @param workload  what was played.
     * @param records   what happened.
     * @param task      the task's number.
     * @param histogram where to.
     */
    public void record(final Workload workload, final TaskRecords records, final int task, final Histogram histogram) {
        switch (this) {
            case SUBMIT_TO_RUNNING -> record(records.submitted(task), records.start(task), histogram);
            case READY_TO_RUNNING -> record(records.ready(task), records.start(task), histogram);
            case END_TO_END -> record(records.ready(task), records.done(task), histogram);
            default -> {
                final long start = records.start(task);
                record(
                        start == TaskRecords.NEVER ? start : start + workload.durationNanos(task),
                        records.end(task),
                        histogram);
            }
        }
    }

    private static void record(final long from, final long to, final Histogram histogram) {
        if (from != TaskRecords.NEVER && to != TaskRecords.NEVER) {
            histogram.recordValue(Math.max(0, to - from));
        }
    }

    /**
     * The latencies of all tasks.
     *
     * @param workload what was played.
     * @param records  what happened.
     * @return a new histogram, in nanoseconds.
     */
    public Histogram of(final Workload workload, final TaskRecords records) {
        final Histogram histogram = newHistogram();
        for (int task = 0; task < records.count(); task++) {
            record(workload, records, task, histogram);
        }
        return histogram;
    }

    /**
     * How late the instances were released.
     *
     * @param replay the run.
     * @return a new histogram, in nanoseconds.
     */
    public static Histogram releaseLag(final Replay replay) {
        final Histogram histogram = newHistogram();
        for (int instance = 0; instance < replay.workload().instanceCount(); instance++) {
            final long lag = replay.releaseLagNanos(instance);
            if (lag != TaskRecords.NEVER) {
                histogram.recordValue(lag);
            }
        }
        return histogram;
    }
}
