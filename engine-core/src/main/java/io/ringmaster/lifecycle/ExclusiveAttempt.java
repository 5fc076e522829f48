package io.ringmaster.lifecycle;

import io.ringmaster.task.InternalApi;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskCancelledException;
import io.ringmaster.task.TaskContext;
import io.ringmaster.task.TaskDeadlockException;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskStoppedException;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * One attempt on a thread of its own, and the context of the code that runs there. It is an epoch: whatever it publishes
 * carries this object, and the fire-worker drops what comes from an attempt that is not the executor's current one.
 *
 * <p>The status moves QUEUED → RUNNING → ENDED, or QUEUED → CANCELLED: of the start's compare-and-set [X1] and the
 * cancellation's [X2] exactly one succeeds, so a task killed before its start never starts. Checked by
 * ExclusiveAttemptStress.
 */
@InternalApi
public final class ExclusiveAttempt implements TaskContext {
    private static final int QUEUED = 0;
    private static final int RUNNING = 1;
    private static final int ENDED = 2;
    private static final int CANCELLED = 3;

    private static final ThreadLocal<ExclusiveAttempt> CURRENT = new ThreadLocal<>();

    private final TaskExecutor executor;
    private final int number;
    private final boolean adopted;
    private final AtomicInteger status;
    /** The body's thread while it runs. Guarded by this: an interrupt must not hit the thread's next user. */
    private Thread thread;

    private volatile boolean atPausePoint;
    private volatile boolean quarantined;
    /** Told when the code of a quarantined attempt has ended after all. Guarded by this. */
    private Runnable afterQuarantine;

    private volatile long lastBeatNanos;
    /** The body is in a wait of the engine's, for a resource or for its next step, and can't beat. */
    private volatile boolean waitsForEngine;

    /** The task whose end the body waits for, or null. Written by the body, for explanations. */
    private volatile TaskExecutor awaited;

    /** How the attempt ended. Written by its thread before it publishes the end; the ring's publication releases it. */
    private Step step;

    private Object result;
    private Throwable failure;
    private Task prepared;
    private long delayNanos = -1;
    /** What was measured of its steps, if they are timed. */
    private int steps;

    private long wallNanos;
    private long cpuNanos;
    /** How long an adopted step took. Written as the end is. */
    private long stalledNanos;
    /** The rung of the kill ladder. Owner of the partition only. */
    private int rung;

    private ExclusiveAttempt(final TaskExecutor executor, final boolean adopted, final Thread thread) {
        this.executor = executor;
        this.number = executor.attempt();
        this.adopted = adopted;
        this.thread = thread;
        this.status = new AtomicInteger(adopted ? RUNNING : QUEUED);
        this.lastBeatNanos = executor.bus().nanoTime();
    }

    /**
     * An attempt that waits for a thread.
     *
     * @param executor the executor, its attempt number already set.
     * @return the attempt.
     */
    public static ExclusiveAttempt queued(final TaskExecutor executor) {
        return new ExclusiveAttempt(executor, false, null);
    }

    /**
     * An attempt that is running already: a shared step that stalled and keeps the thread it stalled.
     *
     * @param executor the executor.
     * @param thread   the thread, or null in invoker mode.
     * @return the attempt.
     */
    public static ExclusiveAttempt adopt(final TaskExecutor executor, final Thread thread) {
        return new ExclusiveAttempt(executor, true, thread);
    }

    // ---- the thread that runs it ------------------------------------------------------------------------------

    /**
     * Runs the attempt from its first step to its end, and publishes START and the end.
     *
     * @param propagated runs steps with the submitter's context, or null.
     */
    public void run(final PropagatedContext propagated) {
        synchronized (this) {
            if (!status.compareAndSet(QUEUED, RUNNING)) { // [X1]
                return;
            }
            thread = Thread.currentThread();
        }
        lastBeatNanos = nanoTime();
        executor.bus().publish(LifecycleEventType.START, this);
        Step last = null;
        Throwable error = null;
        final ExclusiveAttempt outer = CURRENT.get();
        CURRENT.set(this);
        try {
            last = runSteps(propagated);
            if (last == Step.FAILED) {
                error = failure != null
                        ? failure
                        : new IllegalStateException(
                                "task " + executor.id() + ": returned FAILED without failed(cause)");
            }
        } catch (final Throwable t) {
            error = t;
        }
        final TaskStoppedException stopped = executor.stopCause(number);
        if (stopped instanceof TaskDeadlockException && !isStale()) {
            error = stopped; // even a success: what others wait for is taken back now
            rollback();
        }
        if (outer == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(outer);
        }
        end(error == null ? Step.DONE : Step.FAILED, error == null ? result : null, error);
    }

