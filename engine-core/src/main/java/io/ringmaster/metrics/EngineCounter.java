package io.ringmaster.metrics;

import static io.ringmaster.metrics.CounterOwner.ENGINE;
import static io.ringmaster.metrics.CounterOwner.PARTITION;
import static io.ringmaster.metrics.CounterOwner.THREAD;
import static io.ringmaster.metrics.CounterType.COUNTER;
import static io.ringmaster.metrics.CounterType.GAUGE;

import io.ringmaster.task.InternalApi;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.TaskState;

/**
 * What is in a counters file. Ids and labels are for good: a figure that is no longer kept takes its id with it, a new one
 * gets a new id. Where a figure is in {@code TaskEngine.metrics()} too, it has the same name there. Times are nanoseconds
 * unless the label says otherwise.
 */
public enum EngineCounter {
    // ---- the ledger --------------------------------------------------------------------------------------------

    /**
     * Tasks ever accepted. Never less than what has ended and what is at rest in a state, but for tasks that went back to an
     * earlier state while the copy was made, as from PAUSED to RUNNING or from RETRY_WAIT to SCHEDULED: they may be in both.
     */
    ACCEPTED(1, ENGINE, COUNTER, "accepted"),
    /** Tasks ever finalized; {@code accepted - finalized} are live. */
    FINALIZED(2, ENGINE, COUNTER, "finalized"),
    /** Tasks that have ended SUCCEEDED. */
    SUCCEEDED(3, ENGINE, COUNTER, "succeeded"),
    /** Tasks that have ended FAILED. */
    FAILED(4, ENGINE, COUNTER, "failed"),
    /** Tasks that have ended KILLED. */
    KILLED(5, ENGINE, COUNTER, "killed"),
    /** Tasks that have ended ABANDONED. */
    ABANDONED(6, ENGINE, COUNTER, "abandoned"),
    /** Threads that were given up and still run. */
    QUARANTINED(7, ENGINE, GAUGE, "quarantined"),
    /** How many tasks may be live. */
    MAX_LIVE(8, ENGINE, GAUGE, "maxLive"),

    /** Live tasks that are INITIALIZED and whose submission has left its ring. */
    LIVE_INITIALIZED(10, ENGINE, GAUGE, "live.INITIALIZED"),
    /** Live tasks that are PREPARED. */
    LIVE_PREPARED(11, ENGINE, GAUGE, "live.PREPARED"),
    /** Live tasks that are SCHEDULED: they wait for their container. */
    LIVE_SCHEDULED(12, ENGINE, GAUGE, "live.SCHEDULED"),
    /** Live tasks that are RUNNING. */
    LIVE_RUNNING(13, ENGINE, GAUGE, "live.RUNNING"),
    /** Live tasks that are PAUSING. */
    LIVE_PAUSING(14, ENGINE, GAUGE, "live.PAUSING"),
    /** Live tasks that are PAUSED. */
    LIVE_PAUSED(15, ENGINE, GAUGE, "live.PAUSED"),
    /** Live tasks that are in RETRY_WAIT. */
    LIVE_RETRY_WAIT(16, ENGINE, GAUGE, "live.RETRY_WAIT"),
    /** Live tasks that are KILLING. */
    LIVE_KILLING(17, ENGINE, GAUGE, "live.KILLING"),

    // ---- refusals of submissions; each try of one that waits counts -----------------------------------------------

