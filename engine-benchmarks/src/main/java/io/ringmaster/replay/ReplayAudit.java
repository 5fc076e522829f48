package io.ringmaster.replay;

import io.ringmaster.replay.TaskRecords.Outcome;

/**
 * What the records of a finished run say, found without the engine's help: each dependency and each duration is
 * checked by the times that the tasks' own code stamped.
 *
 * @param succeeded            tasks that ended well.
 * @param failed               tasks that failed.
 * @param killed               tasks that were killed.
 * @param notReleased          tasks that never got ready, since a parent did not end well or the run was stopped.
 * @param unfinished           tasks that got ready and have no outcome.
 * @param dependencyViolations pairs of parent and child in which the child started before the parent had ended well.
 * @param shortRuns            tasks that ended well in less than their time, or without stamps.
 * @param makespanNanos        from the run's start to the end of the last task that ran; 0 if none did.
 */
public record ReplayAudit(
        int succeeded,
        int failed,
        int killed,
        int notReleased,
        int unfinished,
        long dependencyViolations,
        int shortRuns,
        long makespanNanos) {

    /**
     * Goes through all tasks and edges.
     *
     * @param workload what was played.
     * @param records  what happened.
     * @return the findings.
     */
    public static ReplayAudit of(final Workload workload, final TaskRecords records) {
        final int[] ended = new int[Outcome.values().length];
        long violations = 0;
        int shortRuns = 0;
        int notReleased = 0;
        long makespan = 0;
        for (int task = 0; task < records.count(); task++) {
            final Outcome outcome = records.outcome(task);
            ended[outcome.ordinal()]++;
            if (outcome == Outcome.NONE && records.ready(task) == TaskRecords.NEVER) {
                notReleased++;
            }
            makespan = Math.max(makespan, records.end(task));
            if (outcome == Outcome.SUCCEEDED && !ranInFull(workload, records, task)) {
                shortRuns++;
            }
            if (records.start(task) != TaskRecords.NEVER) {
                violations += violations(workload, records, task);
            }
        }
        return new ReplayAudit(
                ended[Outcome.SUCCEEDED.ordinal()],
                ended[Outcome.FAILED.ordinal()],
                ended[Outcome.KILLED.ordinal()],
                notReleased,
                ended[Outcome.NONE.ordinal()] - notReleased,
                violations,
                shortRuns,
                makespan);
    }

    private static boolean ranInFull(final Workload workload, final TaskRecords records, final int task) {
        final long start = records.start(task);
        final long end = records.end(task);
        return start != TaskRecords.NEVER && end != TaskRecords.NEVER && end - start >= workload.durationNanos(task);
    }

    private static int violations(final Workload workload, final TaskRecords records, final int task) {
        final Workload.Part part = workload.partOfTask(task);
        final int local = task - part.firstTask();
        int violations = 0;
        for (int i = 0; i < part.workflow().parentCount(local); i++) {
            final int parent = part.firstTask() + part.workflow().parent(local, i);
            if (records.outcome(parent) != Outcome.SUCCEEDED
                    || records.end(parent) == TaskRecords.NEVER
                    || records.start(task) < records.end(parent)) {
                violations++;
            }
        }
        return violations;
    }
}