    private void rollback() {
        // An interrupt of the ladder was meant for the body and would end the hook's first wait.
        Thread.interrupted();
        if (executor.supervision().beginRollback(number)) {
            try {
                executor.task().onRollback(this);
            } catch (final Throwable t) {
                executor.bus().report("onRollback of a task of type '" + spec().type() + "'", t);
            }
        }
    }

    /** Returns the attempt whose body the calling thread runs, or null. */
    static ExclusiveAttempt current() {
        return CURRENT.get();
    }

    /** Notes whose end the body waits for. The body's thread. */
    void awaits(final TaskExecutor other) {
        awaited = other;
    }

    /** Returns the task whose end the body waits for, or null. Any thread; a racy look. */
    public TaskExecutor awaited() {
        return awaited;
    }

    private Step runSteps(final PropagatedContext propagated) throws Exception {
        final TaskSupervision supervision = executor.supervision();
        final boolean beats = supervision != null && supervision.policy().heartbeatNanos() > 0;
        pausePoint();
        while (true) {
            if (beats) {
                heartbeat(); // steps are signs of life, as in a shared container: the engine may choose which it is
            }
            delayNanos = -1;
            final Step answer = executor.is(TaskExecutor.SAMPLED) ? timedStep(propagated) : step(propagated);
            if (answer == null) {
                throw new IllegalStateException("task " + executor.id() + ": a step must not return null");
            }
            switch (answer) {
                case DONE, FAILED -> {
                    return answer;
                }
                case AGAIN_NOW -> pausePoint();
                case AGAIN_AFTER -> {
                    if (delayNanos < 0) {
                        throw new IllegalStateException(
                                "task " + executor.id() + ": returned AGAIN_AFTER without againAfter(delay, unit)");
                    }
                    waitForStep();
                    pausePoint();
                }
                case WHEN_SIGNALLED -> awaitSignal();
                default -> throw new AssertionError(answer);
            }
        }
    }

    private void waitForStep() throws InterruptedException {
        waitsForEngine = true;
        try {
            sleep(delayNanos, TimeUnit.NANOSECONDS);
        } finally {
            waited();
        }
    }

    /** A wait of the engine's is over: silence counts from here. */
    private void waited() {
        heartbeat();
        waitsForEngine = false;
    }

    private Step step(final PropagatedContext propagated) throws Exception {
        return propagated == null
                ? executor.task().execute(this)
                : propagated.execute(executor.task(), this, executor.propagated());
    }

    private Step timedStep(final PropagatedContext propagated) throws Exception {
        final long start = nanoTime();
        final long cpuStart = executor.bus().cpuNanos();
        try {
            return step(propagated);
        } finally {
            steps++;
            wallNanos += nanoTime() - start;
            cpuNanos = cpuStart < 0 ? -1 : cpuNanos + executor.bus().cpuNanos() - cpuStart;
        }
    }

    private void awaitSignal() throws InterruptedException {
        pausePoint();
        while (!executor.takeSignal()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if ((executor.control() & (TaskExecutor.SIGNAL | TaskExecutor.PAUSE)) == 0 && !isCancelled()) {
                executor.bus().park(this, Long.MAX_VALUE);
            }
            pausePoint(); // an attempt that is given up leaves the signal to the next one
        }
        pausePoint();
    }

    /**
     * Ends the attempt: no interrupt reaches the thread after this, and the end is published. Called by the thread that
     * ran it; for an adopted step by the stalled thread.
     *
     * @param ended DONE, FAILED or, for an adopted step, what it answered.
     * @param value the result, or null.
     * @param cause the error, or null.
     */
    public void end(final Step ended, final Object value, final Throwable cause) {
        leaveThread();
        step = ended;
        result = value;
        failure = cause;
        executor.bus().publish(LifecycleEventType.STEP_DONE, this);
    }

    /**
     * Ends an adopted preparation.
     *
     * @param made  the task the plugin made, or null.
     * @param cause the error, or null.
     */
    public void endPrepare(final Task made, final Throwable cause) {
        leaveThread();
        prepared = made;
        failure = cause;
        executor.bus().publish(LifecycleEventType.PREPARE_OK, this);
    }