    /** Submissions refused with RING_FULL. */
    REFUSED_RING_FULL(20, ENGINE, COUNTER, "refused.RING_FULL"),
    /** Submissions refused with QUOTA. */
    REFUSED_QUOTA(21, ENGINE, COUNTER, "refused.QUOTA"),
    /** Submissions refused with RATE. */
    REFUSED_RATE(22, ENGINE, COUNTER, "refused.RATE"),
    /** Submissions refused with EXCLUSIVE_QUEUE_FULL. */
    REFUSED_EXCLUSIVE_QUEUE_FULL(23, ENGINE, COUNTER, "refused.EXCLUSIVE_QUEUE_FULL"),
    /** Submissions refused with NO_SPARE. */
    REFUSED_NO_SPARE(24, ENGINE, COUNTER, "refused.NO_SPARE"),
    /** Submissions refused with OVERLOADED. */
    REFUSED_OVERLOADED(25, ENGINE, COUNTER, "refused.OVERLOADED"),
    /** Submissions refused with LISTENER_BEHIND. */
    REFUSED_LISTENER_BEHIND(26, ENGINE, COUNTER, "refused.LISTENER_BEHIND"),
    /** Submissions refused with DUPLICATE_ID. */
    REFUSED_DUPLICATE_ID(27, ENGINE, COUNTER, "refused.DUPLICATE_ID"),
    /** Submissions refused with DRAINING. */
    REFUSED_DRAINING(28, ENGINE, COUNTER, "refused.DRAINING"),
    /** Submissions refused with CLOSED. */
    REFUSED_CLOSED(29, ENGINE, COUNTER, "refused.CLOSED"),
    /** Submissions refused with UNKNOWN_TYPE. */
    REFUSED_UNKNOWN_TYPE(30, ENGINE, COUNTER, "refused.UNKNOWN_TYPE"),

    // ---- engine events ---------------------------------------------------------------------------------------------

    /** A call has held a partition for a stall threshold. */
    EVENTS_STALL(40, ENGINE, COUNTER, "engineEvents.Stall"),
    /** A held partition went on with another thread. */
    EVENTS_HAND_OVER(41, ENGINE, COUNTER, "engineEvents.HandOver"),
    /** A detached listener has caught up. */
    EVENTS_LISTENER_RETURNED(42, ENGINE, COUNTER, "engineEvents.ListenerReturned"),
    /** An attempt has stopped beating. */
    EVENTS_ZOMBIE(43, ENGINE, COUNTER, "engineEvents.Zombie"),
    /** Tasks waited for each other's resources. */
    EVENTS_DEADLOCK(44, ENGINE, COUNTER, "engineEvents.Deadlock"),
    /** Exclusive threads wait for each other's locks. */
    EVENTS_THREAD_DEADLOCK(45, ENGINE, COUNTER, "engineEvents.ThreadDeadlock"),
    /** The line of exclusive tasks stands still. */
    EVENTS_STARVATION(46, ENGINE, COUNTER, "engineEvents.Starvation"),
    /** A partition began or ceased to refuse with OVERLOADED. */
    EVENTS_OVERLOAD(47, ENGINE, COUNTER, "engineEvents.Overload"),
    /** A type's tasks go to another container. */
    EVENTS_PLACEMENT_CHANGE(48, ENGINE, COUNTER, "engineEvents.PlacementChange"),
    /** A partition went to another thread because of its load. */
    EVENTS_PARTITION_MOVE(49, ENGINE, COUNTER, "engineEvents.PartitionMove"),
    /** Engine events that were counted and told to nobody. */
    EVENTS_DROPPED(55, ENGINE, COUNTER, "engineEventsDropped"),

    // ---- errors, pauses, the monitor -------------------------------------------------------------------------------

    /** What listeners, hooks, propagators, executors and retry policies threw. */
    FOREIGN_ERRORS(60, ENGINE, COUNTER, "foreignErrors"),
    /** How often the process itself stood still. */
    ENGINE_PAUSES(61, ENGINE, COUNTER, "enginePauses"),
    /** How long it stood still the last time, about; 0 if it never did. */
    LAST_PAUSE_NANOS(62, ENGINE, GAUGE, "lastPauseNanos"),
    /** When that was over, in milliseconds since 1970; 0 if it never did. */
    LAST_PAUSE_EPOCH_MILLIS(63, ENGINE, GAUGE, "lastPauseEpochMillis"),
    /** Ticks of the monitor. */
    MONITOR_TICKS(64, ENGINE, COUNTER, "monitorTicks"),
    /** Calls that held a fire-worker for about a third of the stall threshold or longer. */
    SLOW_CALLS(65, ENGINE, COUNTER, "slowCalls"),

    // ---- exclusive threads and spare ones --------------------------------------------------------------------------

