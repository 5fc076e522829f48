package io.ringmaster.container;

import io.ringmaster.lifecycle.ExclusiveAttempt;
import io.ringmaster.lifecycle.PropagatedContext;
import io.ringmaster.metrics.CountersFile;
import io.ringmaster.metrics.CountersSource;
import io.ringmaster.metrics.EngineCounter;
import io.ringmaster.resilience.ExclusiveWatch;
import io.ringmaster.resilience.Quotas;
import io.ringmaster.task.ContextPropagator;
import io.ringmaster.task.InternalApi;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

/**
 * A thread of its own for each attempt: a bounded number of threads behind one fair queue, see {@link FairQueue}.
 * The queue's bound is kept at admission, by {@link #tryReserve}, so that nothing has to be refused later.
 *
 * <p>Fire-workers call {@link #offer}, which takes no lock and never starts a platform thread: it wakes an idle thread,
 * or asks the launcher for a new one. A thread that was quarantined is replaced, up to a bound, and ends with its body.
 *
 * <p><b>Nothing that may start is left waiting beside an idle thread.</b> Whoever makes that possible signals: an offer
 * its own attempt, a change of quotas the first one it lets through. An end may let several through (of its tenant, of
 * its type): its thread takes one of them, and whoever takes one signals if there is another, and so on. A thread that
 * goes idle looks once more after it has said so.
 *
 * <p>With a runner instead of threads, bodies are handed to it as soon as quotas allow, by whoever makes that so, and the
 * number of threads is no bound: only the quotas are.
 */
@InternalApi
public final class ExclusiveThreadTaskExecutorContainer implements CountersSource {
    private static final long KEEP_ALIVE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long LAUNCH_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int KILL_HOOK_THREADS = 8;

    /** A thread's fate: in use, given up with or without a replacement, ended. */
    private static final int KEPT = 0;

    private static final int REPLACED = 1;
    private static final int GIVEN_UP = 2;
    private static final int ENDED = 3;

    private final int maxThreads;
    private final int quarantineLimit;
    private final boolean virtual;
    private final ThreadFactory threadFactory;
    private final PropagatedContext propagated;
    private final ExclusiveRunner runner;
    private final ExclusiveWatch watch;
    private final BiConsumer<String, Throwable> errors;

    private final ExclusivePlaces places;
    private final AtomicInteger threads = new AtomicInteger();
    private final AtomicInteger quarantined = new AtomicInteger();
    /** Given-up threads of others, which nobody replaces here: of stalled steps, and of a simulation. */
    private final AtomicInteger foreign = new AtomicInteger();

    private final AtomicInteger launchRequests = new AtomicInteger();
    private final FairQueue queue;
    private final ConcurrentLinkedDeque<Worker> idle = new ConcurrentLinkedDeque<>();
    private final Set<Worker> workers = ConcurrentHashMap.newKeySet();
    private final Thread launcher;
    private final ThreadPoolExecutor killHooks;
    /** Invoker mode. */
    private final ArrayDeque<Runnable> dueHooks = new ArrayDeque<>();

    private volatile boolean closed;

    /**
     * What the container needs to know.
     *
     * @param maxThreads      threads at most, without quarantined ones.
     * @param queueBound      how many tasks may wait for a thread.
     * @param quarantineLimit how many given-up threads are replaced.
     * @param virtual         whether the factory makes virtual threads, which are cheap to start and not kept.
     * @param threadFactory   makes the threads that run tasks.
     * @param helperFactory   makes the platform threads that launch and that run kill hooks.
     * @param propagator      installs the submitter's context, or null.
     * @param runner          runs the bodies instead of threads (a simulation), or null.
     * @param quotas          how many threads the engine, a tenant or a type may use.
     * @param watch           knows who waits and who runs.
     * @param errors          told of what goes wrong outside a task: a description and the error.
     */
    public record Settings(
            int maxThreads,
            int queueBound,
            int quarantineLimit,
            boolean virtual,
            ThreadFactory threadFactory,
            ThreadFactory helperFactory,
            ContextPropagator propagator,
            ExclusiveRunner runner,
            Quotas quotas,
            ExclusiveWatch watch,
            BiConsumer<String, Throwable> errors) {}

