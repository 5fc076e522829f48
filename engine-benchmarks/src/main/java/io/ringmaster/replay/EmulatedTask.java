package io.ringmaster.replay;

import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskContext;
import java.util.concurrent.TimeUnit;

/**
 * A recorded task, doing nothing for as long as it ran. One object serves all tasks of a run: the engine's id is the
 * task's number. It stamps its start before it asks for the delay and its end after that, so that end - start is never
 * shorter than the delay unless the engine ended it early.
 */
final class EmulatedTask {

    private final Workload workload;
    private final TaskRecords records;
    private final RunClock clock;

    EmulatedTask(final Workload workload, final TaskRecords records, final RunClock clock) {
        this.workload = workload;
        this.records = records;
        this.clock = clock;
    }

    /** In steps, for any container: the engine waits, not a thread. */
    Task inSteps() {
        return this::step;
    }

    /** As blocking code, for an exclusive container. */
    Task blocking() {
        return this::block;
    }

    private Step step(final TaskContext context) {
        final int task = (int) context.taskId();
        if (records.start(task) == TaskRecords.NEVER) {
            records.start(task, clock.elapsedNanos());
            final long duration = workload.durationNanos(task);
            if (duration > 0) {
                return context.againAfter(duration, TimeUnit.NANOSECONDS);
            }
        }
        records.end(task, clock.elapsedNanos());
        return Step.DONE;
    }

    private Step block(final TaskContext context) throws InterruptedException {
        final int task = (int) context.taskId();
        records.start(task, clock.elapsedNanos());
        context.sleep(workload.durationNanos(task), TimeUnit.NANOSECONDS);
        records.end(task, clock.elapsedNanos());
        return Step.DONE;
    }
}
