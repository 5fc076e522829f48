package io.ringmaster.soak;

import io.ringmaster.client.TaskExecutorClientEvent;
import io.ringmaster.client.TaskExecutorClientEvent.Kind;
import io.ringmaster.lifecycle.LifecycleEventType;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEvent;
import io.ringmaster.task.Container;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.TaskContext;
import io.ringmaster.task.TaskOutcome;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * What the soak knows of the runs of one engine, by itself: each one's history as two listeners were told it, and what is
 * wrong. Holds the runs that are open, a bounded number of recent ones, and counts. Any thread.
 */
final class TaskBook {
    private static final int RECENT = 1024;
    private static final int TRIES = 4;
    private static final int NAMED_VIOLATIONS = 20;
    private static final int IGNORING_AT_ONCE = 5;
    private static final int RUNS_PER_GROUP = 50;
    private static final int TENANTS = 5;
    private static final long PARK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final long seed;
    private final long stallMillis;
    private final Fault.Lot lot;
    private final AtomicLong lastRun;
    private final Set<SoakTask> open = ConcurrentHashMap.newKeySet();
    /** Runs whose reports are acknowledged, by their number, until the phase has settled. */
    private final Map<Long, SoakTask> reported = new ConcurrentHashMap<>();

    /** Runs whose submission was not answered yet, by their number, which is the request's. */
    private final Map<Long, SoakTask> asked = new ConcurrentHashMap<>();

    private final AtomicReferenceArray<SoakTask> recent = new AtomicReferenceArray<>(RECENT);
    private final List<String> violations = new ArrayList<>();
    private final AtomicLong violationCount = new AtomicLong();
    private final LongAdder accepted = new LongAdder();
    private final Map<Refusal, LongAdder> refused = new ConcurrentHashMap<>();
    private final Map<TaskState, LongAdder> ended = new ConcurrentHashMap<>();
    private final Map<Fault, LongAdder> faults = new ConcurrentHashMap<>();
    private final AtomicInteger ignoring = new AtomicInteger();
    private final AtomicInteger released = new AtomicInteger();

    TaskBook(final long seed, final long stallMillis, final Set<Fault> among, final AtomicLong lastRun) {
        this.seed = seed;
        this.stallMillis = stallMillis;
        this.lot = new Fault.Lot(among);
        this.lastRun = lastRun;
    }

    // ---- making runs -------------------------------------------------------------------------------------------

    /** The source of all that a run does, the same for the same seed. */
    SplittableRandom randomOf(final long run) {
        return new SplittableRandom(seed ^ run * 0x9e3779b97f4a7c15L);
    }

    /** A new run with an id of its own and a fault drawn from its number. */
    SoakTask newRun(final long epoch) {
        final long run = lastRun.incrementAndGet();
        return open(new SoakTask(this, run, run, epoch, lot.draw(randomOf(-run))));
    }

    /** A new run of a given id. */
    SoakTask newRun(final long id, final long epoch, final Fault fault) {
        return open(new SoakTask(this, lastRun.incrementAndGet(), id, epoch, fault));
    }

    /** A new run with an id of its own. */
    SoakTask newRun(final Fault fault) {
        final long run = lastRun.incrementAndGet();
        return open(new SoakTask(this, run, run, SoakTask.NO_EPOCH, fault));
    }

    /** What a repeated dispatch of a run would start, if the engine no longer knew the run. */
    SoakTask repeat(final SoakTask task) {
        final SoakTask again = new SoakTask(this, lastRun.incrementAndGet(), task.id, task.epoch, Fault.NONE);
        again.repeats = true;
        return again;
    }

    private SoakTask open(final SoakTask task) {
        open.add(task);
        if (task.isReported()) {
            reported.put(task.run, task);
        }
        return task;
    }

    TaskSpec specOf(final SoakTask task) {
        final int tenant = (int) (task.run % (TENANTS + 1));
        final TaskSpec.Builder spec = TaskSpec.builder(task.id)
                .type(task.fault.label())
                .container(Container.SHARED)
                .groupId(groupOf(task))
                .tenant(tenant == 0 ? "" : tenantName(tenant - 1))
                .attachment(task);
        task.fault.describe(task, spec);
        if (task.fault.isMadeByPlugin()) {
            spec.type(SoakPlugin.TYPE);
        } else if (task.fault.ends != Fault.Ends.REFUSED) {
            spec.task(task);
        }
        return spec.build();
    }

