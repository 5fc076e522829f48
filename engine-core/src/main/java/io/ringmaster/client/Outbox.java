package io.ringmaster.client;

import io.ringmaster.event.Stacks;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What one destination has not acknowledged. Room is taken and given back by any thread; the rest is the agent's.
 *
 * <p>A run with something to send is in one of the sets: {@link #queue} (waits for its turn), {@link #inFlight} (in the
 * channel's present call), or {@link #levels} (sent, waits for an acknowledgement). All runs of a level have the same delay to
 * their next sending, so each set is in the order of deadlines by itself.
 */
final class Outbox {
    /** What came of a call of a channel. */
    record Sent(TaskReportChannel channel, Throwable failure) {}

    final LongAdder duplicateAcks = new LongAdder();
    final LongAdder unknownAcks = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder sent = new LongAdder();
    final LongAdder resent = new LongAdder();
    final LongAdder acknowledged = new LongAdder();
    final LongAdder coalesced = new LongAdder();
    final LongAdder failedSends = new LongAdder();
    final LongAdder discarded = new LongAdder();
    /** Agent writes. */
    final AtomicInteger unacknowledged = new AtomicInteger();
    /** Agent writes. */
    final AtomicInteger waitingTasks = new AtomicInteger();

    // ---- requests to the agent; left here before the outbox is queued, see [R1] in ReportedTask ----

    final AtomicBoolean queued = new AtomicBoolean();
    final AtomicBoolean connectedAnew = new AtomicBoolean();
    final AtomicBoolean discard = new AtomicBoolean();
    volatile Sent done;

    // ---- the agent's ----

    final Set<ReportedTask> queue = new LinkedHashSet<>();
    final Set<ReportedTask> inFlight = new LinkedHashSet<>();
    final List<Set<ReportedTask>> levels = new ArrayList<>();
    /** Those with unacknowledged reports; who has waited longest since it heard something is first. */
    final Set<ReportedTask> waiting = new LinkedHashSet<>();

    volatile boolean sending;
    /** Whether anything was acknowledged since the last repetition. */
    boolean heard = true;
    /** Repetitions in a row that nothing was acknowledged after, and calls in a row that failed. */
    volatile int silentRounds;
    /** Nothing is sent before; counts while there are silent rounds. */
    long gateNanos;

    volatile boolean waits;
    volatile long waitingSinceNanos;

    private final String name;
    private final int capacity;
    private final AtomicInteger tasks = new AtomicInteger();
    private final Object senderLock = new Object();
    private Thread sender;
    private volatile TaskReportChannel channel;

    Outbox(final String name, final int capacity, final int delays, final TaskReportChannel channel) {
        this.name = name;
        this.capacity = capacity;
        this.channel = channel;
        for (int i = 0; i < delays; i++) {
            levels.add(new LinkedHashSet<>());
        }
    }

    String name() {
        return name;
    }

    TaskReportChannel channel() {
        return channel;
    }

    // ---- room, any thread --------------------------------------------------------------------------------------

    /** Takes room for a task's final report; counts it if there is none. */
    boolean tryReserve() {
        int now = tasks.get();
        while (now < capacity) {
            if (tasks.compareAndSet(now, now + 1)) {
                return true;
            }
            now = tasks.get();
        }
        refused.increment();
        return false;
    }

    void release() {
        tasks.decrementAndGet();
    }

    /** Returns how many tasks have room here. */
    int tasks() {
        return tasks.get();
    }

    // ---- the channel -------------------------------------------------------------------------------------------

    /** Replaces the channel; a call of the old one that is under way is interrupted. */
    void channel(final TaskReportChannel next) {
        channel = next;
        interruptSender();
    }

    void interruptSender() {
        synchronized (senderLock) {
            if (sender != null) {
                sender.interrupt();
            }
        }
    }

    /** Calls the channel on this thread, and leaves the thread without an interrupt. */
    Sent send(final List<TaskReport> batch) {
        final TaskReportChannel used = channel;
        Throwable failure = null;
        setSender(Thread.currentThread());
        try {
            used.send(name, batch);
        } catch (final Throwable t) {
            failure = t;
        }
        setSender(null);
        Thread.interrupted(); // after nobody interrupts it any more for this call
        return new Sent(used, failure);
    }

    private void setSender(final Thread thread) {
        synchronized (senderLock) {
            sender = thread;
        }
    }

    /** The thread that is in a call of the channel, with its stack; null if there is none. */
    String describeSender() {
        synchronized (senderLock) {
            return sender == null ? null : Stacks.of(sender.getName() + " (destination '" + name + "')", sender);
        }
    }

    // ---- looked at ---------------------------------------------------------------------------------------------

    OutboxSnapshot snapshot(final long nowNanos) {
        final int waitingNow = waitingTasks.get();
        return new OutboxSnapshot(
                name,
                capacity,
                Math.max(0, tasks.get() - waitingNow),
                waitingNow,
                unacknowledged.get(),
                sent.sum(),
                resent.sum(),
                acknowledged.sum(),
                duplicateAcks.sum(),
                unknownAcks.sum(),
                coalesced.sum(),
                refused.sum(),
                failedSends.sum(),
                discarded.sum(),
                sending,
                silentRounds,
                waits ? Math.max(0, nowNanos - waitingSinceNanos) : 0);
    }
}
