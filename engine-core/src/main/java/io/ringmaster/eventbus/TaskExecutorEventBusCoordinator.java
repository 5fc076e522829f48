package io.ringmaster.eventbus;

import io.ringmaster.container.ExclusiveThreadTaskExecutorContainer;
import io.ringmaster.container.TaskExecutorContainerDelegator;
import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.metrics.CountersFile;
import io.ringmaster.metrics.CountersFileException;
import io.ringmaster.metrics.Stage;
import io.ringmaster.metrics.WorkerHistograms;
import io.ringmaster.repository.TaskExecutorRepository;
import io.ringmaster.resilience.QuotaPermit;
import io.ringmaster.resilience.Quotas;
import io.ringmaster.resilience.ResourceAgent;
import io.ringmaster.resilience.TaskType;
import io.ringmaster.resilience.TaskTypes;
import io.ringmaster.task.BitMixer;
import io.ringmaster.task.Container;
import io.ringmaster.task.ContextPropagator;
import io.ringmaster.task.InternalApi;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.RetryPolicy;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/**
 * Places each executor on a fire-worker for life, keeps quotas, and owns the fire-workers' threads.
 *
 * <p>Admission is: one atomic add on the partition's {@code accepted}, one {@code putIfAbsent} of the id, one
 * publication. [A1] The add is a full fence before the look at {@code closed}; [A2] {@link #stopIntake()} sets {@code closed}
 * before it reads {@code accepted}. So a submission that races with a close either sees it and takes its add back, or is
 * waited for. Checked by AdmissionCloseStress.
 */
@InternalApi
public final class TaskExecutorEventBusCoordinator {
    /** Live executors of a partition below which nobody is sent to its second choice. */
    private static final long BALANCE_FROM = 256;

    private static final long WAIT_NANOS = 100_000;
    /** Idle turns after which a clock that shows the same time is taken to stand still. */
    private static final int STILL_CLOCK = 1000;

    private static final int OPEN = 0;
    private static final int DRAINING = 1;
    private static final int CLOSED = 2;

    private final EventBusSettings settings;
    private final TaskExecutorEventBusFireWorker[] workers;
    private final FireWorkerSeat[] seats;
    private final TaskExecutorRepository repository;
    private final TaskExecutorContainerDelegator delegator;
    private final ExclusiveThreadTaskExecutorContainer exclusive;
    private final TaskTypes types;
    private final ResourceAgent resources;
    private final ResourceAgentLoop resourceLoop;
    private final ContextPropagator propagator;
    private final LongSupplier clock;
    private final Quotas quotas;
    private final FireWorkerMonitor monitor;
    /** The engine's quota of live tasks. Written by {@link #maxLiveTasks(long)}. */
    private volatile long maxLiveTasks;
    /** While every partition has no more than this, the engine has no more than maxLiveTasks. */
    private volatile long maxLivePerPartition;
    /** Not 0 while a partition may have more than {@link #maxLivePerPartition}. */
    private final AtomicLong overShare = new AtomicLong();

    private final RefusalCounts refusals = new RefusalCounts();
    private final AtomicInteger heldThreads = new AtomicInteger();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    /** Seats that a take-over has emptied and the machine has no thread for yet. Monitor only. */
    private final Queue<FireWorkerSeat> pendingThreads = new ArrayDeque<>();

    private final Histogram[] totals = new Histogram[Stage.values().length];
    private final boolean[] swapAsked;
    private Thread monitorThread;
    /** Null without a counters file. Set before the start. */
    private EngineCounters counters;

    private volatile int intake = OPEN;
    private volatile Thread drainer;
    private volatile boolean terminating;
    private volatile boolean terminated;
    private boolean invoking;

