package io.ringmaster.stress;

import io.ringmaster.lifecycle.ExclusiveAttempt;
import io.ringmaster.lifecycle.LifecycleEventType;
import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.lifecycle.TaskExecutorEventBus;
import io.ringmaster.lifecycle.TaskResources;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;

/** A bus without a partition behind it: a stress test overrides what it looks at. */
public class StressBus implements TaskExecutorEventBus {
    private static final Task DONE_AT_ONCE = context -> Step.DONE;

    /** Creates a bus that does nothing. */
    public StressBus() {}

    /**
     * Makes an executor of a task that is done at once.
     *
     * @return an executor in INITIALIZED, on this bus.
     */
    public final TaskExecutor newExecutor() {
        return newExecutor(1);
    }

    /**
     * Makes an executor of a task that is done at once.
     *
     * @param id the task's id.
     * @return an executor in INITIALIZED, on this bus.
     */
    public final TaskExecutor newExecutor(final long id) {
        return new TaskExecutor(id, TaskSpec.of(id, DONE_AT_ONCE), this, null, 0);
    }

    /**
     * Makes an executor.
     *
     * @param task what it runs.
     * @return an executor in INITIALIZED, on this bus.
     */
    public final TaskExecutor newExecutor(final Task task) {
        return new TaskExecutor(1, TaskSpec.of(1, task), this, null, 0);
    }

    @Override
    public int partition() {
        return 0;
    }

    @Override
    public void requestControl(final TaskExecutor executor) {
        // nobody handles it
    }

    @Override
    public void publish(final LifecycleEventType type, final ExclusiveAttempt attempt) {
        // nobody handles it
    }

    @Override
    public void park(final ExclusiveAttempt attempt, final long nanos) {
        LockSupport.parkNanos(attempt, nanos);
    }

    @Override
    public TaskHandle trySubmitChild(final TaskExecutor parent, final TaskSpec spec) {
        throw new UnsupportedOperationException("no stress test submits children");
    }

    @Override
    public boolean awaitDone(final TaskExecutor executor, final long timeoutNanos) throws InterruptedException {
        return executor.parkUntilDone(timeoutNanos);
    }

    @Override
    public TaskResources resources() {
        return null;
    }

    @Override
    public void report(final String where, final Throwable error) {
        throw new IllegalStateException(where, error);
    }

    @Override
    public Executor completionExecutor() {
        return Runnable::run;
    }

    @Override
    public long cpuNanos() {
        return -1;
    }

    @Override
    public long nanoTime() {
        return 0;
    }
}
