package io.ringmaster.replay;

import io.ringmaster.client.TaskExecutorClient;
import io.ringmaster.client.TaskExecutorClientEvent;
import io.ringmaster.client.TaskReport;
import io.ringmaster.replay.TaskRecords.Outcome;
import io.ringmaster.task.Container;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import io.ringmaster.task.TaskStoppedException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * One run of a workload: the workflow engine. Talks to the task engine through a {@link TaskExecutorClient} only.
 *
 * <p>A task is released when its last parent has ended well, from the very event that says so, on the fire-worker: the
 * dispatch is one message. What the engine refuses for the moment, and the far end of a wide fan-out, is left to the
 * run's own thread, so that no fire-worker waits. Tasks below one that failed or was killed are not released; the run
 * ends when nothing more can be.
 *
 * <p><b>The end is found by counting.</b> {@code outstanding} is the number of tasks released and not ended, and one more for
 * as long as instances are to arrive. A task that ends hands its share to the first child it releases.
 */
public final class Replay {

    private static final String DESTINATION = "replay";
    private static final long KILL_CORRELATION = -1;
    /** Children beyond these are dispatched by the run's own thread, so that one event holds a fire-worker for a bounded time. */
    private static final int DISPATCHED_AT_ONCE = 256;

    private static final long STOP_SLICE_MILLIS = 20;

    private final Workload workload;
    private final Container container;
    private final Faults faults;
    /** Null without faults in tasks. */
    private final FaultyTask faulty;

    private final RunClock clock = new RunClock();
    private final TaskRecords records;
    private final Task task;
    private final AtomicIntegerArray pendingParents;
    private final long[] releaseLag;
    private final Histogram acknowledgements = new ConcurrentHistogram(3);
    /** Written by the slow Master's timer only. */
    private final BitSet acknowledged = new BitSet();

    private final Releaser releaser;
    private final AtomicLong outstanding = new AtomicLong(1);
    private final AtomicLong refusals = new AtomicLong();
    private final AtomicLong doubleEnds = new AtomicLong();
    private final AtomicLong strangeFailures = new AtomicLong();
    private final AtomicReference<String> firstFailure = new AtomicReference<>();
    private final AtomicReference<Throwable> defect = new AtomicReference<>();
    private final CountDownLatch finished = new CountDownLatch(1);
    private TaskExecutorClient client;
    /** Null where the run is told of events directly. */
    private SlowMaster master;

    private volatile boolean stopping;

    /**
     * Prepares a run; takes memory for its records and starts nothing.
     *
     * @param workload  what to play.
     * @param container where its tasks run.
     */
    public Replay(final Workload workload, final Container container) {
        this(workload, container, UnaryOperator.identity());
    }

    /**
     * Prepares a run whose emulated task is wrapped, by what makes it fail, say.
     *
     * @param workload  what to play.
     * @param container where its tasks run.
     * @param wrapper   makes the task that is run of the emulated one; both know the tasks by the engine's ids.
     */
    public Replay(final Workload workload, final Container container, final UnaryOperator<Task> wrapper) {
        this(workload, container, wrapper, Faults.NONE, 0);
    }

    /**
     * Prepares a run in which things go wrong.
     *
     * @param workload  what to play.
     * @param container where its tasks run.
     * @param wrapper   makes the task that is run of the emulated one.
     * @param faults    what goes wrong.
     * @param seed      what faults are drawn from.
     */
    public Replay(
            final Workload workload,
            final Container container,
            final UnaryOperator<Task> wrapper,
            final Faults faults,
            final long seed) {
        this.workload = workload;
        this.container = container;
        this.faults = faults;
        this.records = new TaskRecords(workload.taskCount());
        final EmulatedTask emulated = new EmulatedTask(workload, records, clock);
        this.faulty = faults.concernTasks() ? new FaultyTask(workload, records, clock, faults, seed) : null;
        final Task sound = container == Container.EXCLUSIVE ? emulated.blocking() : emulated.inSteps();
        this.task = wrapper.apply(faulty == null ? sound : faulty);
        this.pendingParents = new AtomicIntegerArray(workload.taskCount());
        for (int i = 0; i < workload.taskCount(); i++) {
            pendingParents.setPlain(i, workload.parentCount(i));
        }
        this.releaseLag = new long[workload.instanceCount()];
        Arrays.fill(releaseLag, TaskRecords.NEVER);
        this.releaser = new Releaser(this, workload, clock);
    }