    /** Exclusive threads, idle ones included. */
    EXCLUSIVE_THREADS(70, ENGINE, GAUGE, "exclusiveThreads"),
    /** Exclusive threads that wait for work. */
    EXCLUSIVE_IDLE_THREADS(71, ENGINE, GAUGE, "exclusiveIdleThreads"),
    /** How many exclusive threads there may be. */
    EXCLUSIVE_MAX_THREADS(72, ENGINE, GAUGE, "exclusiveMaxThreads"),
    /** Attempts that have an exclusive thread. */
    EXCLUSIVE_RUNNING(73, ENGINE, GAUGE, "exclusiveRunning"),
    /** Attempts that wait for one; killed ones until their turn comes. */
    EXCLUSIVE_WAITING(74, ENGINE, GAUGE, "exclusiveWaiting"),
    /** Places taken: exclusive tasks that are live, on a thread or not. */
    EXCLUSIVE_RESERVED(75, ENGINE, GAUGE, "exclusiveReserved"),
    /** How many places there are: threads and queue. */
    EXCLUSIVE_PLACES(76, ENGINE, GAUGE, "exclusivePlaces"),
    /** How many threads may take a held partition over. */
    SPARE_THREADS(80, ENGINE, GAUGE, "spareThreads"),
    /** Threads that a call has held for so long that another one took their place. */
    SPARE_THREADS_HELD(81, ENGINE, GAUGE, "spareThreadsHeld"),

    // ---- the JVM ---------------------------------------------------------------------------------------------------

    /** Heap in use, garbage included, in bytes. */
    HEAP_USED_BYTES(90, ENGINE, GAUGE, "heapUsedBytes"),
    /** How much the heap may have, in bytes. */
    HEAP_MAX_BYTES(91, ENGINE, GAUGE, "heapMaxBytes"),
    /** How often the collector has stopped the program; what it does while the program runs doesn't count. */
    GC_COLLECTIONS(92, ENGINE, COUNTER, "gcCollections"),
    /** For how long, in milliseconds. */
    GC_MILLIS(93, ENGINE, COUNTER, "gcMillis"),

    // ---- reports to Masters, of an engine with a client ------------------------------------------------------------

    /** Destinations that have connected. */
    OUTBOX_DESTINATIONS(100, ENGINE, GAUGE, "outboxDestinations"),
    /** Of those, how many have not acknowledged what was sent to them again. */
    OUTBOX_SILENT(101, ENGINE, GAUGE, "outboxSilent"),
    /** Reports kept until they are acknowledged. */
    OUTBOX_UNACKNOWLEDGED(102, ENGINE, GAUGE, "outboxUnacknowledged"),
    /** Tasks that have ended and wait for the acknowledgement of that. */
    OUTBOX_WAITING_TASKS(103, ENGINE, GAUGE, "outboxWaitingTasks"),
    /** Reports given to a channel for the first time. */
    OUTBOX_SENT(104, ENGINE, COUNTER, "outboxSent"),
    /** Reports given to it again. */
    OUTBOX_RESENT(105, ENGINE, COUNTER, "outboxResent"),
    /** Reports acknowledged. */
    OUTBOX_ACKNOWLEDGED(106, ENGINE, COUNTER, "outboxAcknowledged"),
    /** Calls of a channel that threw, or found no thread. */
    OUTBOX_FAILED_SENDS(107, ENGINE, COUNTER, "outboxFailedSends"),
    /** Dispatches and reassignments refused with OUTBOX_FULL. */
    OUTBOX_REFUSED(108, ENGINE, COUNTER, "outboxRefused"),

    // ---- each partition --------------------------------------------------------------------------------------------

