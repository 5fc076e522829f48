package io.ringmaster.client;

import io.ringmaster.lifecycle.TaskExecutorLifecycleEvent;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One run of a task with acknowledged reports: from its dispatch until its final report is acknowledged, and then, as an
 * outcome that is remembered, until it falls out of the window of finished ids.
 *
 * <p><b>Who writes what.</b> The fire-worker that handles the task's events numbers them and puts them into the mail. The
 * reporter's agent owns everything below that line. Requests of any thread meet in three words: {@code admission} (is it
 * accepted?), {@code outbox} (who is told, and whose room does it take?) and {@code ack}.
 *
 * <p><b>Room is given back once.</b> {@code outbox} names the outbox in which the run has its room, and null means that it
 * has none. Each change is a compare-and-set (or a get-and-set to null), and whoever made it, and nobody else, gives the old
 * one's room back: the agent that takes the final acknowledgement, a reassignment, a refusal, a dispatch that supersedes the
 * run. So an acknowledgement by the old Master and a reassignment that race have one winner: either the run is over and the
 * reassignment finds nothing live, or it has moved and the acknowledgement is of no account.
 *
 * <p><b>Nothing is overlooked.</b> [R1] Who leaves something here (mail, an acknowledgement, another outbox) does so before
 * it looks at {@code queued}; [R2] the agent clears {@code queued} before it looks here; all four are volatile. So either
 * the giver finds it cleared and queues the run again, or the agent finds what was left. Checked by ReportedTaskTest and
 * ReporterThreadsTest.
 */
