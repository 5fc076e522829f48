package io.ringmaster.client;

import io.ringmaster.EngineRuntime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the events of tasks to their Masters, in order for each task, until they are acknowledged. One agent, on a thread of its
 * own or turned by the caller, owns all outboxes; foreign code (the channels) runs beside it, on one thread for each
 * destination that is in a call, so that whatever a Master does harms its own tasks' reports alone.
 *
 * <p><b>Input</b> is a queue of runs and outboxes, each in it once at the most, so it is bounded by their number; what happened
 * is left in the run or the outbox itself, see {@link ReportedTask}.
 *
 * <p><b>Repetition.</b> Each run waits for itself: its delay doubles with each sending that is not acknowledged, so a Master that
 * answers late is asked a few times and not all the time. A destination that has not acknowledged anything between two repetitions is
 * silent, and one whose channel throws is too: it gets one batch and then a pause that doubles, new reports included, until it
 * acknowledges anything or is connected anew. A run's later reports wait until those before them are acknowledged or due again: so
 * a sending always begins with the first unacknowledged report, and the Master never sees a gap.
 *
 * <p><b>The end.</b> A final report is sent when the engine has let the id go, a moment after its listeners were told of the
 * end: a Master that dispatches the next run as soon as it knows of the end is not told that the id is in use. Checked by
 * ReporterThreadsTest.
 */
final class TaskExecutorLifecycleEventReporter {
    private static final Logger LOG = LoggerFactory.getLogger(TaskExecutorLifecycleEventReporter.class);
    private static final int INPUT_LIMIT = 4096;
    private static final int INBOX_CHUNK = 1024;
    private static final int YIELDS = 20;
    private static final long SENDER_KEEP_SECONDS = 2;
    private static final long FAULT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long LEAVING_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
    /** Calls of replaced channels that don't end, for each destination: with more its new channel waits for one of them. */
    private static final int MOST_ABANDONED = 8;

    private final ReporterSettings settings;
    private final boolean invokerMode;
    private final LongSupplier clock;
    private final EngineRuntime runtime;
    /** Told of each run that is forgotten, after it was marked so. */
    private final Consumer<ReportedTask> forget;

    private final long[] delays;
    private final MpscUnboundedVarHandleArrayQueue<Object> inbox = new MpscUnboundedVarHandleArrayQueue<>(INBOX_CHUNK);
    private final WakeGate gate = new WakeGate();
    private final ConcurrentHashMap<String, Outbox> outboxes = new ConcurrentHashMap<>();
    private final OutboxCounters counters = new OutboxCounters();
    /** Acknowledged runs, the oldest first. The agent's. */
    private final ArrayDeque<ReportedTask> finished = new ArrayDeque<>();

    /** Runs whose final report waits for the engine to let their id go. The agent's. */
    private final Set<ReportedTask> leaving = new LinkedHashSet<>();

    private final ThreadPoolExecutor senders;
    private Thread agent;
    private volatile boolean closing;
    private volatile long faults;
    /** The agent's. */
    private boolean turning;