    /** Tasks it ever accepted. */
    PARTITION_ACCEPTED(200, PARTITION, COUNTER, "accepted"),
    /** Tasks it ever finalized. */
    PARTITION_FINALIZED(201, PARTITION, COUNTER, "finalized"),
    /** Its live tasks that are INITIALIZED and whose submission has left the ring. */
    PARTITION_INITIALIZED(202, PARTITION, GAUGE, "byState.INITIALIZED"),
    /** Its live tasks that are PREPARED. */
    PARTITION_PREPARED(203, PARTITION, GAUGE, "byState.PREPARED"),
    /** Its live tasks that are SCHEDULED. */
    PARTITION_SCHEDULED(204, PARTITION, GAUGE, "byState.SCHEDULED"),
    /** Its live tasks that are RUNNING. */
    PARTITION_RUNNING(205, PARTITION, GAUGE, "byState.RUNNING"),
    /** Its live tasks that are PAUSING. */
    PARTITION_PAUSING(206, PARTITION, GAUGE, "byState.PAUSING"),
    /** Its live tasks that are PAUSED. */
    PARTITION_PAUSED(207, PARTITION, GAUGE, "byState.PAUSED"),
    /** Its live tasks that are in RETRY_WAIT. */
    PARTITION_RETRY_WAIT(208, PARTITION, GAUGE, "byState.RETRY_WAIT"),
    /** Its live tasks that are KILLING. */
    PARTITION_KILLING(209, PARTITION, GAUGE, "byState.KILLING"),
    /** Its tasks that have ended SUCCEEDED. */
    PARTITION_SUCCEEDED(210, PARTITION, COUNTER, "byState.SUCCEEDED"),
    /** Its tasks that have ended FAILED. */
    PARTITION_FAILED(211, PARTITION, COUNTER, "byState.FAILED"),
    /** Its tasks that have ended KILLED. */
    PARTITION_KILLED(212, PARTITION, COUNTER, "byState.KILLED"),
    /** Its tasks that have ended ABANDONED. */
    PARTITION_ABANDONED(213, PARTITION, COUNTER, "byState.ABANDONED"),
    /** Events handled: inputs of tasks' lifecycles, those that changed nothing included. */
    PARTITION_HANDLED(220, PARTITION, COUNTER, "handled"),
    /** Duty cycles. */
    PARTITION_CYCLES(221, PARTITION, COUNTER, "cycles"),
    /** Shared steps. */
    PARTITION_STEPS(222, PARTITION, COUNTER, "steps"),
    /** Events that did not fit their task's state. */
    PARTITION_IGNORED(223, PARTITION, COUNTER, "ignored"),
    /** Events of attempts that were given up. */
    PARTITION_STALE(224, PARTITION, COUNTER, "stale"),
    /** How often a call was taken over from. */
    PARTITION_TAKEOVERS(225, PARTITION, COUNTER, "takeovers"),
    /** How often it went to another thread because of its load. */
    PARTITION_MOVES(226, PARTITION, COUNTER, "moves"),
    /** Ring slots in use. */
    PARTITION_OCCUPIED(227, PARTITION, GAUGE, "occupied"),
    /** Ring slots. */
    PARTITION_RING_CAPACITY(228, PARTITION, GAUGE, "ringCapacity"),
    /** Ring slots that submissions leave free: for completions, or so that nobody waits for too long. */
    PARTITION_KEPT_FREE(229, PARTITION, GAUGE, "keptFree"),
    /** The thread that holds it, from 0; -1 in invoker mode. */
    PARTITION_THREAD(230, PARTITION, GAUGE, "thread"),
    /** Time in duty cycles that did work; 0 in invoker mode. */
    PARTITION_BUSY_NANOS(231, PARTITION, COUNTER, "busyNanos"),
    /** The foreign call it is in: a number of {@link #callName}, 0 for none. */
    PARTITION_CALL(232, PARTITION, GAUGE, "call"),
    /** For how long the monitor has seen it in that call; 0 if it saw another one before. */
    PARTITION_HELD_NANOS(233, PARTITION, GAUGE, "heldNanos"),
    /** Why it refuses submissions: a number of {@link #blockedName}, 0 if it does not. */
    PARTITION_BLOCKED(234, PARTITION, GAUGE, "blocked"),
    /** Submissions it refused with OVERLOADED. */
    PARTITION_REFUSED_OVERLOADED(235, PARTITION, COUNTER, "refusedOverloaded"),
    /** How long the task that it took up last had waited for it. */
    PARTITION_QUEUED_NANOS(236, PARTITION, GAUGE, "queuedNanos"),
    /** Timers: delays, retries, kill ladders, deadlines. */
    PARTITION_TIMERS(237, PARTITION, GAUGE, "timers"),
    /** Tasks whose next turn has come. */
    PARTITION_RUN_QUEUE(238, PARTITION, GAUGE, "runQueue"),
    /** Events that its detached listeners have still to be told of. */
    PARTITION_LISTENER_BACKLOG(239, PARTITION, GAUGE, "listenerBacklog"),

    // ---- each fire-worker thread -----------------------------------------------------------------------------------

