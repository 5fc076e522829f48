package io.ringmaster.eventbus;

import io.ringmaster.container.ExclusiveThreadTaskExecutorContainer;
import io.ringmaster.container.SharedStepContext;
import io.ringmaster.container.SharedThreadTaskExecutorContainer;
import io.ringmaster.event.EngineEvent;
import io.ringmaster.event.EngineEvents;
import io.ringmaster.lifecycle.AttemptResources;
import io.ringmaster.lifecycle.Effects;
import io.ringmaster.lifecycle.ExclusiveAttempt;
import io.ringmaster.lifecycle.LifecycleEventType;
import io.ringmaster.lifecycle.LifecycleTable;
import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEvent;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEventListener;
import io.ringmaster.lifecycle.TaskSupervision;
import io.ringmaster.metrics.Stage;
import io.ringmaster.metrics.ThreadCpuTime;
import io.ringmaster.metrics.WorkerHistograms;
import io.ringmaster.repository.TaskExecutorRepository;
import io.ringmaster.resilience.ExclusiveWatch;
import io.ringmaster.resilience.Quotas;
import io.ringmaster.resilience.StepCounts;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskDeadlockException;
import io.ringmaster.task.TaskPlugin;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import io.ringmaster.task.TaskStoppedException;
import io.ringmaster.task.TaskTimeoutException;
import io.ringmaster.timer.TimerWheel;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * How a partition's executors go through their lifecycle: inputs to the table, the table's effects, the calls into foreign
 * code that effects lead to, and the take-over from a call that does not return.
 *
 * <p><b>Ownership.</b> Whoever owns the partition writes its fields plainly, see {@link PartitionOwnership}: before any call
 * into foreign code the owner has put all state of its loop into fields. A lost lease unwinds by {@link LeaseLost} and
 * touches nothing here any more.
 *
 * <p><b>Progress as data.</b> What is being done is in the lease's binding and run of events, in {@link #effects},
 * {@link #listenerIndex} and {@link #nextInput}, never only on the stack: the next owner goes on from there.
 *
 * <p><b>Listeners</b> are told before any other foreign code runs and before the executor rests, of all that has happened
 * since they were last told: a call costs its mark and its compare-and-set, and a task that succeeds in one step has two
 * calls per listener and not five. So the table may be ahead of them, and what they ask of a task before its first step
 * is looked at once more before that step.
 */
abstract class PartitionLifecycle extends PartitionPaddingAfter {
    /** The call that an owner is in. */
    enum Call {
        STEP,
        PREPARE,
        LISTENER,
        RETRY_POLICY,
        ROLLBACK,
        COMPLETION
    }

    private static final LifecycleEventType[] TYPES = LifecycleEventType.values();
    private static final Call[] CALLS = Call.values();
    private static final int FINALIZED_STATE = TaskState.FINALIZED.ordinal();
    private static final int FIRST_FINAL = TaskState.SUCCEEDED.ordinal();
    private static final TaskState[] STATES = TaskState.values();
    private static final VarHandle FINALIZED;
    private static final VarHandle BEATING;
    private static final VarHandle COUNTS;

    /** The inputs of a shared task up to its first step, if nothing is to be prepared and nobody stops it. */
    private static final LifecycleEventType[] START_INPUTS = {
        LifecycleEventType.SUBMIT, LifecycleEventType.PREPARE_OK, LifecycleEventType.SCHEDULE, LifecycleEventType.START
    };

    /** Where they lead, one after the other, looked up in the table once for all tasks. */
    private static final int[] START_TRANSITIONS = startTransitions();

    /** The first of them that belongs to the first attempt. */
    private static final int SCHEDULE_INPUT = 2;

    private static final int RUNNING = TaskState.RUNNING.ordinal();

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            FINALIZED = lookup.findVarHandle(PartitionState.class, "finalized", long.class);
            BEATING = lookup.findVarHandle(PartitionState.class, "beating", long.class);
            COUNTS = MethodHandles.arrayElementVarHandle(long[].class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final ExclusiveThreadTaskExecutorContainer exclusive;
    final WorkerHistograms histograms;
    final TimerWheel timers;
    final RunQueue runQueue = new RunQueue();
    final DetachedListener[] detached;
    int detachedCount;

    private final TaskExecutorLifecycleEventListener[] listeners;
    private final TaskExecutorRepository repository;
    private final SharedThreadTaskExecutorContainer shared;
    private final ExclusiveWatch watch;
    private final ErrorLog errors;
    private final EngineEvents engineEvents;
    private final long slowStepNanos;
    private final long killInterruptNanos;
    private final Quotas quotas;

    PartitionLifecycle(
            final int index, final TaskExecutorEventBusCoordinator coordinator, final EventBusSettings settings) {
        super(index, coordinator, settings);
        this.exclusive = settings.exclusive();
        this.histograms = settings.recordLatency() ? new WorkerHistograms() : null;
        this.nowNanos = clock.getAsLong();
        this.timers = new TimerWheel(nowNanos);
        this.listeners = settings.listeners().toArray(new TaskExecutorLifecycleEventListener[0]);
        this.detached = new DetachedListener[listeners.length];
        this.repository = settings.repository();
        this.shared = settings.shared();
        this.watch = settings.watch();
        this.errors = settings.errors();
        this.engineEvents = settings.events();
        this.slowStepNanos = settings.slowStepNanos();
        this.killInterruptNanos = settings.killInterruptNanos();
        this.quotas = settings.quotas();
    }

    // ---- transitions and effects -------------------------------------------------------------------------------

    /** Applies an input to the executor that is bound, and all that follows from it, until the executor rests. */
    final void drive(final Lease owner, final TaskExecutor executor, final LifecycleEventType input) {
        apply(owner, executor, input);
        carryOut(owner);
    }

    private static int[] startTransitions() {
        final int[] transitions = new int[START_INPUTS.length];
        int state = TaskState.INITIALIZED.ordinal();
        for (int i = 0; i < transitions.length; i++) {
            final int input = START_INPUTS[i].ordinal();
            final int next = LifecycleTable.stateOrdinal(LifecycleTable.entry(state, input));
            transitions[i] = TaskExecutorLifecycleEvent.transition(input, state, next);
            state = next;
        }
        return transitions;
    }

    /**
     * Takes a submitted executor up to its first step in one go, where each input would lead to the next one without a look
     * at anything in between. What others see is the same as from {@link #drive} with each of {@link #START_INPUTS}: the
     * events, their positions, the state. Measured: going through {@link #drive} takes some 20 ns more.
     */
    final void start(final Lease owner, final TaskExecutor executor) {
        executor.nextAttempt();
        executor.set(TaskExecutor.ADMITTED);
        recordStart(executor);
        if (listeners.length > 0) {
            for (int i = 0; i < START_TRANSITIONS.length; i++) {
                final int during = i < SCHEDULE_INPUT ? 0 : 1;
                owner.events.add().set(START_TRANSITIONS[i], during, position + 1 + i, nowNanos);
            }
        }
        position += START_TRANSITIONS.length;
        executor.state(RUNNING, nowNanos);
        count(RUNNING, 1);
        effects = Effects.RUN;
        carryOut(owner);
    }

    /** Whether the last owner left something to go on with. */
    final boolean isInTheMiddle() {
        return effects != 0 || nextInput != NO_INPUT || !lease.events.isEmpty();
    }

    private void apply(final Lease owner, final TaskExecutor executor, final LifecycleEventType input) {
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
            final TaskSupervision supervision = executor.supervision();
            if (supervision != null) {
                supervise(supervision, from, to);
            }
            if (from < FIRST_FINAL) {
                count(from, -1);
                if (to < FIRST_FINAL) {
                    count(to, 1);
                }
            }
        }
        final int effect = LifecycleTable.effects(entry);
        effects = effect & ~Effects.NOTIFY;
        if ((effect & Effects.NOTIFY) != 0 && listeners.length > 0) {
            owner.events
                    .add()
                    .set(TaskExecutorLifecycleEvent.transition(type, from, to), executor.attempt(), position, nowNanos);
        }
    }

    /** Its clocks start and stop with the transition; its timer is set to what comes first. */
    private void supervise(final TaskSupervision supervision, final int from, final int to) {
        final boolean before = supervision.isBeating();
        supervision.entered(STATES[from], STATES[to], nowNanos);
        if (supervision.isBeating() != before) {
            BEATING.setOpaque(this, beating + (before ? -1 : 1));
        }
        arm(supervision);
        final AttemptResources held = supervision.resources();
        if (held != null && (to >= FIRST_FINAL || STATES[to] == TaskState.RETRY_WAIT)) {
            coordinator.resources().ended(held);
        }
    }

    final void arm(final TaskSupervision supervision) {
        timers.cancel(supervision);
        if (supervision.hasDeadline()) {
            timers.schedule(supervision, supervision.nextDeadline());
        }
    }

    /**
     * [K1] A task leaves a state's count before it enters the next one's, and enters its final state's before it counts as
     * finalized; each is a release. [K2] Readers acquire the counts in the opposite order: finalized, the states from the
     * last to the first, accepted. Who sees that a task has entered a state thus sees that it has left the one before, so no
     * task that goes forward is seen twice. Checked by LedgerTest.
     */
    final void count(final int state, final int delta) {
        COUNTS.setRelease(counts, state, counts[state] + delta); // [K1]
    }

    final void next(final LifecycleEventType input) {
        nextInput = input.ordinal();
    }

    /** Carries the current executor's effects out, and the inputs they lead to, until it rests. */
    final void carryOut(final Lease owner) {
        final TaskExecutor executor = owner.binding.executor();
        while (true) {
            if (!owner.events.isEmpty() && mustTell(owner, executor)) {
                tellListeners(owner);
                if (effects == Effects.RUN) {
                    lookBeforeStart(executor);
                }
            }
            if (effects != 0) {
                final int effect = effects;
                effects = 0;
                carryOut(owner, executor, effect);
            } else if (nextInput != NO_INPUT) {
                final LifecycleEventType input = TYPES[nextInput];
                nextInput = NO_INPUT;
                apply(owner, executor, input);
            } else {
                return;
            }
        }
    }

    /** Listeners were told of a start: where one of them, or anybody since, asked for a kill or a pause, no step begins. */
    private void lookBeforeStart(final TaskExecutor executor) {
        final int word = executor.control();
        if ((word & (TaskExecutor.KILL | TaskExecutor.PAUSE)) != 0
                && executor.exclusive() == null
                && !executor.is(TaskExecutor.WAITS)) {
            effects = 0;
            next((word & TaskExecutor.KILL) != 0 ? LifecycleEventType.KILL_RUNNING : LifecycleEventType.PAUSE);
        }
    }

    /** Whether listeners are told now: nothing but the engine's own work may come between an input and the telling. */
    private boolean mustTell(final Lease owner, final TaskExecutor executor) {
        if (owner.events.isNearlyFull()) {
            return true;
        }
        return switch (effects) {
            case 0 -> nextInput == NO_INPUT;
            case Effects.PREPARE -> executor.task() == null;
            case Effects.SCHEDULE -> false;
            case Effects.OFFER -> executor.is(TaskExecutor.EXCLUSIVE);
            default -> true;
        };
    }

    /** An entry has one effect at the most besides NOTIFY. */
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
            case Effects.STOP -> stop(owner, executor);
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
        } else if (executor.supervision() != null && isExpired(executor)) {
            next(LifecycleEventType.EXPIRE);
        } else if (executor.is(TaskExecutor.WAITS)) {
            next(LifecycleEventType.START); // resumed in the middle of its attempt: the wait goes on
        } else if (executor.is(TaskExecutor.EXCLUSIVE)) {
            offerExclusive(executor);
        } else {
            recordStart(executor);
            next(LifecycleEventType.START);
        }
    }

    /** Whether its time was over before its start, so that it never starts: its failure is noted then. */
    private boolean isExpired(final TaskExecutor executor) {
        final TaskTimeoutException timeout = executor.supervision().expired(nowNanos);
        if (timeout == null) {
            return false;
        }
        executor.ended(null, timeout);
        return true;
    }

    private void offerExclusive(final TaskExecutor executor) {
        final ExclusiveAttempt attempt = ExclusiveAttempt.queued(executor);
        executor.exclusive(attempt);
        exclusive.offer(attempt);
    }

    final void recordStart(final TaskExecutor executor) {
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
        final boolean sampled = executor.is(TaskExecutor.SAMPLED);
        final long cpuBefore = sampled ? cpuNow() : 0;
        final long before = sampled ? clock.getAsLong() : nowNanos;
        enter(owner, Call.STEP);
        final Step answer = shared.step(executor, context);
        if (!leave(owner)) {
            final ExclusiveAttempt adopted = owner.adopted;
            adopted.delayNanos(context.delayNanos());
            adopted.stalledNanos(clock.getAsLong() - before);
            adopted.end(answer, context.result(), context.failure());
            throw LeaseLost.INSTANCE;
        }
        steps++;
        nowNanos = clock.getAsLong();
        if (sampled || nowNanos - before > slowStepNanos) {
            timed(executor, sampled, nowNanos - before, cpuBefore);
        }
        executor.ended(context.result(), context.failure());
        if (executor.supervision() != null) {
            executor.supervision().stepped(nowNanos);
        }
        final LifecycleEventType input = inputOf(owner, executor, answer, context.delayNanos());
        if (context.progressed()) {
            apply(owner, executor, LifecycleEventType.PROGRESS);
        }
        next(input);
    }

    /** Counts a step whose time was taken, or that was slow: with it, without a sample, the listeners told before it. */
    private void timed(final TaskExecutor executor, final boolean sampled, final long nanos, final long cpuBefore) {
        final StepCounts counts = counts(executor);
        if (sampled) {
            counts.timed(1, nanos, cpuBefore < 0 ? -1 : cpuNow() - cpuBefore);
        }
        countIfSlow(counts, nanos);
    }

    final void countIfSlow(final StepCounts counts, final long nanos) {
        if (nanos > slowStepNanos) {
            counts.slow(nanos);
        }
    }

    final StepCounts counts(final TaskExecutor executor) {
        return coordinator.types().of(executor.spec()).counts(index);
    }

    /** The calling thread's CPU time; unknown in a simulation, which must not depend on it. */
    final long cpuNow() {
        return invoker ? -1 : ThreadCpuTime.currentNanos();
    }

    /** What a step's answer means; its wait, if any, is noted in the executor. */
    final LifecycleEventType inputOf(
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

    /**
     * What the failure that is noted in the executor leads to. The retry policy is foreign code. An attempt that the engine
     * has ended failed for the engine's reason, whatever its code made of being asked to end.
     */
    final LifecycleEventType retryOrFail(final Lease owner, final TaskExecutor executor) {
        if ((executor.control() & TaskExecutor.KILL) != 0) {
            // the code saw the kill, and ended, before the request was handled
            return executor.ownState() == TaskState.KILLING
                    ? LifecycleEventType.KILL_CONFIRMED
                    : LifecycleEventType.KILL_RUNNING;
        }
        final TaskStoppedException stopped = executor.stopCause(executor.attempt());
        if (stopped != null) {
            if (stopped instanceof TaskDeadlockException
                    && executor.supervision().beginRollback(executor.attempt())) {
                rollback(owner, executor, stopped);
            }
            executor.ended(null, stopped);
            executor.clearStop();
            if (!stopped.isRetryable()) {
                return LifecycleEventType.STEP_FAILED;
            }
        }
        final TaskSpec spec = executor.spec();
        long delay = -1;
        enter(owner, Call.RETRY_POLICY);
        try {
            delay = coordinator
                    .types()
                    .of(spec)
                    .retry(spec, executor.failure())
                    .delayNanos(executor.id(), executor.attempt(), executor.failure());
        } catch (final Throwable t) {
            errors.accept("the retry policy of type '" + spec.type() + "'", t);
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

    /** Undoes what a deadlock's victim did; before its state changes, with which its resources go to others. */
    private void rollback(final Lease owner, final TaskExecutor executor, final TaskStoppedException stopped) {
        final SharedStepContext context = owner.context;
        enter(owner, Call.ROLLBACK);
        shared.rollback(executor, context, errors);
        if (!leave(owner)) {
            owner.adopted.end(Step.FAILED, null, stopped);
            throw LeaseLost.INSTANCE;
        }
        nowNanos = clock.getAsLong();
    }

    private void await(final TaskExecutor executor) {
        if (executor.is(TaskExecutor.WAITS_TIME)) {
            timers.schedule(executor, executor.dueNanos());
        } else if (executor.is(TaskExecutor.WAITS_TURN) || executor.isSignalled()) {
            runQueue.add(executor);
        }
    }

    private void stop(final Lease owner, final TaskExecutor executor) {
        final ExclusiveAttempt attempt = executor.exclusive();
        timers.cancel(executor);
        if (attempt == null || attempt.cancel()) {
            executor.exclusive(null);
            next(endOfStop(owner, executor));
        } else {
            attempt.unpark();
            timers.schedule(executor, nowNanos + killInterruptNanos);
        }
    }

    /** No code of an executor in KILLING runs any more: it was killed, or its attempt was ended and has failed by that. */
    final LifecycleEventType endOfStop(final Lease owner, final TaskExecutor executor) {
        return executor.stopCause(executor.attempt()) == null
                ? LifecycleEventType.KILL_CONFIRMED
                : retryOrFail(owner, executor);
    }

    private void finalizeExecutor(final Lease owner, final TaskExecutor executor) {
        final int ended = executor.ownStateOrdinal();
        timers.cancel(executor);
        forget(executor);
        if (executor.is(TaskExecutor.RESERVED | TaskExecutor.TENANT_COUNTED | TaskExecutor.TYPE_COUNTED)) {
            giveBack(executor);
        }
        if (histograms != null) {
            if (executor.is(TaskExecutor.STARTED)) {
                histograms.record(Stage.RUN, executor.stateSinceNanos() - executor.startNanos());
                histograms.record(Stage.RUNNING_TO_FINAL, nowNanos - executor.stateSinceNanos());
            }
            histograms.record(Stage.END_TO_END, nowNanos - executor.submitNanos());
        }
        apply(owner, executor, LifecycleEventType.FINALIZE);
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

    /** What it took at its admission and others may have now. */
    private void giveBack(final TaskExecutor executor) {
        if (executor.is(TaskExecutor.RESERVED)) {
            exclusive.release(executor.spec().tenant());
        }
        quotas.finalized(executor);
    }

    /**
     * Forgets an executor that is about to be done. To the repository it is gone with its handle's completion; its place is
     * cleared together with those of its block's others, by one lock, at the end of the duty cycle at the latest. Kept as
     * ids, since references stored into an old object cost a fence each.
     */
    private void forget(final TaskExecutor executor) {
        repository.leaveGroup(executor);
        final long id = executor.id();
        if (endedCount > 0 && (endedCount == ended.length || !TaskExecutorRepository.isSameBlock(ended[0], id))) {
            removeEnded();
        }
        ended[endedCount++] = id;
    }

    final void removeEnded() {
        if (endedCount > 0) {
            repository.removeEnded(ended, endedCount);
            endedCount = 0;
        }
    }

    private void tellListeners(final Lease owner) {
        final EventRun events = owner.events;
        while (listenerIndex < listeners.length) {
            final int i = listenerIndex++;
            final DetachedListener lane = detached[i];
            if (lane != null && !comesBack(i, lane)) {
                events.copyTo(lane);
                continue;
            }
            enter(owner, Call.LISTENER);
            events.tell(listeners[i], errors);
            if (!leave(owner)) {
                owner.detached.returned();
                throw LeaseLost.INSTANCE;
            }
        }
        listenerIndex = 0;
        events.clear();
    }

    /** Whether a detached listener has been told everything there was: it is called here again from now on. */
    private boolean comesBack(final int listener, final DetachedListener lane) {
        if (!lane.isCaughtUp()) {
            return false;
        }
        detached[listener] = null;
        detachedCount--;
        lane.close();
        engineEvents.accept(new EngineEvent.ListenerReturned(
                index, listeners[listener].getClass().getName(), lane.added()));
        return true;
    }

    /** Whether a detached listener could be called in its place again. Owner only. */
    final boolean isListenerBack() {
        for (int i = 0; detachedCount > 0 && i < detached.length; i++) {
            if (detached[i] != null && detached[i].isCaughtUp()) {
                return true;
            }
        }
        return false;
    }

    /** Lets listeners come back although there is no event to tell them. Owner only, with nothing else to do. */
    final void bringListenersBack() {
        for (int i = 0; i < detached.length; i++) {
            if (detached[i] != null) {
                comesBack(i, detached[i]);
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
    final long ownership() {
        return ownership.get();
    }

    /**
     * See [O3]: takes the partition from an owner that is stuck in a call. Monitor only, or whoever closes the engine.
     *
     * @param watched the ownership value that has not changed.
     * @return the new lease, without a thread yet; null if the call has returned meanwhile.
     */
    final Lease takeOver(final long watched) {
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
        if (kind == Call.STEP || kind == Call.PREPARE || kind == Call.ROLLBACK) {
            old.adopted = ExclusiveAttempt.adopt(executor, old.thread);
        } else if (kind == Call.LISTENER) {
            old.detached = new DetachedListener(listeners[called]);
        }
        final Lease next = new Lease(old.worker, old.epoch + 1);
        if (!ownership.takeOver(watched, next.epoch)) {
            old.adopted = null;
            old.detached = null; // or its thread, losing a later call, would go on as a listener's
            return null;
        }
        takeovers++;
        switch (kind) {
            case STEP, PREPARE, ROLLBACK -> {
                executor.exclusive(old.adopted);
                watch.adopted(old.adopted);
                if (kind == Call.STEP) {
                    executor.set(TaskExecutor.EXCLUSIVE);
                } else if (kind == Call.ROLLBACK) {
                    climbLadder(executor);
                }
            }
            case LISTENER -> {
                old.events.keep();
                detached[called] = old.detached;
                detachedCount++;
            }
            case RETRY_POLICY -> next(LifecycleEventType.STEP_FAILED);
            default -> {
                // the late thread goes on waking the waiters it holds
            }
        }
        old.binding.pin(executor);
        next.binding.bind(executor);
        next.events.continueFrom(old.events);
        lease = next;
        final Lease[] more = Arrays.copyOf(leases, leases.length + 1);
        more[leases.length] = next;
        leases = more;
        return next;
    }

    /** Code that runs past its attempt's end is given the time of the kill ladder, and no more. */
    private void climbLadder(final TaskExecutor executor) {
        if (executor.ownState() == TaskState.KILLING) {
            effects = Effects.STOP;
        } else {
            next(LifecycleEventType.STOP);
        }
    }

    /**
     * Asks the current step to end, if its attempt has run for too long: its timer waits for the step itself. The monitor,
     * by a racy look: whichever executor it finds here, the look at that one's own deadline is what counts.
     */
    final void stopOverdueStep(final long now) {
        final TaskExecutor executor = call == Call.STEP.ordinal() ? lease.binding.executor() : null;
        final TaskSupervision supervision = executor == null ? null : executor.supervision();
        if (supervision != null) {
            final int attempt = executor.attempt();
            final TaskTimeoutException timeout = supervision.ranTooLong(now);
            if (timeout != null && executor.stopCause(attempt) == null) {
                executor.requestStop(attempt, timeout);
            }
        }
    }

    /** Which executor the owner is with, for messages: a racy look. */
    final TaskExecutor looksBusyWith() {
        return lease.binding.executor();
    }

    /** The kind of the stuck call, for messages: a racy look. */
    final Call looksBusyIn() {
        return CALLS[call];
    }

    /** Whom the stuck call is of, for statistics: a listener's class, or a task's type. A racy look. */
    final String looksHeldBy() {
        final int listener = listenerIndex - 1;
        if (CALLS[call] == Call.LISTENER && listener >= 0 && listener < listeners.length) {
            return listeners[listener].getClass().getName();
        }
        final TaskExecutor executor = lease.binding.executor();
        return executor == null ? "" : executor.spec().type();
    }

    /** What the stuck call is, for messages: a racy look. */
    final String describeCall() {
        final TaskExecutor executor = lease.binding.executor();
        return CALLS[call]
                + (executor == null
                        ? ""
                        : " of task " + executor.id() + " (type '"
                                + executor.spec().type() + "')");
    }

    // ---- looked at by other threads ----------------------------------------------------------------------------

    final long finalized() {
        return (long) FINALIZED.getAcquire(this);
    }

    final long beating() {
        return (long) BEATING.getOpaque(this);
    }

    final long count(final TaskState state) {
        return (long) COUNTS.getAcquire(counts, state.ordinal()); // [K2]
    }
}
