package io.ringmaster.lifecycle;

import io.ringmaster.task.InternalApi;
import io.ringmaster.task.TaskPolicy;
import io.ringmaster.task.TaskState;
import io.ringmaster.task.TaskStoppedException;
import io.ringmaster.task.TaskTimeoutException;
import io.ringmaster.task.TaskTimeoutException.Limit;
import io.ringmaster.timer.TimerNode;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What only tasks with limits have: the clocks of their timeouts, their heartbeat, and the reason for which the engine
 * ends their attempt. It is one timer, set to whatever comes first.
 *
 * <p>The owner of the partition writes everything but the request to stop, which any thread may make; the deadlines of run
 * and life are looked at by the monitor too, while a step runs.
 */
@InternalApi
public final class TaskSupervision extends TimerNode {
    /** No deadline; times that happen to have this value are moved by a nanosecond. */
    private static final long NONE = Long.MIN_VALUE;

    private static final double NANOS_PER_MILLI = 1e6;
    private static final VarHandle STOP;
    private static final VarHandle RUN_DEADLINE;
    private static final VarHandle LIFE_DEADLINE;
    private static final VarHandle RESOURCES;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            STOP = lookup.findVarHandle(TaskSupervision.class, "stop", Stop.class);
            RESOURCES = lookup.findVarHandle(TaskSupervision.class, "resources", AttemptResources.class);
            RUN_DEADLINE = lookup.findVarHandle(TaskSupervision.class, "runDeadline", long.class);
            LIFE_DEADLINE = lookup.findVarHandle(TaskSupervision.class, "lifeDeadline", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** A request to end an attempt. */
    private record Stop(int attempt, TaskStoppedException cause) {}

    private final TaskExecutor executor;
    private final TaskPolicy policy;

    private long queueDeadline = NONE;
    private long runDeadline = NONE;
    private long lifeDeadline = NONE;
    private long beatCheck = NONE;
    /** Run time of the attempt that is left, while its clock stands. */
    private long runLeft;
    /** From when on silence counts: the attempt's start, its last resume, a shared task's last step. */
    private long beatFrom;
    /** The beat after which the attempt was found to be a zombie. Written by the monitor. */
    private volatile long convictedAfter = NONE;

    private Stop stop;

    /** What the latest attempt that asked for any resource has of them. */
    private AttemptResources resources;
    /** The attempt that was rolled back last, or whose code can't be. Owner, or the attempt's own thread before its end. */
    private volatile int rolledBack;

    TaskSupervision(final TaskExecutor executor, final TaskPolicy policy) {
        this.executor = executor;
        this.policy = policy;
    }

    /** Returns whose supervision it is. */
    public TaskExecutor executor() {
        return executor;
    }

    /** Returns the policy, with what the task left open filled in. */
    public TaskPolicy policy() {
        return policy;
    }

    // ---- the clocks: owner of the partition -------------------------------------------------------------------

    private static long at(final long nanos) {
        return nanos == NONE ? NONE + 1 : nanos;
    }

    /** The submission reached its fire-worker: the clocks run since it was made. */
    public void submitted() {
        startLifeClock();
        startQueueClock(executor.submitNanos());
    }

    private void startLifeClock() {
        if (policy.lifeTimeoutNanos() > 0) {
            LIFE_DEADLINE.setRelease(this, at(executor.submitNanos() + policy.lifeTimeoutNanos()));
        }
    }

    private void startQueueClock(final long nowNanos) {
        if (policy.queueTimeoutNanos() > 0) {
            queueDeadline = at(nowNanos + policy.queueTimeoutNanos());
        }
    }

    /**
     * Starts and stops the clocks with a transition.
     *
     * @param from     the state before.
     * @param to       the state after; another one.
     * @param nowNanos the time.
     */
    public void entered(final TaskState from, final TaskState to, final long nowNanos) {
        switch (to) {
            case SCHEDULED -> {
                if (from != TaskState.PREPARED && !executor.is(TaskExecutor.WAITS)) {
                    startQueueClock(nowNanos);
                }
            }
            case RUNNING -> {
                queueDeadline = NONE;
                if (from == TaskState.SCHEDULED && !executor.is(TaskExecutor.WAITS)) {
                    runLeft = policy.runTimeoutNanos();
                }
                startRunClock(nowNanos);
            }
            case PAUSING -> {
                // the code goes on, and so do its clocks
            }
            case PAUSED -> {
                queueDeadline = NONE;
                stopRunClock(nowNanos);
            }
            case RETRY_WAIT -> {
                stopRunClock(nowNanos);
                startLifeClock(); // it stood still while the last attempt was being ended
            }
            default -> {
                if (to == TaskState.KILLING || to.isFinal()) {
                    queueDeadline = NONE;
                    LIFE_DEADLINE.setRelease(this, NONE);
                    stopRunClock(nowNanos);
                }
            }
        }
    }

    private void startRunClock(final long nowNanos) {
        if (policy.runTimeoutNanos() > 0 && runDeadline == NONE) {
            RUN_DEADLINE.setRelease(this, at(nowNanos + runLeft));
        }
        if (policy.heartbeatNanos() > 0 && beatCheck == NONE) {
            beatFrom = nowNanos;
            beatCheck = at(nowNanos + policy.maxSilenceNanos());
        }
    }

    private void stopRunClock(final long nowNanos) {
        if (runDeadline != NONE) {
            runLeft = Math.max(0, runDeadline - nowNanos);
            RUN_DEADLINE.setRelease(this, NONE);
        }
        beatCheck = NONE;
    }

    /** Returns whether any clock runs. */
    public boolean hasDeadline() {
        return queueDeadline != NONE || runDeadline != NONE || lifeDeadline != NONE || beatCheck != NONE;
    }

    /** Returns the next deadline, if {@link #hasDeadline()}. */
    public long nextDeadline() {
        return earlier(earlier(queueDeadline, runDeadline), earlier(lifeDeadline, beatCheck));
    }

    private static long earlier(final long one, final long other) {
        if (one == NONE) {
            return other;
        }
        return other == NONE || one - other <= 0 ? one : other;
    }

    private static boolean isOver(final long deadline, final long nowNanos) {
        return deadline != NONE && deadline - nowNanos <= 0;
    }

    /**
     * Which limit is over, the strictest one first.
     *
     * @param nowNanos the time.
     * @return the failure, or null.
     */
    public TaskTimeoutException expired(final long nowNanos) {
        if (isOver(lifeDeadline, nowNanos)) {
            return timeout(Limit.LIFE, policy.lifeTimeoutNanos());
        }
        if (isOver(queueDeadline, nowNanos)) {
            return timeout(Limit.QUEUE, policy.queueTimeoutNanos());
        }
        return isOver(runDeadline, nowNanos) ? timeout(Limit.RUN, policy.runTimeoutNanos()) : null;
    }

    /**
     * Whether the attempt has run, or the task lived, for too long: the monitor's look, while a step runs.
     *
     * @param nowNanos the time.
     * @return the failure, or null.
     */
    public TaskTimeoutException ranTooLong(final long nowNanos) {
        if (isOver((long) LIFE_DEADLINE.getAcquire(this), nowNanos)) {
            return timeout(Limit.LIFE, policy.lifeTimeoutNanos());
        }
        return isOver((long) RUN_DEADLINE.getAcquire(this), nowNanos)
                ? timeout(Limit.RUN, policy.runTimeoutNanos())
                : null;
    }

    private TaskTimeoutException timeout(final Limit limit, final long nanos) {
        return new TaskTimeoutException(executor.id(), limit, nanos / NANOS_PER_MILLI);
    }

    /** Returns the nearest timeout's name and the time left to it for explanations, or null. A racy look; any thread. */
    public String describe(final long nowNanos) {
        final long life = lifeDeadline;
        final long queue = queueDeadline;
        final long run = runDeadline;
        final long next = earlier(earlier(queue, run), life);
        if (next == NONE) {
            return null;
        }
        final Limit limit = next == life ? Limit.LIFE : next == queue ? Limit.QUEUE : Limit.RUN;
        return String.format(
                java.util.Locale.ROOT,
                "%s timeout in %.1f ms",
                limit.name().toLowerCase(java.util.Locale.ROOT),
                (next - nowNanos) / NANOS_PER_MILLI);
    }

    // ---- the heartbeat ----------------------------------------------------------------------------------------

    /** Returns whether signs of life are waited for. Owner of the partition. */
    public boolean isBeating() {
        return beatCheck != NONE;
    }

    /**
     * A shared step was called: a sign of life.
     *
     * @param nowNanos the time.
     */
    public void stepped(final long nowNanos) {
        beatFrom = nowNanos;
    }

    /**
     * Returns the last sign of life of the current attempt. Any thread; a racy look.
     *
     * @return the time.
     */
    public long lastBeatNanos() {
        final ExclusiveAttempt attempt = executor.exclusive();
        final long from = beatFrom;
        if (attempt == null) {
            return from;
        }
        final long beat = attempt.lastBeatNanos();
        return beat - from > 0 ? beat : from;
    }

    /** Returns for how long an attempt may be silent, in nanoseconds. */
    public long maxSilenceNanos() {
        return policy.maxSilenceNanos();
    }

    /**
     * Looks at the heartbeat, if that is due, and says when to look again.
     *
     * @param nowNanos the time.
     * @return whether the attempt is suspected to be a zombie, and was not found to be one since its last beat.
     */
    public boolean checkBeat(final long nowNanos) {
        if (!isOver(beatCheck, nowNanos)) {
            return false;
        }
        final long last = lastBeatNanos();
        final boolean silent = nowNanos - last >= policy.maxSilenceNanos();
        beatCheck = at((silent ? nowNanos : last) + policy.maxSilenceNanos());
        return silent && last != convictedAfter;
    }

    /**
     * The attempt is a zombie: it is not suspected again before it has beaten. The monitor.
     *
     * @param lastBeat its last beat.
     */
    public void convicted(final long lastBeat) {
        convictedAfter = lastBeat;
    }

    // ---- the request to stop ----------------------------------------------------------------------------------

    /**
     * Notes why an attempt is to be ended. Any thread; the first reason for an attempt counts.
     *
     * @param attempt the attempt's number.
     * @param cause   the reason.
     * @return whether it was the first.
     */
    boolean requestStop(final int attempt, final TaskStoppedException cause) {
        final Stop request = new Stop(attempt, cause);
        while (true) {
            final Stop before = (Stop) STOP.getVolatile(this);
            if (before != null && before.attempt >= attempt) {
                return false;
            }
            if (STOP.compareAndSet(this, before, request)) {
                return true;
            }
        }
    }

    /**
     * Returns why an attempt is to be ended. Any thread.
     *
     * @param attempt the attempt's number.
     * @return the reason, or null.
     */
    public TaskStoppedException stopCause(final int attempt) {
        final Stop request = (Stop) STOP.getAcquire(this);
        return request == null || request.attempt != attempt ? null : request.cause;
    }

    // ---- resources --------------------------------------------------------------------------------------------

    /** Returns what the latest attempt that asked for a resource has of them, or null. Any thread. */
    public AttemptResources resources() {
        return (AttemptResources) RESOURCES.getAcquire(this);
    }

    /**
     * Puts in what an attempt has. Any thread.
     *
     * @param before what is there.
     * @param next   what replaces it, of a later attempt.
     * @return whether it did.
     */
    public boolean resources(final AttemptResources before, final AttemptResources next) {
        return RESOURCES.compareAndSet(this, before, next);
    }

    /**
     * Makes sure that an attempt whose code may still run gets no more resources. Owner only.
     *
     * @param attempt the attempt that was given up.
     * @return what it has, still to be ended.
     */
    public AttemptResources fence(final int attempt) {
        while (true) {
            final AttemptResources before = resources();
            if (before != null && before.attempt() >= attempt) {
                return before;
            }
            final AttemptResources nothing = new AttemptResources(executor, attempt);
            if (resources(before, nothing)) {
                return nothing;
            }
        }
    }

    /**
     * Whether an attempt is still to be rolled back; from now on it is not. The attempt's own thread before it has published
     * its end, then the owner.
     *
     * @param attempt the attempt's number.
     * @return true once.
     */
    public boolean beginRollback(final int attempt) {
        if (rolledBack >= attempt) {
            return false;
        }
        rolledBack = attempt;
        return true;
    }
}