    /**
     * The heap that a run's records take.
     *
     * @param tasks how many tasks it has.
     * @return bytes.
     */
    public static long recordBytes(final long tasks) {
        return tasks * TaskRecords.BYTES_PER_TASK;
    }

    /**
     * Starts the clock and releases the first tasks. Once.
     *
     * @param executor who runs the tasks; the caller's to close, after the run.
     * @throws InterruptedException if interrupted; the run goes on.
     */
    public void start(final TaskExecutorClient executor) throws InterruptedException {
        client = executor;
        if (faults.slowMasterMillis() > 0) {
            master = new SlowMaster(
                    faults.slowMasterMillis(), workload.taskCount(), executor, this::onReport, this::onAcknowledged);
            executor.connect(DESTINATION, master, this::onEvent);
        } else {
            executor.subscribe(DESTINATION, this::onEvent);
        }
        releaser.start();
    }

    /**
     * Waits until nothing is released any more and everything released has ended.
     *
     * @param timeout how long.
     * @param unit    of the timeout.
     * @return whether the run has ended.
     * @throws InterruptedException if interrupted.
     */
    public boolean await(final long timeout, final TimeUnit unit) throws InterruptedException {
        return finished.await(timeout, unit);
    }

    /**
     * Releases nothing more, kills what is live and waits for its end.
     *
     * @param timeout how long to wait.
     * @param unit    of the timeout.
     * @return whether the run has ended.
     * @throws InterruptedException if interrupted.
     */
    public boolean stop(final long timeout, final TimeUnit unit) throws InterruptedException {
        stopping = true;
        releaser.wake();
        final long start = System.nanoTime();
        do {
            // Again and again: a dispatch that was under way may come to light after the first time.
            releaser.discard();
            for (int i = 0; i < records.count(); i++) {
                if (records.submitted(i) != TaskRecords.NEVER && records.outcome(i) == Outcome.NONE) {
                    client.kill(KILL_CORRELATION, i);
                }
            }
            if (finished.await(STOP_SLICE_MILLIS, TimeUnit.MILLISECONDS)) {
                return true;
            }
        } while (System.nanoTime() - start < unit.toNanos(timeout));
        return false;
    }

    /** Returns what is played. */
    public Workload workload() {
        return workload;
    }

    /** Returns where tasks are asked to run. */
    public Container container() {
        return container;
    }

    /** Returns the records, complete once the run has ended and the engine has drained. */
    public TaskRecords records() {
        return records;
    }

    /** Returns nanoseconds since the run's start. */
    public long elapsedNanos() {
        return clock.elapsedNanos();
    }

    /** Returns how often the engine refused a dispatch for the moment; each was repeated. */
    public long refusals() {
        return refusals.get();
    }

    /** Returns how many ends were told of tasks that had ended before: 0, unless the engine is at fault. */
    public long doubleEnds() {
        return doubleEnds.get();
    }

    /** Returns how long after its end was told each task's final report was acknowledged, in nanoseconds; empty without a slow Master. */
    public Histogram acknowledgements() {
        return acknowledgements;
    }

    /** Returns what goes wrong on purpose. */
    public Faults faults() {
        return faults;
    }

    /** Returns what was injected and what became of it, complete once the run has ended; all 0 without faults. */
    public FaultAudit faultAudit() {
        return FaultAudit.of(this, faulty, master);
    }

    /** Ends what waits to be acknowledged. Once nothing is left, or nobody waits for it. */
    public void closeMaster() {
        if (master != null) {
            master.close();
        }
    }

    /** Tasks that failed by something else than an injected fault. */
    long strangeFailures() {
        return strangeFailures.get();
    }

    /** Returns what became of the first task that did not end well, on one line; null if there is none. */
    public String firstFailure() {
        return firstFailure.get();
    }

    /** Returns the error in the replay itself that ended the run; null if there is none. */
    public Throwable defect() {
        return defect.get();
    }

    /**
     * How much later than intended an instance was released.
     *
     * @param instance its number.
     * @return nanoseconds, {@link TaskRecords#NEVER} if it wasn't.
     */
    public long releaseLagNanos(final int instance) {
        return releaseLag[instance];
    }

    // ---- the releaser's side -----------------------------------------------------------------------------------

    boolean isStopping() {
        return stopping;
    }

    boolean isFinished() {
        return finished.getCount() == 0;
    }

    void releasedAfter(final int instance, final long lagNanos) {
        releaseLag[instance] = lagNanos;
    }

