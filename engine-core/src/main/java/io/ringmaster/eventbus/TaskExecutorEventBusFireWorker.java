package io.ringmaster.eventbus;

import com.lmax.disruptor.InsufficientCapacityException;
import io.ringmaster.lifecycle.AttemptResources;
import io.ringmaster.lifecycle.ExclusiveAttempt;
import io.ringmaster.lifecycle.LifecycleEventType;
import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.lifecycle.TaskExecutorEventBus;
import io.ringmaster.lifecycle.TaskResources;
import io.ringmaster.lifecycle.TaskSupervision;
import io.ringmaster.metrics.Stage;
import io.ringmaster.metrics.WorkerHistograms;
import io.ringmaster.task.InternalApi;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskPolicy;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import io.ringmaster.task.TaskStoppedException;
import io.ringmaster.task.TaskTimeoutException;
import io.ringmaster.timer.TimerNode;
import io.ringmaster.timer.TimerWheel;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;

/**
 * One partition: its ring, control list, timers, run queue and executors, and the lease under which one thread at a time
 * works on all of it. Here are its inputs: what producers do, the duty cycle, and what each input means for the state it
 * meets; what follows from an input is in {@link PartitionLifecycle}.
 *
 * <p>A control request may need several inputs, so its executor stays in {@link #controlled} until all were applied; the
 * next owner looks at its word again.
 */
@InternalApi
public final class TaskExecutorEventBusFireWorker extends PartitionLifecycle implements TaskExecutorEventBus {
    /**
     * How long ring, local queues and run queue may each go on before the others, and above all the control requests,
     * get their turn: with slow steps a batch of 256 would keep a kill waiting for many milliseconds. Costs nothing to
     * know, since the clock is read after each step.
     */
    private static final long SLICE_NANOS = 100_000;

    /** The part of the bound that the last task must have waited for the first few events to count. */
    private static final int WAITED_PART = 4;

    private static final int FEW_EVENTS = 32;
    /** Tasks that may wait however long each takes. */
    private static final int LEAST_QUEUE = 8;
    /** By which part the room must change to be told. */
    private static final int KEPT_PART = 8;

    /** Duty cycles with events after which a cycle's figures have lost most of their weight. */
    private static final double LOAD_MEMORY = 64;

    private static final int LOCAL_LIMIT = 256;
    private static final int RUN_LIMIT = 256;
    private static final int TIMER_LIMIT = 1024;
    private static final int RUNG_INTERRUPTED = 1;
    private static final int RUNG_HOOKED = 2;
    private static final LifecycleEventType[] TYPES = LifecycleEventType.values();
    private static final int SUBMIT = LifecycleEventType.SUBMIT.ordinal();

    /** Supervised executors one of whose deadlines has come. */
    private final ArrayDeque<TaskSupervision> dueSupervision = new ArrayDeque<>();

    private final long maxQueueNanos;
    private long queuedNanos;
    /** Whether the last duty cycle handled events, when it looked at its load, and what it and those before it took. */
    private boolean loaded;

    private long loadNanos;
    private double loadTime;
    private double loadEvents;
    private final int batchLimit;
    private final long killHookNanos;
    private final long killAbandonNanos;
    private final TimerWheel.Handler onTimer = this::timerDue;

    TaskExecutorEventBusFireWorker(
            final int index, final TaskExecutorEventBusCoordinator coordinator, final EventBusSettings settings) {
        super(index, coordinator, settings);
        this.batchLimit = settings.batchLimit();
        this.maxQueueNanos = settings.maxQueueNanos();
        this.killHookNanos = settings.killHookNanos();
        this.killAbandonNanos = settings.killAbandonNanos();
        this.lease = new Lease(this, 0);
        this.leases = new Lease[] {lease};
    }

    // ---- producers: any thread ---------------------------------------------------------------------------------

    /**
     * Publishes an admitted executor's SUBMIT, unless fewer slots are free than are kept for completions.
     *
     * @return false if the ring is full.
     */
    boolean tryPublishSubmit(final TaskExecutor executor) {
        if (!ring.hasAvailableCapacity(keptFree + 1)) {
            return false;
        }
        final long sequence;
        try {
            sequence = ring.tryNext();
        } catch (final InsufficientCapacityException e) {
            return false;
        }
        fill(sequence, SUBMIT, executor, null);
        return true;
    }

