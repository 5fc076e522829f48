package io.ringmaster.replay;

import java.util.BitSet;

/**
 * The chain of tasks that the run's end was waiting for, and where its time went: back from the task that ended last,
 * each time to the parent that ended last. Its parts add up to the makespan: arrival, durations, and the three others,
 * which are overhead.
 *
 * @param tasks               how many tasks it has; 0 if none ran to its end.
 * @param arrivalNanos        when its instance was to arrive.
 * @param durationNanos       the runtimes asked for.
 * @param readyToRunningNanos from a task being ready to its first line of code, release lag included.
 * @param overrunNanos        how much longer tasks ran than they were asked to.
 * @param endToReadyNanos     from a task's last line of code to the next one being ready.
 */
public record LastPath(
        int tasks,
        long arrivalNanos,
        long durationNanos,
        long readyToRunningNanos,
        long overrunNanos,
        long endToReadyNanos) {

    /**
     * Finds it.
     *
     * @param workload what was played.
     * @param records  what happened, without dependency violations.
     * @return the path.
     */
    public static LastPath of(final Workload workload, final TaskRecords records) {
        int tasks = 0;
        long arrival = 0;
        long duration = 0;
        long readyToRunning = 0;
        long overrun = 0;
        long endToReady = 0;
        for (int task = last(records); task >= 0; ) {
            final int parent = lastParent(workload, records, task);
            final long asked = workload.durationNanos(task);
            tasks++;
            duration += asked;
            readyToRunning += records.start(task) - records.ready(task);
            overrun += records.end(task) - records.start(task) - asked;
            if (parent >= 0) {
                endToReady += records.ready(task) - records.end(parent);
            } else {
                arrival = records.ready(task);
            }
            task = parent;
        }
        return new LastPath(tasks, arrival, duration, readyToRunning, overrun, endToReady);
    }

    /**
     * The tasks on it.
     *
     * @param workload what was played.
     * @param records  what happened, without dependency violations.
     * @return their numbers.
     */
    public static BitSet tasksOf(final Workload workload, final TaskRecords records) {
        final BitSet found = new BitSet(records.count());
        for (int task = last(records); task >= 0; task = lastParent(workload, records, task)) {
            found.set(task);
        }
        return found;
    }

    /** The task that ended last, or -1 if none ran to its end. */
    private static int last(final TaskRecords records) {
        int last = -1;
        for (int task = 0; task < records.count(); task++) {
            if (records.end(task) != TaskRecords.NEVER && (last < 0 || records.end(task) > records.end(last))) {
                last = task;
            }
        }
        return last;
    }

    /** The parent whose end was told last, or -1 for a root. */
    private static int lastParent(final Workload workload, final TaskRecords records, final int task) {
        final Workload.Part part = workload.partOfTask(task);
        final int local = task - part.firstTask();
        int last = -1;
        for (int i = 0; i < part.workflow().parentCount(local); i++) {
            final int parent = part.firstTask() + part.workflow().parent(local, i);
            if (last < 0 || records.done(parent) > records.done(last)) {
                last = parent;
            }
        }
        return last;
    }
}
