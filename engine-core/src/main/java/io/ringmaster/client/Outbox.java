package io.ringmaster.client;

import io.ringmaster.event.Stacks;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
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
    /** One call of a channel. */
    final class Call {
        final TaskReportChannel channel;
        /** What it threw; its thread writes it before {@link #ended}. */
        Throwable failure;

        volatile boolean ended;
        /** Whether the agent has seen that the channel was replaced, and until when it waits for this to end. The agent's. */
        boolean replaced;

        long patienceNanos;
        private Thread thread;

        private Call(final TaskReportChannel channel) {
            this.channel = channel;
        }

        /** Calls the channel on this thread, and leaves the thread without an interrupt. */
        void send(final List<TaskReport> batch) {
            setThread(Thread.currentThread());
            try {
                channel.send(name, batch);
            } catch (final Throwable t) {
                failure = t;
            }
            setThread(null);
            Thread.interrupted(); // after nobody interrupts it any more for this call
            ended = true;
        }

        private synchronized void setThread(final Thread next) {
            thread = next;
        }

        private synchronized void interrupt() {
            if (thread != null) {
                thread.interrupt();
            }
        }

        /** Adds the thread with its stack, if it is in the call. */
        private synchronized void describe(final List<String> to) {
            if (thread != null) {
                to.add(Stacks.of(thread.getName() + " (destination '" + name + "')", thread));
            }
        }
    }

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

    // ---- the agent's ----

    final Set<ReportedTask> queue = new LinkedHashSet<>();
    final Set<ReportedTask> inFlight = new LinkedHashSet<>();
    final List<Set<ReportedTask>> levels = new ArrayList<>();
    /** Those with unacknowledged reports; who has waited longest since it heard something is first. */
    final Set<ReportedTask> waiting = new LinkedHashSet<>();

    /** The present call of the channel; null if there is none. */
    volatile Call call;
    /** Calls of channels that were replaced, left alone since they did not end when they were interrupted. */
    final List<Call> abandoned = new CopyOnWriteArrayList<>();
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
        interruptSenders();
    }

    /** Starts a call, which the caller makes. The agent. */
    Call newCall() {
        call = new Call(channel);
        return call;
    }

    boolean isSending() {
        return call != null;
    }

    void interruptSenders() {
        calls().forEach(Call::interrupt);
    }

    /** Adds the threads that are in a call of a channel, each with its stack. */
    void describeSenders(final List<String> to) {
        calls().forEach(each -> each.describe(to));
    }

    private List<Call> calls() {
        final List<Call> calls = new ArrayList<>(abandoned);
        final Call present = call;
        if (present != null && !calls.contains(present)) {
            calls.add(present);
        }
        return calls;
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
                isSending(),
                silentRounds,
                waits ? Math.max(0, nowNanos - waitingSinceNanos) : 0);
    }
}