    /** Hands an admitted executor over by the calling lease's own queue, which is never full. */
    void submitLocally(final Lease caller, final TaskExecutor executor) {
        caller.local.offer(executor);
        if (caller != lease) {
            gate.signalAllWhenBlocking();
        }
    }

    boolean hasRoom() {
        return ring.hasAvailableCapacity(keptFree + 1);
    }

    /** Why there is no room: the ring is full, or what is in it takes as long already as a task may wait. */
    Refusal noRoom(final boolean local) {
        if (!local && (keptFree == reservedSlots || !ring.hasAvailableCapacity(reservedSlots + 1))) {
            return Refusal.RING_FULL;
        }
        refusedByOverload.incrementAndGet();
        return Refusal.OVERLOADED;
    }

    /** Whether a lease's own queue takes as long already as a task may wait. The lease's thread. */
    boolean isOverloaded(final Lease caller) {
        return keptFree != reservedSlots && caller.local.size() >= ring.getBufferSize() - keptFree;
    }

    private void fill(
            final long sequence, final int type, final TaskExecutor executor, final ExclusiveAttempt attempt) {
        // Between the claim and the publication stands nothing that can throw or block.
        final EventSlot slot = ring.get(sequence);
        slot.type = type;
        slot.executor = executor;
        if (attempt != null) {
            slot.attempt = attempt;
        }
        ring.publish(sequence);
    }

    @Override
    public void publish(final LifecycleEventType type, final ExclusiveAttempt attempt) {
        int spins = 0;
        while (true) {
            try {
                fill(ring.tryNext(), type.ordinal(), attempt.executor(), attempt);
                return;
            } catch (final InsufficientCapacityException e) {
                if (type == LifecycleEventType.PROGRESS || coordinator.isTerminated()) {
                    return; // the value itself is visible already; or nobody is left to handle it
                }
                if (invoker) {
                    coordinator.canProgress();
                } else if (++spins < 100) {
                    Thread.onSpinWait();
                } else {
                    Thread.yield();
                }
            }
        }
    }

    @Override
    public void park(final ExclusiveAttempt attempt, final long nanos) {
        if (!invoker) {
            if (nanos == Long.MAX_VALUE) {
                LockSupport.park(attempt);
            } else {
                LockSupport.parkNanos(attempt, nanos);
            }
        } else if (!exclusive.park(attempt, nanos) && !coordinator.canProgress()) {
            throw new IllegalStateException(
                    "task " + attempt.taskId() + ": its body waits, and in this simulation nothing is left that could"
                            + " happen: no role has work and the clock stands still");
        }
    }

    @Override
    public void requestControl(final TaskExecutor executor) {
        control.push(executor);
        gate.signalAllWhenBlocking();
    }

    @Override
    public TaskHandle trySubmitChild(final TaskExecutor parent, final TaskSpec spec) {
        return coordinator.trySubmit(spec.id(), spec, !parent.isDone());
    }

    @Override
    public boolean awaitDone(final TaskExecutor executor, final long timeoutNanos) throws InterruptedException {
        return coordinator.awaitDone(executor, timeoutNanos);
    }

    @Override
    public TaskResources resources() {
        return coordinator.resources();
    }

    @Override
    public void report(final String where, final Throwable error) {
        coordinator.errors().accept(where, error);
    }

    @Override
    public Executor completionExecutor() {
        return coordinator.completionExecutor();
    }

    @Override
    public long nanoTime() {
        return clock.getAsLong();
    }

    @Override
    public long cpuNanos() {
        return cpuNow();
    }

    @Override
    public int partition() {
        return index;
    }

    // ---- the duty cycle: the owner of the partition ------------------------------------------------------------

    /**
     * One bounded turn: control, a batch of the ring, timers, local queues, run queue.
     *
     * @return how much was done.
     * @throws LeaseLost if foreign code held the partition for so long that it was given to another thread.
     */
    int dutyCycle(final Lease owner) {
        final long now = clock.getAsLong();
        nowNanos = now;
        cycleNanos = now;
        int work = 0;
        if (isInTheMiddle()) {
            carryOut(owner);
            work++;
        }
        work += pollControl(owner);
        int events = pollRing(owner);
        work += pollTimers();
        work += pollSupervision(owner);
        events += pollLocal(owner);
        if (maxQueueNanos > 0 && (events > 0 || loaded)) {
            lookAtLoad(events);
        }
        work += events;
        work += pollRunQueue(owner);
        removeEnded();
        if (histograms != null) {
            histograms.serve();
        }
        cycles++;
        if (work == 0) {
            owner.context.clear();
            owner.binding.bind(null);
            if (detachedCount > 0) {
                bringListenersBack();
            }
        }
        return work;
    }