    /** Time in duty cycles that did work. */
    THREAD_BUSY_NANOS(300, THREAD, COUNTER, "busyNanos"),
    /** How many partitions it holds. */
    THREAD_PARTITIONS(301, THREAD, GAUGE, "partitions"),
    /** How often another thread took its place: hand-overs. */
    THREAD_REPLACED(302, THREAD, COUNTER, "replaced");

    private static final String[] CALLS = {"", "STEP", "PREPARE", "LISTENER", "RETRY_POLICY", "ROLLBACK", "COMPLETION"};
    private static final Refusal[] BLOCKED = {null, Refusal.NO_SPARE, Refusal.LISTENER_BEHIND};
    private static final EngineCounter[] ALL = values();

    private final int id;
    private final CounterOwner owner;
    private final CounterType type;
    private final String label;

    EngineCounter(final int id, final CounterOwner owner, final CounterType type, final String label) {
        this.id = id;
        this.owner = owner;
        this.type = type;
        this.label = label;
    }

    /** Returns its id, for good. */
    public int id() {
        return id;
    }

    /** Returns whose it is. */
    public CounterOwner owner() {
        return owner;
    }

    /** Returns how its value is to be read. */
    public CounterType type() {
        return type;
    }

    /** Returns its name, unique among those of its owner. */
    public String label() {
        return label;
    }

    /**
     * Finds the engine's counter of live tasks, or of ended ones, in a state.
     *
     * @param state not FINALIZED.
     */
    public static EngineCounter of(final TaskState state) {
        return switch (state) {
            case SUCCEEDED -> SUCCEEDED;
            case FAILED -> FAILED;
            case KILLED -> KILLED;
            case ABANDONED -> ABANDONED;
            default -> require(ENGINE, "live." + state);
        };
    }

    /**
     * Finds a partition's counter of live tasks, or of ended ones, in a state.
     *
     * @param state not FINALIZED.
     */
    public static EngineCounter ofPartition(final TaskState state) {
        return require(PARTITION, "byState." + state);
    }

    /**
     * Finds the counter of submissions that were refused for a reason.
     *
     * @param reason the reason.
     * @return the counter, or null: a submission is never refused for that.
     */
    public static EngineCounter of(final Refusal reason) {
        return find(ENGINE, "refused." + reason);
    }

    /**
     * Finds the counter of a kind of engine events.
     *
     * @param kind the kind's name.
     */
    public static EngineCounter ofEvents(final String kind) {
        return require(ENGINE, "engineEvents." + kind);
    }

    private static EngineCounter require(final CounterOwner owner, final String label) {
        final EngineCounter found = find(owner, label);
        if (found == null) {
            throw new IllegalArgumentException("there is no counter of that name: " + label);
        }
        return found;
    }

    private static EngineCounter find(final CounterOwner owner, final String label) {
        for (final EngineCounter each : ALL) {
            if (each.owner == owner && each.label.equals(label)) {
                return each;
            }
        }
        return null;
    }

    /**
     * Returns the name of a kind of foreign call by its number in {@link #PARTITION_CALL}.
     *
     * @param number the number; of a later version perhaps.
     * @return the name, empty for none.
     */
    public static String callName(final long number) {
        return number >= 0 && number < CALLS.length ? CALLS[(int) number] : "call " + number;
    }

    /**
     * Returns the number of a kind of foreign call.
     *
     * @param name its name.
     */
    @InternalApi
    public static int callNumber(final String name) {
        for (int i = 1; i < CALLS.length; i++) {
            if (CALLS[i].equals(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException("there is no call of that name: " + name);
    }

    /**
     * Returns the name of the reason for which a partition refuses submissions, by its number in {@link
     * #PARTITION_BLOCKED}.
     *
     * @param number the number; of a later version perhaps.
     * @return the name, empty for none.
     */
    public static String blockedName(final long number) {
        if (number == 0) {
            return "";
        }
        return number > 0 && number < BLOCKED.length ? BLOCKED[(int) number].name() : "reason " + number;
    }

    /**
     * Returns the number of the reason for which a partition refuses submissions.
     *
     * @param reason the reason, or null.
     */
    @InternalApi
    public static int blockedNumber(final Refusal reason) {
        for (int i = 0; i < BLOCKED.length; i++) {
            if (BLOCKED[i] == reason) {
                return i;
            }
        }
        throw new IllegalArgumentException("a partition is never blocked for that: " + reason);
    }
}