    long groupOf(final SoakTask task) {
        return task.run / RUNS_PER_GROUP + 1;
    }

    static String tenantName(final int tenant) {
        return "tenant-" + tenant;
    }

    static int tenants() {
        return TENANTS;
    }

    void submitChild(final TaskContext parent) {
        final SoakTask child = newRun(Fault.NONE);
        answered(child, parent.trySubmit(specOf(child)).refusal());
    }

    /** The answer to the one submission of a run. */
    void answered(final SoakTask task, final Refusal refusal) {
        if (task.accepted != null) {
            violation(task, "was answered before, and now with " + refusal);
        }
        task.accepted = refusal == null;
        if (refusal == null) {
            if (task.fault.ends == Fault.Ends.REFUSED) {
                violation(task, "was accepted");
            }
            if (!task.repeats) {
                recent.setRelease((int) (task.run % RECENT), task);
            }
        } else {
            countRefusal(refusal);
            open.remove(task);
            reported.remove(task.run);
            if (task.prompt.isSubmitted()) {
                violation(task, "was refused for " + refusal + " and a listener was told of it");
            }
        }
    }

    /** A run is about to be submitted by a message, to be answered by one. */
    void ask(final SoakTask task) {
        asked.put(task.run, task);
    }

    /** What answers requests. */
    void onAnswer(final TaskExecutorClientEvent event) {
        if (event.kind() == Kind.LIFECYCLE || event.kind() == Kind.DONE) {
            return;
        }
        final SoakTask task = asked.remove(event.correlationId());
        if (task != null) {
            answered(task, event.refusal());
        } else if (event.correlationId() > 0) {
            violation("request " + event.correlationId(), "was answered more than once, now " + event);
        } else if (event.refusal() != null) {
            countRefusal(event.refusal());
        }
    }

    private void countRefusal(final Refusal refusal) {
        refused.computeIfAbsent(refusal, key -> new LongAdder()).increment();
    }

    /** Some run that was accepted lately, a live one if there are many of them; or null. */
    SoakTask someRun(final SplittableRandom random) {
        SoakTask found = null;
        for (int i = 0; i < TRIES && (found == null || found.ended); i++) {
            found = recent.getAcquire(random.nextInt(RECENT));
        }
        return found;
    }

    SoakTask reportedRun(final long run) {
        return reported.get(run);
    }

    // ---- what tasks ask for --------------------------------------------------------------------------------------

    /** Blocks, for so many stall thresholds and whatever interrupts it. */
    void block(final int thresholds) {
        final long start = System.nanoTime();
        while (System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(thresholds * stallMillis)) {
            LockSupport.parkNanos(this, PARK_NANOS);
        }
    }

    /** Blocks whatever happens until {@link #releaseIgnoring}; for a bounded number at a time. */
    void ignoreEverything() {
        final int mine = released.get();
        if (ignoring.incrementAndGet() <= IGNORING_AT_ONCE) {
            while (released.get() == mine) {
                Thread.interrupted();
                LockSupport.parkNanos(this, PARK_NANOS);
            }
        }
        ignoring.decrementAndGet();
    }

    /** Lets those go that ignore everything. */
    void releaseIgnoring() {
        released.incrementAndGet();
    }

    // ---- listeners -----------------------------------------------------------------------------------------------