    /** Adds to the time in duty cycles that did work. Owner only. */
    void busy(final long nanos) {
        busyNanos += nanos;
    }

    private int pollControl(final Lease owner) {
        if (controlChain == null) {
            controlChain = control.takeAll();
        }
        int work = 0;
        if (controlled != null) {
            owner.binding.bind(controlled);
            handleControl(owner, controlled, controlled.control());
            controlled = null;
            work++;
        }
        while (controlChain != null) {
            final TaskExecutor executor = controlChain;
            controlChain = executor.controlNext();
            executor.controlNext(null);
            controlled = executor;
            owner.binding.bind(executor);
            handleControl(owner, executor, executor.unlink());
            controlled = null;
            work++;
        }
        return work;
    }

    private int pollRing(final Lease owner) {
        final long since = nowNanos;
        int work = 0;
        while (work < batchLimit && nowNanos - since < SLICE_NANOS && ring.isAvailable(nextSequence)) {
            final long sequence = nextSequence;
            final EventSlot slot = ring.get(sequence);
            final int type = slot.type;
            owner.binding.bindSlot(sequence);
            nextSequence = sequence + 1;
            work++;
            if (type == SUBMIT) {
                handleSubmit(owner, slot.executor);
            } else {
                final ExclusiveAttempt attempt = slot.attempt;
                slot.attempt = null;
                handleAttempt(owner, slot.executor, TYPES[type], attempt);
            }
            owner.binding.unbindSlot();
            slot.executor = null;
        }
        if (consumed.get() != nextSequence - 1) {
            consumed.set(nextSequence - 1);
        }
        return work;
    }

    /**
     * Keeps as many slots free that a task in the last one that is left waits for no longer than it may: each takes as long
     * as one did in the last {@value #LOAD_MEMORY} cycles or so. A long step or a thread that was kept from its CPU does not
     * count for much among so many, and without so many events nothing is known, unless tasks have waited already. It is
     * the submitters that look, so the bound holds as well while this thread stands still.
     */
    private void lookAtLoad(final int events) {
        final long since = loaded ? loadNanos : cycleNanos;
        loaded = events > 0;
        loadNanos = nowNanos;
        loadTime += (nowNanos - since) - loadTime / LOAD_MEMORY;
        loadEvents += events - loadEvents / LOAD_MEMORY;
        if (loadEvents < FEW_EVENTS && queuedNanos < maxQueueNanos / WAITED_PART) {
            return;
        }
        final double most = maxQueueNanos * Math.max(1, loadEvents) / Math.max(1, loadTime);
        final int capacity = ring.getBufferSize();
        final int free = (int) Math.max(reservedSlots, Math.min(capacity - LEAST_QUEUE, capacity - most));
        if (Math.abs(free - keptFree) > (capacity - keptFree) / KEPT_PART) {
            keptFree = free; // a line that submitters read: not for small changes
        }
    }

    private int pollTimers() {
        return timers.poll(nowNanos, TIMER_LIMIT, onTimer);
    }

    /** Foreign code must not run inside the wheel: what is due goes to a queue. */
    private void timerDue(final TimerNode node, final long now) {
        if (node instanceof TaskExecutor executor) {
            runQueue.add(executor);
        } else {
            dueSupervision.add((TaskSupervision) node);
        }
    }

    private int pollSupervision(final Lease owner) {
        final long since = nowNanos;
        int work = 0;
        while (work < RUN_LIMIT && nowNanos - since < SLICE_NANOS && !dueSupervision.isEmpty()) {
            final TaskSupervision supervision = dueSupervision.poll();
            owner.binding.bind(supervision.executor());
            work++;
            handleDeadline(owner, supervision.executor(), supervision);
        }
        return work;
    }