    /**
     * Creates the container; threads start when they are needed.
     *
     * @param settings see there.
     */
    public ExclusiveThreadTaskExecutorContainer(final Settings settings) {
        this.maxThreads = settings.maxThreads();
        this.places = new ExclusivePlaces(
                (int) Math.min(Integer.MAX_VALUE, (long) settings.maxThreads() + settings.queueBound()));
        this.queue = new FairQueue(settings.quotas());
        this.quarantineLimit = settings.quarantineLimit();
        this.virtual = settings.virtual();
        this.threadFactory = settings.threadFactory();
        this.propagated =
                settings.propagator() == null ? null : new PropagatedContext(settings.propagator(), settings.errors());
        this.runner = settings.runner();
        this.watch = settings.watch();
        this.errors = settings.errors();
        if (runner == null) {
            this.launcher = settings.helperFactory().newThread(this::launch);
            this.launcher.setName(this.launcher.getName() + "-launcher");
            this.killHooks = new ThreadPoolExecutor(
                    KILL_HOOK_THREADS, KILL_HOOK_THREADS, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), body -> {
                        final Thread thread = settings.helperFactory().newThread(body);
                        thread.setName(thread.getName() + "-kill");
                        return thread;
                    });
            this.killHooks.allowCoreThreadTimeOut(true);
            if (!virtual) {
                this.launcher.start();
            }
        } else {
            this.launcher = null;
            this.killHooks = null;
        }
    }

    /**
     * Takes a place for a task's whole life. Any thread.
     *
     * @param tenant whose task; empty for nobody's.
     * @return false if threads and queue are spoken for, or the tenant would hold more than it leaves free.
     */
    public boolean tryReserve(final String tenant) {
        return places.tryTake(tenant);
    }

    /**
     * Gives a place back.
     *
     * @param tenant whose task had it.
     */
    public void release(final String tenant) {
        places.giveBack(tenant);
    }

    /**
     * Takes an attempt: it starts as soon as a thread is free. Fire-worker.
     *
     * @param attempt the attempt.
     */
    public void offer(final ExclusiveAttempt attempt) {
        watch.offered(attempt);
        final boolean crowded = queue.offer(attempt);
        if (runner != null) {
            handOver(null);
            return;
        }
        signal();
        if (crowded && virtual) {
            queue.hasStartable(); // a look at the queue sorts it
        } else if (crowded) {
            requestLaunch(); // the launcher looks at the queue, though it may have no thread to start
        }
    }

    /** Invoker mode: gives the runner every body that may start. */
    private void handOver(final ExclusiveAttempt ended) {
        for (ExclusiveAttempt next = queue.poll(ended); next != null; next = queue.poll(null)) {
            final ExclusiveAttempt attempt = next;
            try {
                runner.execute(attempt.taskId(), attempt.attempt(), () -> {
                    try {
                        watch.run(attempt, propagated);
                    } finally {
                        handOver(attempt);
                    }
                });
            } catch (final Throwable t) {
                queue.release(attempt);
                throw t;
            }
        }
    }

    /** Quotas of exclusive threads have changed: what they let through starts. Any thread. */
    public void limitsChanged() {
        queue.limitsChanged();
        if (runner != null) {
            handOver(null);
        } else if (queue.hasStartable()) {
            signal();
        }
    }

    /**
     * Parks the thread of a body in invoker mode.
     *
     * @param attempt the body's attempt.
     * @param nanos   for how long at most.
     * @return whether the runner did it.
     */
    public boolean park(final ExclusiveAttempt attempt, final long nanos) {
        return runner.park(attempt.taskId(), attempt.attempt(), nanos);
    }

    private void signal() {
        final Worker worker = idle.pollFirst();
        if (worker != null) {
            worker.wake();
        } else if (threads.get() < maxThreads) {
            requestLaunch();
        }
    }

    private void requestLaunch() {
        if (virtual) {
            startThread();
        } else {
            launchRequests.incrementAndGet();
            LockSupport.unpark(launcher);
        }
    }

    private void launch() {
        while (!closed) {
            if (launchRequests.get() == 0) {
                LockSupport.park(this);
                Thread.interrupted();
                continue;
            }
            launchRequests.decrementAndGet();
            if (queue.hasStartable() && !startThread()) {
                launchRequests.incrementAndGet();
                LockSupport.parkNanos(this, LAUNCH_RETRY_NANOS);
            }
        }
    }

    /** Starts a thread unless there are enough; false if the machine has none to give. */
    private boolean startThread() {
        int count;
        do {
            count = threads.get();
            if (count >= maxThreads) {
                return true;
            }
        } while (!threads.compareAndSet(count, count + 1));
        final Worker worker = new Worker();
        try {
            worker.thread = threadFactory.newThread(worker);
            workers.add(worker);
            worker.thread.start();
            return true;
        } catch (final Throwable t) {
            workers.remove(worker);
            threads.decrementAndGet();
            errors.accept("starting an exclusive thread", t);
            return false;
        }
    }

    /**
     * Runs the task's own kill hook on a helper thread.
     *
     * @param attempt the attempt to be ended.
     */
    public void runKillHook(final ExclusiveAttempt attempt) {
        final Runnable hook = () -> {
            try {
                attempt.executor().task().onKill(attempt);
            } catch (final Throwable t) {
                errors.accept("onKill of a task of type '" + attempt.spec().type() + "'", t);
            }
        };
        if (killHooks == null) {
            dueHooks.add(hook);
        } else {
            try {
                killHooks.execute(hook);
            } catch (final Throwable t) {
                // No thread to be had: the ladder goes on without the hook, and so must the fire-worker that climbs it.
                errors.accept(
                        "starting onKill of a task of type '" + attempt.spec().type() + "'", t);
            }
        }
    }

    /**
     * Runs the kill hooks that are due, in invoker mode: outside of the duty cycle, as if on a helper thread.
     *
     * @return how many.
     */
    public int runKillHooks() {
        int work = 0;
        for (Runnable hook = dueHooks.poll(); hook != null; hook = dueHooks.poll()) {
            hook.run();
            work++;
        }
        return work;
    }

    /**
     * Gives an attempt's thread up and replaces it, if the bound on such threads allows.
     *
     * @param attempt the attempt whose body does not end.
     */
    public void quarantine(final ExclusiveAttempt attempt) {
        if (runner != null || attempt.isAdopted()) {
            foreign.incrementAndGet();
            if (!attempt.quarantine(foreign::decrementAndGet)) {
                foreign.decrementAndGet();
            }
            if (runner != null) {
                handOver(attempt);
            }
            return;
        }
        attempt.quarantine();
        for (final Worker worker : workers) {
            if (worker.current == attempt) {
                final boolean replace = quarantined.incrementAndGet() <= quarantineLimit;
                if (!worker.fate.compareAndSet(KEPT, replace ? REPLACED : GIVEN_UP)) {
                    quarantined.decrementAndGet();
                } else if (replace) {
                    threads.decrementAndGet();
                    queue.release(attempt);
                    if (queue.hasStartable()) {
                        signal();
                    }
                }
                return;
            }
        }
    }

    /** Returns how many threads were given up and still run. */
    public int quarantined() {
        return quarantined.get() + foreign.get();
    }

    /** Returns how many threads there are, without replaced ones. */
    public int threads() {
        return threads.get();
    }

    /** Returns how many threads wait for work. */
    public int idleThreads() {
        return idle.size();
    }

    /** Returns how many threads there may be. */
    public int maxThreads() {
        return maxThreads;
    }

    /** Returns how many places are taken, running and waiting. */
    public int reserved() {
        return places.taken();
    }

    /**
     * Returns how many places a tenant's live tasks have.
     *
     * @param tenant the tenant, not empty.
     */
    public int reservedBy(final String tenant) {
        return places.heldBy(tenant);
    }

    /** Returns how many attempts have a thread, or were handed to the runner; without those whose thread was replaced. */
    public int running() {
        return queue.running();
    }

    /**
     * Returns how many of a tenant's attempts have a thread.
     *
     * @param tenant the tenant.
     */
    public int runningOfTenant(final String tenant) {
        return queue.runningOfTenant(tenant);
    }

    /**
     * Returns how many of a type's attempts have a thread.
     *
     * @param type the type.
     */
    public int runningOfType(final String type) {
        return queue.runningOfType(type);
    }

    /**
     * Finds how many starts there are up to an attempt's own, if no quota holds anybody up. Walks the queue: for
     * explanations, not for hot paths.
     *
     * @param attempt the attempt.
     * @return 1 for the next one, 0 if it does not wait.
     */
    public int placeInQueue(final ExclusiveAttempt attempt) {
        return queue.place(attempt);
    }

    /**
     * Says which quota keeps an attempt from its thread.
     *
     * @param attempt an attempt that waits.
     * @return in words, or null if none does.
     */
    public String holder(final ExclusiveAttempt attempt) {
        return queue.holder(attempt);
    }

    /**
     * Returns what waits for a thread, by tenant, the one whose turn is next first. Walks the queue under its lock: for
     * reports now and then. Any thread but a fire-worker.
     */
    public List<ExclusiveWaiting> waiting() {
        return queue.waiting();
    }

    /** How many attempts run and wait is as old as the last copy if the queue is in use at the moment. */
    @Override
    public void copyTo(final CountersFile file) {
        queue.count();
        file.set(EngineCounter.EXCLUSIVE_RUNNING, 0, queue.countedRunning());
        file.set(EngineCounter.EXCLUSIVE_WAITING, 0, queue.countedWaiting());
        file.set(EngineCounter.EXCLUSIVE_THREADS, 0, threads());
        file.set(EngineCounter.EXCLUSIVE_IDLE_THREADS, 0, idleThreads());
        file.set(EngineCounter.EXCLUSIVE_MAX_THREADS, 0, maxThreads);
        file.set(EngineCounter.EXCLUSIVE_RESERVED, 0, reserved());
        file.set(EngineCounter.EXCLUSIVE_PLACES, 0, places.bound());
        file.set(EngineCounter.QUARANTINED, 0, quarantined());
    }

    /**
     * Ends the threads: idle ones now, others with their body.
     *
     * @param deadlineNanos until when to wait for them, by {@link System#nanoTime()}.
     * @return the threads that still run.
     */
    public List<Thread> close(final long deadlineNanos) {
        closed = true;
        final List<Thread> stuck = new ArrayList<>();
        if (runner != null) {
            return stuck;
        }
        LockSupport.unpark(launcher);
        killHooks.shutdownNow();
        for (final Worker worker : workers) {
            LockSupport.unpark(worker.thread);
        }
        for (final Worker worker : workers) {
            if (!join(worker.thread, deadlineNanos)) {
                stuck.add(worker.thread);
            }
        }
        if (!virtual) {
            join(launcher, deadlineNanos);
        }
        return stuck;
    }

    private static boolean join(final Thread thread, final long deadlineNanos) {
        boolean interrupted = false;
        try {
            while (thread.isAlive()) {
                final long left = deadlineNanos - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                try {
                    TimeUnit.NANOSECONDS.timedJoin(thread, left);
                } catch (final InterruptedException e) {
                    interrupted = true;
                }
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** One thread: runs attempts until nobody needs it. */
    private final class Worker implements Runnable {
        private final AtomicInteger fate = new AtomicInteger(KEPT);
        private volatile boolean woken;
        private volatile ExclusiveAttempt current;
        /** What it ran last, until it has given the thread back. This thread only. */
        private ExclusiveAttempt ended;

        private volatile Thread thread;

        void wake() {
            woken = true;
            LockSupport.unpark(thread);
        }

        @Override
        public void run() {
            try {
                while (runNext() || awaitWork()) {
                    // until a thread is told to end or nobody needed it for a while
                }
            } finally {
                workers.remove(this);
                idle.remove(this);
                final int last = fate.getAndSet(ENDED);
                if (last != REPLACED) {
                    threads.decrementAndGet();
                }
                if (last != KEPT) {
                    quarantined.decrementAndGet();
                }
                if (ended != null) {
                    queue.release(ended);
                }
                if (!closed && queue.hasStartable()) {
                    signal();
                }
            }
        }

        /** Runs the next attempt; false if there was none or this thread was given up. */
        private boolean runNext() {
            if (fate.get() != KEPT) {
                return false;
            }
            final ExclusiveAttempt attempt = queue.poll(ended);
            ended = null;
            if (attempt == null) {
                return false;
            }
            if ((!idle.isEmpty() || threads.get() < maxThreads) && queue.hasStartable()) {
                signal();
            }
            current = attempt;
            try {
                watch.run(attempt, propagated);
            } finally {
                current = null;
                ended = attempt;
            }
            return true;
        }

        private boolean awaitWork() {
            if (closed || fate.get() != KEPT || virtual) {
                return !closed && fate.get() == KEPT && queue.hasStartable();
            }
            woken = false;
            idle.addFirst(this);
            // The look at the queue comes after the entry into the idle list, and whoever lets an attempt start does so
            // before it looks at the idle list: one of the two sees the other.
            if (queue.hasStartable() && idle.remove(this)) {
                return true;
            }
            final long start = System.nanoTime();
            while (!woken && !closed) {
                final long left = KEEP_ALIVE_NANOS - (System.nanoTime() - start);
                if (left <= 0) {
                    if (idle.remove(this)) {
                        return false;
                    }
                    continue;
                }
                LockSupport.parkNanos(this, left);
                Thread.interrupted();
            }
            return !closed;
        }
    }
}
