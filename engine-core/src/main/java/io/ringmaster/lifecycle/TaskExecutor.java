package io.ringmaster.lifecycle;

import io.ringmaster.task.InternalApi;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskOutcome;
import io.ringmaster.task.TaskPolicy;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import io.ringmaster.task.TaskStoppedException;
import io.ringmaster.timer.TimerNode;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * One runtime task instance, and its own handle: a task that waits costs this object, its place in the repository and
 * nothing else.
 *
 * <p>Writers: the control word and the waiters by any thread, with read-modify-writes; the links of the control list by
 * whoever set LINKED; everything else by the owner of its partition alone. Fields that other threads look at
 * are released by {@link #state(int, long)} or are single words whose age does no harm.
 */
@InternalApi
public final class TaskExecutor extends TimerNode implements TaskHandle {
    /** Control bit: a kill was asked for. Sticky. */
    public static final int KILL = 1;
    /** Control bit: paused. The last of pause and resume wins. */
    public static final int PAUSE = 1 << 1;
    /** Control bit: a permit to go on. */
    public static final int SIGNAL = 1 << 2;
    /** Control bit: in the control list, or about to be put there by whoever set it. */
    public static final int LINKED = 1 << 3;

    /** Control bit: the engine ends the current attempt, see {@link #requestStop}. */
    public static final int STOP = 1 << 4;

    /** Worker flag: SUBMIT was handled. */
    public static final int ADMITTED = 1;
    /** Worker flag: in the run queue. */
    public static final int QUEUED = 1 << 1;
    /** Worker flag: the last step waits for a signal. */
    public static final int WAITS_SIGNAL = 1 << 2;
    /** Worker flag: the last step waits for the due time. */
    public static final int WAITS_TIME = 1 << 3;
    /** Worker flag: the last step waits for its next turn. */
    public static final int WAITS_TURN = 1 << 4;
    /** Any of the three waits. */
    public static final int WAITS = WAITS_SIGNAL | WAITS_TIME | WAITS_TURN;
    /** Worker flag: exclusive for the rest of its life. */
    public static final int EXCLUSIVE = 1 << 5;
    /** Worker flag: an attempt has run, so its first latencies are recorded. */
    public static final int STARTED = 1 << 6;
    /** Set at admission: holds a place in the exclusive container's bound. */
    public static final int RESERVED = 1 << 7;
    /** Set at admission: it has limits, see {@link TaskSupervision}. */
    public static final int SUPERVISED = 1 << 8;
    /** Set at admission: counts among its tenant's live tasks. */
    public static final int TENANT_COUNTED = 1 << 9;
    /** Set at admission: counts among its type's live tasks. */
    public static final int TYPE_COUNTED = 1 << 10;
    /** Set at admission: the engine chose its container. */
    public static final int PLACED = 1 << 22;
    /** Set at admission: its steps are timed. */
    public static final int SAMPLED = 1 << 23;
    /** Where the ordinal of the final state stands among the flags. */
    private static final int FINAL_SHIFT = 24;

    private static final TaskState[] STATES = TaskState.values();
    private static final int FIRST_FINAL = TaskState.SUCCEEDED.ordinal();
    private static final Object DONE = new Object();
    private static final VarHandle CONTROL;
    private static final VarHandle STATE;
    private static final VarHandle WAITERS;
    private static final VarHandle PROGRESS;
    private static final VarHandle SUPERVISION;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            CONTROL = lookup.findVarHandle(TaskExecutor.class, "control", int.class);
            STATE = lookup.findVarHandle(TaskExecutor.class, "state", int.class);
            WAITERS = lookup.findVarHandle(TaskExecutor.class, "waiters", Object.class);
            PROGRESS = lookup.findVarHandle(TaskExecutor.class, "progress", long.class);
            SUPERVISION = lookup.findVarHandle(TaskExecutor.class, "supervision", TaskSupervision.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long id;
    private final long submitNanos;
    private final TaskSpec spec;
    private final TaskExecutorEventBus bus;
    private final Object propagated;

    private int control;
    /** The state's ordinal: INITIALIZED, 0, from the start. */
    private int state;

    private Object waiters;
    private long progress;

    private int flags;
    private int attempt;
    private long stateSinceNanos;
    private long startNanos;
    private long dueNanos;
    private Task task;
    private Object result;
    private Throwable failure;
    private ExclusiveAttempt exclusive;
    /** What only supervised tasks have, or null. Set once: at admission, or later by any thread. */
    private TaskSupervision supervision;

    private TaskExecutor controlNext;
    private TaskExecutor runNext;
    private TaskExecutor repositoryNext;
    private Object group;
    private TaskExecutor groupPrevious;
    private TaskExecutor groupNext;

    /**
     * Creates an executor in INITIALIZED.
     *
     * @param id          its id.
     * @param spec        what to run.
     * @param bus         its partition.
     * @param propagated  the caller's captured context, or null.
     * @param submitNanos when it was submitted.
     */
    public TaskExecutor(
            final long id,
            final TaskSpec spec,
            final TaskExecutorEventBus bus,
            final Object propagated,
            final long submitNanos) {
        this.id = id;
        this.spec = spec;
        this.bus = bus;
        this.propagated = propagated;
        this.submitNanos = submitNanos;
        this.stateSinceNanos = submitNanos;
        this.task = spec.task();
    }

    // ---- the control word -------------------------------------------------------------------------------------

    /** Returns the control word with acquire: bits seen set were set by a request that happened before. Any thread. */
    public int control() {
        return (int) CONTROL.getAcquire(this);
    }

    /**
     * Sets and clears request bits and links the executor into its partition's control list, unless it is linked.
     *
     * <p>[C1] The read-modify-write that sets LINKED carries the request bits with it; [C2] is the one in
     * {@link #unlink()}, by which the fire-worker takes LINKED away and reads the bits. Both are on one word, so either
     * this call comes first and its bits are read at C2, or it comes later, finds LINKED gone and links again: no
     * request is lost and none is linked twice. Checked by ControlListStress.
     */
    private Refusal request(final int set, final int clear) {
        while (true) {
            if (isDone()) {
                return Refusal.NOT_LIVE;
            }
            final int word = (int) CONTROL.getVolatile(this);
            if (CONTROL.compareAndSet(this, word, word & ~clear | set | LINKED)) {
                if ((word & LINKED) == 0) {
                    bus.requestControl(this);
                }
                return null;
            }
        }
    }

    /**
     * Takes the LINKED bit away. Owner of the partition only, after {@link #controlNext()} was read: from here on
     * another thread may link the executor again. See [C2] above.
     *
     * @return the word before.
     */
    public int unlink() {
        return (int) CONTROL.getAndBitwiseAnd(this, ~LINKED);
    }

    /** Returns whether a signal's permit is there to be used. Any thread. */
    public boolean isSignalled() {
        return (control() & SIGNAL) != 0;
    }

    /**
     * Uses a signal's permit up. Owner only.
     *
     * @return whether there was one.
     */
    public boolean takeSignal() {
        return isSignalled() && ((int) CONTROL.getAndBitwiseAnd(this, ~SIGNAL) & SIGNAL) != 0;
    }

    /**
     * Asks for the end of an attempt, for a reason of the engine's. Any thread; running code sees it at once.
     *
     * @param during the attempt's number; it is left alone if it is not the current one any more.
     * @param cause  becomes the attempt's failure.
     * @return whether this is the first reason for that attempt.
     */
    public boolean requestStop(final int during, final TaskStoppedException cause) {
        return supervise(TaskPolicy.OPEN).requestStop(during, cause) && request(STOP, 0) == null;
    }

    /**
     * Notes that the current attempt is ended, for code that runs. Owner only.
     *
     * @param cause becomes the attempt's failure, unless there was a reason before.
     */
    public void stopping(final TaskStoppedException cause) {
        supervise(TaskPolicy.OPEN).requestStop(attempt, cause);
        CONTROL.getAndBitwiseOr(this, STOP);
    }

    /** Takes the request to stop away: it was carried out, or came too late. Owner only. */
    public void clearStop() {
        CONTROL.getAndBitwiseAnd(this, ~STOP);
    }

    /**
     * Returns why an attempt is to be ended. Any thread.
     *
     * @param during the attempt's number.
     * @return the reason, or null.
     */
    public TaskStoppedException stopCause(final int during) {
        final TaskSupervision current = supervision();
        return current == null ? null : current.stopCause(during);
    }

    /**
     * Returns whether code of an attempt is asked to end: by a kill, since the engine ends the attempt, or since there is
     * a later one already. Any thread.
     *
     * @param during the attempt's number.
     */
    public boolean isAskedToEnd(final int during) {
        final int word = control();
        return (word & KILL) != 0 || (word & STOP) != 0 && stopCause(during) != null || during < attempt;
    }

    @Override
    public Refusal kill() {
        return request(KILL, 0);
    }

    @Override
    public Refusal pause() {
        return request(PAUSE, 0);
    }

    @Override
    public Refusal resume() {
        return request(0, PAUSE);
    }

    @Override
    public Refusal signal() {
        return request(SIGNAL, 0);
    }

    // ---- the handle -------------------------------------------------------------------------------------------

    @Override
    public long id() {
        return id;
    }

    @Override
    public Refusal refusal() {
        return null;
    }

    @Override
    public TaskState state() {
        return STATES[(int) STATE.getAcquire(this)];
    }

    @Override
    public int attempt() {
        return attempt;
    }

    @Override
    public long progress() {
        return (long) PROGRESS.getOpaque(this);
    }

    @Override
    public boolean isDone() {
        return WAITERS.getAcquire(this) == DONE;
    }

    @Override
    public TaskOutcome outcome() {
        return isDone() ? new TaskOutcome(id, STATES[flags >>> FINAL_SHIFT], attempt, result, failure) : null;
    }

    @Override
    public CompletionStage<TaskHandle> accepted() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public CompletionStage<TaskOutcome> completion() {
        final FutureWaiter waiter = new FutureWaiter();
        if (!addWaiter(waiter)) {
            waiter.complete(outcome());
        }
        return waiter.minimalCompletionStage();
    }

    @Override
    public TaskOutcome await(final long timeout, final TimeUnit unit) throws InterruptedException, TimeoutException {
        if (timeout < 0) {
            throw new IllegalArgumentException("task " + id + ": timeout must not be negative: " + timeout);
        }
        if (!awaitDone(unit.toNanos(timeout))) {
            throw new TimeoutException("task " + id + " is " + state() + " after " + timeout + ' ' + unit);
        }
        return outcome();
    }

    private boolean awaitDone(final long timeoutNanos) throws InterruptedException {
        final ExclusiveAttempt waiting = ExclusiveAttempt.current();
        if (waiting == null || waiting.executor().bus().resources() != bus.resources()) {
            return bus.awaitDone(this, timeoutNanos); // nobody's body, or one of another engine
        }
        waiting.awaits(this);
        try {
            return bus.awaitDone(this, timeoutNanos);
        } finally {
            waiting.awaits(null);
        }
    }

    /** Whoever waits for the end: a Treiber stack in one field, closed by DONE. */
    private sealed interface Waiter {
        Waiter next();

        void next(Waiter next);
    }

    private static final class ThreadWaiter implements Waiter {
        private final Thread thread = Thread.currentThread();
        private Waiter next;

        @Override
        public Waiter next() {
            return next;
        }

        @Override
        public void next(final Waiter next) {
            this.next = next;
        }
    }

    private static final class FutureWaiter extends CompletableFuture<TaskOutcome> implements Waiter, Runnable {
        private Waiter next;
        private TaskExecutor executor;

        @Override
        public Waiter next() {
            return next;
        }

        @Override
        public void next(final Waiter next) {
            this.next = next;
        }

        @Override
        public void run() {
            complete(executor.outcome());
        }
    }

    /**
     * Pushes a waiter, unless the task is done.
     *
     * <p>[H1] The compare-and-set publishes the waiter's fields; [H2] is the swap in {@link #complete()}, which takes
     * the whole stack and leaves DONE. One of the two comes first in the order of the field: either the waiter is in
     * the stack that is woken, or this call sees DONE, and with it the outcome written before H2. Checked by
     * HandleCompletionStress.
     */
    private boolean addWaiter(final Waiter waiter) {
        while (true) {
            final Object head = WAITERS.getVolatile(this);
            if (head == DONE) {
                return false;
            }
            waiter.next((Waiter) head);
            if (WAITERS.compareAndSet(this, head, waiter)) {
                return true;
            }
        }
    }

    /**
     * Completes the handle and gives back who waited, to be passed to {@link #wakeThreads} first and to
     * {@link #completeStages} then: threads must not wait for the user's completion executor. See [H2] above. Owner only.
     *
     * @return the waiters, or null.
     */
    public Object complete() {
        return WAITERS.getAndSet(this, DONE);
    }

    /**
     * Wakes the threads among the waiters. No foreign code runs here.
     *
     * @param waiters what {@link #complete()} returned.
     * @return whether there are stages among them.
     */
    public static boolean wakeThreads(final Object waiters) {
        boolean stages = false;
        for (Waiter each = (Waiter) waiters; each != null; each = each.next()) {
            if (each instanceof ThreadWaiter waiting) {
                LockSupport.unpark(waiting.thread);
            } else {
                stages = true;
            }
        }
        return stages;
    }

    /**
     * Completes the stages among the waiters, every one of them. Foreign code may run here: the completion executor
     * belongs to the user. Where it refuses, the common pool completes the stage.
     *
     * @param waiters what {@link #complete()} returned.
     * @return what the completion executor threw, or null.
     */
    public Throwable completeStages(final Object waiters) {
        Throwable refused = null;
        for (Waiter each = (Waiter) waiters; each != null; each = each.next()) {
            if (each instanceof FutureWaiter stage) {
                stage.executor = this;
                try {
                    bus.completionExecutor().execute(stage);
                } catch (final Throwable t) {
                    refused = t;
                    ForkJoinPool.commonPool().execute(stage);
                }
            }
        }
        return refused;
    }

    /**
     * Parks the calling thread until the task is done. Only for threads that may block.
     *
     * @param timeoutNanos how long at most.
     * @return whether it is done.
     * @throws InterruptedException if interrupted.
     */
    public boolean parkUntilDone(final long timeoutNanos) throws InterruptedException {
        final long start = System.nanoTime();
        if (isDone() || !addWaiter(new ThreadWaiter())) {
            return true;
        }
        while (!isDone()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            final long left = timeoutNanos - (System.nanoTime() - start);
            if (left <= 0) {
                return false;
            }
            LockSupport.parkNanos(this, left);
        }
        return true;
    }

    // ---- owned by the partition -------------------------------------------------------------------------------

    /** Returns what to run. */
    public TaskSpec spec() {
        return spec;
    }

    /** Returns its partition. */
    public TaskExecutorEventBus bus() {
        return bus;
    }

    /** Returns the context captured at submission, or null. */
    public Object propagated() {
        return propagated;
    }

    /** Returns when it was submitted. */
    public long submitNanos() {
        return submitNanos;
    }

    /**
     * Makes a state visible, with release: who sees the state sees what was written before. Owner only.
     *
     * @param next     the state's ordinal.
     * @param nowNanos since when.
     */
    public void state(final int next, final long nowNanos) {
        stateSinceNanos = nowNanos;
        STATE.setRelease(this, next);
    }

    /** Returns the state for the owner, who wrote it. */
    public TaskState ownState() {
        return STATES[state];
    }

    /** Returns the state's ordinal for the owner, who wrote it. */
    public int ownStateOrdinal() {
        return state;
    }

    /** Returns whether the task has ended, for the owner. */
    public boolean isEnded() {
        return state >= FIRST_FINAL;
    }

    /** Returns since when it is in its state; a hint for other threads. */
    public long stateSinceNanos() {
        return stateSinceNanos;
    }

    /** Returns the task, or null before a plugin made it. */
    public Task task() {
        return task;
    }

    /**
     * Sets the task that a plugin made. Owner only.
     *
     * @param made the task.
     */
    public void task(final Task made) {
        task = made;
    }

    /**
     * Whether a flag is set. Owner only.
     *
     * @param flag one or several flags.
     * @return whether any is set.
     */
    public boolean is(final int flag) {
        return (flags & flag) != 0;
    }

    /**
     * Sets flags. Owner only; those of the admission before publication.
     *
     * @param flag the flags.
     */
    public void set(final int flag) {
        flags |= flag;
    }

    /**
     * Clears flags. Owner only.
     *
     * @param flag the flags.
     */
    public void clear(final int flag) {
        flags &= ~flag;
    }

    /** Starts the next attempt's number. Owner only. */
    public void nextAttempt() {
        attempt++;
        result = null;
    }

    /** Returns when the current attempt started. */
    public long startNanos() {
        return startNanos;
    }

    /**
     * Notes when the current attempt started. Owner only.
     *
     * @param nanos the time.
     */
    public void startNanos(final long nanos) {
        startNanos = nanos;
    }

    /** Returns when the awaited time comes, where the task waits for one. */
    public long dueNanos() {
        return dueNanos;
    }

    /**
     * Sets when the awaited time comes. Owner only.
     *
     * @param nanos the time.
     */
    public void dueNanos(final long nanos) {
        dueNanos = nanos;
    }

    /**
     * Notes progress. The thread that runs the task only.
     *
     * @param value the task's number.
     */
    public void progress(final long value) {
        PROGRESS.setOpaque(this, value);
    }

    /** Returns the result given so far. */
    public Object result() {
        return result;
    }

    /** Returns the last attempt's error, or null. */
    public Throwable failure() {
        return failure;
    }

    /**
     * Notes how an attempt ended. Owner only.
     *
     * @param value the result, or null.
     * @param cause the error, or null.
     */
    public void ended(final Object value, final Throwable cause) {
        result = value;
        failure = cause;
    }

    /**
     * Notes the final state. Owner only.
     *
     * @param ended the ordinal of SUCCEEDED, FAILED, KILLED or ABANDONED.
     */
    public void finalState(final int ended) {
        flags |= ended << FINAL_SHIFT;
    }

    /** Returns the attempt on a thread of its own, or null. */
    public ExclusiveAttempt exclusive() {
        return exclusive;
    }

    /**
     * Sets the attempt on a thread of its own. Owner only.
     *
     * @param current the attempt, or null.
     */
    public void exclusive(final ExclusiveAttempt current) {
        exclusive = current;
    }

    /** Returns what only supervised tasks have, or null. Any thread. */
    public TaskSupervision supervision() {
        return (TaskSupervision) SUPERVISION.getAcquire(this);
    }

    /**
     * Returns the supervision, made if there is none yet. Any thread.
     *
     * @param policy for a new one.
     * @return the supervision.
     */
    public TaskSupervision supervise(final TaskPolicy policy) {
        final TaskSupervision present = supervision();
        if (present != null) {
            return present;
        }
        final TaskSupervision made = new TaskSupervision(this, policy);
        final Object before = SUPERVISION.compareAndExchange(this, null, made);
        return before == null ? made : (TaskSupervision) before;
    }

    // ---- intrusive links --------------------------------------------------------------------------------------

    /** Returns the next in the control list. */
    public TaskExecutor controlNext() {
        return controlNext;
    }

    /**
     * Links into the control list: whoever set LINKED, then the owner.
     *
     * @param next the next one.
     */
    public void controlNext(final TaskExecutor next) {
        controlNext = next;
    }

    /** Returns the next in the run queue. */
    public TaskExecutor runNext() {
        return runNext;
    }

    /**
     * Links into the run queue. Owner only.
     *
     * @param next the next one.
     */
    public void runNext(final TaskExecutor next) {
        runNext = next;
    }

    /** Returns the next in the repository's chain. Guarded by its stripe. */
    public TaskExecutor repositoryNext() {
        return repositoryNext;
    }

    /**
     * Links into the repository's chain. Guarded by its stripe.
     *
     * @param next the next one.
     */
    public void repositoryNext(final TaskExecutor next) {
        repositoryNext = next;
    }

    /** Returns the group's membership list, or null. Guarded by that list. */
    public Object group() {
        return group;
    }

    /**
     * Sets the group's membership list. Before publication.
     *
     * @param list the list.
     */
    public void group(final Object list) {
        group = list;
    }

    /** Returns the previous member. Guarded by the list. */
    public TaskExecutor groupPrevious() {
        return groupPrevious;
    }

    /**
     * Links the previous member. Guarded by the list.
     *
     * @param previous the member.
     */
    public void groupPrevious(final TaskExecutor previous) {
        groupPrevious = previous;
    }

    /** Returns the next member. Guarded by the list. */
    public TaskExecutor groupNext() {
        return groupNext;
    }

    /**
     * Links the next member. Guarded by the list.
     *
     * @param next the member.
     */
    public void groupNext(final TaskExecutor next) {
        groupNext = next;
    }

    @Override
    public String toString() {
        return "TaskExecutor{id=" + id + ", state=" + state() + ", attempt=" + attempt + '}';
    }
}
