package io.ringmaster.eventbus;

import com.lmax.disruptor.InsufficientCapacityException;
import io.ringmaster.container.ExclusiveThreadTaskExecutorContainer;
import io.ringmaster.container.SharedStepContext;
import io.ringmaster.container.SharedThreadTaskExecutorContainer;
import io.ringmaster.lifecycle.Effects;
import io.ringmaster.lifecycle.ExclusiveAttempt;
import io.ringmaster.lifecycle.LifecycleEventType;
import io.ringmaster.lifecycle.LifecycleTable;
import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.lifecycle.TaskExecutorEventBus;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEventListener;
import io.ringmaster.metrics.Stage;
import io.ringmaster.metrics.WorkerHistograms;
import io.ringmaster.repository.TaskExecutorRepository;
import io.ringmaster.task.InternalApi;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskPlugin;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import io.ringmaster.timer.TimerNode;
import io.ringmaster.timer.TimerWheel;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;

/**
 * One partition: its ring, control list, timers, run queue and executors, and the lease under which one thread at a time
 * works on all of it.
 *
 * <p><b>Ownership.</b> Whoever owns the partition writes its fields plainly, see {@link PartitionOwnership}: before any call
 * into foreign code the owner has put all state of its loop into fields. A lost lease unwinds by {@link LeaseLost} and
 * touches nothing here any more.
 *
 * <p><b>Progress as data.</b> What is being done is in the lease's binding, {@link #effects}, {@link #listenerIndex} and
 * {@link #nextInput}, never only on the stack: the next owner goes on from there. A control request may need several
 * inputs, so its executor stays in {@link #controlled} until all were applied; the next owner looks at its word again.
 */
@InternalApi
public final class TaskExecutorEventBusFireWorker extends PartitionPaddingAfter implements TaskExecutorEventBus {
    /** The call that an owner is in. */
    enum Call {
        STEP,
        PREPARE,
        LISTENER,
        RETRY_POLICY,
        COMPLETION
    }

