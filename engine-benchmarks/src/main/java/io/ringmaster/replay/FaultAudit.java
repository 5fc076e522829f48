package io.ringmaster.replay;

import io.ringmaster.replay.Faults.Fault;
import io.ringmaster.replay.TaskRecords.Outcome;

/**
 * What was injected into a run and what became of it.
 *
 * @param faults      what was asked for.
 * @param failures    attempts that were made to throw.
 * @param zombies     attempts that were made to stop beating.
 * @param blocks      attempts that were made to block.
 * @param timeouts    attempts that were made never to end.
 * @param retried     tasks with more than one attempt.
 * @param recovered   of those, ended well.
 * @param failed      tasks that failed in their last attempt by an injected fault.
 * @param unexplained tasks that failed otherwise, or were not released although all their parents ended well.
 * @param reports     reports that a slow Master has taken; 0 without one.
 * @param repeated    reports that it was sent again.
 */
public record FaultAudit(
        Faults faults,
        long failures,
        long zombies,
        long blocks,
        long timeouts,
        int retried,
        int recovered,
        int failed,
        int unexplained,
        long reports,
        long repeated) {

    static FaultAudit of(final Replay replay, final FaultyTask task, final SlowMaster master) {
        final TaskRecords records = replay.records();
        int retried = 0;
        int recovered = 0;
        int failed = 0;
        int unexplained = (int) replay.strangeFailures();
        for (int i = 0; i < records.count(); i++) {
            final Outcome outcome = records.outcome(i);
            if (task != null && task.attempts(i) > 1) {
                retried++;
                recovered += outcome == Outcome.SUCCEEDED ? 1 : 0;
            }
            failed += outcome == Outcome.FAILED ? 1 : 0;
            if (outcome == Outcome.NONE && records.ready(i) == TaskRecords.NEVER && !isBelow(replay, i)) {
                unexplained++;
            }
        }
        return new FaultAudit(
                replay.faults(),
                injected(task, Fault.FAIL),
                injected(task, Fault.ZOMBIE),
                injected(task, Fault.BLOCK),
                injected(task, Fault.TIMEOUT),
                retried,
                recovered,
                failed - (int) replay.strangeFailures(),
                unexplained,
                master == null ? 0 : master.reports(),
                master == null ? 0 : master.repeated());
    }

    private static long injected(final FaultyTask task, final Fault fault) {
        return task == null ? 0 : task.injected(fault);
    }

    /** Whether a task has a parent that did not end well. */
    private static boolean isBelow(final Replay replay, final int task) {
        final Workload.Part part = replay.workload().partOfTask(task);
        final int local = task - part.firstTask();
        for (int i = 0; i < part.workflow().parentCount(local); i++) {
            if (replay.records().outcome(part.firstTask() + part.workflow().parent(local, i)) != Outcome.SUCCEEDED) {
                return true;
            }
        }
        return false;
    }
}
