package io.ringmaster.container;

import io.ringmaster.lifecycle.ExclusiveAttempt;
import io.ringmaster.lifecycle.ExecutorBinding;
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
    private final ExecutorBinding binding;
    private int attempt;
    private long delayNanos;
    private Object result;
    private Throwable failure;
    private boolean progressed;

    /**
     * Creates a context.
     *
     * @param binding whose step it is.
     */
    public SharedStepContext(final ExecutorBinding binding) {
        this.binding = binding;
    }

    void start(final TaskExecutor executor) {
        attempt = executor.attempt();
        delayNanos = -1;
        progressed = false;
        clear();
    }

    /** Lets go of what the last step gave. */
    public void clear() {
        if (result != null) {
            result = null;
        }
        if (failure != null) {
            failure = null;
        }
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
        return binding.executor().id();
    }

    @Override
    public int attempt() {
        return attempt;
    }

    @Override
    public TaskSpec spec() {
        return binding.executor().spec();
    }

    @Override
    public TaskHandle handle() {
        return binding.executor();
    }

    @Override
    public long nanoTime() {
        return binding.executor().bus().nanoTime();
    }

    @Override
    public boolean isCancelled() {
        return binding.executor().isAskedToEnd(attempt);
    }

    @Override
    public boolean isPauseRequested() {
        return (binding.executor().control() & TaskExecutor.PAUSE) != 0;
    }

    @Override
    public void pausePoint() {
        if (isCancelled()) {
            final TaskExecutor executor = binding.executor();
            final Throwable cause = executor.stopCause(attempt);
            throw new TaskCancelledException(
                    cause == null ? "task " + executor.id() + " is being killed" : cause.getMessage());
        }
    }

    @Override
    public void sleep(final long delay, final TimeUnit unit) {
        throw new IllegalStateException("task " + binding.executor().id()
                + ": a shared step must not block; return againAfter(" + delay + ", " + unit + ") instead of sleep");
    }

    @Override
    public boolean acquire(final String resource, final int permits) {
        checkOwnThread("acquire");
        pausePoint();
        final TaskExecutor executor = binding.executor();
        return executor.bus().resources().acquire(executor, attempt, null, resource, permits);
    }

    @Override
    public boolean tryAcquire(final String resource, final int permits) {
        checkOwnThread("tryAcquire");
        pausePoint();
        final TaskExecutor executor = binding.executor();
        return executor.bus().resources().tryAcquire(executor, attempt, resource, permits);
    }

    @Override
    public boolean release(final String resource, final int permits) {
        checkOwnThread("release");
        final TaskExecutor executor = binding.executor();
        return executor.bus().resources().release(executor, attempt, resource, permits);
    }

    private void checkOwnThread(final String call) {
        if (!binding.isOfCaller()) {
            throw new IllegalStateException("task " + binding.executor().id() + ": " + call
                    + " belongs to the thread that runs the attempt and was called on "
                    + Thread.currentThread().getName());
        }
    }

    /** What its step has become by stalling; null while that is not so, and when it was given up. */
    private ExclusiveAttempt adopted() {
        if (!binding.isLost()) {
            return null;
        }
        final ExclusiveAttempt current = binding.executor().exclusive();
        return current != null && current.isAdopted() && current.attempt() == attempt ? current : null;
    }

    /** {@inheritDoc} After a stall nobody looks at what is noted here: it is told as from any thread of a task's own. */
    @Override
    public void progress(final long value) {
        if (!binding.isLost()) {
            binding.executor().progress(value);
            progressed = true;
            return;
        }
        final ExclusiveAttempt adopted = adopted();
        if (adopted != null) {
            adopted.progress(value);
        }
    }

    /** {@inheritDoc} Its steps are its signs of life, and within one the monitor watches the fire-worker, unless it stalled. */
    @Override
    public void heartbeat() {
        final ExclusiveAttempt adopted = adopted();
        if (adopted != null) {
            adopted.heartbeat();
        }
    }

    @Override
    public TaskHandle trySubmit(final TaskSpec spec) {
        return binding.executor().bus().trySubmitChild(binding.executor(), spec);
    }

    @Override
    public Step done(final Object value) {
        result = value;
        return Step.DONE;
    }

    @Override
    public Step againAfter(final long delay, final TimeUnit unit) {
        delayNanos = ExclusiveAttempt.checkDelay(binding.executor().id(), delay, unit);
        return Step.AGAIN_AFTER;
    }

    @Override
    public Step failed(final Throwable cause) {
        failure = Objects.requireNonNull(cause, "cause");
        return Step.FAILED;
    }
}