    private void leaveThread() {
        final Runnable after;
        synchronized (this) {
            thread = null;
            status.set(ENDED);
            after = afterQuarantine;
        }
        if (after != null) {
            after.run();
        }
        // An interrupt that a kill sent must not greet the thread's next task; whether there was one is no news.
        Thread.interrupted();
    }

    // ---- the owner of the partition ---------------------------------------------------------------------------

    /** Returns whose attempt it is. */
    public TaskExecutor executor() {
        return executor;
    }

    /**
     * Cancels the attempt if its body has not started. Any thread.
     *
     * @return whether it will never start.
     */
    public boolean cancel() {
        return status.compareAndSet(QUEUED, CANCELLED); // [X2]
    }

    /** Returns whether the body has not started and was not cancelled. */
    public boolean isQueued() {
        return status.get() == QUEUED;
    }

    /** Returns whether the body has ended. */
    public boolean isEnded() {
        return status.get() == ENDED;
    }

    /** Returns whether it is a stalled shared step, on a thread that was a fire-worker's. */
    public boolean isAdopted() {
        return adopted;
    }

    /** Returns whether the body is parked at its pause point. */
    public boolean isAtPausePoint() {
        return atPausePoint;
    }

    /** Interrupts the body, if it is running. */
    public synchronized void interrupt() {
        if (thread != null) {
            thread.interrupt();
        }
    }