    void releaseRoot(final int root, final long readyNanos) {
        outstanding.incrementAndGet();
        records.ready(root, readyNanos);
        dispatch(root);
    }

    /** Ends the run when it was the last share. */
    void giveBackShare() {
        if (outstanding.decrementAndGet() == 0) {
            finished.countDown();
            releaser.wake();
        }
    }

    /** The replay's own code failed, which no workflow and no engine may cause: the run ends there. */
    void broke(final Throwable cause) {
        defect.compareAndSet(null, cause);
        stopping = true;
        finished.countDown();
        releaser.wake();
    }

    /** Any thread, also a fire-worker. */
    void dispatch(final int number) {
        final TaskSpec spec = TaskSpec.builder(number)
                .task(task)
                .type(workload.type(number))
                .groupId(workload.instanceOf(number) + 1L)
                .container(container)
                .policy(faults.policy(workload.durationNanos(number)))
                .build();
        records.submitted(number, clock.elapsedNanos());
        client.dispatch(number, DESTINATION, spec);
    }

    // ---- the engine's side: events -----------------------------------------------------------------------------

    private void onEvent(final TaskExecutorClientEvent event) {
        if (event.correlationId() == KILL_CORRELATION) {
            return; // the task's end will say what came of it
        }
        try {
            switch (event.kind()) {
                case REFUSED -> refused((int) event.taskId(), event.refusal());
                case DONE ->
                    ended((int) event.taskId(), event.state(), event.lifecycle().failure());
                default -> {
                    // on its way
                }
            }
        } catch (final Throwable t) {
            broke(t);
        }
    }

    private void onReport(final TaskReport report) {
        if (!report.isFinal()) {
            return;
        }
        try {
            ended((int) report.taskId(), report.to(), report.failure());
        } catch (final Throwable t) {
            broke(t);
        }
    }

    private void onAcknowledged(final int number) {
        final long done = records.done(number);
        if (done != TaskRecords.NEVER && !acknowledged.get(number)) {
            acknowledged.set(number);
            acknowledgements.recordValue(Math.max(0, clock.elapsedNanos() - done));
        }
    }

    private void refused(final int number, final Refusal reason) {
        if (stopping) {
            giveBackShare();
        } else if (reason.isTransient()) {
            refusals.incrementAndGet();
            releaser.handOver(number);
        } else {
            firstFailure.compareAndSet(null, describe(number) + " was refused: " + reason);
            strangeFailures.incrementAndGet();
            records.done(number, Outcome.FAILED, clock.elapsedNanos());
            giveBackShare();
        }
    }

    private void ended(final int number, final TaskState state, final Throwable failure) {
        final long now = clock.elapsedNanos();
        final Outcome outcome =
                switch (state) {
                    case SUCCEEDED -> Outcome.SUCCEEDED;
                    case FAILED -> Outcome.FAILED;
                    default -> Outcome.KILLED;
                };
        if (!records.done(number, outcome, now)) {
            doubleEnds.incrementAndGet();
            return;
        }
        if (outcome == Outcome.SUCCEEDED && !stopping) {
            releaseChildren(number, now);
            return;
        }
        if (outcome == Outcome.FAILED) {
            if (!(failure instanceof FaultyTask.InjectedFailure || failure instanceof TaskStoppedException)) {
                strangeFailures.incrementAndGet();
            }
            firstFailure.compareAndSet(null, describe(number) + " failed: " + failure);
        }
        giveBackShare();
    }

    private void releaseChildren(final int number, final long now) {
        final Workload.Part part = workload.partOfTask(number);
        final int local = number - part.firstTask();
        final int children = part.workflow().childCount(local);
        int released = 0;
        int held = -1; // the last ready child gets this task's share, but not before the others have theirs
        for (int i = 0; i < children; i++) {
            final int child = part.firstTask() + part.workflow().child(local, i);
            if (pendingParents.decrementAndGet(child) != 0) {
                continue;
            }
            records.ready(child, now);
            if (held >= 0) {
                outstanding.incrementAndGet();
                release(held, released++);
            }
            held = child;
        }
        if (held >= 0) {
            release(held, released);
        } else {
            giveBackShare();
        }
    }

    private void release(final int child, final int released) {
        if (released < DISPATCHED_AT_ONCE) {
            dispatch(child);
        } else {
            releaser.handOver(child);
        }
    }

    private String describe(final int number) {
        return "task \"" + workload.taskId(number) + "\" of workflow \""
                + workload.instanceId(workload.instanceOf(number)) + '"';
    }
}