    /** The listener that never stalls: the first that is told. */
    void onEvent(final TaskExecutorLifecycleEvent event) {
        final SoakTask task = (SoakTask) event.spec().attachment();
        if (event.type() == LifecycleEventType.SUBMIT) {
            accepted.increment();
            faults.computeIfAbsent(task.fault, key -> new LongAdder()).increment();
            if (task.repeats) {
                open(task);
            }
        }
        check(task, task.prompt, event);
        if (!event.to().isFinal()) {
            return;
        }
        final TaskState end = event.to();
        if (end != TaskState.ABANDONED && !task.overlaps && task.isExecuting()) {
            violation(task, "has ended " + end + " and is executed");
        }
        final Fault.Ends ends = task.fault.ends;
        if (end == TaskState.FAILED && ends == Fault.Ends.WELL
                || end == TaskState.SUCCEEDED && ends == Fault.Ends.BADLY) {
            violation(task, "has ended " + end + " in attempt " + event.attempt() + ": " + event.failure());
        }
        task.ended = true;
        ended.computeIfAbsent(end, key -> new LongAdder()).increment();
    }

    /** The listener that hangs at times and is then told on a thread of its own. */
    void onEventHanging(final TaskExecutorLifecycleEvent event) {
        final SoakTask task = (SoakTask) event.spec().attachment();
        if (task.fault == Fault.LISTENER_HANGS && event.type() == LifecycleEventType.START) {
            block(3);
        }
        check(task, task.hanging, event);
        if (event.to().isFinal()) {
            if (task.hanging.digest() != task.prompt.digest()) {
                violation(task, "was told differently to two listeners");
            }
            open.remove(task);
        }
    }

    /** The listener that throws. */
    static void onEventThrowing(final TaskExecutorLifecycleEvent event) {
        final SoakTask task = (SoakTask) event.spec().attachment();
        if (task.fault == Fault.LISTENER_THROWS) {
            if (task.amount % 2 == 0) {
                throw new IllegalStateException("thrown by a listener");
            }
            throw new AssertionError("thrown by a listener");
        }
    }

    private void check(final SoakTask task, final TaskHistory history, final TaskExecutorLifecycleEvent event) {
        if (event.taskId() != task.id) {
            violation(task, "and its event are not of the same task: " + event);
        }
        if (Boolean.FALSE.equals(task.accepted)) {
            violation(task, "was refused: " + event);
        }
        final String wrong = history.next(event);
        if (wrong != null) {
            violation(task, wrong + ": " + event);
        }
    }

    /** What a handle says of a run that has ended. */
    void completed(final SoakTask task, final TaskOutcome outcome) {
        if (outcome.taskId() != task.id || outcome.state() != task.prompt.state()) {
            violation(task, "has ended " + task.prompt.state() + " and its handle says " + outcome);
        }
    }

    // ---- what came of it -----------------------------------------------------------------------------------------

    void violation(final Object what, final String wrong) {
        violationCount.incrementAndGet();
        synchronized (violations) {
            if (violations.size() < NAMED_VIOLATIONS) {
                violations.add(what + " " + wrong);
            }
        }
    }

    /** What is wrong, as far as it is kept. */
    List<String> violations() {
        synchronized (violations) {
            return List.copyOf(violations);
        }
    }

    long violationCount() {
        return violationCount.get();
    }

    /** Runs that were not refused and of whose end not every listener was told yet. */
    Set<SoakTask> openRuns() {
        return open;
    }

    /** Requests that were not answered. */
    Set<Long> unanswered() {
        return asked.keySet();
    }

    /** Looks at the reported runs when every Master that answers has all of them, and forgets them. */
    void settleReports() {
        for (final SoakTask each : reported.values()) {
            if (each.reported == null && !each.reportsGivenUp) {
                violation(each, "has ended " + each.prompt.state() + " and no Master was told");
            }
        }
        reported.clear();
        for (int i = 0; i < RECENT; i++) {
            recent.set(i, null);
        }
    }

    long accepted() {
        return accepted.sum();
    }

    long ended(final TaskState state) {
        final LongAdder count = ended.get(state);
        return count == null ? 0 : count.sum();
    }

    Map<Refusal, Long> refused() {
        return sums(refused, Refusal.class);
    }

    Map<Fault, Long> faults() {
        return sums(faults, Fault.class);
    }

    private static <E extends Enum<E>> Map<E, Long> sums(final Map<E, LongAdder> counts, final Class<E> type) {
        final Map<E, Long> sums = new EnumMap<>(type);
        counts.forEach((key, count) -> sums.put(key, count.sum()));
        return sums;
    }
}