    private int pollLocal(final Lease owner) {
        final long since = nowNanos;
        int work = 0;
        final Lease[] all = leases;
        for (final Lease each : all) {
            final boolean last = each.ended;
            TaskExecutor executor = null;
            while (work < LOCAL_LIMIT && (executor = each.local.poll()) != null) {
                work++;
                owner.binding.bind(executor);
                handleSubmit(owner, executor);
                if (nowNanos - since >= SLICE_NANOS) {
                    return work;
                }
            }
            if (last && executor == null && work < LOCAL_LIMIT) {
                forget(each);
            }
        }
        return work;
    }

    private void forget(final Lease ended) {
        final Lease[] rest = new Lease[leases.length - 1];
        int i = 0;
        for (final Lease each : leases) {
            if (each != ended) {
                rest[i++] = each;
            }
        }
        leases = rest;
    }

    private int pollRunQueue(final Lease owner) {
        final long since = nowNanos;
        final int limit = Math.min(RUN_LIMIT, runQueue.size());
        int work = 0;
        while (work < limit && nowNanos - since < SLICE_NANOS) {
            final TaskExecutor executor = runQueue.take();
            owner.binding.bind(executor);
            work++;
            handleTurn(owner, executor);
        }
        return work;
    }

    /** Whether there is anything to do; the last look before parking. Owner only. */
    boolean hasInput() {
        if (ring.isAvailable(nextSequence)
                || !control.isEmpty()
                || controlChain != null
                || !runQueue.isEmpty()
                || !dueSupervision.isEmpty()
                || isListenerBack()) {
            return true;
        }
        for (final Lease each : leases) {
            if (!each.local.isEmpty()) {
                return true;
            }
        }
        return isInTheMiddle()
                || controlled != null
                || histograms != null && !histograms.isServed(histograms.requested());
    }

    /** How long an idle worker may park, in nanoseconds. Owner only. */
    long parkNanos() {
        if (timers.isEmpty()) {
            return Long.MAX_VALUE;
        }
        return Math.max(0, timers.nextDeadline() - clock.getAsLong());
    }

    // ---- what can happen ---------------------------------------------------------------------------------------

    private void handleSubmit(final Lease owner, final TaskExecutor executor) {
        final long submitted = executor.submitNanos();
        if (submitted - nowNanos > 0) {
            nowNanos = clock.getAsLong();
        }
        queuedNanos = nowNanos - submitted;
        if (histograms != null) {
            histograms.record(Stage.SUBMIT_TO_HANDLED, queuedNanos);
        }
        if (executor.is(TaskExecutor.PLACED) && !executor.is(TaskExecutor.EXCLUSIVE) && coordinator.isMoved(executor)) {
            executor.set(TaskExecutor.EXCLUSIVE | TaskExecutor.RESERVED);
        }
        if (executor.task() != null
                && !executor.is(TaskExecutor.EXCLUSIVE | TaskExecutor.SUPERVISED)
                && (executor.control() & (TaskExecutor.KILL | TaskExecutor.PAUSE)) == 0) {
            start(owner, executor);
        } else {
            executor.set(TaskExecutor.ADMITTED);
            count(TaskState.INITIALIZED.ordinal(), 1);
            if (executor.is(TaskExecutor.SUPERVISED)) {
                executor.supervision().submitted();
                arm(executor.supervision());
            }
            drive(owner, executor, LifecycleEventType.SUBMIT);
        }
    }

    private void handleControl(final Lease owner, final TaskExecutor executor, final int word) {
        if (!executor.is(TaskExecutor.ADMITTED) || executor.isEnded()) {
            return; // its SUBMIT will look at the word; or it has ended
        }
        final ExclusiveAttempt attempt = executor.exclusive();
        final TaskState state = executor.ownState();
        if ((word & TaskExecutor.KILL) != 0) {
            if (state != TaskState.KILLING) {
                kill(owner, executor);
            }
            return;
        }
        if ((word & TaskExecutor.STOP) != 0 && stopAttempt(owner, executor)) {
            return;
        }
        if ((word & TaskExecutor.PAUSE) != 0) {
            if (state == TaskState.PAUSED && attempt != null && !attempt.isAtPausePoint()) {
                // The body went on by a resume that was taken back before it was handled here: it is running.
                drive(owner, executor, LifecycleEventType.RESUME_PARKED);
            }
            if (executor.ownState() == TaskState.SCHEDULED || executor.ownState() == TaskState.RUNNING) {
                pause(owner, executor);
            }
        } else if (state == TaskState.PAUSING || state == TaskState.PAUSED) {
            final boolean parked = attempt != null && (attempt.isAtPausePoint() || state == TaskState.PAUSED);
            drive(owner, executor, parked ? LifecycleEventType.RESUME_PARKED : LifecycleEventType.RESUME);
        }
        if (attempt != null) {
            attempt.unpark();
        } else if (executor.ownState() == TaskState.RUNNING
                && executor.is(TaskExecutor.WAITS_SIGNAL)
                && executor.isSignalled()) {
            runQueue.add(executor);
        }
    }