    private static final int AHEAD = 4;
    private static final int LOCAL_LIMIT = 256;
    private static final int RUN_LIMIT = 256;
    private static final int TIMER_LIMIT = 1024;
    private static final int RUNG_INTERRUPTED = 1;
    private static final int RUNG_HOOKED = 2;
    private static final LifecycleEventType[] TYPES = LifecycleEventType.values();
    private static final int SUBMIT = LifecycleEventType.SUBMIT.ordinal();
    private static final Call[] CALLS = Call.values();
    private static final int FINALIZED_STATE = TaskState.FINALIZED.ordinal();
    private static final int FIRST_FINAL = TaskState.SUCCEEDED.ordinal();
    private static final VarHandle FINALIZED;
    private static final VarHandle COUNTS;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            FINALIZED = lookup.findVarHandle(PartitionState.class, "finalized", long.class);
            COUNTS = MethodHandles.arrayElementVarHandle(long[].class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int batchLimit;
    private final long killInterruptNanos;
    private final long killHookNanos;
    private final long killAbandonNanos;
    private final TaskExecutorLifecycleEventListener[] listeners;
    private final TaskExecutorRepository repository;
    private final SharedThreadTaskExecutorContainer shared;
    private final ExclusiveThreadTaskExecutorContainer exclusive;
    private final ErrorLog errors;
    private final WorkerHistograms histograms;
    private final TimerWheel timers;
    private final TimerWheel.Handler onTimer = this::timerDue;
    private final DetachedListener[] detached;

    TaskExecutorEventBusFireWorker(
            final int index, final TaskExecutorEventBusCoordinator coordinator, final EventBusSettings settings) {
        super(index, coordinator, settings);
        this.batchLimit = settings.batchLimit();
        this.killInterruptNanos = settings.killInterruptNanos();
        this.killHookNanos = settings.killHookNanos();
        this.killAbandonNanos = settings.killAbandonNanos();
        this.listeners = settings.listeners().toArray(new TaskExecutorLifecycleEventListener[0]);
        this.detached = new DetachedListener[listeners.length];
        this.repository = settings.repository();
        this.shared = settings.shared();
        this.exclusive = settings.exclusive();
        this.errors = settings.errors();
        this.histograms = settings.recordLatency() ? new WorkerHistograms() : null;
        this.nowNanos = clock.getAsLong();
        this.timers = new TimerWheel(nowNanos);
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
        if (!ring.hasAvailableCapacity(reservedSlots + 1)) {
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
        return ring.hasAvailableCapacity(reservedSlots + 1);
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
    public Executor completionExecutor() {
        return coordinator.completionExecutor();
    }

    @Override
    public long nanoTime() {
        return clock.getAsLong();
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
        nowNanos = clock.getAsLong();
        int work = 0;
        if (isInTheMiddle()) {
            carryOut(owner);
            work++;
        }
        work += pollControl(owner);
        work += pollRing(owner);
        work += pollTimers();
        work += pollLocal(owner);
        work += pollRunQueue(owner);
        if (histograms != null) {
            histograms.serve();
        }
        cycles++;
        if (work == 0) {
            owner.context.clear();
            owner.binding.bind(null);
        }
        return work;
    }

    private int pollControl(final Lease owner) {
        if (controlChain == null) {
            controlChain = control.takeAll();
        }
        int work = 0;
        if (controlled != null) {
            handleControl(owner, controlled, controlled.control());
            controlled = null;
            work++;
        }
        while (controlChain != null) {
            final TaskExecutor executor = controlChain;
            controlChain = executor.controlNext();
            executor.controlNext(null);
            controlled = executor;
            handleControl(owner, executor, executor.unlink());
            controlled = null;
            work++;
        }
        return work;
    }

    private int pollRing(final Lease owner) {
        int work = 0;
        while (work < batchLimit && ring.isAvailable(nextSequence)) {
            final EventSlot slot = ring.get(nextSequence);
            final int type = slot.type;
            final TaskExecutor executor = slot.executor;
            final ExclusiveAttempt attempt = slot.attempt;
            slot.executor = null;
            nextSequence++;
            work++;
            lookAhead();
            if (type == SUBMIT) {
                handleSubmit(owner, executor);
            } else {
                slot.attempt = null;
                handleAttempt(owner, executor, TYPES[type], attempt);
            }
        }
        if (consumed.get() != nextSequence - 1) {
            consumed.set(nextSequence - 1);
        }
        return work;
    }

    /**
     * Touches an executor some events ahead: its lines come from a submitter's core, and the fetch goes on while the
     * events before it are handled.
     */
    private void lookAhead() {
        final long sequence = nextSequence + AHEAD;
        if (ring.isAvailable(sequence)) {
            final TaskExecutor executor = ring.get(sequence).executor;
            ahead += executor.submitNanos() + executor.control();
        }
    }

    private int pollTimers() {
        return timers.poll(nowNanos, TIMER_LIMIT, onTimer);
    }

    /** Foreign code must not run inside the wheel: what is due goes to the run queue. */
    private void timerDue(final TimerNode node, final long now) {
        enqueueRun((TaskExecutor) node);
    }

    private int pollLocal(final Lease owner) {
        int work = 0;
        final Lease[] all = leases;
        for (final Lease each : all) {
            final boolean last = each.ended;
            TaskExecutor executor = null;
            while (work < LOCAL_LIMIT && (executor = each.local.poll()) != null) {
                work++;
                handleSubmit(owner, executor);
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
        int work = 0;
        final int limit = Math.min(RUN_LIMIT, runSize);
        while (work < limit) {
            final TaskExecutor executor = runHead;
            runHead = executor.runNext();
            if (runHead == null) {
                runTail = null;
            }
            runSize--;
            executor.runNext(null);
            executor.clear(TaskExecutor.QUEUED);
            work++;
            handleTurn(owner, executor);
        }
        return work;
    }

    private void enqueueRun(final TaskExecutor executor) {
        if (executor.is(TaskExecutor.QUEUED)) {
            return;
        }
        executor.set(TaskExecutor.QUEUED);
        if (runTail == null) {
            runHead = executor;
        } else {
            runTail.runNext(executor);
        }
        runTail = executor;
        runSize++;
    }

    /** Whether there is anything to do; the last look before parking. Owner only. */
    boolean hasInput() {
        if (ring.isAvailable(nextSequence) || !control.isEmpty() || controlChain != null || runHead != null) {
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
        if (histograms != null) {
            histograms.record(Stage.SUBMIT_TO_HANDLED, nowNanos - submitted);
        }
        executor.set(TaskExecutor.ADMITTED);
        count(TaskState.INITIALIZED.ordinal(), 1);
        drive(owner, executor, LifecycleEventType.SUBMIT);
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
            enqueueRun(executor);
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
                    drive(owner, executor, LifecycleEventType.KILL_CONFIRMED);
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
        if (executor.ownState() == TaskState.KILLING) {
            timers.cancel(executor);
            drive(owner, executor, LifecycleEventType.KILL_CONFIRMED);
            return;
        }
        owner.binding.bind(executor);
        effects = 0;
        next(inputOf(owner, executor, attempt.step(), attempt.delayNanos()));
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
                executor.nextAttempt();
                drive(owner, executor, LifecycleEventType.RETRY_DUE);
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
                drive(owner, executor, LifecycleEventType.LADDER_EXHAUSTED);
            }
        }
    }

    // ---- transitions and effects -------------------------------------------------------------------------------

    private void drive(final Lease owner, final TaskExecutor executor, final LifecycleEventType input) {
        owner.binding.bind(executor);
        apply(executor, input);
        carryOut(owner);
    }

    /** Whether the last owner left something to go on with. */
    private boolean isInTheMiddle() {
        return effects != 0 || nextInput != NO_INPUT;
    }

    private void apply(final TaskExecutor executor, final LifecycleEventType input) {
        final int from = executor.ownStateOrdinal();
        final int type = input.ordinal();
        final int entry = LifecycleTable.entry(from, type);
        position++;
        if (entry == LifecycleTable.IGNORED) {
            ignored++;
            effects = 0;
            return;
        }
        final int to = LifecycleTable.stateOrdinal(entry);
        if (to != from) {
            if (to >= FIRST_FINAL && to != FINALIZED_STATE) {
                executor.finalState(to);
            }
            executor.state(to, nowNanos);
            if (from < FIRST_FINAL) {
                count(from, -1);
                if (to < FIRST_FINAL) {
                    count(to, 1);
                }
            }
        }
        effects = LifecycleTable.effects(entry);
        eventType = type;
        eventFrom = from;
        eventTo = to;
        eventPosition = position;
        eventNanos = nowNanos;
        listenerIndex = 0;
    }

    private void count(final int state, final int delta) {
        COUNTS.setOpaque(counts, state, counts[state] + delta);
    }

    /** Carries the current executor's effects out, and the inputs they lead to, until it rests. */
    private void carryOut(final Lease owner) {
        final TaskExecutor executor = owner.binding.executor();
        while (true) {
            while (effects != 0) {
                if ((effects & Effects.NOTIFY) != 0) {
                    if (listenerIndex < listeners.length) {
                        notifyListeners(owner, executor);
                    }
                    effects &= ~Effects.NOTIFY;
                } else {
                    final int effect = effects;
                    effects = 0;
                    carryOut(owner, executor, effect);
                }
            }
            final int input = nextInput;
            if (input == NO_INPUT) {
                break;
            }
            nextInput = NO_INPUT;
            apply(executor, TYPES[input]);
        }
    }

    /** Besides NOTIFY an entry has one effect at the most. */
    private void carryOut(final Lease owner, final TaskExecutor executor, final int effect) {
        switch (effect) {
            case Effects.PREPARE -> next(prepare(owner, executor));
            case Effects.SCHEDULE -> {
                executor.nextAttempt();
                next(LifecycleEventType.SCHEDULE);
            }
            case Effects.OFFER -> offer(executor);
            case Effects.RUN -> run(owner, executor);
            case Effects.WAIT -> await(executor);
            case Effects.FINALIZE -> finalizeExecutor(owner, executor);
            case Effects.CHECK_PAUSED -> {
                final ExclusiveAttempt attempt = executor.exclusive();
                if (attempt == null) {
                    timers.cancel(executor);
                }
                if (attempt == null || attempt.isAtPausePoint()) {
                    next(LifecycleEventType.PAUSE_REACHED);
                }
            }
            case Effects.UNPARK -> executor.exclusive().unpark();
            case Effects.STOP -> stop(executor);
            case Effects.RETRY_TIMER -> timers.schedule(executor, executor.dueNanos());
            default -> throw new AssertionError(effect);
        }
    }

    private LifecycleEventType prepare(final Lease owner, final TaskExecutor executor) {
        if ((executor.control() & TaskExecutor.KILL) != 0) {
            return LifecycleEventType.KILL;
        }
        if (executor.task() != null) {
            return LifecycleEventType.PREPARE_OK;
        }
        final TaskSpec spec = executor.spec();
        Task made = null;
        Throwable failure = null;
        enter(owner, Call.PREPARE);
        try {
            final TaskPlugin plugin = coordinator.delegator().plugin(spec);
            made = plugin.create(spec);
            if (made == null) {
                failure = new IllegalStateException(
                        "task " + spec.id() + ": the plugin for type '" + spec.type() + "' returned no task");
            }
        } catch (final Throwable t) {
            failure = t;
        }
        if (!leave(owner)) {
            owner.adopted.endPrepare(made, failure);
            throw LeaseLost.INSTANCE;
        }
        nowNanos = clock.getAsLong();
        executor.task(made);
        executor.ended(null, failure);
        return failure == null ? LifecycleEventType.PREPARE_OK : LifecycleEventType.PREPARE_FAILED;
    }

    private void offer(final TaskExecutor executor) {
        final int word = executor.control();
        if ((word & TaskExecutor.KILL) != 0) {
            next(LifecycleEventType.KILL);
        } else if ((word & TaskExecutor.PAUSE) != 0) {
            next(LifecycleEventType.PAUSE);
        } else if (executor.is(TaskExecutor.WAITS)) {
            next(LifecycleEventType.START); // resumed in the middle of its attempt: the wait goes on
        } else if (executor.is(TaskExecutor.EXCLUSIVE)) {
            offerExclusive(executor);
        } else {
            recordStart(executor);
            next(LifecycleEventType.START);
        }
    }

    private void next(final LifecycleEventType input) {
        nextInput = input.ordinal();
    }

    private void offerExclusive(final TaskExecutor executor) {
        final ExclusiveAttempt attempt = ExclusiveAttempt.queued(executor);
        executor.exclusive(attempt);
        exclusive.offer(attempt);
    }

    private void recordStart(final TaskExecutor executor) {
        executor.startNanos(nowNanos);
        if (!executor.is(TaskExecutor.STARTED)) {
            executor.set(TaskExecutor.STARTED);
            if (histograms != null) {
                histograms.record(Stage.SUBMIT_TO_RUNNING, nowNanos - executor.submitNanos());
            }
        }
    }

    private void run(final Lease owner, final TaskExecutor executor) {
        if (executor.exclusive() != null) {
            return; // runs on its own thread already
        }
        if (executor.is(TaskExecutor.WAITS)) {
            await(executor); // paused while it waited: the wait goes on
        } else if (executor.is(TaskExecutor.EXCLUSIVE)) {
            offerExclusive(executor); // a stalled step's next one
        } else {
            runStep(owner, executor);
        }
    }

    private void runStep(final Lease owner, final TaskExecutor executor) {
        final SharedStepContext context = owner.context;
        enter(owner, Call.STEP);
        final Step answer = shared.step(executor, context);
        if (!leave(owner)) {
            final ExclusiveAttempt adopted = owner.adopted;
            adopted.delayNanos(context.delayNanos());
            adopted.end(answer, context.result(), context.failure());
            throw LeaseLost.INSTANCE;
        }
        steps++;
        nowNanos = clock.getAsLong();
        executor.ended(context.result(), context.failure());
        final LifecycleEventType input = inputOf(owner, executor, answer, context.delayNanos());
        if (context.progressed()) {
            apply(executor, LifecycleEventType.PROGRESS);
        }
        next(input);
    }

    /** What a step's answer means; its wait, if any, is noted in the executor. */
    private LifecycleEventType inputOf(
            final Lease owner, final TaskExecutor executor, final Step answer, final long delayNanos) {
        switch (answer) {
            case DONE:
                return LifecycleEventType.STEP_DONE;
            case FAILED:
                return retryOrFail(owner, executor);
            case AGAIN_NOW:
                executor.set(TaskExecutor.WAITS_TURN);
                return LifecycleEventType.STEP_AGAIN;
            case AGAIN_AFTER:
                executor.set(TaskExecutor.WAITS_TIME);
                executor.dueNanos(nowNanos + delayNanos);
                return LifecycleEventType.STEP_AGAIN;
            default:
                executor.set(TaskExecutor.WAITS_SIGNAL);
                return LifecycleEventType.STEP_AGAIN;
        }
    }

    private LifecycleEventType retryOrFail(final Lease owner, final TaskExecutor executor) {
        if ((executor.control() & TaskExecutor.KILL) != 0) {
            return LifecycleEventType.KILL_RUNNING; // the code saw the kill, and ended, before the request was handled
        }
        long delay = -1;
        enter(owner, Call.RETRY_POLICY);
        try {
            delay = executor.spec().retryPolicy().delayNanos(executor.attempt(), executor.failure());
        } catch (final Throwable t) {
            errors.accept("the retry policy of type '" + executor.spec().type() + "'", t);
        }
        if (!leave(owner)) {
            throw LeaseLost.INSTANCE;
        }
        if (delay < 0) {
            return LifecycleEventType.STEP_FAILED;
        }
        executor.dueNanos(nowNanos + delay);
        return LifecycleEventType.STEP_RETRY;
    }

    private void await(final TaskExecutor executor) {
        if (executor.is(TaskExecutor.WAITS_TIME)) {
            timers.schedule(executor, executor.dueNanos());
        } else if (executor.is(TaskExecutor.WAITS_TURN) || executor.isSignalled()) {
            enqueueRun(executor);
        }
    }

    private void stop(final TaskExecutor executor) {
        final ExclusiveAttempt attempt = executor.exclusive();
        timers.cancel(executor);
        if (attempt == null || attempt.cancel()) {
            executor.exclusive(null);
            next(LifecycleEventType.KILL_CONFIRMED);
        } else {
            attempt.unpark();
            timers.schedule(executor, nowNanos + killInterruptNanos);
        }
    }

    private void finalizeExecutor(final Lease owner, final TaskExecutor executor) {
        final int ended = executor.ownStateOrdinal();
        timers.cancel(executor);
        repository.remove(executor);
        if (executor.is(TaskExecutor.RESERVED)) {
            exclusive.release();
        }
        if (histograms != null) {
            if (executor.is(TaskExecutor.STARTED)) {
                histograms.record(Stage.RUN, executor.stateSinceNanos() - executor.startNanos());
                histograms.record(Stage.RUNNING_TO_FINAL, nowNanos - executor.stateSinceNanos());
            }
            histograms.record(Stage.END_TO_END, nowNanos - executor.submitNanos());
        }
        apply(executor, LifecycleEventType.FINALIZE);
        count(ended, 1);
        FINALIZED.setRelease(this, finalized + 1);
        final Object waiters = executor.complete();
        coordinator.finalizedOne(this);
        if (waiters != null && TaskExecutor.wakeThreads(waiters)) {
            enter(owner, Call.COMPLETION);
            final Throwable refused = executor.completeStages(waiters);
            if (refused != null) {
                errors.accept("the completion executor", refused);
            }
            if (!leave(owner)) {
                throw LeaseLost.INSTANCE;
            }
        }
    }

    private void notifyListeners(final Lease owner, final TaskExecutor executor) {
        while (listenerIndex < listeners.length) {
            final int i = listenerIndex++;
            owner.event.set(eventType, eventFrom, eventTo, index, eventPosition, eventNanos);
            final DetachedListener lane = detached[i];
            if (lane != null) {
                lane.add(owner.event);
                continue;
            }
            enter(owner, Call.LISTENER);
            try {
                listeners[i].onEvent(owner.event);
            } catch (final Throwable t) {
                errors.accept("a listener", t);
            }
            if (!leave(owner)) {
                owner.detached.returned();
                throw LeaseLost.INSTANCE;
            }
        }
    }

    // ---- the lease ---------------------------------------------------------------------------------------------

    /** See [O1]: everything the next owner needs is in fields before this. */
    private void enter(final Lease owner, final Call kind) {
        call = kind.ordinal();
        final long token = PartitionOwnership.nextCall(owner.epoch, owner.token);
        owner.token = token;
        if (invoker) {
            owner.interrupted = Thread.interrupted();
        }
        ownership.enter(token);
    }

    /** See [O2]: false if the partition was taken over: the caller must not touch it any more. */
    private boolean leave(final Lease owner) {
        if (invoker) {
            // The thread is the caller's: what the call left behind goes, what the caller had comes back.
            Thread.interrupted();
            if (owner.interrupted) {
                Thread.currentThread().interrupt();
            }
        } else if (owner.thread.isInterrupted()) {
            Thread.interrupted();
        }
        return ownership.leave(owner.token);
    }

    /** The value the monitor watches, with acquire. */
    long ownership() {
        return ownership.get();
    }

    /**
     * See [O3]: takes the partition from an owner that is stuck in a call. Monitor only, or whoever closes the engine.
     *
     * @param watched the ownership value that has not changed.
     * @return the new lease, without a thread yet; null if the call has returned meanwhile.
     */
    Lease takeOver(final long watched) {
        final Lease old = lease;
        final TaskExecutor executor = old.binding.executor();
        final int called = listenerIndex - 1;
        final Call kind = CALLS[call];
        // [O4] The owner is running: the fields above are those of the watched call only if the word is still the same
        // after they were read. Else the call has returned, and there may be no current executor at all.
        VarHandle.acquireFence();
        if (ownership.get() != watched) {
            return null;
        }
        if (kind == Call.STEP || kind == Call.PREPARE) {
            old.adopted = ExclusiveAttempt.adopt(executor, old.thread);
        } else if (kind == Call.LISTENER) {
            old.detached = new DetachedListener(listeners[called]);
        }
        final Lease next = new Lease(this, old.epoch + 1);
        if (!ownership.takeOver(watched, next.epoch)) {
            old.adopted = null;
            old.detached = null; // or its thread, losing a later call, would go on as a listener's
            return null;
        }
        takeovers++;
        switch (kind) {
            case STEP, PREPARE -> {
                executor.exclusive(old.adopted);
                if (kind == Call.STEP) {
                    executor.set(TaskExecutor.EXCLUSIVE);
                }
            }
            case LISTENER -> {
                old.event.keep();
                detached[called] = old.detached;
            }
            case RETRY_POLICY -> next(LifecycleEventType.STEP_FAILED);
            default -> {
                // the late thread goes on waking the waiters it holds
            }
        }
        next.binding.bind(executor);
        lease = next;
        final Lease[] more = java.util.Arrays.copyOf(leases, leases.length + 1);
        more[leases.length] = next;
        leases = more;
        return next;
    }

    Lease lease() {
        return lease;
    }

    /** What the stuck call is, for messages: a racy look. */
    String describeCall() {
        final TaskExecutor executor = lease.binding.executor();
        return CALLS[call]
                + (executor == null
                        ? ""
                        : " of task " + executor.id() + " (type '"
                                + executor.spec().type() + "')");
    }

    Refusal blocked() {
        return blocked;
    }

    void blocked(final Refusal reason) {
        if (blocked != reason) {
            blocked = reason;
        }
    }

    // ---- looked at by other threads ----------------------------------------------------------------------------

    ParkGate gate() {
        return gate;
    }

    AdmissionCounter accepted() {
        return accepted;
    }

    long finalized() {
        return (long) FINALIZED.getAcquire(this);
    }

    long count(final TaskState state) {
        return (long) COUNTS.getOpaque(counts, state.ordinal());
    }

    long cycles() {
        return cycles;
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
