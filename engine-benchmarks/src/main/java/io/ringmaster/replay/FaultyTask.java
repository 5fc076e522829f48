package io.ringmaster.replay;

import io.ringmaster.replay.Faults.Fault;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskContext;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * A recorded task with faults, in steps for any container. It does nothing for as long as it ran, beating meanwhile, and
 * stamps its start anew in each attempt: what is stamped in the end is the attempt that ended well.
 */
final class FaultyTask implements Task {

    /** Thrown by an attempt that has to fail. */
    static final class InjectedFailure extends Exception {
        private static final long serialVersionUID = 1L;

        InjectedFailure(final int attempt) {
            super("injected into attempt " + attempt, null, false, false);
        }
    }

    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(Faults.BEAT_MILLIS / 2);
    private static final long NEVER_NANOS = TimeUnit.DAYS.toNanos(36_525);

    private final Workload workload;
    private final TaskRecords records;
    private final RunClock clock;
    private final Faults faults;
    private final long seed;
    /** The attempt that a task is in; one thread at a time, handed over by the engine. */
    private final byte[] attempts;

    private final AtomicLongArray injected = new AtomicLongArray(Fault.values().length);

    FaultyTask(
            final Workload workload,
            final TaskRecords records,
            final RunClock clock,
            final Faults faults,
            final long seed) {
        this.workload = workload;
        this.records = records;
        this.clock = clock;
        this.faults = faults;
        this.seed = seed;
        this.attempts = new byte[workload.taskCount()];
    }

    @Override
    public Step execute(final TaskContext context) throws Exception {
        final int task = (int) context.taskId();
        final int attempt = context.attempt();
        final Fault fault = faults.draw(seed, task, attempt);
        if (attempts[task] != attempt) {
            attempts[task] = (byte) attempt;
            records.start(task, clock.elapsedNanos());
            injected.incrementAndGet(fault.ordinal());
            if (fault == Fault.FAIL) {
                throw new InjectedFailure(attempt);
            }
            if (fault == Fault.BLOCK) {
                block();
            }
        }
        if (fault == Fault.ZOMBIE) {
            return context.againAfter(NEVER_NANOS, TimeUnit.NANOSECONDS);
        }
        context.heartbeat();
        if (fault == Fault.TIMEOUT) {
            return context.againAfter(SLICE_NANOS, TimeUnit.NANOSECONDS);
        }
        final long left = records.start(task) + workload.durationNanos(task) - clock.elapsedNanos();
        if (left > 0) {
            final boolean beats = faults.zombieRate() > 0;
            return context.againAfter(beats ? Math.min(left, SLICE_NANOS) : left, TimeUnit.NANOSECONDS);
        }
        records.end(task, clock.elapsedNanos());
        return Step.DONE;
    }

    /** Whatever interrupts it: an interrupt is for who called, and left to it. */
    private static void block() {
        final long nanos = TimeUnit.MILLISECONDS.toNanos(Faults.BLOCK_MILLIS);
        final long start = System.nanoTime();
        boolean interrupted = false;
        for (long left = nanos; left > 0; left = nanos - (System.nanoTime() - start)) {
            LockSupport.parkNanos(left);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many attempts had a fault. */
    long injected(final Fault fault) {
        return injected.get(fault.ordinal());
    }

    /** How many attempts a task has begun. */
    int attempts(final int task) {
        return attempts[task];
    }
}