    private void pause(final Lease owner, final TaskExecutor executor) {
        final ExclusiveAttempt attempt = executor.exclusive();
        if (attempt != null && executor.ownState() == TaskState.SCHEDULED) {
            if (attempt.cancel()) {
                executor.exclusive(null);
            } else {
                started(owner, executor);
            }
        }
        drive(owner, executor, LifecycleEventType.PAUSE);
    }

    /** Kills in any live state but KILLING; whether code may be running decides which of the two inputs it is. */
    private void kill(final Lease owner, final TaskExecutor executor) {
        final ExclusiveAttempt attempt = executor.exclusive();
        if (executor.ownState() == TaskState.SCHEDULED && attempt != null) {
            if (attempt.cancel()) {
                executor.exclusive(null);
            } else {
                started(owner, executor);
            }
        }
        drive(owner, executor, killInput(executor));
    }

    /**
     * Carries a request to end the current attempt out: at once where no code of it runs, else by the kill ladder.
     *
     * @return whether the attempt is ended, or being ended.
     */
    private boolean stopAttempt(final Lease owner, final TaskExecutor executor) {
        final TaskState state = executor.ownState();
        if (state == TaskState.KILLING) {
            return true;
        }
        final boolean current = executor.stopCause(executor.attempt()) != null;
        if (!current || state != TaskState.RUNNING && state != TaskState.PAUSING && state != TaskState.PAUSED) {
            executor.clearStop(); // it has ended meanwhile
            return false;
        }
        endAttempt(owner, executor);
        return true;
    }

    /** Whether its end is in the ring, and counts. Of a stalled step only the step is over: the attempt may go on. */
    private static boolean isOver(final ExclusiveAttempt attempt) {
        return attempt.isEnded() && !attempt.isAdopted();
    }

    private void endAttempt(final Lease owner, final TaskExecutor executor) {
        final ExclusiveAttempt attempt = executor.exclusive();
        if (attempt != null) {
            if (!isOver(attempt)) {
                drive(owner, executor, LifecycleEventType.STOP);
            }
            return;
        }
        executor.clear(TaskExecutor.WAITS);
        timers.cancel(executor);
        effects = 0;
        next(retryOrFail(owner, executor));
        carryOut(owner);
    }

    /** One of a supervised executor's deadlines has come, or is not far: its queue, run or life time, or its heartbeat. */
    private void handleDeadline(final Lease owner, final TaskExecutor executor, final TaskSupervision supervision) {
        if (executor.isEnded()) {
            return;
        }
        final TaskTimeoutException timeout = supervision.expired(nowNanos);
        if (timeout == null) {
            if (supervision.checkBeat(nowNanos) && isToBeat(executor, supervision)) {
                coordinator.suspect(executor);
            }
            arm(supervision);
        } else if ((executor.control() & TaskExecutor.KILL) == 0) {
            expire(owner, executor, timeout);
        }
    }

    /** Whether it is the task that is silent: one that waits for a time, its turn or a resource waits for the engine. */
    private static boolean isToBeat(final TaskExecutor executor, final TaskSupervision supervision) {
        if (executor.exclusive() != null) {
            return true;
        }
        final AttemptResources asked = supervision.resources();
        return !executor.is(TaskExecutor.WAITS_TIME | TaskExecutor.WAITS_TURN)
                && !(asked != null && asked.attempt() == executor.attempt() && asked.isWaiting());
    }

