package io.ringmaster.eventbus;

import io.ringmaster.event.EngineEvents;
import io.ringmaster.metrics.CountersFile;
import io.ringmaster.metrics.CountersSource;
import io.ringmaster.metrics.EngineCounter;
import io.ringmaster.metrics.EngineState;
import io.ringmaster.metrics.JvmFigures;
import io.ringmaster.task.InternalApi;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.TaskState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Copies the engine's counters into its file. The monitor does it, from what every thread may read: a fire-worker that
 * wrote mapped memory itself would pay for each event, and would wait for a disk whenever the kernel writes a page of the
 * file back. A copy reads a few cache lines of each partition and allocates nothing.
 *
 * <p>One copy at a time: launch and close make one each beside the monitor's. All is over with the first copy that fails,
 * which is told once: the engine works on without its file.
 */
@InternalApi
public final class EngineCounters {
    /** With a long stall threshold there are copies between the monitor's ticks. */
    private static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final TaskState[] STATES = TaskState.values();
    private static final int STATES_COUNTED = TaskState.FINALIZED.ordinal();
    private static final int[] CALLS = Arrays.stream(PartitionLifecycle.Call.values())
            .mapToInt(each -> EngineCounter.callNumber(each.name()))
            .toArray();

    private static final String EVENTS = "engineEvents.";

    private final CountersFile file;
    private final long intervalNanos;
    private final TaskExecutorEventBusCoordinator coordinator;
    private final TaskExecutorEventBusFireWorker[] workers;
    private final FireWorkerSeat[] seats;
    private final EventBusSettings settings;
    private final FireWorkerMonitor monitor;
    private final LongSupplier clock;
    private final JvmFigures jvm = new JvmFigures();
    private final List<CountersSource> sources = new ArrayList<>();

    /** By ordinal of the state. */
    private final EngineCounter[] ofState = new EngineCounter[STATES_COUNTED];

    private final EngineCounter[] ofPartitionState = new EngineCounter[STATES_COUNTED];
    /** By ordinal of the reason; null where no submission is refused for it. */
    private final EngineCounter[] ofRefusal = new EngineCounter[Refusal.values().length];

    private final Refusal[] refusals = Refusal.values();
    private final List<EngineCounter> ofEvents = new ArrayList<>();
    private final List<String> eventKinds = new ArrayList<>();

    /** Sums over the partitions, of the copy that is being made. */
    private final long[] byState = new long[STATES_COUNTED];

    private final int[] held;

    /** When the monitor made its last copy. */
    private long lastNanos;

    private boolean over;

    EngineCounters(
            final CountersFile file,
            final TaskExecutorEventBusCoordinator coordinator,
            final TaskExecutorEventBusFireWorker[] workers,
            final FireWorkerSeat[] seats,
            final FireWorkerMonitor monitor,
            final EventBusSettings settings) {
        this.file = file;
        this.coordinator = coordinator;
        this.workers = workers;
        this.seats = seats;
        this.monitor = monitor;
        this.settings = settings;
        this.clock = settings.clock();
        this.intervalNanos = intervalNanos(settings.stallNanos());
        this.held = new int[seats.length];
        this.lastNanos = clock.getAsLong() - intervalNanos;
        for (int i = 0; i < STATES_COUNTED; i++) {
            ofState[i] = EngineCounter.of(STATES[i]);
            ofPartitionState[i] = EngineCounter.ofPartition(STATES[i]);
        }
        for (final Refusal each : refusals) {
            ofRefusal[each.ordinal()] = EngineCounter.of(each);
        }
        for (final EngineCounter each : EngineCounter.values()) {
            if (each.label().startsWith(EVENTS)) {
                ofEvents.add(each);
                eventKinds.add(each.label().substring(EVENTS.length()));
            }
        }
        sources.add(settings.exclusive());
        sources.add(jvm::copyTo);
        if (settings.invoker()) {
            prepare();
        }
    }

