package io.ringmaster.container;

import io.ringmaster.lifecycle.ExclusiveAttempt;
import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.task.InternalApi;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskCancelledException;
import io.ringmaster.task.TaskContext;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The context of shared steps: one per lease, filled anew for each step. A lease that was taken away keeps its context
 * bound to the step that stalled, so a late step can't write to another task. Written and read by the lease's thread
 * alone.
 */
@InternalApi
public final class SharedStepContext implements TaskContext {
    private TaskExecutor executor;
    private int attempt;
    private long delayNanos;
    private Object result;
    private Throwable failure;
    private boolean progressed;

    /** Creates an unbound context. */
    public SharedStepContext() {}

    void bind(final TaskExecutor next) {
        executor = next;
        attempt = next.attempt();
        delayNanos = -1;
        result = null;
        failure = null;
        progressed = false;
    }

    /** Lets go of the task. */
    public void clear() {
        executor = null;
        result = null;
        failure = null;
    }

    void failure(final Throwable cause) {
        failure = cause;
    }

    /** Returns the delay the step asked for, or -1. */
    public long delayNanos() {
        return delayNanos;
    }

    /** Returns the result the step gave. */
    public Object result() {
        return result;
    }

    /** Returns the step's error, or null. */
    public Throwable failure() {
        return failure;
    }

    /** Returns whether the step told progress. */
    public boolean progressed() {
        return progressed;
    }

    @Override
    public long taskId() {
        return executor.id();
    }

    @Override
    public int attempt() {
        return attempt;
    }

    @Override
    public TaskSpec spec() {
        return executor.spec();
    }

    @Override
    public TaskHandle handle() {
        return executor;
    }

    @Override
    public long nanoTime() {
        return executor.bus().nanoTime();
    }

    @Override
    public boolean isCancelled() {
        return (executor.control() & TaskExecutor.KILL) != 0;
    }

    @Override
    public boolean isPauseRequested() {
        return (executor.control() & TaskExecutor.PAUSE) != 0;
    }

    @Override
    public void pausePoint() {
        if (isCancelled()) {
            throw new TaskCancelledException("task " + executor.id() + " is being killed");
        }
    }

    @Override
    public void sleep(final long delay, final TimeUnit unit) {
        throw new IllegalStateException("task " + executor.id() + ": a shared step must not block; return againAfter("
                + delay + ", " + unit + ") instead of sleep");
    }

    @Override
    public void progress(final long value) {
        executor.progress(value);
        progressed = true;
    }

    @Override
    public void heartbeat() {
        // A shared step is watched by its fire-worker's monitor; between steps there is nobody to beat.
    }

    @Override
    public TaskHandle trySubmit(final TaskSpec spec) {
        return executor.bus().trySubmitChild(executor, spec);
    }

    @Override
    public Step done(final Object value) {
        result = value;
        return Step.DONE;
    }

    @Override
    public Step againAfter(final long delay, final TimeUnit unit) {
        delayNanos = ExclusiveAttempt.checkDelay(executor.id(), delay, unit);
        return Step.AGAIN_AFTER;
    }

    @Override
    public Step failed(final Throwable cause) {
        failure = Objects.requireNonNull(cause, "cause");
        return Step.FAILED;
    }
}