    private void expire(final Lease owner, final TaskExecutor executor, final TaskTimeoutException timeout) {
        final ExclusiveAttempt attempt = executor.exclusive();
        if (attempt != null && isOver(attempt)) {
            return; // in time
        }
        if (executor.ownState() == TaskState.SCHEDULED && attempt != null) {
            if (attempt.cancel()) {
                executor.exclusive(null);
            } else {
                started(owner, executor);
                if (timeout.limit() == TaskTimeoutException.Limit.QUEUE) {
                    return; // it has started just in time
                }
            }
        }
        final TaskState state = executor.ownState();
        if (executor.exclusive() != null || state == TaskState.RUNNING) {
            executor.stopping(timeout);
            endAttempt(owner, executor);
        } else {
            executor.ended(null, timeout);
            drive(owner, executor, LifecycleEventType.EXPIRE);
        }
    }

    private static LifecycleEventType killInput(final TaskExecutor executor) {
        final TaskState state = executor.ownState();
        final boolean running =
                state == TaskState.RUNNING || state == TaskState.PAUSING || executor.exclusive() != null;
        return running ? LifecycleEventType.KILL_RUNNING : LifecycleEventType.KILL;
    }

    /** The attempt's START, when something else needs it before it has come through the ring. */
    private void started(final Lease owner, final TaskExecutor executor) {
        recordStart(executor);
        drive(owner, executor, LifecycleEventType.START);
    }

    private void handleAttempt(
            final Lease owner,
            final TaskExecutor executor,
            final LifecycleEventType type,
            final ExclusiveAttempt attempt) {
        if (executor.exclusive() != attempt) {
            stale++;
            return;
        }
        final TaskState state = executor.ownState();
        switch (type) {
            case START -> {
                if (state == TaskState.SCHEDULED) {
                    started(owner, executor);
                }
            }
            case PAUSE_REACHED -> {
                if (attempt.isAtPausePoint() && (executor.control() & TaskExecutor.PAUSE) != 0) {
                    if (state == TaskState.RUNNING) {
                        pause(owner, executor); // the body saw the request first
                    } else if (state != TaskState.PAUSED) {
                        drive(owner, executor, LifecycleEventType.PAUSE_REACHED);
                    }
                } else {
                    attempt.unpark();
                }
            }
            case PROGRESS -> drive(owner, executor, LifecycleEventType.PROGRESS);
            case STEP_DONE -> attemptEnded(owner, executor, attempt);
            case PREPARE_OK -> {
                executor.exclusive(null);
                executor.ended(null, attempt.failure());
                executor.task(attempt.prepared());
                if (state == TaskState.KILLING) {
                    confirmStop(owner, executor);
                } else {
                    drive(
                            owner,
                            executor,
                            attempt.failure() == null
                                    ? LifecycleEventType.PREPARE_OK
                                    : LifecycleEventType.PREPARE_FAILED);
                }
            }
            default -> throw new AssertionError(type);
        }
    }

    private void attemptEnded(final Lease owner, final TaskExecutor executor, final ExclusiveAttempt attempt) {
        nowNanos = clock.getAsLong();
        executor.exclusive(null);
        executor.ended(attempt.result(), attempt.failure());
        if (attempt.steps() > 0) {
            counts(executor).timed(attempt.steps(), attempt.wallNanos(), attempt.cpuNanos());
        }
        if (attempt.isAdopted()) {
            countIfSlow(counts(executor), attempt.stalledNanos());
        }
        if (executor.ownState() == TaskState.KILLING) {
            confirmStop(owner, executor);
            return;
        }
        effects = 0;
        next(inputOf(owner, executor, attempt.step(), attempt.delayNanos()));
        carryOut(owner);
    }

    private void confirmStop(final Lease owner, final TaskExecutor executor) {
        timers.cancel(executor);
        effects = 0;
        next(endOfStop(owner, executor));
        carryOut(owner);
    }

    /** An executor's turn in the run queue: its time has come, or its signal, or simply its turn. */
    private void handleTurn(final Lease owner, final TaskExecutor executor) {
        switch (executor.ownState()) {
            case RUNNING -> {
                if (executor.is(TaskExecutor.WAITS) && executor.exclusive() == null) {
                    takeTurn(owner, executor);
                }
            }
            case RETRY_WAIT -> {
                // It may have been queued for its last attempt's turn: too early, or just before its timer.
                if (nowNanos - executor.dueNanos() >= 0) {
                    timers.cancel(executor);
                    executor.nextAttempt();
                    drive(owner, executor, LifecycleEventType.RETRY_DUE);
                }
            }
            case KILLING -> climb(owner, executor);
            default -> {
                // paused or ended since it was queued
            }
        }
    }