    /** How often copies are made: with each tick of the monitor, and ten times a second at least. */
    static long intervalNanos(final long stallNanos) {
        return Math.min(MOST_NANOS, FireWorkerMonitor.tickNanos(stallNanos));
    }

    /** How long until the next copy is due, at least 1 ns. The monitor. */
    long nanosToCopy(final long now) {
        return Math.max(1, intervalNanos - (now - lastNanos));
    }

    /**
     * Adds what is copied along. Any thread.
     *
     * @param source the source.
     */
    public synchronized void add(final CountersSource source) {
        sources.add(source);
    }

    /** Loads what would hold up the first copy. The monitor, before its first tick. */
    void prepare() {
        jvm.prepare();
    }

    /** Makes a copy if one is due. The monitor. */
    void copyIfDue(final long now) {
        if (now - lastNanos < intervalNanos) {
            return;
        }
        lastNanos = now;
        copy(state(), now);
    }

    /** Makes a copy. Any thread. */
    public void copy() {
        copy(state(), clock.getAsLong());
    }

    private EngineState state() {
        return coordinator.isIntakeClosed()
                ? EngineState.CLOSING
                : coordinator.isDraining() ? EngineState.DRAINING : EngineState.RUNNING;
    }

    /** Makes the last copy; the file stays. Any thread; a second call does nothing. */
    public synchronized void close() {
        copy(EngineState.CLOSED, clock.getAsLong());
        end();
    }

    /** Takes the file away: the launch is refused. */
    public synchronized void delete() {
        if (!over) {
            over = true;
            file.delete();
        }
    }

    private void end() {
        if (!over) {
            over = true;
            file.close();
        }
    }

    private synchronized void copy(final EngineState state, final long now) {
        if (over) {
            return;
        }
        final long start = System.nanoTime();
        try {
            if (!file.isWhole()) {
                throw new IllegalStateException("the file was cut short: " + file.path());
            }
            file.begin();
            copyPartitions(now);
            copyThreads();
            copyEngine();
            for (int i = 0; i < sources.size(); i++) {
                sources.get(i).copyTo(file);
            }
            file.end(state);
            file.lasted(System.nanoTime() - start);
        } catch (final Throwable t) {
            end();
            settings.errors().accept("copying the engine's counters", t);
        }
    }

    /** Those that have ended first, and the accepted ones last, as in the ledger: see [K2] of PartitionLifecycle.count. */
    private void copyPartitions(final long now) {
        Arrays.fill(byState, 0);
        Arrays.fill(held, 0);
        long finalized = 0;
        long accepted = 0;
        for (int i = 0; i < workers.length; i++) {
            final TaskExecutorEventBusFireWorker worker = workers[i];
            final long ended = worker.finalized();
            for (int state = STATES_COUNTED - 1; state >= 0; state--) {
                final long count = worker.count(STATES[state]);
                byState[state] += count;
                file.set(ofPartitionState[state], i, count);
            }
            final long taken = worker.accepted().get();
            finalized += ended;
            accepted += taken;
            file.set(EngineCounter.PARTITION_FINALIZED, i, ended);
            file.set(EngineCounter.PARTITION_ACCEPTED, i, taken);
            copyWork(i, worker);
            copyQueues(i, worker, now);
        }
        for (int state = 0; state < STATES_COUNTED; state++) {
            file.set(ofState[state], 0, byState[state]);
        }
        file.set(EngineCounter.FINALIZED, 0, finalized);
        file.set(EngineCounter.ACCEPTED, 0, accepted);
    }

    private void copyWork(final int i, final TaskExecutorEventBusFireWorker worker) {
        file.set(EngineCounter.PARTITION_HANDLED, i, worker.handled());
        file.set(EngineCounter.PARTITION_CYCLES, i, worker.cycles());
        file.set(EngineCounter.PARTITION_STEPS, i, worker.steps());
        file.set(EngineCounter.PARTITION_IGNORED, i, worker.ignored());
        file.set(EngineCounter.PARTITION_STALE, i, worker.stale());
        file.set(EngineCounter.PARTITION_TAKEOVERS, i, worker.takeovers());
        file.set(EngineCounter.PARTITION_MOVES, i, worker.moves());
        file.set(EngineCounter.PARTITION_BUSY_NANOS, i, worker.busyNanos());
        file.set(EngineCounter.PARTITION_REFUSED_OVERLOADED, i, worker.refusedByOverload());
    }

