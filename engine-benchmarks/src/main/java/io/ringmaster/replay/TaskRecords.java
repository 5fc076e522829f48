package io.ringmaster.replay;

import java.util.Arrays;

/**
 * What happened to each task, and when: nanoseconds since the run's start, {@link #NEVER} for what didn't happen.
 *
 * <p>Each entry has one writer at a time: the task's own code writes start and end, whoever dispatches it ready and
 * submitted, its fire-worker the rest. The engine's hand-overs order them; complete once the engine has drained.
 */
public final class TaskRecords {

    /** No such time. */
    public static final long NEVER = -1;

    /** Bytes per task, with the counter of its parents. */
    static final int BYTES_PER_TASK = 5 * Long.BYTES + 1 + Integer.BYTES;

    /** How a task ended. */
    public enum Outcome {
        /** It has not ended, or was never released. */
        NONE,
        /** It did what it had to. */
        SUCCEEDED,
        /** It failed, or the engine refused it for good. */
        FAILED,
        /** It was killed. */
        KILLED
    }

    private static final Outcome[] OUTCOMES = Outcome.values();

    private final long[] ready;
    private final long[] submitted;
    private final long[] start;
    private final long[] end;
    private final long[] done;
    private final byte[] outcome;

    TaskRecords(final int tasks) {
        ready = never(tasks);
        submitted = never(tasks);
        start = never(tasks);
        end = never(tasks);
        done = never(tasks);
        outcome = new byte[tasks];
    }

    private static long[] never(final int tasks) {
        final long[] times = new long[tasks];
        Arrays.fill(times, NEVER);
        return times;
    }

    /** Returns the number of tasks. */
    public int count() {
        return outcome.length;
    }

    /**
     * When a task could have started: its last parent's end was told, or its instance arrived.
     *
     * @param task its number.
     * @return nanoseconds or {@link #NEVER}.
     */
    public long ready(final int task) {
        return ready[task];
    }

    /**
     * When a task was dispatched; the last time, if the engine refused it before.
     *
     * @param task its number.
     * @return nanoseconds or {@link #NEVER}.
     */
    public long submitted(final int task) {
        return submitted[task];
    }

    /**
     * When a task's own code began.
     *
     * @param task its number.
     * @return nanoseconds or {@link #NEVER}.
     */
    public long start(final int task) {
        return start[task];
    }

    /**
     * When a task's own code ended.
     *
     * @param task its number.
     * @return nanoseconds or {@link #NEVER}.
     */
    public long end(final int task) {
        return end[task];
    }

    /**
     * When a task's end was told.
     *
     * @param task its number.
     * @return nanoseconds or {@link #NEVER}.
     */
    public long done(final int task) {
        return done[task];
    }

    /**
     * How a task ended.
     *
     * @param task its number.
     * @return the outcome.
     */
    public Outcome outcome(final int task) {
        return OUTCOMES[outcome[task]];
    }

    void ready(final int task, final long nanos) {
        ready[task] = nanos;
    }

    void submitted(final int task, final long nanos) {
        submitted[task] = nanos;
    }

    void start(final int task, final long nanos) {
        start[task] = nanos;
    }

    void end(final int task, final long nanos) {
        end[task] = nanos;
    }

    /** Notes the outcome unless there is one already. */
    boolean done(final int task, final Outcome ended, final long nanos) {
        if (outcome[task] != 0) {
            return false;
        }
        outcome[task] = (byte) ended.ordinal();
        done[task] = nanos;
        return true;
    }
}