    TaskExecutorLifecycleEventReporter(
            final ReporterSettings settings, final EngineRuntime runtime, final Consumer<ReportedTask> forget) {
        this.settings = settings;
        this.runtime = runtime;
        this.invokerMode = runtime.invokerMode();
        this.clock = runtime.nanoClock();
        this.forget = forget;
        this.delays = delays(settings);
        runtime.counters().accept(counters);
        this.senders = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, SENDER_KEEP_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), body -> {
                    final Thread thread = runtime.threads().newThread(body);
                    thread.setName(thread.getName() + "-sender");
                    return thread;
                });
    }

    private static long[] delays(final ReporterSettings settings) {
        final long most = TimeUnit.MILLISECONDS.toNanos(settings.maxRetryMillis());
        final List<Long> all = new ArrayList<>();
        long next = TimeUnit.MILLISECONDS.toNanos(settings.firstRetryMillis());
        while (next < most) {
            all.add(next);
            next *= 2;
        }
        all.add(most);
        return all.stream().mapToLong(Long::longValue).toArray();
    }

    // ---- any thread --------------------------------------------------------------------------------------------

    /** Makes a destination, or gives one another channel. The caller makes one at a time. */
    Outbox connect(final String destination, final TaskReportChannel channel) {
        final Outbox known = outboxes.get(destination);
        if (known != null) {
            known.channel(channel);
            known.connectedAnew.set(true);
            schedule(known);
            return known;
        }
        if (agent == null && !invokerMode) {
            final Thread thread = runtime.threads().newThread(this::run);
            thread.setName(thread.getName() + "-reporter");
            thread.start();
            agent = thread;
        }
        final Outbox outbox = new Outbox(destination, settings.outboxCapacity(), delays.length, channel);
        outboxes.put(destination, outbox);
        counters.add(outbox);
        return outbox;
    }

    Collection<Outbox> outboxes() {
        return outboxes.values();
    }

    ReporterSettings settings() {
        return settings;
    }

    long nowNanos() {
        return clock.getAsLong();
    }

    /** Has the agent look at a run, in which something was left. Never blocks. See [R1] in ReportedTask. */
    void schedule(final ReportedTask task) {
        if (task.markQueued()) {
            inbox.offer(task);
            gate.wake();
        }
    }

    /** Has the agent look at an outbox, in which something was left. */
    void schedule(final Outbox outbox) {
        if (outbox.queued.compareAndSet(false, true)) {
            inbox.offer(outbox);
            gate.wake();
        }
    }

    /** Returns whether no task is live or unacknowledged. */
    boolean isEmpty() {
        for (final Outbox each : outboxes.values()) {
            if (each.tasks() > 0) {
                return false;
            }
        }
        return true;
    }

    /** Returns how many errors in the agent itself there were: 0, unless it is at fault. */
    long faults() {
        return faults;
    }

    /** In words, why a run that has ended is still here; a racy look. */
    String explain(final ReportedTask task) {
        final TaskReport outcome = task.outcome();
        final Outbox outbox = task.outbox();
        final String state = outcome == null ? "ENDED" : outcome.to().toString();
        if (outbox == null) {
            return state + ": its final report was acknowledged";
        }
        final int rounds = task.rounds;
        final long waited = outcome == null ? 0 : clock.getAsLong() - outcome.timeNanos();
        return state + ' ' + TimeUnit.NANOSECONDS.toMillis(Math.max(0, waited))
                + " ms: waits for the acknowledgement of destination '" + outbox.name() + "', sent "
                + (rounds == 1 ? "once" : rounds + " times")
                + (outbox.isSending()
                        ? ", whose channel is in a call"
                        : outbox.silentRounds > 0
                                ? ", which has been silent for " + outbox.silentRounds + " repetitions"
                                : "");
    }

    // ---- the duty cycle ----------------------------------------------------------------------------------------

    private void run() {
        while (!closing) {
            int work = 0;
            try {
                work = doWork();
            } catch (final Throwable t) {
                fault(t);
                LockSupport.parkNanos(this, FAULT_NANOS);
            }
            if (work == 0) {
                idle();
            }
        }
        try {
            takeAllIn();
        } catch (final Throwable t) {
            fault(t);
        }
    }

    private void fault(final Throwable cause) {
        final long count = faults + 1;
        faults = count;
        if (Long.bitCount(count) == 1) {
            LOG.error("the reporter failed, {} times so far", count, cause);
        }
    }

    private void idle() {
        for (int i = 0; i < YIELDS; i++) {
            if (!inbox.isEmpty() || closing) {
                return;
            }
            Thread.yield();
        }
        final long nanos = idleNanos();
        gate.prepare();
        if (inbox.isEmpty() && !closing && nanos > 0) {
            gate.park(nanos);
        } else {
            gate.cancel();
        }
        Thread.interrupted(); // nobody may ask this thread to end but by closing
    }

    /**
     * Takes in what has come, and sends what is due. The agent's thread; in invoker mode the caller's.
     *
     * @return how much was done.
     */
    int doWork() {
        if (turning || closing) {
            return 0; // a channel turns the duty cycle that calls it, or all is over
        }
        turning = true;
        try {
            final long now = clock.getAsLong();
            int work = lookAtLeaving(now);
            while (work < INPUT_LIMIT && takeIn(now)) {
                work++;
            }
            for (final Outbox each : outboxes.values()) {
                if (sendNext(each, now)) {
                    work++;
                }
                publish(each);
            }
            return work;
        } finally {
            turning = false;
        }
    }

    private static void publish(final Outbox outbox) {
        final Iterator<ReportedTask> first = outbox.waiting.iterator();
        if (first.hasNext()) {
            outbox.waitingSinceNanos = first.next().waitingSinceNanos;
            outbox.waits = true;
        } else {
            outbox.waits = false;
        }
    }

    /** Returns for how many nanoseconds nothing will happen by itself. The agent's. */
    long idleNanos() {
        if (!inbox.isEmpty()) {
            return 0;
        }
        final long now = clock.getAsLong();
        long least = leaving.isEmpty() ? Long.MAX_VALUE : LEAVING_NANOS;
        for (final Outbox each : outboxes.values()) {
            if (!each.isSending()) {
                least = Math.min(least, nanosToNext(each, now));
            } else if (each.call.replaced && each.abandoned.size() < MOST_ABANDONED) {
                least = Math.min(least, Math.max(0, each.call.patienceNanos - now));
            }
        }
        return least;
    }

    private long nanosToNext(final Outbox outbox, final long now) {
        long least = outbox.queue.isEmpty() ? Long.MAX_VALUE : 0;
        for (int i = 0; i < delays.length; i++) {
            final Iterator<ReportedTask> first = outbox.levels.get(i).iterator();
            if (first.hasNext()) {
                least = Math.min(least, Math.max(0, delays[i] - (now - first.next().sentNanos)));
            }
        }
        if (outbox.silentRounds > 0 && least != Long.MAX_VALUE) {
            least = Math.max(least, outbox.gateNanos - now);
        }
        return least;
    }

    // ---- input -------------------------------------------------------------------------------------------------

    private boolean takeIn(final long now) {
        final Object next = inbox.poll();
        if (next == null) {
            return false;
        }
        if (next instanceof ReportedTask) {
            lookAt((ReportedTask) next, now);
        } else {
            lookAt((Outbox) next, now);
        }
        return true;
    }

    private void takeAllIn() {
        final long now = clock.getAsLong();
        lookAtLeaving(now);
        while (takeIn(now)) {
            // until nothing is left
        }
    }

    private int lookAtLeaving(final long now) {
        if (leaving.isEmpty()) {
            return 0;
        }
        final List<ReportedTask> before = List.copyOf(leaving);
        leaving.clear();
        before.forEach(each -> lookAt(each, now));
        return before.size() - leaving.size();
    }

    private void lookAt(final ReportedTask task, final long now) {
        task.clearQueued(); // [R2]
        final Outbox outbox = task.outbox();
        if (outbox != task.home) {
            leaveHome(task);
            if (outbox != null) {
                task.startAnew(outbox);
                enterHome(task, now);
            }
        }
        if (outbox == null) {
            task.takeMail(true);
            task.clear();
            return; // refused, superseded, or acknowledged before
        }
        final List<TaskReport> mail = task.takeMail(closing);
        if (mail == null) {
            leaving.add(task);
        } else {
            mail.forEach(each -> append(task, each, now));
        }
        final ReportedTask.Ack ack = task.takeAck();
        if (ack != null && !acknowledge(task, ack, now)) {
            return;
        }
        if (task.askedAgain) {
            task.askedAgain = false;
            if (task.place != null && task.place != outbox.inFlight) {
                moveTo(task, outbox.queue);
                task.level = -1;
            }
        }
        if (task.place == null && !task.unacknowledged().isEmpty()) {
            moveTo(task, outbox.queue);
        }
    }

    private void append(final ReportedTask task, final TaskReport report, final long now) {
        final Outbox home = task.home;
        final boolean first = task.unacknowledged().isEmpty();
        final int more = task.append(report, settings.reportsPerTask());
        home.coalesced.add(report.coalesced() + 1 - more);
        home.unacknowledged.addAndGet(more);
        if (report.isFinal()) {
            home.waitingTasks.incrementAndGet();
        }
        if (first) {
            waitsFrom(task, now);
        }
    }

    private static void waitsFrom(final ReportedTask task, final long now) {
        task.waitingSinceNanos = now;
        task.home.waiting.remove(task);
        task.home.waiting.add(task);
    }

    private static void enterHome(final ReportedTask task, final long now) {
        final int kept = task.unacknowledged().size();
        if (kept > 0) {
            task.home.unacknowledged.addAndGet(kept);
            waitsFrom(task, now);
        }
        if (task.outcome() != null) {
            task.home.waitingTasks.incrementAndGet();
        }
    }

    private static void leaveHome(final ReportedTask task) {
        final Outbox home = task.home;
        if (home != null) {
            moveTo(task, null);
            home.waiting.remove(task);
            home.unacknowledged.addAndGet(-task.unacknowledged().size());
            if (task.outcome() != null) {
                home.waitingTasks.decrementAndGet();
            }
            task.home = null;
        }
    }

    private static void moveTo(final ReportedTask task, final Set<ReportedTask> place) {
        if (task.place != null) {
            task.place.remove(task);
        }
        task.place = place;
        if (place != null) {
            place.add(task);
        }
    }

    /** Takes an acknowledgement. Returns false if the run is over or has moved. */
    private boolean acknowledge(final ReportedTask task, final ReportedTask.Ack ack, final long now) {
        final Outbox home = task.home;
        if (ack.outbox() != home || ack.sequence() > task.sentTo) {
            ack.outbox().unknownAcks.increment(); // it has moved meanwhile
            return true;
        }
        final int count = task.countUpTo(ack.sequence());
        if (count == 0) {
            home.duplicateAcks.increment();
            return true;
        }
        final List<TaskReport> kept = task.unacknowledged();
        final boolean over = kept.get(count - 1).isFinal();
        if (over && !task.moveOutbox(home, null)) {
            home.unknownAcks.increment(); // reassigned or superseded: who did that has queued it, or is about to
            return false;
        }
        home.acknowledged.add(count);
        home.heard = true;
        home.silentRounds = 0;
        if (over) {
            finish(task, home);
            return false;
        }
        kept.subList(0, count).clear();
        home.unacknowledged.addAndGet(-count);
        task.rounds = 0;
        if (kept.isEmpty()) {
            home.waiting.remove(task);
            moveTo(task, null);
        } else {
            waitsFrom(task, now);
            if (ack.sequence() >= task.roundTo) {
                moveTo(task, home.queue);
            }
        }
        if (ack.sequence() >= task.roundTo) {
            task.level = -1;
        }
        return true;
    }

    /** The final report was acknowledged: only the outcome is remembered, for a while. */
    private void finish(final ReportedTask task, final Outbox home) {
        leaveHome(task);
        home.release();
        task.clear();
        finished.add(task);
        if (finished.size() > settings.finishedIds()) {
            final ReportedTask oldest = finished.remove();
            oldest.forgotten = true;
            forget.accept(oldest);
        }
    }

    private void lookAt(final Outbox outbox, final long now) {
        outbox.queued.set(false); // [R2]
        outbox.abandoned.removeIf(each -> each.ended);
        final Outbox.Call call = outbox.call;
        if (call != null && call.ended) {
            sent(outbox, call, now);
        }
        if (outbox.connectedAnew.getAndSet(false)) {
            outbox.silentRounds = 0;
            outbox.heard = true;
            for (final Set<ReportedTask> level : outbox.levels) {
                for (final ReportedTask each : level) {
                    each.place = outbox.queue;
                    each.level = -1;
                }
                outbox.queue.addAll(level);
                level.clear();
            }
        }
        if (outbox.discard.getAndSet(false)) {
            for (final ReportedTask each : List.copyOf(outbox.waiting)) {
                final int kept = each.unacknowledged().size();
                if (each.outcome() != null && each.moveOutbox(outbox, null)) {
                    outbox.discarded.add(kept);
                    finish(each, outbox);
                }
            }
        }
    }

    // ---- output ------------------------------------------------------------------------------------------------

    /**
     * Whether the present call is left alone: its channel was replaced, it was interrupted, and it has had the time to end. A
     * call may well be in a write to a dead connection, which no interrupt ends.
     */
    private boolean isLeftAlone(final Outbox outbox, final long now) {
        final Outbox.Call call = outbox.call;
        if (call == null || call.channel == outbox.channel()) {
            return false;
        }
        if (!call.replaced) {
            call.replaced = true;
            call.patienceNanos = now + delays[0];
        }
        return now - call.patienceNanos >= 0 && outbox.abandoned.size() < MOST_ABANDONED;
    }

    private boolean sendNext(final Outbox outbox, final long now) {
        if (isLeftAlone(outbox, now)) {
            outbox.abandoned.add(outbox.call);
            sent(outbox, outbox.call, now);
        }
        if (outbox.isSending() || outbox.silentRounds > 0 && now - outbox.gateNanos < 0) {
            return false;
        }
        final List<TaskReport> batch = nextBatch(outbox, now);
        if (batch.isEmpty()) {
            return false;
        }
        final Outbox.Call call = outbox.newCall();
        if (invokerMode) {
            final boolean interrupted = Thread.interrupted();
            call.send(batch);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            sent(outbox, call, clock.getAsLong());
            return true;
        }
        try {
            senders.execute(() -> {
                call.send(batch);
                schedule(outbox);
            });
        } catch (final Throwable t) {
            call.failure = t; // the machine has no thread to give
            sent(outbox, call, now);
        }
        return true;
    }

    private List<TaskReport> nextBatch(final Outbox outbox, final long now) {
        final List<TaskReport> batch = new ArrayList<>();
        final long resent = outbox.resent.sum();
        for (int i = delays.length - 1; i >= 0; i--) {
            final Iterator<ReportedTask> due = outbox.levels.get(i).iterator();
            while (batch.size() < settings.maxBatch() && due.hasNext()) {
                final ReportedTask task = due.next();
                if (now - task.sentNanos < delays[i]) {
                    break;
                }
                due.remove();
                take(task, batch);
            }
        }
        final Iterator<ReportedTask> queued = outbox.queue.iterator();
        while (batch.size() < settings.maxBatch() && queued.hasNext()) {
            final ReportedTask task = queued.next();
            queued.remove();
            take(task, batch);
        }
        if (outbox.resent.sum() != resent) {
            outbox.silentRounds = outbox.heard ? 0 : outbox.silentRounds + 1;
            outbox.heard = false;
        }
        return batch.isEmpty() ? batch : Collections.unmodifiableList(batch);
    }

    /** From the first unacknowledged report on, as many as there is room for. */
    private void take(final ReportedTask task, final List<TaskReport> batch) {
        final Outbox home = task.home;
        final List<TaskReport> kept = task.unacknowledged();
        final int count = Math.min(kept.size(), settings.maxBatch() - batch.size());
        for (int i = 0; i < count; i++) {
            final TaskReport report = kept.get(i);
            batch.add(report);
            if (report.sequence() <= task.sentTo) {
                home.resent.increment();
            } else {
                home.sent.increment();
            }
        }
        task.roundTo = kept.get(count - 1).sequence();
        task.sentTo = Math.max(task.sentTo, task.roundTo);
        task.level = Math.min(task.level + 1, delays.length - 1);
        task.rounds++;
        task.place = home.inFlight;
        home.inFlight.add(task);
    }

    /** A call of the channel has ended, or is left alone: from now on those in it wait for acknowledgements. */
    private void sent(final Outbox outbox, final Outbox.Call done, final long now) {
        outbox.call = null;
        final boolean replaced = done.channel != outbox.channel();
        if (done.failure != null && !replaced) {
            outbox.failedSends.increment();
            if (!closing) {
                logFailure(LOG, outbox.name(), outbox.failedSends.sum(), done.failure);
            }
            outbox.silentRounds++;
        }
        if (outbox.silentRounds > 0) {
            outbox.gateNanos = now + delays[Math.min(outbox.silentRounds, delays.length - 1)];
        }
        for (final ReportedTask each : outbox.inFlight) {
            each.sentNanos = now;
            if (replaced) {
                each.level = -1; // what the old channel made of it nobody knows
            }
            each.place = replaced ? outbox.queue : outbox.levels.get(each.level);
            each.place.add(each);
        }
        outbox.inFlight.clear();
    }

    /**
     * The first failure of a destination is logged with its stack, the following ones in a line each time their count doubles,
     * whatever succeeds between them: a Master that comes and goes can't fill a disk.
     */
    static void logFailure(final Logger log, final String destination, final long times, final Throwable failure) {
        if (Long.bitCount(times) != 1) {
            return;
        }
        final String type = failure.getClass().getName();
        if (times > 1) {
            log.warn("sending reports to destination '{}' failed {} times so far, now: {}", destination, times, type);
            return;
        }
        try {
            log.warn("sending reports to destination '{}' failed, they are sent again", destination, failure);
        } catch (final Throwable t) { // the failure is foreign code too: its message may throw
            log.warn("sending reports to destination '{}' failed with {}, which can't be printed", destination, type);
        }
    }

    // ---- the end -----------------------------------------------------------------------------------------------

    /**
     * Ends the agent and the senders. The engine is closed by then.
     *
     * @param nanos how long to wait for them at most, each.
     * @return whether the agent has ended: what it owned is the caller's from then on.
     */
    boolean close(final long nanos) {
        closing = true;
        gate.wake();
        boolean interrupted = false;
        final long start = System.nanoTime();
        while (agent != null && agent.isAlive() && System.nanoTime() - start < nanos) {
            LockSupport.parkNanos(this, LOOK_NANOS);
            interrupted |= Thread.interrupted();
        }
        senders.shutdown();
        for (final Outbox each : outboxes.values()) {
            each.interruptSenders();
        }
        try {
            senders.awaitTermination(nanos, TimeUnit.NANOSECONDS);
        } catch (final InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        final boolean ended = agent == null || !agent.isAlive();
        if (ended) {
            takeAllIn();
        }
        return ended;
    }

    /** The threads that are in a call of a channel, each with its stack. */
    List<String> stuckSenders() {
        final List<String> stuck = new ArrayList<>();
        for (final Outbox each : outboxes.values()) {
            each.describeSenders(stuck);
        }
        return stuck;
    }
}
