package io.ringmaster.client;

import io.ringmaster.lifecycle.LifecycleEventType;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEvent;
import io.ringmaster.task.TaskState;

/**
 * What a Master is told about one of its tasks. Immutable; may be kept, and passed on to any thread.
 *
 * <p>The events of a task are numbered from 1 without a gap. A report may stand for earlier ones that were not sent on
 * their own: it carries the number of the last one, and {@code sequence() - coalesced()} is that of the first. So a
 * Master that has seen everything up to n sees n + 1 as the first number that its next new report stands for, unless the
 * task was reassigned to it: then the first it sees is the first that the Master before had not acknowledged.
 *
 * @param taskId        the task.
 * @param dispatchEpoch the epoch of the dispatch that started it: with the id it names one run of the task.
 * @param correlationId that of the dispatch that started it.
 * @param sequence      the event's number within the run, from 1; what an acknowledgement names.
 * @param type          what happened.
 * @param from          the state before; of the first event it stands for.
 * @param to            the state after.
 * @param attempt       the attempt's number, 0 before the first.
 * @param timeNanos     the time on the engine's clock, in nanoseconds.
 * @param progress      the task's last progress value.
 * @param failureType   the class name of the attempt's error in reports of an end or a retry; null without an error.
 * @param failure       that error itself; null where there is none, and where an outcome is told again after it was
 *                      acknowledged once. It is the task's own code: what it prints may throw.
 * @param result        what the task gave to {@link io.ringmaster.task.TaskContext#done(Object)}, in the report of SUCCEEDED;
 *                      null where there is none, and where an outcome is told again after it was acknowledged once. The
 *                      task's own object, which the channel puts into bytes as it likes.
 * @param coalesced     how many earlier events it stands for besides its own.
 */
public record TaskReport(
        long taskId,
        long dispatchEpoch,
        long correlationId,
        long sequence,
        LifecycleEventType type,
        TaskState from,
        TaskState to,
        int attempt,
        long timeNanos,
        long progress,
        String failureType,
        Throwable failure,
        Object result,
        int coalesced) {

    static TaskReport of(final ReportedTask task, final long sequence, final TaskExecutorLifecycleEvent event) {
        final TaskState to = event.to();
        final Throwable failure = to.isFinal() || to == TaskState.RETRY_WAIT ? event.failure() : null;
        return new TaskReport(
                task.taskId,
                task.epoch,
                task.correlationId,
                sequence,
                event.type(),
                event.from(),
                to,
                event.attempt(),
                event.timeNanos(),
                event.progress(),
                failure == null ? null : failure.getClass().getName(),
                failure,
                to == TaskState.SUCCEEDED ? event.result() : null,
                0);
    }

    /** Returns whether the task has ended: no later event of this run follows. */
    public boolean isFinal() {
        return to.isFinal();
    }

    boolean isProgress() {
        return type == LifecycleEventType.PROGRESS;
    }

    /** This one in place of itself and the one just before it. */
    TaskReport coveringAlso(final TaskReport before) {
        return new TaskReport(
                taskId,
                dispatchEpoch,
                correlationId,
                sequence,
                type,
                before.from,
                to,
                attempt,
                timeNanos,
                progress,
                failureType,
                failure,
                result,
                coalesced + before.coalesced + 1);
    }

    /** Without what may hold on to the task's own objects. */
    TaskReport withoutPayload() {
        return failure == null && result == null
                ? this
                : new TaskReport(
                        taskId,
                        dispatchEpoch,
                        correlationId,
                        sequence,
                        type,
                        from,
                        to,
                        attempt,
                        timeNanos,
                        progress,
                        failureType,
                        null,
                        null,
                        coalesced);
    }
}