    /** Wakes the body, if it is parked. */
    public synchronized void unpark() {
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    /** Returns the body's thread, or null when it is not running. */
    public synchronized Thread thread() {
        return thread;
    }

    /** Marks the thread as given up: it is replaced, and ends when its body does. */
    public void quarantine() {
        quarantined = true;
    }

    /**
     * Marks the thread as given up, one that nobody replaces.
     *
     * @param ended called by that thread when its code has ended.
     * @return false if the code has ended already; it is not called then.
     */
    public synchronized boolean quarantine(final Runnable ended) {
        quarantined = true;
        if (status.get() != RUNNING) {
            return false;
        }
        afterQuarantine = ended;
        return true;
    }

    /** Returns whether the thread was given up. */
    public boolean isQuarantined() {
        return quarantined;
    }

    /** Returns the kill ladder's rung. */
    public int rung() {
        return rung;
    }

    /**
     * Steps onto a rung of the kill ladder.
     *
     * @param next the rung.
     */
    public void rung(final int next) {
        rung = next;
    }

    /** Returns how the attempt ended. After its end was received. */
    public Step step() {
        return step;
    }

    /** Returns the result. After its end was received. */
    public Object result() {
        return result;
    }

    /** Returns the error, or null. After its end was received. */
    public Throwable failure() {
        return failure;
    }

    /** Returns the task an adopted preparation made. After its end was received. */
    public Task prepared() {
        return prepared;
    }

    /** Returns the delay an adopted step asked for. After its end was received. */
    public long delayNanos() {
        return delayNanos;
    }

    /**
     * Notes the delay an adopted step asked for. The stalled thread, before {@link #end}.
     *
     * @param nanos the delay.
     */
    public void delayNanos(final long nanos) {
        delayNanos = nanos;
    }

    /** Returns how long an adopted step took, in nanoseconds, or 0. After its end was received. */
    public long stalledNanos() {
        return stalledNanos;
    }

    /**
     * Notes how long an adopted step took. The stalled thread, before {@link #end}.
     *
     * @param nanos its time.
     */
    public void stalledNanos(final long nanos) {
        stalledNanos = nanos;
    }

    /** Returns how many steps were timed. After its end was received. */
    public int steps() {
        return steps;
    }

    /** Returns the wall time of the timed steps, in nanoseconds. After its end was received. */
    public long wallNanos() {
        return wallNanos;
    }

    /** Returns the CPU time of the timed steps, in nanoseconds, or -1. After its end was received. */
    public long cpuNanos() {
        return cpuNanos;
    }

    /** Returns the time of the last heartbeat; now, while it is the engine that lets it wait. */
    public long lastBeatNanos() {
        return waitsForEngine ? nanoTime() : lastBeatNanos;
    }

    // ---- the context ------------------------------------------------------------------------------------------

    @Override
    public long taskId() {
        return executor.id();
    }

    @Override
    public int attempt() {
        return number;
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
        return executor.isAskedToEnd(number) || isStale();
    }

    private TaskCancelledException cancelled() {
        final Throwable cause = executor.stopCause(number);
        return new TaskCancelledException(
                cause == null ? "task " + executor.id() + " is being killed" : cause.getMessage());
    }

    /** An attempt that was given up: another one may be running. */
    private boolean isStale() {
        return quarantined;
    }

    @Override
    public boolean isPauseRequested() {
        return (executor.control() & TaskExecutor.PAUSE) != 0;
    }

    /**
     * {@inheritDoc}
     *
     * <p>[P1] Leaving: atPausePoint is cleared, then a full fence, then the control word is read again. [P2] The fire-worker
     * that handles a pause was told of it by the control word and then reads atPausePoint. If it still reads true, the
     * clear comes after that read, and the second look at the word sees the pause: the body goes back.
     * Checked by ExclusiveAttemptStress.
     */
    @Override
    public void pausePoint() {
        while (true) {
            final int word = executor.control();
            if ((word & (TaskExecutor.KILL | TaskExecutor.STOP)) != 0 && isCancelled() || isStale()) {
                atPausePoint = false;
                throw cancelled();
            }
            if ((word & TaskExecutor.PAUSE) == 0) {
                if (!atPausePoint) {
                    return;
                }
                atPausePoint = false;
                VarHandle.fullFence(); // [P1] the next look is an acquire load, which might overtake the clear
                continue;
            }
            if (!atPausePoint) {
                atPausePoint = true;
                executor.bus().publish(LifecycleEventType.PAUSE_REACHED, this);
                continue;
            }
            executor.bus().park(this, Long.MAX_VALUE);
            if (Thread.interrupted()) {
                atPausePoint = false;
                Thread.currentThread().interrupt();
                throw new TaskCancelledException("task " + executor.id() + " was interrupted at its pause point");
            }
        }
    }

    @Override
    public void sleep(final long delay, final TimeUnit unit) throws InterruptedException {
        final long nanos = unit.toNanos(delay);
        final long start = nanoTime();
        while (true) {
            if (isCancelled()) {
                throw cancelled();
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            final long left = nanos - (nanoTime() - start);
            if (left <= 0) {
                return;
            }
            executor.bus().park(this, left);
        }
    }

    @Override
    public boolean acquire(final String resource, final int permits) throws InterruptedException {
        checkOwnThread("acquire");
        while (true) {
            pausePoint();
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (executor.bus().resources().acquire(executor, number, this, resource, permits)) {
                return true;
            }
            waitsForEngine = true;
            try {
                // The grant is unparked after it is visible, and so is whatever a pause point looks at.
                executor.bus().park(this, Long.MAX_VALUE);
            } finally {
                waited();
            }
        }
    }

    @Override
    public boolean tryAcquire(final String resource, final int permits) {
        checkOwnThread("tryAcquire");
        if (isCancelled()) {
            throw cancelled();
        }
        return executor.bus().resources().tryAcquire(executor, number, resource, permits);
    }

    @Override
    public boolean release(final String resource, final int permits) {
        checkOwnThread("release");
        return executor.bus().resources().release(executor, number, resource, permits);
    }

    /** Whoever else used the context might do so after the attempt's end, when nobody would take anything back. */
    private void checkOwnThread(final String call) {
        if (thread() != Thread.currentThread()) {
            throw new IllegalStateException("task " + executor.id() + ": " + call
                    + " belongs to the thread that runs the attempt and was called on "
                    + Thread.currentThread().getName());
        }
    }

    @Override
    public void progress(final long value) {
        if (!isStale()) {
            executor.progress(value);
            executor.bus().publish(LifecycleEventType.PROGRESS, this);
        }
    }

    @Override
    public void heartbeat() {
        lastBeatNanos = nanoTime();
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
        delayNanos = checkDelay(executor.id(), delay, unit);
        return Step.AGAIN_AFTER;
    }

    @Override
    public Step failed(final Throwable cause) {
        failure = java.util.Objects.requireNonNull(cause, "cause");
        return Step.FAILED;
    }

    /**
     * Checks a delay that a step asks for.
     *
     * @param taskId whose step.
     * @param delay  the delay.
     * @param unit   of the delay.
     * @return nanoseconds.
     * @throws IllegalArgumentException if it is negative.
     */
    public static long checkDelay(final long taskId, final long delay, final TimeUnit unit) {
        if (delay < 0) {
            throw new IllegalArgumentException(
                    "task " + taskId + ": delay must not be negative: " + delay + ' ' + unit);
        }
        return unit.toNanos(delay);
    }
}