    /**
     * Builds partitions and monitor; nothing runs before {@link #start()}.
     *
     * @param settings see there.
     */
    public TaskExecutorEventBusCoordinator(final EventBusSettings settings) {
        this.settings = settings;
        this.repository = settings.repository();
        this.delegator = settings.delegator();
        this.exclusive = settings.exclusive();
        this.types = settings.types();
        this.resources = settings.resources();
        this.resourceLoop = new ResourceAgentLoop(this, resources);
        this.propagator = settings.propagator();
        this.clock = settings.clock();
        this.quotas = settings.quotas();
        this.maxLiveTasks = quotas.engine().maxLive();
        this.maxLivePerPartition = maxLiveTasks / settings.partitions();
        this.workers = new TaskExecutorEventBusFireWorker[settings.partitions()];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new TaskExecutorEventBusFireWorker(i, this, settings);
        }
        this.seats = dealSeats();
        this.monitor = new FireWorkerMonitor(this, workers, seats, settings);
        this.swapAsked = new boolean[workers.length];
        if (!settings.invoker()) {
            resources.attach(this::startResources, resourceLoop::wake);
        }
    }

    /** In invoker mode each partition is on its own: a call that holds one keeps no other from going on. */
    private FireWorkerSeat[] dealSeats() {
        final int threads = settings.invoker() ? workers.length : settings.fireWorkers();
        final boolean mayPark = !settings.invoker() && settings.waitMode() == WaitMode.ADAPTIVE;
        final FireWorkerSeat[] dealt = new FireWorkerSeat[threads];
        for (int i = 0; i < threads; i++) {
            dealt[i] = new FireWorkerSeat(i, threads == workers.length, mayPark);
        }
        for (int i = 0; i < workers.length; i++) {
            dealt[i % threads].deal(workers[i].lease());
        }
        return dealt;
    }

    /**
     * Makes the counters file. Before the start.
     *
     * @param path   where.
     * @param engine the engine's name.
     * @throws CountersFileException if it can't be made.
     */
    public void openCounters(final Path path, final String engine) throws CountersFileException {
        final CountersFile.Spec spec = new CountersFile.Spec(
                engine, workers.length, threads(), EngineCounters.intervalNanos(settings.stallNanos()));
        counters = new EngineCounters(CountersFile.create(path, spec), this, workers, seats, monitor, settings);
        monitor.counters(counters);
    }

    /** Returns what copies the counters into their file; null without one. */
    public EngineCounters counters() {
        return counters;
    }

    /** Starts the threads, unless the caller turns the duty cycles. */
    public void start() {
        if (settings.invoker()) {
            return;
        }
        for (final FireWorkerSeat seat : seats) {
            startThread(seat);
        }
        monitorThread = settings.threadFactory().newThread(monitor);
        monitorThread.setName(monitorThread.getName() + "-monitor");
        monitorThread.start();
    }

    private void startResources() {
        final Thread thread = settings.threadFactory().newThread(resourceLoop);
        thread.setName(thread.getName() + "-resources");
        thread.start();
    }

    private void startThread(final FireWorkerSeat seat) {
        final Thread thread = settings.threadFactory().newThread(new FireWorkerLoop(seat, this, settings.waitMode()));
        final String suffix = seat.threads() == 0 ? "" : "." + seat.threads();
        thread.setName(thread.getName() + "-worker-" + seat.index + suffix);
        threads.add(thread);
        try {
            thread.start();
        } catch (final Throwable t) {
            threads.remove(thread);
            throw t;
        }
        seat.countThread();
    }

    // ---- admission ---------------------------------------------------------------------------------------------

    /**
     * Submits a task. Any thread; never blocks.
     *
     * @param id    its id.
     * @param spec  what to run.
     * @param child whether a live task submits it.
     * @return its handle, or a refused one.
     */
    public TaskHandle trySubmit(final long id, final TaskSpec spec, final boolean child) {
        if (intake != OPEN && (intake == CLOSED || !child)) {
            return refusals.refused(intake == CLOSED ? Refusal.CLOSED : Refusal.DRAINING);
        }
        final Lease caller = Lease.current();
        final TaskExecutorEventBusFireWorker worker = place(id);
        final boolean local = caller != null && caller.worker == worker;
        if (local ? worker.isOverloaded(caller) : !worker.hasRoom()) {
            return refusals.refused(worker.noRoom(local));
        }
        final Refusal blocked = worker.blocked();
        if (blocked != null) {
            return refusals.refused(blocked);
        }
        final AdmissionCounter accepted = worker.accepted();
        final long count = accepted.add(1); // [A1]
        final Refusal refusal = check(spec, count, worker, child);
        if (refusal != null) {
            accepted.add(-1);
            return refusals.refused(refusal);
        }
        return admit(id, spec, worker, local ? caller : null);
    }

    private Refusal check(
            final TaskSpec spec, final long count, final TaskExecutorEventBusFireWorker worker, final boolean child) {
        final int now = intake;
        if (now != OPEN && (now == CLOSED || !child)) {
            return now == CLOSED ? Refusal.CLOSED : Refusal.DRAINING;
        }
        if (isOverQuota(count, worker)) {
            quotas.refusedByEngine();
            return Refusal.QUOTA;
        }
        if (spec.task() == null && delegator.plugin(spec) == null) {
            return Refusal.UNKNOWN_TYPE;
        }
        return null;
    }

    /**
     * Whether the engine has more than its live tasks, this one included. Nobody adds up the partitions while each has at
     * most its share of them.
     *
     * <p>[Q1] A submission that takes its partition over its share, after its add, marks that before it adds up; [Q2] one
     * within its share looks at the mark after its add. Of two that race, either the second sees the mark and adds up as
     * well, or its add came before and the first one counts it. Checked by QuotaTest.
     *
     * <p>[Q3] A change writes the two limits and then marks, since a smaller share may leave partitions above it; the limits
     * that are compared with the sums, and by which the mark is taken away, are read after the mark. So who sees the
     * change's mark sees its limits, and who does not see it came before the change: its add is in the sums of whoever
     * takes that mark away.
     */
    private boolean isOverQuota(final long count, final TaskExecutorEventBusFireWorker worker) {
        final AdmissionCounter accepted = worker.accepted();
        final long most = maxLivePerPartition;
        if (count - accepted.finalizedSeen() > most && count - accepted.finalizedSeen(worker.finalized()) > most) {
            overShare.incrementAndGet(); // [Q1]
        }
        final long mark = overShare.get(); // [Q2]
        if (mark == 0) {
            return false;
        }
        if (live() > maxLiveTasks) {
            return true;
        }
        final long share = maxLivePerPartition;
        for (final TaskExecutorEventBusFireWorker each : workers) {
            final long finalized = each.finalized();
            if (each.accepted().get() - finalized > share) {
                return false;
            }
        }
        overShare.compareAndSet(mark, 0); // unless somebody marked it meanwhile
        return false;
    }

    /**
     * Changes the quota of live tasks, see [Q3]. One caller at a time.
     *
     * @param most the new one.
     */
    public void maxLiveTasks(final long most) {
        maxLiveTasks = most;
        maxLivePerPartition = most / workers.length;
        overShare.incrementAndGet(); // [Q3]
    }

    private TaskHandle admit(
            final long id, final TaskSpec spec, final TaskExecutorEventBusFireWorker worker, final Lease local) {
        final TaskType type = types.of(spec);
        final boolean onOwnThread = delegator.delegate(spec, type) == Container.EXCLUSIVE;
        if (onOwnThread && !exclusive.tryReserve(spec.tenant())) {
            worker.accepted().add(-1);
            return refusals.refused(Refusal.EXCLUSIVE_QUEUE_FULL);
        }
        final long now = clock.getAsLong();
        final QuotaPermit permit = quotas.isActive() ? quotas.admit(spec, type, now) : null;
        if (permit != null && permit.refusal() != null) {
            undo(spec, worker, onOwnThread, null);
            return refusals.refused(permit.refusal());
        }
        final TaskExecutor executor = new TaskExecutor(id, spec, worker, propagator == null ? null : capture(), now);
        if (permit != null) {
            executor.set(permit.flags());
        }
        if (onOwnThread) {
            executor.set(TaskExecutor.EXCLUSIVE | TaskExecutor.RESERVED);
        }
        if (!type.isPlain(spec)) {
            mark(executor, type);
        }
        if (!repository.register(executor)) {
            undo(spec, worker, onOwnThread, permit);
            return refusals.refused(Refusal.DUPLICATE_ID);
        }
        if (local != null) {
            worker.submitLocally(local, executor);
        } else if (!worker.tryPublishSubmit(executor)) {
            repository.remove(executor);
            undo(spec, worker, onOwnThread, permit);
            return refusals.refused(worker.noRoom(false));
        }
        return executor;
    }

    /** What the engine watches, learns from or ends by itself is marked before it is published. */
    private void mark(final TaskExecutor executor, final TaskType type) {
        final TaskSpec spec = executor.spec();
        if (delegator.isLearned(spec, type)) {
            executor.set(
                    type.isSampled(executor.id()) ? TaskExecutor.PLACED | TaskExecutor.SAMPLED : TaskExecutor.PLACED);
        }
        if (type.isSupervised(spec)) {
            executor.set(TaskExecutor.SUPERVISED);
            executor.supervise(type.policy(spec));
        }
    }

    /**
     * Whether a task that was admitted for the shared container goes to the exclusive one after all: its type was found to
     * block while the task was in its ring. It stays where it is if all threads and places are taken. Fire-worker.
     */
    boolean isMoved(final TaskExecutor executor) {
        final TaskSpec spec = executor.spec();
        return types.of(spec).placement() == Container.EXCLUSIVE && exclusive.tryReserve(spec.tenant());
    }

    private void undo(
            final TaskSpec spec,
            final TaskExecutorEventBusFireWorker worker,
            final boolean onOwnThread,
            final QuotaPermit permit) {
        worker.accepted().add(-1);
        if (onOwnThread) {
            exclusive.release(spec.tenant());
        }
        if (permit != null) {
            permit.giveBack();
        }
    }

    private Object capture() {
        try {
            return propagator.capture();
        } catch (final Throwable t) {
            settings.errors().accept("the context propagator's capture", t);
            return null;
        }
    }

    /**
     * The partition of an id: two choices from one hash, the second one only when the first is crowded (bounded load:
     * V. Mirrokni, M. Thorup and M. Zadimoghaddam, "Consistent Hashing with Bounded Loads&quot;, 2018, with a bound of 5/4
     * of the mean).
     */
    private TaskExecutorEventBusFireWorker place(final long id) {
        final int count = workers.length;
        if (count == 1) {
            return workers[0];
        }
        final long hash = BitMixer.mix(id);
        final int first = (int) Math.multiplyHigh(hash >>> 1, (long) count << 1);
        final TaskExecutorEventBusFireWorker choice = workers[first];
        final boolean blocked = choice.blocked() != null || !choice.hasRoom();
        if (blocked || isCrowded(choice)) {
            final long load = choice.accepted().get() - choice.finalized();
            final int step = 1 + (int) Math.multiplyHigh(BitMixer.mix(hash) >>> 1, (long) (count - 1) << 1);
            final TaskExecutorEventBusFireWorker second = workers[(first + step) % count];
            if (second.blocked() == null
                    && second.hasRoom()
                    && (blocked || second.accepted().get() - second.finalized() < load)) {
                return second;
            }
        }
        return choice;
    }

    private boolean isCrowded(final TaskExecutorEventBusFireWorker worker) {
        final AdmissionCounter accepted = worker.accepted();
        if (accepted.get() - accepted.finalizedSeen() <= BALANCE_FROM) {
            return false;
        }
        final long load = accepted.get() - accepted.finalizedSeen(worker.finalized());
        return load > BALANCE_FROM && load * workers.length * 4 > live() * 5;
    }

    // ---- waiting -----------------------------------------------------------------------------------------------

    /**
     * Refuses a blocking call on a fire-worker.
     *
     * @param call the call, for the message.
     * @throws IllegalStateException on a thread that owns a partition of this engine.
     */
    public void checkMayBlock(final String call) {
        final Lease caller = Lease.current();
        if (caller != null && caller.worker.lease() == caller && isOurs(caller.worker)) {
            throw new IllegalStateException(call + " may block and was called on fire-worker "
                    + caller.worker.partition() + ", which must not");
        }
    }

    private boolean isOurs(final TaskExecutorEventBusFireWorker worker) {
        return workers[worker.partition() % workers.length] == worker;
    }

    boolean awaitDone(final TaskExecutor executor, final long timeoutNanos) throws InterruptedException {
        checkMayBlock("await");
        if (!settings.invoker()) {
            return executor.parkUntilDone(timeoutNanos);
        }
        final long start = clock.getAsLong();
        while (!executor.isDone()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (clock.getAsLong() - start >= timeoutNanos || !invokeOrIdle()) {
                return executor.isDone();
            }
        }
        return true;
    }

    /** Turns the duty cycles; false if there is nothing to do and the clock stands still. */
    private boolean invokeOrIdle() {
        if (invoke() > 0) {
            return true;
        }
        final long before = clock.getAsLong();
        settings.invokerIdle().accept(idleNanos());
        for (int i = 0; i < STILL_CLOCK; i++) {
            if (clock.getAsLong() != before || invoke() > 0) {
                return true;
            }
        }
        return false;
    }

    Executor completionExecutor() {
        return settings.completionExecutor();
    }

    TaskExecutorContainerDelegator delegator() {
        return delegator;
    }

    /**
     * Returns the retry policy of a task: its own, its type's or the engine's.
     *
     * @param spec its spec.
     */
    public RetryPolicy retryPolicy(final TaskSpec spec) {
        return types.of(spec).retry(spec);
    }

    ResourceAgent resources() {
        return resources;
    }

    /** Returns the task types. */
    public TaskTypes types() {
        return types;
    }

    /** An attempt has been silent for too long, as its fire-worker sees it. The owner of its partition. */
    void suspect(final TaskExecutor executor) {
        monitor.zombies().suspect(executor);
    }

    ErrorLog errors() {
        return settings.errors();
    }

    void finalizedOne(final PartitionLifecycle worker) {
        final Thread waiting = drainer;
        if (waiting != null && worker.finalized() == worker.accepted.get()) {
            LockSupport.unpark(waiting);
        }
    }

    /** Refuses submissions from outside from now on. */
    public void stopOutsideIntake() {
        if (intake == OPEN) {
            intake = DRAINING;
        }
    }

    /** Refuses every submission from now on. */
    public void stopIntake() {
        intake = CLOSED;
    }

    /** Whether the engine refuses submissions from outside, and others not. */
    boolean isDraining() {
        return intake == DRAINING;
    }

    /** Returns whether the engine refuses every submission. */
    public boolean isIntakeClosed() {
        return intake == CLOSED;
    }

    /**
     * Waits until nothing is live. One caller at a time.
     *
     * @param timeoutNanos how long at most.
     * @return whether nothing is live.
     * @throws InterruptedException if interrupted.
     */
    public boolean awaitNoneLive(final long timeoutNanos) throws InterruptedException {
        final long start = clock.getAsLong();
        drainer = Thread.currentThread();
        try {
            while (live() != 0) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                final long left = timeoutNanos - (clock.getAsLong() - start);
                if (left <= 0) {
                    return false;
                }
                if (settings.invoker()) {
                    if (!invokeOrIdle()) {
                        return live() == 0;
                    }
                } else {
                    LockSupport.parkNanos(this, Math.min(left, 10 * WAIT_NANOS));
                }
            }
            return true;
        } finally {
            drainer = null;
        }
    }

    /** Returns whether, in invoker mode, there is work at hand or a clock that moves. */
    public boolean canProgress() {
        return invokeOrIdle();
    }

    // ---- invoker mode ------------------------------------------------------------------------------------------

    /**
     * Turns every role's duty cycle once. Invoker mode, one thread; a call from inside a duty cycle turns only the
     * monitor and what other leases may do.
     *
     * @return how much was done.
     */
    public int invoke() {
        int work = 0;
        for (int i = 0; i < workers.length; i++) {
            work += invokeWorker(i);
        }
        return work + resources.doWork() + invokeMonitor();
    }

    /**
     * Turns one fire-worker's duty cycle, unless a call holds its partition. Invoker mode.
     *
     * @param index the partition.
     * @return how much was done.
     */
    public int invokeWorker(final int index) {
        final TaskExecutorEventBusFireWorker worker = workers[index];
        if (PartitionOwnership.isInCall(worker.ownership())) {
            return 0;
        }
        final Lease outer = Lease.current();
        final Lease lease = worker.lease();
        lease.enter();
        int work = 0;
        try {
            work = worker.dutyCycle(lease);
        } catch (final LeaseLost lost) {
            lease.ended = true;
            leaseEnded(lease);
            work = 1;
        } finally {
            if (outer != null) {
                outer.enter();
            } else {
                Lease.leave();
            }
        }
        for (final DetachedListener each : worker.detached()) {
            if (each != null) {
                work += each.drain(errors());
            }
        }
        return work + exclusive.runKillHooks();
    }

    /**
     * Turns the monitor's duty cycle. Invoker mode.
     *
     * @return how much was done.
     */
    public int invokeMonitor() {
        if (invoking) {
            return 0;
        }
        invoking = true;
        try {
            return monitor.doWork(clock.getAsLong());
        } finally {
            invoking = false;
        }
    }

    /**
     * Returns how long nothing happens by itself, in nanoseconds: 0 with work at hand. A partition that a call holds does
     * nothing until the monitor takes it over. Invoker mode.
     */
    public long idleNanos() {
        if (resources.hasWork()) {
            return 0;
        }
        long least = monitor.isWatching() ? monitor.nanosToTick(clock.getAsLong()) : Long.MAX_VALUE;
        for (final TaskExecutorEventBusFireWorker worker : workers) {
            if (PartitionOwnership.isInCall(worker.ownership())) {
                continue; // until the monitor takes it over
            }
            if (worker.hasInput()) {
                return 0;
            }
            least = Math.min(least, worker.parkNanos());
        }
        return least;
    }

    // ---- leases ------------------------------------------------------------------------------------------------

    /** Takes one of the spare threads; while the engine closes there are always more. Monitor only. */
    boolean tryHold() {
        final boolean bounded = settings.noSparePolicy() == NoSparePolicy.REFUSE && intake != CLOSED;
        if (bounded && heldThreads.get() >= settings.spareThreads()) {
            return false;
        }
        heldThreads.incrementAndGet();
        return true;
    }

    void unhold() {
        heldThreads.decrementAndGet();
    }

    /** The monitor took a partition over: all of the stalled thread's partitions get a thread as soon as there is one. */
    void tookOver(final Lease next) {
        if (!settings.invoker()) {
            final FireWorkerSeat seat = next.worker.seat();
            seat.replace(next);
            pendingThreads.add(seat);
        }
    }

    /** Monitor only. */
    void startPendingThreads() {
        for (FireWorkerSeat next = pendingThreads.peek(); next != null; next = pendingThreads.peek()) {
            try {
                startThread(next);
                pendingThreads.remove();
            } catch (final Throwable t) {
                errors().accept("starting a fire-worker's thread", t);
                return;
            }
        }
    }

    /** Whether a seat waits for a thread. Monitor only. */
    boolean isPending(final FireWorkerSeat seat) {
        return pendingThreads.contains(seat);
    }

    /** A fire-worker's thread ends. */
    void threadEnded() {
        threads.remove(Thread.currentThread());
    }

    /** A thread ends that has lost its lease. */
    void lostThreadEnded(final Lease lease) {
        threads.remove(Thread.currentThread());
        leaseEnded(lease);
    }

    /** A lost lease's thread has left it. */
    private void leaseEnded(final Lease lease) {
        if (lease.isLost()) {
            unhold();
        }
        lease.worker.gate().signalAllWhenBlocking();
    }

    /** Asks for a partition to go to another thread; null if it is there, or its thread is asked for another one. */
    MoveRequest move(final int partition, final int thread) {
        final TaskExecutorEventBusFireWorker worker = workers[partition];
        final MoveRequest move = new MoveRequest(worker, seats[thread]);
        final FireWorkerSeat source = worker.seat();
        return source != move.target && source.ask(move) ? move : null;
    }

    void failed() {
        intake = CLOSED;
    }

    boolean isTerminating() {
        return terminating;
    }

    boolean isTerminated() {
        return terminated;
    }

    // ---- close -------------------------------------------------------------------------------------------------

    /**
     * Ends the threads. Call after the intake was stopped and what was live was killed.
     *
     * @param deadlineNanos until when to wait for threads, by {@link System#nanoTime()}.
     * @return the threads that still run.
     */
    public List<Thread> terminate(final long deadlineNanos) {
        terminating = true;
        for (final FireWorkerSeat seat : seats) {
            seat.gate.signalAllWhenBlocking();
        }
        for (final TaskExecutorEventBusFireWorker worker : workers) {
            worker.gate().signalAllWhenBlocking();
            for (final DetachedListener each : worker.detached()) {
                if (each != null) {
                    each.close();
                }
            }
        }
        final List<Thread> stuck = new ArrayList<>();
        boolean interrupted = false;
        for (final Thread thread : threads) {
            while (thread.isAlive() && System.nanoTime() - deadlineNanos < 0) {
                LockSupport.parkNanos(this, WAIT_NANOS);
                interrupted |= Thread.interrupted(); // which would make every further park return at once
            }
            if (thread.isAlive()) {
                thread.interrupt();
                stuck.add(thread);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        terminated = true;
        resourceLoop.wake();
        if (monitorThread != null) {
            LockSupport.unpark(monitorThread);
        }
        return stuck;
    }

    // ---- looked at ---------------------------------------------------------------------------------------------

    /** Returns how many tasks are accepted and not finalized; an upper bound while submissions race. */
    public long live() {
        long live = 0;
        for (final TaskExecutorEventBusFireWorker worker : workers) {
            final long finalized = worker.finalized();
            live += worker.accepted().get() - finalized;
        }
        return live;
    }

    RefusalCounts refusals() {
        return refusals;
    }

    /** Returns how many submissions were refused, by reason; only reasons that occurred. */
    public Map<Refusal, Long> refused() {
        return refusals.snapshot();
    }

    /** Threads that a call has held until another one took their place. */
    int heldThreads() {
        return heldThreads.get();
    }

    /** Returns how many partitions there are. */
    public int partitions() {
        return workers.length;
    }

    /**
     * Returns when a partition's owner last read the clock, which it does before each step that is its first in a duty
     * cycle and after every step: the start of the step that runs, if one does. A racy look.
     *
     * @param partition the partition.
     */
    public long clockReadNanos(final int partition) {
        return workers[partition].nowNanos;
    }

    /**
     * One partition's figures.
     *
     * @param index the partition.
     * @return a snapshot.
     */
    public PartitionSnapshot partition(final int index) {
        final TaskExecutorEventBusFireWorker worker = workers[index];
        final TaskState[] states = TaskState.values();
        final long[] byState = new long[states.length];
        final long finalized = worker.finalized(); // first, see [K2] of PartitionLifecycle.count
        for (int state = states.length - 1; state >= 0; state--) {
            byState[state] = worker.count(states[state]);
        }
        final long accepted = worker.accepted().get();
        final long ownership = worker.ownership();
        return new PartitionSnapshot(
                index,
                accepted,
                finalized,
                byState,
                worker.cycles(),
                worker.steps(),
                worker.ignored(),
                worker.stale(),
                worker.takeovers(),
                worker.occupied(),
                PartitionOwnership.isInCall(ownership) ? worker.describeCall() : "",
                worker.blocked(),
                settings.invoker() ? -1 : worker.seat().index,
                worker.moves(),
                worker.busyNanos());
    }

    /** Returns whether each partition has a thread of its own, or is turned by the caller. */
    public boolean isPartitionBound() {
        return seats[0].fixed;
    }

    /** Returns how many fire-worker threads there are; 0 in invoker mode. */
    public int threads() {
        return settings.invoker() ? 0 : seats.length;
    }

    /**
     * One fire-worker thread's figures.
     *
     * @param index the thread.
     * @return a snapshot.
     */
    public FireWorkerThreadSnapshot thread(final int index) {
        final FireWorkerSeat seat = seats[index];
        final List<Integer> held = new ArrayList<>();
        for (final TaskExecutorEventBusFireWorker worker : workers) {
            if (worker.seat() == seat) {
                held.add(worker.partition());
            }
        }
        return new FireWorkerThreadSnapshot(
                index,
                List.copyOf(held),
                seat.fixed ? workers[index].busyNanos() : seat.busyNanos(),
                Math.max(0, seat.threads() - 1));
    }

    /** Returns the foreign calls that held a fire-worker for a tick of the monitor or longer, by kind and subject. */
    public Map<String, SlowCall> slowCalls() {
        return monitor.slowCalls().snapshot();
    }

    /** Returns how often the engine itself stood still: the process was suspended, or stopped by its collector. */
    public long pauses() {
        return monitor.pauses();
    }

    /** Returns how many ticks the monitor has made. */
    public long monitorTicks() {
        return monitor.ticks();
    }

    /**
     * Gathers the workers' histograms since the start. One caller at a time.
     *
     * @param patienceNanos how long to wait for each worker's next duty cycle.
     * @return copies of the totals by stage; a worker that did not answer in time is in the next ones.
     */
    public synchronized Histogram[] histograms(final long patienceNanos) {
        if (totals[0] == null) {
            Arrays.setAll(totals, stage -> WorkerHistograms.newHistogram());
        }
        final boolean mayWait = Lease.current() == null;
        for (int i = 0; i < workers.length; i++) {
            final WorkerHistograms each = workers[i].histograms();
            if (each == null) {
                continue;
            }
            if (!swapAsked[i]) {
                each.request();
                swapAsked[i] = true;
                workers[i].gate().signalAllWhenBlocking();
            }
            final long start = System.nanoTime();
            if (settings.invoker() && mayWait) {
                invokeWorker(i);
            }
            while (!each.isServed(each.requested()) && mayWait && System.nanoTime() - start < patienceNanos) {
                LockSupport.parkNanos(this, WAIT_NANOS / 10);
            }
            if (each.isServed(each.requested())) {
                each.collect(each.requested(), totals);
                swapAsked[i] = false;
            }
        }
        final Histogram[] copies = new Histogram[totals.length];
        for (int i = 0; i < copies.length; i++) {
            copies[i] = totals[i].copy();
        }
        return copies;
    }
}
