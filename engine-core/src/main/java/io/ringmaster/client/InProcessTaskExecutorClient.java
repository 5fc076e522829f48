package io.ringmaster.client;

import io.ringmaster.CloseReport;
import io.ringmaster.EngineInvoker;
import io.ringmaster.TaskEngine;
import io.ringmaster.client.TaskExecutorClientEvent.Kind;
import io.ringmaster.lifecycle.LifecycleEventType;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEvent;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client with its engine in the same process. A dispatch never waits: a full engine refuses it with the reason.
 *
 * <p>Destinations that {@linkplain #connect connect} are reported to by an agent on a thread of its own, which starts with the
 * first of them. A task that has ended has left the engine by then, with its thread, its quota and its place: what waits for
 * a Master is its report alone. In invoker mode {@link #invoker()} turns that agent too.
 *
 * <pre>{@code
 * client.connect("master-1", (destination, reports) -> connection.write(reports), answer -> connection.write(answer));
 * client.dispatch(correlationId, "master-1", dispatchEpoch, spec);
 * // when the Master has taken a report, from whatever thread reads the connection:
 * client.acknowledge("master-1", report.taskId(), report.dispatchEpoch(), report.sequence());
 * }</pre>
 */
public final class InProcessTaskExecutorClient implements TaskExecutorClient {
    private static final Logger LOG = LoggerFactory.getLogger(InProcessTaskExecutorClient.class);
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int NAMED_IDS = 100;
    /** Idle turns after which a clock that shows the same time is taken to stand still. */
    private static final int STILL_CLOCK = 1000;

    /** Who is told; the outbox is null for one that is told of events directly. */
    private record Destination(TaskExecutorClientListener listener, Outbox outbox) {}

    /** Names one run; those of a task follow each other in the order of their epochs. */
    private record Run(long taskId, long epoch) implements Comparable<Run> {
        @Override
        public int compareTo(final Run other) {
            final int byTask = Long.compare(taskId, other.taskId);
            return byTask != 0 ? byTask : Long.compare(epoch, other.epoch);
        }
    }

    private final ConcurrentHashMap<String, Destination> destinations = new ConcurrentHashMap<>();
    /** By id: live tasks, and of those with acknowledged reports also the ended ones that are remembered. */
    private final ConcurrentHashMap<Long, Dispatch> dispatches = new ConcurrentHashMap<>();
    /**
     * Ended runs that a later one of their id has replaced in {@link #dispatches}, until they are forgotten. All of an id are
     * earlier than its run there, so no two runs ever have the same key; if there is none, because it was forgotten first, the
     * latest one here is what is known of the id. See {@link #reinstateLatest}. Checked by ReporterTest and ReporterThreadsTest.
     */
    private final ConcurrentSkipListMap<Run, ReportedTask> superseded = new ConcurrentSkipListMap<>();

    private final LongAdder strayAcks = new LongAdder();
    private final TaskExecutorClientListener fallback;
    private final TaskEngine engine;
    private final TaskExecutorLifecycleEventReporter reporter;
    private final LongConsumer invokerIdle;
    private volatile boolean closed;
    private ClientCloseReport closeReport;

    private InProcessTaskExecutorClient(
            final TaskEngine.Context context,
            final TaskExecutorClientListener fallback,
            final ReporterSettings settings) {
        this.fallback = Objects.requireNonNull(fallback, "fallback must not be null");
        Objects.requireNonNull(settings, "settings must not be null");
        this.engine = TaskEngine.launch(context.listener(this::onLifecycle));
        this.invokerIdle = engine.runtime().invokerIdle();
        this.reporter = new TaskExecutorLifecycleEventReporter(settings, engine.runtime(), this::forget);
    }

    /**
     * Launches an engine and connects a client to it.
     *
     * @param context  the engine's settings; used up.
     * @param fallback told of answers to requests for tasks or destinations that are not known.
     * @return the client, which owns the engine.
     */
    public static InProcessTaskExecutorClient launch(
            final TaskEngine.Context context, final TaskExecutorClientListener fallback) {
        return new InProcessTaskExecutorClient(context, fallback, ReporterSettings.DEFAULT);
    }

    /**
     * Launches an engine and connects a client to it.
     *
     * @param context  the engine's settings; used up.
     * @param fallback told of answers to requests for tasks or destinations that are not known.
     * @param settings how reports to connected destinations are sent and kept.
     * @return the client, which owns the engine.
     */
    public static InProcessTaskExecutorClient launch(
            final TaskEngine.Context context,
            final TaskExecutorClientListener fallback,
            final ReporterSettings settings) {
        return new InProcessTaskExecutorClient(context, fallback, settings);
    }

    /** Returns the engine, to look at; tasks submitted to it directly are not reported here. */
    public TaskEngine engine() {
        return engine;
    }

    // ---- destinations ------------------------------------------------------------------------------------------

    @Override
    public void subscribe(final String destination, final TaskExecutorClientListener listener) {
        Objects.requireNonNull(destination, "destination must not be null");
        Objects.requireNonNull(listener, "listener must not be null");
        synchronized (destinations) {
            final Destination known = destinations.get(destination);
            if (known != null && known.outbox != null) {
                throw new IllegalStateException("destination '" + destination + "' is connected and can't subscribe");
            }
            destinations.put(destination, new Destination(listener, null));
        }
    }

    /**
     * Connects a destination, see {@link TaskExecutorClient#connect}; the answers to its requests go to the client's default
     * listener.
     *
     * @param destination the destination; not null.
     * @param channel     what reports are sent through; not null.
     * @throws IllegalStateException if the destination has subscribed, or the client is closed.
     */
    public void connect(final String destination, final TaskReportChannel channel) {
        connect(destination, channel, fallback);
    }

    @Override
    public void connect(
            final String destination, final TaskReportChannel channel, final TaskExecutorClientListener answers) {
        Objects.requireNonNull(destination, "destination must not be null");
        Objects.requireNonNull(channel, "channel must not be null");
        Objects.requireNonNull(answers, "answers must not be null");
        synchronized (destinations) {
            final Destination known = destinations.get(destination);
            if (known != null && known.outbox == null) {
                throw new IllegalStateException("destination '" + destination + "' has subscribed and can't connect");
            }
            if (closed) {
                throw new IllegalStateException(
                        "the client is closed, destination '" + destination + "' can't connect");
            }
            destinations.put(destination, new Destination(answers, reporter.connect(destination, channel)));
        }
    }

    /**
     * Gives up what a connected destination has not acknowledged of tasks that have ended: a Master that is gone for good. Their
     * outcomes are remembered as if they had been acknowledged, so that a repeated dispatch is still answered; live tasks go on
     * and may be reassigned. Takes effect a little later.
     *
     * @param destination the destination.
     * @return whether it is connected.
     */
    public boolean discard(final String destination) {
        final Outbox outbox = outboxOf(destination);
        if (outbox == null) {
            return false;
        }
        outbox.discard.set(true);
        reporter.schedule(outbox);
        return true;
    }

    private Outbox outboxOf(final String destination) {
        final Destination known = destination == null ? null : destinations.get(destination);
        return known == null ? null : known.outbox;
    }

    // ---- dispatch ----------------------------------------------------------------------------------------------

    @Override
    public void dispatch(
            final long correlationId, final String destination, final long dispatchEpoch, final TaskSpec spec) {
        final long id = Objects.requireNonNull(spec, "spec must not be null").id();
        if (dispatchEpoch < 0) {
            throw new IllegalArgumentException("dispatchEpoch must not be negative: " + dispatchEpoch);
        }
        final Destination told = destination == null ? null : destinations.get(destination);
        if (told == null) {
            answer(correlationId, id, destination, Refusal.UNKNOWN_DESTINATION);
        } else if (told.outbox == null) {
            dispatchDirectly(correlationId, destination, spec);
        } else {
            final Refusal refusal = dispatchReported(correlationId, told.outbox, dispatchEpoch, spec);
            if (refusal != null) {
                answer(correlationId, id, destination, refusal);
            }
        }
    }

    private void dispatchDirectly(final long correlationId, final String destination, final TaskSpec spec) {
        final long id = spec.id();
        final Dispatch dispatch = new Dispatch(correlationId, destination);
        final Dispatch known = dispatches.putIfAbsent(id, dispatch);
        if (known != null && !replaceRemembered(known, id, dispatch)) {
            answer(correlationId, id, destination, Refusal.DUPLICATE_ID);
            return;
        }
        final TaskHandle handle = engine.trySubmit(spec);
        if (!handle.isAccepted()) {
            dispatches.remove(id, dispatch);
            answer(correlationId, id, destination, handle.refusal());
        }
        // accepted: the SUBMIT event says so, before every other event of the task
    }

    /** An acknowledged outcome is remembered for those who repeat its dispatch, and in nobody else's way. */
    private boolean replaceRemembered(final Dispatch known, final long id, final Dispatch dispatch) {
        return known instanceof ReportedTask task
                && task.isEnded()
                && task.outbox() == null
                && dispatches.replace(id, known, dispatch);
    }

    /**
     * Starts a run or answers for the one that is known. Runs of an id replace each other in one map by compare-and-set: whoever
     * finds that what it decided by has changed, decides anew.
     *
     * @return why not; null if the request was answered, or will be by the thread that is asking the engine.
     */
    private Refusal dispatchReported(
            final long correlationId, final Outbox outbox, final long epoch, final TaskSpec spec) {
        while (true) {
            if (closed) {
                return Refusal.CLOSED;
            }
            final Dispatch known = dispatches.get(spec.id());
            final ReportedTask run = known instanceof ReportedTask task ? task : null;
            if (known != null && run == null) {
                return Refusal.DUPLICATE_ID; // a subscriber's
            }
            if (run != null && epoch < run.epoch) {
                return Refusal.STALE_EPOCH;
            }
            if (run != null && epoch == run.epoch) {
                if (repeat(correlationId, outbox, run)) {
                    return null;
                }
            } else if (run != null && !run.isEnded()) {
                if (!run.isRefused()) {
                    return Refusal.DUPLICATE_ID;
                }
                // refused meanwhile, and out of the map already
            } else if (!outbox.tryReserve()) {
                return Refusal.OUTBOX_FULL;
            } else {
                final ReportedTask next = new ReportedTask(correlationId, outbox, epoch, spec);
                final boolean entered =
                        run == null ? dispatches.putIfAbsent(spec.id(), next) == null : supersede(run, next);
                if (entered) {
                    return admit(run, next, outbox, spec);
                }
                outbox.release();
            }
        }
    }

    /** Puts a new run in an ended one's place; the ended one is found by its epoch until it is acknowledged. */
    private boolean supersede(final ReportedTask ended, final ReportedTask next) {
        if (!dispatches.replace(ended.taskId, ended, next)) {
            return false;
        }
        final Run key = new Run(ended.taskId, ended.epoch);
        superseded.put(key, ended);
        if (ended.outbox() == null) {
            superseded.remove(key, ended); // acknowledged, and perhaps forgotten, before it could be found here
        }
        return true;
    }

    /** Asks the engine. The run is in the map, so that its first event finds it and nobody starts it twice. */
    private Refusal admit(final ReportedTask ended, final ReportedTask next, final Outbox asking, final TaskSpec spec) {
        if (ended == null && reinstateLatest(next)) {
            next.giveBack();
            reporter.schedule(next);
            answerWaiting(next.decide(Refusal.STALE_EPOCH), next, null, spec); // nobody is told that: all ask anew
            return dispatchReported(next.correlationId, asking, next.epoch, spec);
        }
        Refusal refusal = Refusal.CLOSED;
        try {
            refusal = engine.trySubmit(spec).refusal();
            return refusal;
        } finally {
            if (refusal != null) {
                withdraw(ended, next);
            } else if (ended != null) {
                giveUp(ended, asking);
            }
            // Before anybody is told: whatever a listener does, who asks the same from now on finds the answer.
            final ReportedTask.Waiter waiting = next.decide(refusal);
            if (refusal == null) {
                answer(next.correlationId, next.taskId, asking.name(), null);
            }
            answerWaiting(waiting, next, refusal, spec);
        }
    }

    private void answerWaiting(
            final ReportedTask.Waiter first, final ReportedTask decided, final Refusal refusal, final TaskSpec spec) {
        for (ReportedTask.Waiter each = first; each != null; each = each.next()) {
            final Outbox outbox = each.outbox();
            final Refusal why =
                    refusal != null ? refusal : dispatchReported(each.correlationId(), outbox, decided.epoch, spec);
            if (why != null) {
                answer(each.correlationId(), decided.taskId, outbox.name(), why);
            }
        }
    }

    /** The engine refused a run: all is as it was before. */
    private void withdraw(final ReportedTask ended, final ReportedTask next) {
        if (ended == null) {
            dispatches.remove(next.taskId, next);
        } else {
            superseded.remove(new Run(ended.taskId, ended.epoch), ended);
            putBack(next, ended);
        }
        next.giveBack();
        reporter.schedule(next);
    }

    /**
     * Puts the latest superseded run of an id, if there is one, in the place of a new run that found none to replace: the
     * later run was forgotten first. Else the new one might have the same (id, epoch) as a run that is still being told of, and
     * whichever comes into the map of superseded runs last would push the other out, with its room taken for ever.
     *
     * <p>The new run is in {@link #dispatches} before this looks. A run is put among the superseded ones before the engine is
     * asked for the later one, so before that can end and leave its place empty: this finds all that were put there, and none
     * is added while the new run, which the engine was not asked for, holds the place.
     *
     * @return whether the new run is out of the map.
     */
    private boolean reinstateLatest(final ReportedTask next) {
        while (true) {
            final ReportedTask latest = latestSuperseded(next.taskId);
            if (latest == null) {
                return false;
            }
            if (superseded.remove(new Run(latest.taskId, latest.epoch), latest)) {
                putBack(next, latest);
                return true;
            }
            // forgotten meanwhile
        }
    }

    /**
     * Puts an ended run where a new one is that the engine does not have. It is out of {@link #superseded} before: as soon as
     * it is here it may be superseded once more, and would then be taken out of there for good. An acknowledgement that comes
     * between the two finds nothing and is repeated, as one does that comes while a run is being superseded.
     */
    private void putBack(final ReportedTask next, final ReportedTask ended) {
        dispatches.replace(next.taskId, next, ended);
        if (ended.forgotten) {
            dispatches.remove(ended.taskId, ended); // who has marked it may not have found it here
        }
    }

    private ReportedTask latestSuperseded(final long taskId) {
        if (superseded.isEmpty()) {
            return null;
        }
        final Map.Entry<Run, ReportedTask> latest = superseded.floorEntry(new Run(taskId, Long.MAX_VALUE));
        return latest == null || latest.getKey().taskId != taskId ? null : latest.getValue();
    }

    /** A destination that asks for a new run no longer wants the rest of its old one's reports. */
    private void giveUp(final ReportedTask ended, final Outbox asking) {
        if (ended.moveOutbox(asking, null)) {
            asking.release();
            ended.forgotten = true;
            forget(ended); // also if the new run was forgotten before this, and it is back in its place
            reporter.schedule(ended);
        }
    }

    /** Answers a repeated dispatch. Returns false if the run is not in the map any more. */
    private boolean repeat(final long correlationId, final Outbox asking, final ReportedTask run) {
        if (run.awaitAdmission(correlationId, asking)) {
            return true; // answered by the thread that asks the engine
        }
        if (run.isRefused()) {
            return false;
        }
        Refusal refusal = moveTo(run, asking);
        if (refusal == Refusal.NOT_LIVE) {
            final TaskReport outcome = run.outcome();
            if (outcome == null) {
                return false; // superseded meanwhile
            }
            if (asking.tryReserve()) {
                final ReportedTask again = new ReportedTask(asking, outcome);
                if (!dispatches.replace(run.taskId, run, again)) {
                    asking.release();
                    return false;
                }
                reporter.schedule(again);
                refusal = null;
            } else {
                refusal = Refusal.OUTBOX_FULL;
            }
        } else if (refusal == null) {
            run.askedAgain = true;
            reporter.schedule(run);
        }
        answer(correlationId, run.taskId, asking.name(), refusal);
        return true;
    }

    /** Gives a run, with its room, to a destination. NOT_LIVE: it has none any more. */
    private static Refusal moveTo(final ReportedTask run, final Outbox next) {
        while (true) {
            final Outbox now = run.outbox();
            if (now == null) {
                return Refusal.NOT_LIVE;
            }
            if (now == next) {
                return null;
            }
            if (!next.tryReserve()) {
                return Refusal.OUTBOX_FULL;
            }
            if (run.moveOutbox(now, next)) {
                now.release();
                return null;
            }
            next.release();
        }
    }

    /** A run that is over falls out of the maps, once it was marked so. */
    private void forget(final ReportedTask run) {
        dispatches.remove(run.taskId, run);
        superseded.remove(new Run(run.taskId, run.epoch), run);
    }

    // ---- other requests ----------------------------------------------------------------------------------------

    @Override
    public void pause(final long correlationId, final long taskId) {
        answer(correlationId, taskId, destinationOf(taskId), engine.pause(taskId));
    }

    @Override
    public void resume(final long correlationId, final long taskId) {
        answer(correlationId, taskId, destinationOf(taskId), engine.resume(taskId));
    }

    @Override
    public void kill(final long correlationId, final long taskId) {
        answer(correlationId, taskId, destinationOf(taskId), engine.kill(taskId));
    }

    @Override
    public void reassign(final long correlationId, final long taskId, final String destination) {
        final Dispatch dispatch = known(taskId);
        final Destination next = destination == null ? null : destinations.get(destination);
        if (dispatch == null) {
            answer(correlationId, taskId, destination, Refusal.NOT_LIVE);
        } else if (next == null || (next.outbox == null) == (dispatch instanceof ReportedTask)) {
            answer(correlationId, taskId, destination, Refusal.UNKNOWN_DESTINATION);
        } else if (dispatch instanceof ReportedTask run) {
            final Refusal refusal = moveTo(run, next.outbox);
            reporter.schedule(run);
            answer(correlationId, taskId, destination, refusal);
        } else {
            dispatch.destination = destination;
            answer(correlationId, taskId, destination, null);
        }
    }

    @Override
    public void acknowledge(
            final String destination, final long taskId, final long dispatchEpoch, final long sequence) {
        final Outbox outbox = outboxOf(destination);
        if (outbox == null) {
            strayAcks.increment();
            return;
        }
        final ReportedTask run = find(taskId, dispatchEpoch);
        if (run == null || closed) {
            outbox.unknownAcks.increment();
        } else if (run.outbox() == null) {
            outbox.duplicateAcks.increment();
        } else if (run.acknowledge(outbox, sequence)) {
            reporter.schedule(run);
        }
    }

    private ReportedTask find(final long taskId, final long epoch) {
        if (dispatches.get(taskId) instanceof ReportedTask run && run.epoch == epoch) {
            return run;
        }
        return superseded.isEmpty() ? null : superseded.get(new Run(taskId, epoch));
    }

    /** What other requests for a task are about: its present run, or the latest one that is not forgotten. */
    private Dispatch known(final long taskId) {
        final Dispatch dispatch = dispatches.get(taskId);
        return dispatch == null ? latestSuperseded(taskId) : dispatch;
    }

    private String destinationOf(final long taskId) {
        final Dispatch dispatch = known(taskId);
        return dispatch == null ? null : dispatch.destinationName();
    }

    private void answer(final long correlationId, final long taskId, final String destination, final Refusal refusal) {
        final Kind kind = refusal == null ? Kind.ACCEPTED : Kind.REFUSED;
        try {
            deliver(new TaskExecutorClientEvent(kind, correlationId, taskId, destination, refusal, null));
        } catch (final Exception e) {
            LOG.warn("the listener of destination '{}' failed on {}", destination, kind, e);
        }
    }

    // ---- events, on fire-workers -------------------------------------------------------------------------------

    private void onLifecycle(final TaskExecutorLifecycleEvent event) throws Exception {
        final long id = event.taskId();
        final Dispatch dispatch = dispatches.get(id);
        if (dispatch == null) {
            return; // submitted to the engine directly
        }
        if (dispatch instanceof ReportedTask run) {
            if (run.isOwn(event)) {
                run.report(event, reporter.settings().reportsPerTask());
                reporter.schedule(run);
            }
            return;
        }
        final String destination = dispatch.destination;
        final boolean ended = event.to().isFinal();
        if (ended) {
            dispatches.remove(id, dispatch);
        }
        if (event.type() == LifecycleEventType.SUBMIT) {
            deliver(new TaskExecutorClientEvent(Kind.ACCEPTED, dispatch.correlationId, id, destination, null, null));
        }
        try {
            deliver(new TaskExecutorClientEvent(Kind.LIFECYCLE, dispatch.correlationId, id, destination, null, event));
        } finally {
            if (ended) {
                deliver(new TaskExecutorClientEvent(Kind.DONE, dispatch.correlationId, id, destination, null, event));
            }
        }
    }

    private void deliver(final TaskExecutorClientEvent event) throws Exception {
        final Destination told = event.destination() == null ? null : destinations.get(event.destination());
        (told == null ? fallback : told.listener).onEvent(event);
    }

    // ---- looked at ---------------------------------------------------------------------------------------------

    /**
     * Says in words why a task is where it is: as {@link TaskEngine#explain}, and of one that has ended, whose
     * acknowledgement it waits for.
     *
     * @param taskId its id.
     * @return one line.
     */
    public String explain(final long taskId) {
        return known(taskId) instanceof ReportedTask run && run.isEnded()
                ? reporter.explain(run)
                : engine.explain(taskId);
    }

    /** Returns the figures of each connected destination, by name. */
    public List<OutboxSnapshot> outboxes() {
        final long now = reporter.nowNanos();
        final List<OutboxSnapshot> all = new ArrayList<>();
        for (final Outbox each : reporter.outboxes()) {
            all.add(each.snapshot(now));
        }
        all.sort((a, b) -> a.destination().compareTo(b.destination()));
        return Collections.unmodifiableList(all);
    }

    /** Returns how many acknowledgements named a destination that is not connected. */
    public long strayAcknowledgements() {
        return strayAcks.sum();
    }

    /**
     * Names tasks that a connected destination has not acknowledged, live ones included. Looks at every task.
     *
     * @param limit how many at most.
     * @return their ids, in no order.
     */
    public List<Long> unacknowledged(final int limit) {
        final List<Long> ids = new ArrayList<>();
        for (final ReportedTask each : openRuns()) {
            if (ids.size() == limit) {
                break;
            }
            ids.add(each.taskId);
        }
        return Collections.unmodifiableList(ids);
    }

    private List<ReportedTask> openRuns() {
        final List<ReportedTask> runs = new ArrayList<>();
        for (final Dispatch each : dispatches.values()) {
            if (each instanceof ReportedTask run && run.outbox() != null) {
                runs.add(run);
            }
        }
        for (final ReportedTask each : superseded.values()) {
            if (each.outbox() != null) {
                runs.add(each);
            }
        }
        return runs;
    }

    // ---- the end -----------------------------------------------------------------------------------------------

    /**
     * Drains the engine, see {@link TaskEngine#drain}, and waits until every report of every connected destination is
     * acknowledged. Repeated dispatches are answered meanwhile, and tasks may be reassigned.
     *
     * @param timeout how long to wait for both together, not negative.
     * @param unit    of the timeout.
     * @return whether nothing is live and nothing unacknowledged; if not, {@link #unacknowledged} names what is, and
     *     {@link #outboxes} whose it is.
     * @throws InterruptedException  if interrupted; the engine goes on draining.
     * @throws IllegalStateException on a fire-worker.
     */
    public boolean drain(final long timeout, final TimeUnit unit) throws InterruptedException {
        if (timeout < 0) {
            throw new IllegalArgumentException("timeout must not be negative: " + timeout);
        }
        final long start = reporter.nowNanos();
        final long nanos = unit.toNanos(timeout);
        if (engine.runtime().invokerMode()) {
            return drainByTurns(start, nanos);
        }
        if (!engine.drain(timeout, unit)) {
            return false;
        }
        while (!reporter.isEmpty()) {
            if (reporter.nowNanos() - start >= nanos) {
                return false;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(this, LOOK_NANOS);
        }
        return true;
    }

    private boolean drainByTurns(final long start, final long nanos) throws InterruptedException {
        final EngineInvoker turns = invoker();
        while (true) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            final boolean drained = engine.drain(0, TimeUnit.NANOSECONDS);
            if (drained && reporter.isEmpty()) {
                return true;
            }
            final long before = reporter.nowNanos();
            if (before - start >= nanos) {
                return false;
            }
            if (turns.invoke() == 0) {
                invokerIdle.accept(turns.idleNanos());
                int still = 0;
                while (reporter.nowNanos() == before && turns.invoke() == 0) {
                    if (++still > STILL_CLOCK) {
                        return false; // nothing to do and a clock that stands still
                    }
                }
            }
        }
    }

    /**
     * Closes engine and client, and logs what was left behind; what was not acknowledged is lost here, see
     * {@link #closeAndReport()}.
     */
    @Override
    public void close() {
        final ClientCloseReport report = closeAndReport();
        if (!report.unacknowledged().isEmpty() || !report.stuckSenders().isEmpty()) {
            LOG.warn(
                    "closed with {} unacknowledged reports, of tasks {}, and threads in a send: {}",
                    report.unacknowledged().size(),
                    report.unacknowledged().stream()
                            .map(TaskReport::taskId)
                            .distinct()
                            .limit(NAMED_IDS)
                            .toList(),
                    report.stuckSenders());
        }
    }

    /**
     * Closes the engine, see {@link TaskEngine#closeAndReport()}, then the reporter, in bounded time whatever channels do, and
     * hands back what was not acknowledged; {@link #drain} before it leaves nothing. Idempotent; a second call waits for the
     * first and gives its report.
     *
     * @return what was left behind.
     * @throws IllegalStateException on a fire-worker.
     */
    public synchronized ClientCloseReport closeAndReport() {
        if (closeReport == null) {
            engine.close();
            final CloseReport ofEngine = engine.closeAndReport();
            synchronized (destinations) {
                closed = true;
            }
            final boolean ended = reporter.close(CLOSE_NANOS);
            final List<TaskReport> reports = new ArrayList<>();
            if (ended) {
                openRuns().forEach(each -> reports.addAll(each.unacknowledged()));
            } else {
                LOG.error("the reporter's thread did not end: the unacknowledged reports can't be handed back");
            }
            closeReport =
                    new ClientCloseReport(ofEngine, Collections.unmodifiableList(reports), reporter.stuckSenders());
        }
        return closeReport;
    }

    /**
     * The duty cycles of engine and reporter, in invoker mode.
     *
     * @return the invoker.
     * @throws IllegalStateException if the engine has its own threads.
     */
    public ClientInvoker invoker() {
        final EngineInvoker engines = engine.invoker();
        return new ClientInvoker() {
            @Override
            public int invoke() {
                return engines.invoke() + reporter.doWork();
            }

            @Override
            public int fireWorker(final int index) {
                return engines.fireWorker(index);
            }

            @Override
            public int monitor() {
                return engines.monitor();
            }

            @Override
            public int reporter() {
                return reporter.doWork();
            }

            @Override
            public long idleNanos() {
                return Math.min(engines.idleNanos(), reporter.idleNanos());
            }
        };
    }
}