    private void copyQueues(final int i, final TaskExecutorEventBusFireWorker worker, final long now) {
        final int thread = worker.seat().index;
        held[thread]++;
        file.set(EngineCounter.PARTITION_THREAD, i, settings.invoker() ? -1 : thread);
        file.set(EngineCounter.PARTITION_OCCUPIED, i, worker.occupied());
        file.set(EngineCounter.PARTITION_RING_CAPACITY, i, settings.ringCapacity());
        file.set(EngineCounter.PARTITION_KEPT_FREE, i, worker.keptFree());
        file.set(EngineCounter.PARTITION_QUEUED_NANOS, i, worker.queuedNanos());
        file.set(EngineCounter.PARTITION_TIMERS, i, worker.timers());
        file.set(EngineCounter.PARTITION_RUN_QUEUE, i, worker.runQueued());
        file.set(EngineCounter.PARTITION_BLOCKED, i, EngineCounter.blockedNumber(worker.blocked()));
        long backlog = 0;
        for (final DetachedListener each : worker.detached()) {
            backlog += each == null ? 0 : each.size();
        }
        file.set(EngineCounter.PARTITION_LISTENER_BACKLOG, i, backlog);
        final boolean inCall = PartitionOwnership.isInCall(worker.ownership());
        file.set(
                EngineCounter.PARTITION_CALL,
                i,
                inCall ? CALLS[worker.looksBusyIn().ordinal()] : 0);
        file.set(EngineCounter.PARTITION_HELD_NANOS, i, inCall ? monitor.heldNanos(i, now) : 0);
    }

    private void copyThreads() {
        for (int i = 0; i < coordinator.threads(); i++) {
            final FireWorkerSeat seat = seats[i];
            file.set(EngineCounter.THREAD_BUSY_NANOS, i, seat.fixed ? workers[i].busyNanos() : seat.busyNanos());
            file.set(EngineCounter.THREAD_PARTITIONS, i, held[i]);
            file.set(EngineCounter.THREAD_REPLACED, i, Math.max(0, seat.threads() - 1));
        }
    }

    private void copyEngine() {
        final RefusalCounts refused = coordinator.refusals();
        for (int i = 0; i < refusals.length; i++) {
            if (ofRefusal[i] != null) {
                file.set(ofRefusal[i], 0, refused.count(refusals[i]));
            }
        }
        final EngineEvents events = settings.events();
        for (int i = 0; i < ofEvents.size(); i++) {
            file.set(ofEvents.get(i), 0, events.count(eventKinds.get(i)));
        }
        file.set(EngineCounter.EVENTS_DROPPED, 0, events.dropped());
        file.set(EngineCounter.FOREIGN_ERRORS, 0, settings.errors().count());
        file.set(EngineCounter.MAX_LIVE, 0, settings.quotas().engine().maxLive());
        file.set(EngineCounter.SPARE_THREADS, 0, settings.spareThreads());
        file.set(EngineCounter.SPARE_THREADS_HELD, 0, coordinator.heldThreads());
        file.set(EngineCounter.ENGINE_PAUSES, 0, monitor.pauses());
        file.set(EngineCounter.LAST_PAUSE_NANOS, 0, monitor.lastPauseNanos());
        file.set(EngineCounter.LAST_PAUSE_EPOCH_MILLIS, 0, monitor.lastPauseEpochMillis());
        file.set(EngineCounter.MONITOR_TICKS, 0, monitor.ticks());
        file.set(EngineCounter.SLOW_CALLS, 0, monitor.slowCalls().count());
    }
}