final class ReportedTask extends Dispatch {
    private static final Object ACCEPTED = "ACCEPTED";
    private static final VarHandle ADMISSION;
    private static final VarHandle OUTBOX;
    private static final VarHandle ACK;
    private static final VarHandle MAIL;
    private static final VarHandle QUEUED;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            ADMISSION = lookup.findVarHandle(ReportedTask.class, "admission", Object.class);
            OUTBOX = lookup.findVarHandle(ReportedTask.class, "outbox", Outbox.class);
            ACK = lookup.findVarHandle(ReportedTask.class, "ack", Ack.class);
            MAIL = lookup.findVarHandle(ReportedTask.class, "mail", Mail.class);
            QUEUED = lookup.findVarHandle(ReportedTask.class, "queued", boolean.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** A repeated dispatch that waits for the first one's answer: a stack. */
    record Waiter(long correlationId, Outbox outbox, Waiter next) {}

    /** An acknowledgement of everything up to a number, by one destination. */
    record Ack(Outbox outbox, long sequence) {}

    /** The reports that the agent has not taken yet: a stack, the newest first. */
    private record Mail(TaskReport report, Mail next, int size) {}

    final long taskId;
    final long epoch;

    /** Null while the engine is being asked, or those who ask the same meanwhile; then ACCEPTED or a {@link Refusal}. */
    private volatile Object admission;

    private volatile Outbox outbox;
    private volatile Ack ack;
    private volatile Mail mail;
    private volatile boolean queued;
    /** Set by a repeated dispatch, taken by the agent. */
    volatile boolean askedAgain;

    // ---- the fire-worker's ----

    /** Tells this run's events from those of a task that was submitted to the engine directly; null once it has ended. */
    private TaskSpec spec;

    private long lastSequence;
    private volatile boolean ended;
    /** Set before the final report is in the mail, cleared by the agent when it takes that. */
    private TaskHandle leaving;

    // ---- the agent's; volatile where others look ----

    /** The outbox it is kept in; behind {@link #outbox} until the agent has looked. */
    Outbox home;
    /** In order; null when the run is over. Those up to {@link #sentTo} were given to home's channel. */
    private List<TaskReport> unacknowledged = new ArrayList<>(4);

    /** The greatest number that home's channel was ever given. */
    volatile long sentTo;
    /** The last one of the latest sending: what comes after it waits until it is acknowledged or due again. */
    long roundTo;
    /** Which of home's sets it is in; null if it has nothing to send. */
    Set<ReportedTask> place;
    /** Index of the delay after the latest sending; -1 before the first. */
    int level = -1;
    /** How often it was sent since the last acknowledgement. */
    volatile int rounds;

    long sentNanos;
    long waitingSinceNanos;
    /** The final report, without error and result: what a repeated dispatch is told. Set before the outbox becomes null. */
    private volatile TaskReport outcome;
    /** Set before the run is taken from the maps, for whoever puts it back into one. */
    volatile boolean forgotten;

    ReportedTask(final long correlationId, final Outbox outbox, final long epoch, final TaskSpec spec) {
        super(correlationId, outbox.name());
        this.taskId = spec.id();
        this.epoch = epoch;
        this.spec = spec;
        this.outbox = outbox;
    }

    /** A run that is long over, to tell its outcome once more. */
    ReportedTask(final Outbox outbox, final TaskReport outcome) {
        super(outcome.correlationId(), outbox.name());
        this.taskId = outcome.taskId();
        this.epoch = outcome.dispatchEpoch();
        this.outbox = outbox;
        this.admission = ACCEPTED;
        this.outcome = outcome;
        this.ended = true;
        this.unacknowledged.add(outcome);
    }

    // ---- requests, any thread ----------------------------------------------------------------------------------

    @Override
    String destinationName() {
        final Outbox told = outbox;
        return told == null ? null : told.name();
    }

    /** Returns who is told; null once the final report was acknowledged, or the run was refused or superseded. */
    Outbox outbox() {
        return outbox;
    }

    /** Whoever this returns true to has to give expected's room back. */
    boolean moveOutbox(final Outbox expected, final Outbox next) {
        return OUTBOX.compareAndSet(this, expected, next);
    }

    /** Gives the room back, wherever it is. */
    void giveBack() {
        final Outbox had = (Outbox) OUTBOX.getAndSet(this, null);
        if (had != null) {
            had.release();
        }
    }

    /** Returns whether no code of this run will run any more. */
    boolean isEnded() {
        return ended || outbox == null && isAccepted();
    }

    boolean isAccepted() {
        return admission == ACCEPTED;
    }

    boolean isRefused() {
        return admission instanceof Refusal;
    }

    /** Leaves a repeated dispatch with the thread that asks the engine; false if that has its answer. */
    boolean awaitAdmission(final long correlation, final Outbox asking) {
        while (true) {
            final Object now = admission;
            if (now != null && !(now instanceof Waiter)) {
                return false;
            }
            if (ADMISSION.compareAndSet(this, now, new Waiter(correlation, asking, (Waiter) now))) {
                return true;
            }
        }
    }

    /** Notes the engine's answer. Returns those who wait for it. */
    Waiter decide(final Refusal refusal) {
        return (Waiter) ADMISSION.getAndSet(this, refusal == null ? ACCEPTED : refusal);
    }

    /**
     * Leaves an acknowledgement for the agent. The last one counts, since each stands for those before: there is one word and
     * no queue, however often a Master acknowledges.
     *
     * <p>The word is read before the outbox is looked at. If it was the new Master's by then, the task has moved and the old
     * Master's acknowledgement is turned away; if it becomes that later, the compare-and-set fails.
     *
     * <p>A number above what this Master was sent stands for all that it was sent: a Master from which the task was taken, and
     * which gets it back, has seen more than it is sent at first.
     *
     * @return whether it says anything new.
     */
    boolean acknowledge(final Outbox by, final long sequence) {
        while (true) {
            final Ack now = ack;
            final long sent = sentTo;
            if (outbox != by || sent == 0 || sequence < 1) {
                by.unknownAcks.increment();
                return false;
            }
            final long taken = Math.min(sequence, sent);
            if (now != null && now.outbox == by && now.sequence >= taken) {
                by.duplicateAcks.increment();
                return false;
            }
            if (ACK.compareAndSet(this, now, new Ack(by, taken))) {
                if (sequence > sent) {
                    by.unknownAcks.increment();
                }
                return true;
            }
        }
    }

    /** Returns the final report without error and result, null if the agent has not seen it. */
    TaskReport outcome() {
        return outcome;
    }

    /** See [R1]. Returns whether the caller has to queue the run for the agent. */
    boolean markQueued() {
        return !queued && !(boolean) QUEUED.getAndSet(this, true);
    }

    // ---- events, on the fire-worker ----------------------------------------------------------------------------

    /** Returns whether an event is one of this run. */
    boolean isOwn(final TaskExecutorLifecycleEvent event) {
        return !ended && spec == event.spec();
    }

    /**
     * Puts an event into the mail. Calls for one task come one after the other, each seeing what the one before wrote: the
     * engine tells a task's events in order, also when its partition goes to another thread.
     *
     * @param event what happened.
     * @param most  reports that may wait here; beyond them the two oldest become one, so that a task that goes on and on while
     *              the agent gets no CPU takes no memory.
     */
    void report(final TaskExecutorLifecycleEvent event, final int most) {
        final TaskReport report = TaskReport.of(this, ++lastSequence, event);
        if (report.isFinal()) {
            spec = null;
            leaving = event.handle();
            ended = true;
        }
        Mail now = mail;
        while (!MAIL.compareAndSet(this, now, push(now, report, most))) {
            now = mail; // the agent has taken it
        }
    }

    private static Mail push(final Mail now, final TaskReport report, final int most) {
        if (now == null) {
            return new Mail(report, null, 1);
        }
        if (report.isProgress() && now.report.isProgress()) {
            return new Mail(report.coveringAlso(now.report), now.next, now.size);
        }
        final Mail before = now.size < most ? now : withoutOldest(now);
        return new Mail(report, before, before.size + 1);
    }

    private static Mail withoutOldest(final Mail mail) {
        final List<TaskReport> oldestFirst = oldestFirst(mail);
        oldestFirst.set(1, oldestFirst.get(1).coveringAlso(oldestFirst.get(0)));
        Mail shorter = null;
        for (int i = 1; i < oldestFirst.size(); i++) {
            shorter = new Mail(oldestFirst.get(i), shorter, i);
        }
        return shorter;
    }

    private static List<TaskReport> oldestFirst(final Mail mail) {
        final TaskReport[] reports = new TaskReport[mail.size];
        Mail each = mail;
        for (int i = reports.length - 1; i >= 0; i--) {
            reports[i] = each.report;
            each = each.next;
        }
        return java.util.Arrays.asList(reports);
    }

    // ---- the agent's -------------------------------------------------------------------------------------------

    /** See [R2]. */
    void clearQueued() {
        QUEUED.getAndSet(this, false);
    }

    /**
     * Takes the mail, oldest first.
     *
     * @param early whether the final report is taken although the engine, which is about to, has not let the id go yet.
     * @return null if it is in there and may not be taken.
     */
    List<TaskReport> takeMail(final boolean early) {
        Mail taken = mail;
        while (taken != null) {
            final boolean last = taken.report.isFinal();
            if (last && !early && !leaving.isDone()) {
                return null;
            }
            if (MAIL.compareAndSet(this, taken, null)) {
                if (last) {
                    leaving = null; // before that it is the fire-worker's
                }
                return oldestFirst(taken);
            }
            taken = mail;
        }
        return List.of();
    }

    Ack takeAck() {
        return ack == null ? null : (Ack) ACK.getAndSet(this, null);
    }

    List<TaskReport> unacknowledged() {
        return unacknowledged;
    }

    /**
     * Adds a report; progress replaces unsent progress, and beyond the bound the oldest unsent reports become one. Sent ones
     * stay: they are being acknowledged. Final ones stay too.
     *
     * @return how many reports more are kept.
     */
    int append(final TaskReport report, final int most) {
        final List<TaskReport> kept = unacknowledged;
        final int last = kept.size() - 1;
        if (report.isFinal()) {
            kept.add(report);
            outcome = report.withoutPayload();
            return 1;
        }
        if (last >= 0 && report.isProgress() && isUnsentProgress(kept.get(last))) {
            kept.set(last, report.coveringAlso(kept.get(last)));
            return 0;
        }
        kept.add(report);
        if (kept.size() > most) {
            final int unsent = countUpTo(sentTo);
            if (kept.size() - unsent > 1) {
                kept.set(unsent + 1, kept.get(unsent + 1).coveringAlso(kept.get(unsent)));
                kept.remove(unsent);
                return 0;
            }
        }
        return 1;
    }

    private boolean isUnsentProgress(final TaskReport report) {
        return report.isProgress() && report.sequence() > sentTo;
    }

    /** Returns how many unacknowledged reports have no greater number. */
    int countUpTo(final long sequence) {
        int count = 0;
        while (count < unacknowledged.size() && unacknowledged.get(count).sequence() <= sequence) {
            count++;
        }
        return count;
    }

    /** Nothing of it was sent to its new home. */
    void startAnew(final Outbox next) {
        home = next;
        sentTo = 0;
        roundTo = 0;
        level = -1;
        rounds = 0;
    }

    /** Keeps nothing but the outcome. */
    void clear() {
        unacknowledged = List.of();
        home = null;
        place = null;
    }
}
