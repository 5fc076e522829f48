package io.ringmaster.soak;

import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskContext;
import io.ringmaster.task.TaskState;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** One run: what goes wrong in it, all drawn from the seed and its number, and what was seen of it. */
final class SoakTask implements Task {
    /** A direct submission, not a dispatch with an epoch. */
    static final long NO_EPOCH = -1;

    final long run;
    final long id;
    final long epoch;
    final Fault fault;
    final TaskBook book;
    /** What the fault makes of it: how many attempts fail, how long it blocks, and the like. */
    final int amount;

    final long draw;

    /** Of the listener that never stalls, and of the one that does. */
    final TaskHistory prompt = new TaskHistory();

    final TaskHistory hanging = new TaskHistory();
    /** Steps of it that are being executed at the moment. */
    private final AtomicInteger executing = new AtomicInteger();
    /** The fault's own: steps so far. One thread at a time, handed over by the engine. */
    int steps;
    /** Whether two attempts of it may be in their code at the same time. */
    volatile boolean overlaps;
    /** Whether the listener that never stalls was told of the end. */
    volatile boolean ended;

    /** Whether it is of a repeated dispatch, which starts it only if the first one is forgotten. */
    boolean repeats;

    private Set<SoakTask> family;

    volatile boolean hookCalled;
    /** Whether another Master may know the beginning of its reports. */
    volatile boolean moved;
    /** Whether its Master has asked for a later run of the same id, or was given up: its final report may be missing. */
    volatile boolean reportsGivenUp;
    /** The state that a Master was told it has ended in. */
    volatile TaskState reported;
    /** Null until the submission was answered. */
    volatile Boolean accepted;

    SoakTask(final TaskBook book, final long run, final long id, final long epoch, final Fault fault) {
        this.book = book;
        this.run = run;
        this.id = id;
        this.epoch = epoch;
        this.fault = fault;
        final SplittableRandom random = book.randomOf(run);
        this.amount = random.nextInt(100);
        this.draw = random.nextLong();
    }

    /** All runs of the same id that it has led to: a request by id may be about any of them. */
    synchronized Set<SoakTask> family() {
        if (family == null) {
            family = ConcurrentHashMap.newKeySet();
            family.add(this);
        }
        return family;
    }

    /** Another run of the same id, before it is submitted. */
    void joinedBy(final SoakTask other) {
        other.family = family();
        other.family.add(other);
    }

    boolean isReported() {
        return epoch != NO_EPOCH;
    }

    /** Whether the engine is in this task's code. */
    boolean isExecuting() {
        return executing.get() != 0;
    }

    @Override
    public Step execute(final TaskContext context) throws Exception {
        if (executing.incrementAndGet() != 1 && !overlaps) {
            book.violation(this, "is executed twice at the same time, now attempt " + context.attempt());
        }
        try {
            if (ended) {
                book.violation(this, "is executed after its end, in attempt " + context.attempt());
            }
            return fault.execute(this, context);
        } finally {
            executing.decrementAndGet();
        }
    }

    @Override
    public void onKill(final TaskContext context) {
        hookCalled = true;
        fault.onKill(this);
    }

    @Override
    public String toString() {
        return "run " + run + " (task " + id + (isReported() ? ", epoch " + epoch : "") + ", " + fault.label() + ')';
    }
}