    /**
     * Calls a waiting shared task's next step. The permit of a signal is used up here and not when the task was queued: a
     * pause that comes in between drops the turn, and the resume must find the permit. Likewise its timer may have been
     * started again.
     */
    private void takeTurn(final Lease owner, final TaskExecutor executor) {
        if (executor.is(TaskExecutor.WAITS_SIGNAL) && !executor.takeSignal()) {
            return;
        }
        timers.cancel(executor);
        executor.clear(TaskExecutor.WAITS);
        drive(owner, executor, LifecycleEventType.CONTINUE);
    }

    /** The kill ladder's next rung. */
    private void climb(final Lease owner, final TaskExecutor executor) {
        final ExclusiveAttempt attempt = executor.exclusive();
        if (attempt.isEnded()) {
            return; // its end is in the ring, behind a flood perhaps, and says how: nothing is left to be stopped
        }
        switch (attempt.rung()) {
            case 0 -> {
                attempt.interrupt();
                attempt.rung(RUNG_INTERRUPTED);
                timers.schedule(executor, nowNanos + killHookNanos);
            }
            case RUNG_INTERRUPTED -> {
                if (executor.task() != null) {
                    exclusive.runKillHook(attempt);
                }
                attempt.rung(RUNG_HOOKED);
                timers.schedule(executor, nowNanos + killAbandonNanos);
            }
            default -> {
                exclusive.quarantine(attempt);
                executor.exclusive(null);
                giveUp(executor);
                effects = 0;
                next(endOfLadder(owner, executor));
                carryOut(owner);
            }
        }
    }

    /** Whatever the code believes: it gets no more resources, and is not rolled back, since it may still be at work. */
    private void giveUp(final TaskExecutor executor) {
        final TaskSupervision supervision = executor.supervise(TaskPolicy.OPEN);
        supervision.beginRollback(executor.attempt());
        coordinator.resources().ended(supervision.fence(executor.attempt()));
    }

    /** The code may still run. Another attempt may start beside it only if the task allows that. */
    private LifecycleEventType endOfLadder(final Lease owner, final TaskExecutor executor) {
        final TaskStoppedException stopped = executor.stopCause(executor.attempt());
        if (stopped == null || (executor.control() & TaskExecutor.KILL) != 0) {
            return LifecycleEventType.LADDER_EXHAUSTED;
        }
        executor.ended(null, stopped);
        final boolean again =
                coordinator.types().of(executor.spec()).policy(executor.spec()).mayOverlap()
                        && retryOrFail(owner, executor) == LifecycleEventType.STEP_RETRY;
        return again ? LifecycleEventType.STEP_RETRY : LifecycleEventType.LADDER_EXHAUSTED;
    }

    // ---- looked at by other threads ----------------------------------------------------------------------------

    Lease lease() {
        return lease;
    }

    Refusal blocked() {
        return blocked;
    }

    void blocked(final Refusal reason) {
        if (blocked != reason) {
            blocked = reason;
        }
    }

    FireWorkerSeat seat() {
        return seat;
    }

    long refusedByOverload() {
        return refusedByOverload.get();
    }

    /** How long the task that was handled last had waited: a racy look. */
    long queuedNanos() {
        return queuedNanos;
    }

    ParkGate gate() {
        return gate;
    }

    AdmissionCounter accepted() {
        return accepted;
    }

    long cycles() {
        return cycles;
    }

    /** When the last duty cycle began. */
    long cycleNanos() {
        return cycleNanos;
    }

    long busyNanos() {
        return busyNanos;
    }

    long moves() {
        return moves;
    }

    /** Inputs of tasks' lifecycles: a racy look, as those below. */
    long handled() {
        return position;
    }

    int keptFree() {
        return keptFree;
    }

    int timers() {
        return timers.size();
    }

    int runQueued() {
        return runQueue.size();
    }

    long ignored() {
        return ignored;
    }

    long stale() {
        return stale;
    }

    long steps() {
        return steps;
    }

    long takeovers() {
        return takeovers;
    }

    long occupied() {
        return ring.getBufferSize() - ring.remainingCapacity();
    }

    WorkerHistograms histograms() {
        return histograms;
    }

    DetachedListener[] detached() {
        return detached;
    }
}
