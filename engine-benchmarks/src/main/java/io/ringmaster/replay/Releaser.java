package io.ringmaster.replay;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * The run's own thread: releases instances when they arrive, open loop, and dispatches what fire-workers left to it.
 * Nothing new is released while something refused waits, so back-pressure shows as release lag.
 */
final class Releaser implements Runnable {

    /** A park ends about this much late; the rest of a wait is spun. */
    private static final long SPIN_NANOS = 60_000;

    private static final long SHORTEST_BACKOFF_NANOS = 20_000;
    private static final long LONGEST_BACKOFF_NANOS = 1_000_000;

    private final Replay replay;
    private final Workload workload;
    private final RunClock clock;
    private final ArrivalSchedule schedule;
    private final Queue<Integer> waiting = new ConcurrentLinkedQueue<>();
    private final CountDownLatch started = new CountDownLatch(1);
    private final Thread thread;
    private long backoffNanos = SHORTEST_BACKOFF_NANOS;

    /** The roots of the instance being released: from the next one on to the end of its tasks. */
    private int nextTask;

    private int endTask;
    private long arrivalNanos;

    Releaser(final Replay replay, final Workload workload, final RunClock clock) {
        this.replay = replay;
        this.workload = workload;
        this.clock = clock;
        this.schedule = new ArrivalSchedule(workload);
        this.thread = new Thread(this, "replay-releaser");
        this.thread.setDaemon(true);
    }

    /** Starts the thread, and the clock once it is up: what a thread's start takes is not the first task's. */
    void start() throws InterruptedException {
        thread.start();
        started.await();
    }

    void wake() {
        LockSupport.unpark(thread);
    }

    /** Leaves a task that is ready to this thread. Any thread. */
    void handOver(final int task) {
        waiting.add(task);
        if (Thread.currentThread() != thread) { // its own permit would cut its next pause short
            wake();
        }
    }

    /** Gives up what waits. Any thread, when the run is stopping. */
    void discard() {
        while (waiting.poll() != null) {
            replay.giveBackShare();
        }
    }

    @Override
    public void run() {
        clock.start();
        started.countDown();
        try {
            while (!replay.isStopping() && releaseSome()) {
                // until all instances are released
            }
            replay.giveBackShare();
            while (!replay.isFinished() && !replay.isStopping()) {
                if (!dispatchWaiting()) {
                    LockSupport.park(this);
                }
            }
        } catch (final Throwable t) {
            replay.broke(t);
        }
    }

    /** One thing at a time; false once there is nothing left to release. */
    private boolean releaseSome() {
        if (dispatchWaiting()) {
            return true;
        }
        if (nextTask < endTask) {
            if (workload.parentCount(nextTask) == 0) {
                replay.releaseRoot(nextTask, arrivalNanos);
            }
            nextTask++;
            return true;
        }
        if (schedule.isEmpty()) {
            return false;
        }
        final long lag = clock.elapsedNanos() - schedule.nextNanos();
        if (lag >= 0) {
            arrivalNanos = schedule.nextNanos();
            final int instance = schedule.take();
            nextTask = workload.firstTask(instance);
            endTask = workload.endTask(instance);
            replay.releasedAfter(instance, lag);
        } else if (-lag > SPIN_NANOS) {
            LockSupport.parkNanos(this, -lag - SPIN_NANOS);
        } else {
            Thread.onSpinWait();
        }
        return true;
    }

    /** Dispatches one waiting task, and pauses when the engine refuses it again; false if none waits. */
    private boolean dispatchWaiting() {
        final Integer task = waiting.poll();
        if (task == null) {
            return false;
        }
        final long before = replay.refusals();
        replay.dispatch(task);
        if (replay.refusals() == before) {
            backoffNanos = SHORTEST_BACKOFF_NANOS;
        } else {
            LockSupport.parkNanos(this, backoffNanos);
            backoffNanos = Math.min(LONGEST_BACKOFF_NANOS, 2 * backoffNanos);
        }
        return true;
    }
}
