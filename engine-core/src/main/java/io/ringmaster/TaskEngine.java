package io.ringmaster;

import io.ringmaster.container.ExclusiveRunner;
import io.ringmaster.container.ExclusiveThreadTaskExecutorContainer;
import io.ringmaster.container.SharedThreadTaskExecutorContainer;
import io.ringmaster.container.TaskExecutorContainerDelegator;
import io.ringmaster.event.EngineEventListener;
import io.ringmaster.event.EngineEvents;
import io.ringmaster.event.Stacks;
import io.ringmaster.eventbus.EngineCounters;
import io.ringmaster.eventbus.ErrorLog;
import io.ringmaster.eventbus.EventBusSettings;
import io.ringmaster.eventbus.FireWorkerThreadSnapshot;
import io.ringmaster.eventbus.NoSparePolicy;
import io.ringmaster.eventbus.PartitionSnapshot;
import io.ringmaster.eventbus.RefusedHandle;
import io.ringmaster.eventbus.TaskExecutorEventBusCoordinator;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEventListener;
import io.ringmaster.metrics.CountersFileException;
import io.ringmaster.metrics.CountersReader;
import io.ringmaster.metrics.Stage;
import io.ringmaster.repository.TaskExecutorRepository;
import io.ringmaster.resilience.ExclusiveWatch;
import io.ringmaster.resilience.QuotaSubject;
import io.ringmaster.resilience.Quotas;
import io.ringmaster.resilience.ResourceAgent;
import io.ringmaster.resilience.Resources;
import io.ringmaster.resilience.StepCounts;
import io.ringmaster.resilience.TaskType;
import io.ringmaster.resilience.TaskTypes;
import io.ringmaster.task.ContextPropagator;
import io.ringmaster.task.InternalApi;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskPlugin;
import io.ringmaster.task.TaskPolicy;
import io.ringmaster.task.TaskRefusedException;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The facade: takes tasks, runs each in the right kind of thread, drives its lifecycle through events on partitioned
 * rings, and answers for all of it.
 *
 * <p>All methods may be called from any thread. Those that may block ({@link #submit}, {@link #drain}, {@link #close},
 * {@link TaskHandle#await}) throw {@link IllegalStateException} at once on a fire-worker. Engines share nothing: a JVM
 * may hold several.
 */
public final class TaskEngine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TaskEngine.class);
    private static final long METRICS_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long CLOSE_SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long JOIN_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int NAMED_IDS = 100;

    private final Context context;
    private final TaskExecutorRepository repository = new TaskExecutorRepository();
    private final TaskExecutorContainerDelegator delegator;
    private final ExclusiveThreadTaskExecutorContainer exclusive;
    private final TaskExecutorEventBusCoordinator coordinator;
    private final ErrorLog errors = new ErrorLog(LOG);
    private final EngineEvents events;
    private final Quotas quotas;
    private final ResourceAgent resources;
    private final EngineInvoker invoker = new Invoker();
    private CloseReport closeReport;

    private TaskEngine(final Context context) {
        this.context = context;
        this.delegator = new TaskExecutorContainerDelegator(context.pluginsByType);
        final TaskTypes types = new TaskTypes(
                context.policy,
                context.policies,
                context.partitions,
                TimeUnit.MICROSECONDS.toNanos(context.autoExclusiveMicros),
                TimeUnit.MICROSECONDS.toNanos(context.autoSharedMicros));
        this.quotas = new Quotas(types, context.maxLiveTasks, context.nanoClock);
        context.initialQuotas.forEach(each -> each.accept(quotas));
        this.events = new EngineEvents(LOG, context.eventListeners, errors);
        this.resources = new ResourceAgent(events, context.nanoClock);
        final ExclusiveWatch watch = context.watch(resources, events);
        this.exclusive = new ExclusiveThreadTaskExecutorContainer(context.exclusiveSettings(quotas, watch, errors));
        this.coordinator = new TaskExecutorEventBusCoordinator(context.eventBusSettings(
                repository, delegator, exclusive, types, quotas, resources, watch, events, errors));
        quotas.bind(new QuotaUse());
    }

    /**
     * Launches an engine with the defaults.
     *
     * @return a running engine.
     */
    public static TaskEngine launch() {
        return launch(new Context());
    }

    /**
     * Launches an engine. A launch that is refused leaves no thread and no file behind.
     *
     * @param context the settings; concluded here and used up.
     * @return a running engine.
     * @throws IllegalArgumentException if a setting breaks a rule; the message names setting, rule and value.
     * @throws IllegalStateException    if the context has launched an engine already.
     */
    public static TaskEngine launch(final Context context) {
        final TaskEngine engine = new TaskEngine(context.conclude());
        try {
            engine.openCounters();
            engine.coordinator.start();
            context.resources.forEach(engine.resources::define);
        } catch (final Throwable t) {
            engine.coordinator.stopIntake();
            engine.coordinator.terminate(System.nanoTime() + TimeUnit.SECONDS.toNanos(1));
            engine.exclusive.close(System.nanoTime() + TimeUnit.SECONDS.toNanos(1));
            engine.withCounters(EngineCounters::delete);
            throw t;
        }
        engine.withCounters(EngineCounters::copy);
        return engine;
    }

    private void openCounters() {
        if (context.countersFile != null) {
            try {
                coordinator.openCounters(context.countersFile, context.name);
            } catch (final CountersFileException e) {
                throw new IllegalArgumentException("countersFile " + e.getMessage(), e);
            }
        }
    }

    private void withCounters(final Consumer<EngineCounters> action) {
        if (coordinator.counters() != null) {
            action.accept(coordinator.counters());
        }
    }

    // ---- submit ------------------------------------------------------------------------------------------------

    /**
     * Submits a task and waits, up to the context's submit timeout, where a refusal may pass. In invoker mode it does
     * not wait.
     *
     * @param spec what to run.
     * @return its handle; the task is accepted.
     * @throws TaskRefusedException  if it was not accepted; nothing of it stays behind.
     * @throws IllegalStateException on a fire-worker, where {@link #trySubmit(TaskSpec)} is the way.
     */
    public TaskHandle submit(final TaskSpec spec) {
        coordinator.checkMayBlock("submit");
        final long id = requireSpec(spec).id();
        final long start = System.nanoTime();
        TaskHandle handle = coordinator.trySubmit(id, spec, false);
        while (handle.refusal() != null) {
            final boolean waits = handle.refusal().isTransient()
                    && !context.invokerMode
                    && System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(context.submitTimeoutMillis)
                    && !Thread.currentThread().isInterrupted();
            if (!waits) {
                throw new TaskRefusedException(handle.refusal(), explainRefusal(spec, id, handle.refusal()));
            }
            LockSupport.parkNanos(this, TimeUnit.MICROSECONDS.toNanos(50));
            handle = coordinator.trySubmit(id, spec, false);
        }
        return handle;
    }

    /**
     * Submits a task, or says at once why not. Never blocks; may be called from steps and listeners.
     *
     * @param spec what to run.
     * @return its handle, or one whose {@link TaskHandle#refusal()} is not null.
     */
    public TaskHandle trySubmit(final TaskSpec spec) {
        return coordinator.trySubmit(requireSpec(spec).id(), spec, false);
    }

    /**
     * Submits a task under another id than its spec's: one spec can serve any number of tasks.
     *
     * @param id   the task's id.
     * @param spec what to run.
     * @return its handle, or one whose {@link TaskHandle#refusal()} is not null.
     */
    public TaskHandle trySubmit(final long id, final TaskSpec spec) {
        return coordinator.trySubmit(id, requireSpec(spec), false);
    }

    private static TaskSpec requireSpec(final TaskSpec spec) {
        return Objects.requireNonNull(spec, "spec must not be null");
    }

    private String explainRefusal(final TaskSpec spec, final long id, final Refusal refusal) {
        final String task = "task " + id + " was refused (" + refusal + "): ";
        return task
                + switch (refusal) {
                    case RING_FULL ->
                        "its ring of " + context.ringCapacity + " slots is full up to the " + context.reservedSlots
                                + " kept for completions";
                    case QUOTA -> explainQuota(spec);
                    case RATE -> quotas.explainRate(spec);
                    case EXCLUSIVE_QUEUE_FULL -> explainPlaces(spec.tenant());
                    case NO_SPARE ->
                        "a call holds its partition and none of the " + context.spareThreads + " spareThreads is left";
                    case OVERLOADED ->
                        "it would wait for its fire-worker for more than maxQueueMillis (" + context.maxQueueMillis
                                + ")";
                    case LISTENER_BEHIND ->
                        "a detached listener is more than " + context.listenerBacklog + " events behind";
                    case DUPLICATE_ID -> "a live task has this id";
                    case DRAINING -> "the engine drains";
                    case CLOSED -> "the engine is closed";
                    case UNKNOWN_TYPE -> "no plugin for type '" + spec.type() + "' among " + delegator.types();
                    case UNKNOWN_DESTINATION -> "nobody has subscribed to its destination";
                    case OUTBOX_FULL -> "its destination has as many unacknowledged tasks as it may have";
                    case STALE_EPOCH -> "a later dispatch of this id is known";
                    case NOT_LIVE -> "no live task has this id";
                };
    }

    private String explainQuota(final TaskSpec spec) {
        final String words = quotas.explainLive(spec);
        return words != null
                ? words
                : coordinator.live() + " tasks are live and maxLiveTasks is "
                        + quotas.engine().maxLive();
    }

    private String explainPlaces(final String tenant) {
        final String places = "exclusiveThreads (" + context.exclusiveThreads + ") and exclusiveQueue ("
                + context.exclusiveQueue + ") are taken";
        final int held = tenant.isEmpty() ? 0 : exclusive.reservedBy(tenant);
        return held == 0
                ? places
                : places + ", or tenant '" + tenant + "' would have more than it leaves free: it has " + held
                        + " of the " + exclusive.reserved() + " in use";
    }

    /**
     * Returns what the engine, its tenants and its task types may use, to be looked at and changed while it runs.
     *
     * @return the quotas.
     */
    public Quotas quotas() {
        return quotas;
    }

    /** What quotas ask and tell. */
    private final class QuotaUse implements QuotaSubject {
        @Override
        public long live() {
            return coordinator.live();
        }

        @Override
        public void maxLiveChanged(final long most) {
            coordinator.maxLiveTasks(most);
        }

        @Override
        public int exclusiveRunning() {
            return exclusive.running();
        }

        @Override
        public int exclusiveRunningOfTenant(final String tenant) {
            return exclusive.runningOfTenant(tenant);
        }

        @Override
        public int exclusiveRunningOfType(final String type) {
            return exclusive.runningOfType(type);
        }

        @Override
        public void exclusiveThreadsChanged() {
            exclusive.limitsChanged();
        }
    }

    // ---- control and query -------------------------------------------------------------------------------------

    /**
     * Finds a live task.
     *
     * @param id its id.
     * @return its handle, or null: unknown and finished ids are the same.
     */
    public TaskHandle get(final long id) {
        return repository.get(id);
    }

    /**
     * Kills a task.
     *
     * @param id its id.
     * @return null if the request was taken, else {@link Refusal#NOT_LIVE}.
     */
    public Refusal kill(final long id) {
        return orRefused(id).kill();
    }

    /**
     * Pauses a task.
     *
     * @param id its id.
     * @return null if the request was taken, else {@link Refusal#NOT_LIVE}.
     */
    public Refusal pause(final long id) {
        return orRefused(id).pause();
    }

    /**
     * Resumes a task.
     *
     * @param id its id.
     * @return null if the request was taken, else {@link Refusal#NOT_LIVE}.
     */
    public Refusal resume(final long id) {
        return orRefused(id).resume();
    }

    /**
     * Signals a task.
     *
     * @param id its id.
     * @return null if the request was taken, else {@link Refusal#NOT_LIVE}.
     */
    public Refusal signal(final long id) {
        return orRefused(id).signal();
    }

    private TaskHandle orRefused(final long id) {
        final TaskExecutor executor = repository.get(id);
        return executor != null ? executor : RefusedHandle.notLive();
    }

    /**
     * Kills every live task of a group that was accepted before this call.
     *
     * @param groupId the group, not 0.
     * @return how many requests were taken.
     */
    public int killGroup(final long groupId) {
        return eachOf(groupId, TaskHandle::kill);
    }

    /**
     * Pauses every live task of a group that was accepted before this call.
     *
     * @param groupId the group, not 0.
     * @return how many requests were taken.
     */
    public int pauseGroup(final long groupId) {
        return eachOf(groupId, TaskHandle::pause);
    }

    /**
     * Resumes every live task of a group.
     *
     * @param groupId the group, not 0.
     * @return how many requests were taken.
     */
    public int resumeGroup(final long groupId) {
        return eachOf(groupId, TaskHandle::resume);
    }

    private int eachOf(final long groupId, final java.util.function.Function<TaskHandle, Refusal> request) {
        if (groupId == 0) {
            throw new IllegalArgumentException("groupId must not be 0, which means no group");
        }
        int taken = 0;
        for (final TaskExecutor each : repository.members(groupId)) {
            if (request.apply(each) == null) {
                taken++;
            }
        }
        return taken;
    }

    /**
     * Lists live tasks by ascending id. Looks at every live task; tasks that come or go meanwhile may be missed.
     *
     * @param filter  which; not null.
     * @param afterId only ids above this one; {@link Long#MIN_VALUE} for the first page.
     * @param limit   how many at most, from 1 to 10 000.
     * @return the page.
     */
    public TaskPage list(final TaskFilter filter, final long afterId, final int limit) {
        if (limit < 1 || limit > 10_000) {
            throw new IllegalArgumentException("limit must be from 1 to 10000: " + limit);
        }
        Objects.requireNonNull(filter, "filter must not be null");
        final PriorityQueue<TaskExecutor> smallest = new PriorityQueue<>((a, b) -> Long.compare(b.id(), a.id()));
        final int[] found = {0};
        repository.forEach(each -> {
            if ((each.id() > afterId || afterId == Long.MIN_VALUE) && matches(filter, each)) {
                found[0]++;
                smallest.add(each);
                if (smallest.size() > limit) {
                    smallest.poll();
                }
            }
        });
        final List<TaskExecutor> sorted = new ArrayList<>(smallest);
        sorted.sort((a, b) -> Long.compare(a.id(), b.id()));
        final long now = context.nanoClock.getAsLong();
        final List<TaskPage.Entry> entries = new ArrayList<>(sorted.size());
        for (final TaskExecutor each : sorted) {
            entries.add(new TaskPage.Entry(
                    each.id(),
                    each.spec().groupId(),
                    each.spec().type(),
                    each.state(),
                    each.attempt(),
                    now - each.submitNanos(),
                    now - each.stateSinceNanos()));
        }
        return new TaskPage(Collections.unmodifiableList(entries), found[0] > limit);
    }

    private static boolean matches(final TaskFilter filter, final TaskExecutor executor) {
        return (filter.state() == null || filter.state() == executor.state())
                && (filter.groupId() == 0 || filter.groupId() == executor.spec().groupId())
                && (filter.type() == null
                        || filter.type().equals(executor.spec().type()));
    }

    /**
     * Says in words why a task is where it is.
     *
     * @param id its id.
     * @return one line.
     */
    public String explain(final long id) {
        final TaskExecutor executor = repository.get(id);
        if (executor == null) {
            return "NOT_LIVE: no live task has id " + id;
        }
        return new TaskExplanation(executor, exclusive, coordinator, resources, context.nanoClock.getAsLong())
                .toString();
    }

    /** Returns the named resources that tasks take. */
    public Resources resources() {
        return resources;
    }

    // ---- the books ---------------------------------------------------------------------------------------------

    /** Returns the ledger; see there for what it promises while tasks run. */
    public Ledger ledger() {
        final Map<TaskState, Long> live = new EnumMap<>(TaskState.class);
        long accepted = 0;
        long finalized = 0;
        final long[] ended = new long[TaskState.values().length];
        for (int i = 0; i < coordinator.partitions(); i++) {
            final PartitionSnapshot each = coordinator.partition(i);
            accepted += each.accepted();
            finalized += each.finalized();
            for (final TaskState state : TaskState.values()) {
                final long count = each.byState()[state.ordinal()];
                if (state.isFinal()) {
                    ended[state.ordinal()] += count;
                } else {
                    live.merge(state, count, Long::sum);
                }
            }
        }
        return new Ledger(
                accepted,
                finalized,
                ended[TaskState.SUCCEEDED.ordinal()],
                ended[TaskState.FAILED.ordinal()],
                ended[TaskState.KILLED.ordinal()],
                ended[TaskState.ABANDONED.ordinal()],
                Collections.unmodifiableMap(live),
                exclusive.quarantined());
    }

    /** Returns everything measured so far. Waits up to 100 ms for a busy fire-worker to hand its histograms over. */
    public EngineMetrics metrics() {
        final List<PartitionSnapshot> partitions = new ArrayList<>();
        for (int i = 0; i < coordinator.partitions(); i++) {
            partitions.add(coordinator.partition(i));
        }
        final Map<Stage, Histogram> latencies = new EnumMap<>(Stage.class);
        if (context.recordLatency) {
            final Histogram[] histograms = coordinator.histograms(METRICS_PATIENCE_NANOS);
            for (final Stage stage : Stage.values()) {
                latencies.put(stage, histograms[stage.ordinal()]);
            }
        }
        final List<FireWorkerThreadSnapshot> threads = new ArrayList<>();
        for (int i = 0; i < coordinator.threads(); i++) {
            threads.add(coordinator.thread(i));
        }
        return new EngineMetrics(
                ledger(),
                partitions,
                threads,
                latencies,
                exclusive.threads(),
                exclusive.idleThreads(),
                exclusive.reserved(),
                errors.count(),
                typeMetrics(),
                coordinator.slowCalls(),
                events.counts(),
                events.dropped(),
                coordinator.pauses(),
                coordinator.refused(),
                quotas.usage());
    }

    private Map<String, TaskTypeMetrics> typeMetrics() {
        final Map<String, TaskTypeMetrics> byName = new TreeMap<>();
        for (final TaskType each : coordinator.types().all()) {
            final StepCounts.Totals totals = each.totals();
            byName.put(
                    each.name(),
                    new TaskTypeMetrics(
                            each.placement(),
                            each.reason(),
                            totals.timed,
                            totals.wallNanos,
                            totals.cpuNanos,
                            totals.wallNanosWithCpu,
                            totals.slow,
                            totals.slowestNanos,
                            each.stalls()));
        }
        return Collections.unmodifiableMap(byName);
    }

    /** Returns whether the engine works, role by role. */
    public Health health() {
        final List<Health.Role> roles = new ArrayList<>();
        boolean ok = !coordinator.isIntakeClosed();
        for (int i = 0; i < coordinator.partitions(); i++) {
            final PartitionSnapshot each = coordinator.partition(i);
            final boolean fine = each.blocked() == null;
            ok &= fine;
            final String call = each.call().isEmpty() ? "in its duty cycle" : "in a " + each.call();
            final String detail = coordinator.isPartitionBound() ? call : call + ", on thread " + each.thread();
            roles.add(new Health.Role(
                    "fire-worker-" + i, fine, each.cycles(), fine ? detail : detail + ", refuses: " + each.blocked()));
        }
        roles.add(new Health.Role("monitor", true, coordinator.monitorTicks(), "ticking"));
        roles.add(new Health.Role(
                "exclusive",
                true,
                0,
                exclusive.threads() + " of " + exclusive.maxThreads() + " threads, " + exclusive.idleThreads()
                        + " idle, " + exclusive.quarantined() + " quarantined"));
        return new Health(ok, Collections.unmodifiableList(roles));
    }

    // ---- the end -----------------------------------------------------------------------------------------------

    /**
     * Refuses submissions from outside from now on, accepts children of live tasks, and waits for the last task. After
     * it the engine stays closed to the outside; only {@link #close()} is left.
     *
     * @param timeout how long to wait, not negative.
     * @param unit    of the timeout.
     * @return whether nothing is live; if not, {@link #list} names what is.
     * @throws InterruptedException  if interrupted; the engine goes on draining.
     * @throws IllegalStateException on a fire-worker.
     */
    public boolean drain(final long timeout, final TimeUnit unit) throws InterruptedException {
        if (timeout < 0) {
            throw new IllegalArgumentException("timeout must not be negative: " + timeout);
        }
        coordinator.checkMayBlock("drain");
        coordinator.stopOutsideIntake();
        final boolean drained = coordinator.awaitNoneLive(unit.toNanos(timeout));
        if (drained && !ledger().isBalanced()) {
            LOG.error("a drained engine does not balance: {}; live ids: {}", ledger(), liveIds());
        }
        return drained;
    }

    /**
     * Closes the engine by its policy, in bounded time whatever tasks do, and logs what was left behind.
     *
     * @throws IllegalStateException on a fire-worker.
     */
    @Override
    public void close() {
        final CloseReport report = closeAndReport();
        if (!report.clean()) {
            LOG.warn(
                    "closed with {} unfinished tasks {} and running threads {}",
                    report.unfinished().size(),
                    report.unfinished(),
                    report.stuckThreads());
        }
    }

    /**
     * Closes the engine by its policy, in bounded time whatever tasks do: intake stopped, live tasks drained or killed,
     * each brought to a final state, threads ended. Idempotent; a second call waits for the first and gives its report.
     *
     * @return what was left behind.
     * @throws IllegalStateException on a fire-worker.
     */
    public CloseReport closeAndReport() {
        coordinator.checkMayBlock("close");
        synchronized (this) {
            if (closeReport == null) {
                closeReport = doClose();
            }
            return closeReport;
        }
    }

    private CloseReport doClose() {
        final long deadline = context.nanoClock.getAsLong() + TimeUnit.MILLISECONDS.toNanos(context.closeTimeoutMillis);
        boolean interrupted = false;
        if (context.closePolicy == ClosePolicy.DRAIN) {
            coordinator.stopOutsideIntake();
            try {
                coordinator.awaitNoneLive(TimeUnit.MILLISECONDS.toNanos(context.closeTimeoutMillis) / 2);
            } catch (final InterruptedException e) {
                interrupted = true;
            }
        }
        coordinator.stopIntake();
        resources.close();
        while (coordinator.live() != 0) {
            final long left = deadline - context.nanoClock.getAsLong();
            if (left <= 0) {
                break;
            }
            repository.forEach(TaskExecutor::kill);
            try {
                if (!coordinator.awaitNoneLive(Math.min(left, CLOSE_SLICE_NANOS))
                        && context.invokerMode
                        && !coordinator.canProgress()) {
                    break;
                }
            } catch (final InterruptedException e) {
                interrupted = true;
            }
        }
        final List<Long> unfinished = liveIds();
        // Each kind has its own time: a body that never ends must not make sound fire-workers look stuck.
        final List<Thread> stuck = new ArrayList<>(exclusive.close(System.nanoTime() + JOIN_NANOS));
        stuck.addAll(coordinator.terminate(System.nanoTime() + JOIN_NANOS));
        withCounters(EngineCounters::close);
        final List<String> stacks = new ArrayList<>();
        for (final Thread each : stuck) {
            stacks.add(Stacks.of(each.getName(), each));
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return new CloseReport(unfinished.isEmpty() && stacks.isEmpty(), unfinished, stacks);
    }

    private List<Long> liveIds() {
        final List<Long> ids = new ArrayList<>();
        repository.forEach(each -> {
            if (ids.size() < NAMED_IDS) {
                ids.add(each.id());
            }
        });
        return ids;
    }

    /**
     * The duty cycles, in invoker mode.
     *
     * @return the invoker.
     * @throws IllegalStateException if the engine has its own threads.
     */
    public EngineInvoker invoker() {
        if (!context.invokerMode) {
            throw new IllegalStateException("the engine has its own threads: set invokerMode(true) before the launch");
        }
        return invoker;
    }

    /** Returns what an agent beside the engine shares with it. For the client only. */
    @InternalApi
    public EngineRuntime runtime() {
        return new EngineRuntime(
                context.invokerMode,
                context.nanoClock,
                context.invokerIdle,
                context.threadFactory,
                source -> withCounters(counters -> counters.add(source)));
    }

    private final class Invoker implements EngineInvoker {
        @Override
        public int invoke() {
            return coordinator.invoke();
        }

        @Override
        public int fireWorker(final int index) {
            return coordinator.invokeWorker(index);
        }

        @Override
        public int monitor() {
            return coordinator.invokeMonitor();
        }

        @Override
        public long idleNanos() {
            return coordinator.idleNanos();
        }
    }

    /**
     * The settings of an engine: set, concluded by {@link #launch(Context)}, and then used up. Each number has a system
     * property {@code ringmaster.NAME} that overrides its default. Not safe for use by several threads.
     */
    public static final class Context {
        private static final LongSupplier SYSTEM_CLOCK = System::nanoTime;
        private static final int AVAILABLE = Runtime.getRuntime().availableProcessors();
        private int fireWorkers = Integer.getInteger("ringmaster.fireWorkers", Math.max(1, AVAILABLE / 2));
        private int partitions = Integer.getInteger("ringmaster.partitions", 0);
        private int ringCapacity = Integer.getInteger("ringmaster.ringCapacity", 1 << 14);
        private int reservedSlots = Integer.getInteger("ringmaster.reservedSlots", 0);
        private int batchLimit = Integer.getInteger("ringmaster.batchLimit", 256);
        private long maxLiveTasks = Long.getLong("ringmaster.maxLiveTasks", 10_000_000L);
        private int exclusiveThreads = Integer.getInteger("ringmaster.exclusiveThreads", 64);
        private int exclusiveQueue = Integer.getInteger("ringmaster.exclusiveQueue", 10_000);
        private int quarantineLimit = Integer.getInteger("ringmaster.quarantineLimit", 16);
        private int spareThreads = Integer.getInteger("ringmaster.spareThreads", 8);
        private int listenerBacklog = Integer.getInteger("ringmaster.listenerBacklog", 100_000);
        private long slowStepMicros = Long.getLong("ringmaster.slowStepMicros", 10_000L);
        private long autoExclusiveMicros = Long.getLong("ringmaster.autoExclusiveMicros", 1_000L);
        private long autoSharedMicros = Long.getLong("ringmaster.autoSharedMicros", 200L);
        private long maxQueueMillis = Long.getLong("ringmaster.maxQueueMillis", 1_000L);
        private long stallThresholdMillis = Long.getLong("ringmaster.stallThresholdMillis", 100L);
        private long balanceIntervalMillis = Long.getLong("ringmaster.balanceIntervalMillis", 1_000L);
        private long submitTimeoutMillis = Long.getLong("ringmaster.submitTimeoutMillis", 10_000L);
        private long killInterruptMillis = Long.getLong("ringmaster.killInterruptMillis", 500L);
        private long killHookMillis = Long.getLong("ringmaster.killHookMillis", 500L);
        private long killAbandonMillis = Long.getLong("ringmaster.killAbandonMillis", 1_000L);
        private long deadlockCheckMillis = Long.getLong("ringmaster.deadlockCheckMillis", 1_000L);
        private long starvationMillis = Long.getLong("ringmaster.starvationMillis", 10_000L);
        private long closeTimeoutMillis = Long.getLong("ringmaster.closeTimeoutMillis", 10_000L);
        private WaitMode waitMode = waitModeProperty();
        private ClosePolicy closePolicy = ClosePolicy.KILL;
        private NoSparePolicy noSparePolicy = NoSparePolicy.REFUSE;
        private boolean recordLatency = Boolean.parseBoolean(System.getProperty("ringmaster.recordLatency", "true"));
        private boolean virtualThreads = Boolean.getBoolean("ringmaster.virtualThreads");
        private boolean invokerMode;
        private String name = "ringmaster";
        private Path countersFile = countersFileProperty();
        private ThreadFactory threadFactory;
        private ContextPropagator contextPropagator;
        private Executor completionExecutor = ForkJoinPool.commonPool();
        private LongSupplier nanoClock = SYSTEM_CLOCK;
        private LongConsumer invokerIdle = nanos -> Thread.yield();
        private ExclusiveRunner exclusiveRunner;
        private final List<TaskExecutorLifecycleEventListener> listeners = new ArrayList<>();
        private final List<EngineEventListener> eventListeners = new ArrayList<>();
        private final List<TaskPlugin> plugins = new ArrayList<>();
        private final Map<String, TaskPolicy> policies = new HashMap<>();
        private final List<Consumer<Quotas>> initialQuotas = new ArrayList<>();
        private TaskPolicy policy = TaskPolicy.OPEN;
        private final Map<String, Integer> resources = new LinkedHashMap<>();
        private Map<String, TaskPlugin> pluginsByType;
        private final AtomicBoolean concluded = new AtomicBoolean();

        /** Creates a context with the defaults. */
        public Context() {}

        private static WaitMode waitModeProperty() {
            final String value = System.getProperty("ringmaster.waitMode", "AUTO");
            try {
                return WaitMode.valueOf(value.toUpperCase(Locale.ROOT).replace('-', '_'));
            } catch (final IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "ringmaster.waitMode must be auto, busy-spin, yield or adaptive: " + value);
            }
        }

        private static Path countersFileProperty() {
            final String value = System.getProperty("ringmaster.countersFile", "");
            try {
                return value.isEmpty() ? null : Path.of(value);
            } catch (final InvalidPathException e) {
                throw new IllegalArgumentException("ringmaster.countersFile must be a path: " + value);
            }
        }

        /**
         * Sets fire-worker threads. Default: half of the CPUs the process may use, at least 1.
         *
         * @param value the value.
         * @return this.
         */
        public Context fireWorkers(final int value) {
            fireWorkers = value;
            return this;
        }

        /**
         * Sets partitions; at least fireWorkers, or 0 for as many. With more of them than threads, a partition moves from
         * a busy thread to an idle one. Default: 0.
         *
         * @param value the value.
         * @return this.
         */
        public Context partitions(final int value) {
            partitions = value;
            return this;
        }

        /**
         * Sets slots of each ring; a power of two of at least 64. Default: 16384.
         *
         * @param value the value.
         * @return this.
         */
        public Context ringCapacity(final int value) {
            ringCapacity = value;
            return this;
        }

        /**
         * Sets slots of each ring that submissions leave free for completions; 0 for exclusiveThreads + 64, at most half of the ring. Default: 0.
         *
         * @param value the value.
         * @return this.
         */
        public Context reservedSlots(final int value) {
            reservedSlots = value;
            return this;
        }

        /**
         * Sets ring events handled between two looks at the control requests, from 1 to 256. Default: 256.
         *
         * @param value the value.
         * @return this.
         */
        public Context batchLimit(final int value) {
            batchLimit = value;
            return this;
        }

        /**
         * Sets quotas to begin with; {@link TaskEngine#quotas()} changes them later. Default: maxLiveTasks is the only
         * one.
         *
         * @param initial called by the launch, before anything can be submitted.
         * @return this.
         */
        public Context quotas(final Consumer<Quotas> initial) {
            initialQuotas.add(Objects.requireNonNull(initial, "quotas"));
            return this;
        }

        /**
         * Sets tasks that may be live at a time, to begin with: the engine's quota. Default: 10 000 000.
         *
         * @param value the value.
         * @return this.
         */
        public Context maxLiveTasks(final long value) {
            maxLiveTasks = value;
            return this;
        }

        /**
         * Sets exclusive threads at most. Default: 64.
         *
         * @param value the value.
         * @return this.
         */
        public Context exclusiveThreads(final int value) {
            exclusiveThreads = value;
            return this;
        }

        /**
         * Sets exclusive tasks that may wait for a thread. Threads and queue together are places, of which a named tenant
         * may hold as many as it leaves free. Default: 10 000.
         *
         * @param value the value.
         * @return this.
         */
        public Context exclusiveQueue(final int value) {
            exclusiveQueue = value;
            return this;
        }

        /**
         * Sets threads that are replaced after their body did not end for a kill. Default: 16.
         *
         * @param value the value.
         * @return this.
         */
        public Context quarantineLimit(final int value) {
            quarantineLimit = value;
            return this;
        }

        /**
         * Sets threads that may take a held partition over. Default: 8.
         *
         * @param value the value.
         * @return this.
         */
        public Context spareThreads(final int value) {
            spareThreads = value;
            return this;
        }

        /**
         * Sets what a held partition does when no spare thread is left. Default: REFUSE.
         *
         * @param value the value.
         * @return this.
         */
        public Context noSparePolicy(final NoSparePolicy value) {
            noSparePolicy = Objects.requireNonNull(value, "noSparePolicy");
            return this;
        }

        /**
         * Sets from when on a shared step counts as slow in its type's statistics, in microseconds. Default: 10 000.
         *
         * @param value the value.
         * @return this.
         */
        public Context slowStepMicros(final long value) {
            slowStepMicros = value;
            return this;
        }

        /**
         * Sets the mean step above which tasks of a type that leave their container to the engine go to the exclusive one,
         * in microseconds; one that stalls a fire-worker goes there at once. Default: 1 000.
         *
         * @param value the value.
         * @return this.
         */
        public Context autoExclusiveMicros(final long value) {
            autoExclusiveMicros = value;
            return this;
        }

        /**
         * Sets the mean step below which they come back to the shared container, if they hardly block, in microseconds.
         * Default: 200.
         *
         * @param value the value.
         * @return this.
         */
        public Context autoSharedMicros(final long value) {
            autoSharedMicros = value;
            return this;
        }

        /**
         * Sets how long a task may have to wait for its fire-worker before submissions are refused with OVERLOADED, in
         * milliseconds; 0 for no bound but the ring's size. Default: 1 000.
         *
         * @param value the value.
         * @return this.
         */
        public Context maxQueueMillis(final long value) {
            maxQueueMillis = value;
            return this;
        }

        /**
         * Sets events a detached listener may be behind before admission stops. Default: 100 000.
         *
         * @param value the value.
         * @return this.
         */
        public Context listenerBacklog(final int value) {
            listenerBacklog = value;
            return this;
        }

        /**
         * Sets how long a call may hold a partition before another thread takes it over; at least 3 ms, in milliseconds. Default: 100.
         *
         * @param value the value.
         * @return this.
         */
        public Context stallThresholdMillis(final long value) {
            stallThresholdMillis = value;
            return this;
        }

        /**
         * Sets how often the loads of the fire-worker threads are compared, in milliseconds; 0 for never. At most one
         * partition moves each time, and none if there are no more of them than threads. Default: 1 000.
         *
         * @param value the value.
         * @return this.
         */
        public Context balanceIntervalMillis(final long value) {
            balanceIntervalMillis = value;
            return this;
        }

        /**
         * Sets how long submit waits for room, in milliseconds. Default: 10 000.
         *
         * @param value the value.
         * @return this.
         */
        public Context submitTimeoutMillis(final long value) {
            submitTimeoutMillis = value;
            return this;
        }

        /**
         * Sets from a kill to the interrupt of an exclusive thread, in milliseconds. Default: 500.
         *
         * @param value the value.
         * @return this.
         */
        public Context killInterruptMillis(final long value) {
            killInterruptMillis = value;
            return this;
        }

        /**
         * Sets from the interrupt to the task's own onKill, in milliseconds. Default: 500.
         *
         * @param value the value.
         * @return this.
         */
        public Context killHookMillis(final long value) {
            killHookMillis = value;
            return this;
        }

        /**
         * Sets from onKill to the quarantine of the thread, in milliseconds. Default: 1 000.
         *
         * @param value the value.
         * @return this.
         */
        public Context killAbandonMillis(final long value) {
            killAbandonMillis = value;
            return this;
        }

        /**
         * Sets how often the monitor looks for exclusive threads that wait for each other's locks, in milliseconds; 0 for never.
         * It looks only while at least two of them run, and for that the JVM stops all threads for a moment. Default: 1 000.
         *
         * @param value the value.
         * @return this.
         */
        public Context deadlockCheckMillis(final long value) {
            deadlockCheckMillis = value;
            return this;
        }

        /**
         * Sets how long exclusive tasks may wait while none is started, before that is reported, in milliseconds; 0 for ever.
         * Default: 10 000.
         *
         * @param value the value.
         * @return this.
         */
        public Context starvationMillis(final long value) {
            starvationMillis = value;
            return this;
        }

        /**
         * Sets how long close may take; at least the kill ladder, ten stall thresholds and 1 s, in milliseconds. Default: 10 000.
         *
         * @param value the value.
         * @return this.
         */
        public Context closeTimeoutMillis(final long value) {
            closeTimeoutMillis = value;
            return this;
        }

        /**
         * Sets what idle fire-workers do. Default: AUTO.
         *
         * @param value the value.
         * @return this.
         */
        public Context waitMode(final WaitMode value) {
            waitMode = Objects.requireNonNull(value, "waitMode");
            return this;
        }

        /**
         * Sets what close does with live tasks. Default: KILL.
         *
         * @param value the value.
         * @return this.
         */
        public Context closePolicy(final ClosePolicy value) {
            closePolicy = Objects.requireNonNull(value, "closePolicy");
            return this;
        }

        /**
         * Sets whether latency histograms are kept. Default: true.
         *
         * @param value the value.
         * @return this.
         */
        public Context recordLatency(final boolean value) {
            recordLatency = value;
            return this;
        }

        /**
         * Sets whether exclusive tasks run on virtual threads; needs JDK 21 or later. Default: false.
         *
         * @param value the value.
         * @return this.
         */
        public Context virtualThreads(final boolean value) {
            virtualThreads = value;
            return this;
        }

        /**
         * Sets whether the caller turns the duty cycles, through {@link TaskEngine#invoker()}. Default: false.
         *
         * @param value the value.
         * @return this.
         */
        public Context invokerMode(final boolean value) {
            invokerMode = value;
            return this;
        }

        /**
         * Sets the prefix of thread names. Default: ringmaster.
         *
         * @param value the value.
         * @return this.
         */
        public Context name(final String value) {
            name = Objects.requireNonNull(value, "name");
            return this;
        }

        /**
         * Sets the file that the engine's counters are copied to about thirty times a second, for other processes to look
         * at: {@link CountersReader}, {@code ringmaster top}. It should be in memory, such as {@code /dev/shm}: elsewhere
         * the monitor may have to wait for a disk. The launch is refused if the file can't be made, is that of a live engine,
         * or is no counters file; a closed or killed engine's is replaced. After the close it stays, with the last figures.
         * Default: none; the system property {@code ringmaster.countersFile} names one.
         *
         * @param value the file, or null for none.
         * @return this.
         */
        public Context countersFile(final Path value) {
            countersFile = value;
            return this;
        }

        /**
         * Sets what makes the threads; they should be daemons. Default: daemon threads.
         *
         * @param value the value.
         * @return this.
         */
        public Context threadFactory(final ThreadFactory value) {
            threadFactory = Objects.requireNonNull(value, "threadFactory");
            return this;
        }

        /**
         * Sets what carries the submitter's context to its task. Default: nothing.
         *
         * @param value the value.
         * @return this.
         */
        public Context contextPropagator(final ContextPropagator value) {
            contextPropagator = Objects.requireNonNull(value, "contextPropagator");
            return this;
        }

        /**
         * Sets where dependents of completed handles run. Default: the common pool.
         *
         * @param value the value.
         * @return this.
         */
        public Context completionExecutor(final Executor value) {
            completionExecutor = Objects.requireNonNull(value, "completionExecutor");
            return this;
        }

        /**
         * Sets the clock, in nanoseconds, comparable by subtraction. Default: System.nanoTime; another one needs invoker mode.
         *
         * @param value the value.
         * @return this.
         */
        public Context nanoClock(final LongSupplier value) {
            nanoClock = Objects.requireNonNull(value, "nanoClock");
            return this;
        }

        /**
         * Sets who is told, while await, drain and close turn the duty cycles, for how many nanoseconds nothing will happen: a virtual clock moves on there. Default: yields.
         *
         * @param value the value.
         * @return this.
         */
        public Context invokerIdle(final LongConsumer value) {
            invokerIdle = Objects.requireNonNull(value, "invokerIdle");
            return this;
        }

        /**
         * Sets who runs exclusive bodies in invoker mode, where one is required for exclusive tasks. Default: none.
         *
         * @param value the value.
         * @return this.
         */
        public Context exclusiveRunner(final ExclusiveRunner value) {
            exclusiveRunner = Objects.requireNonNull(value, "exclusiveRunner");
            return this;
        }

        /**
         * Sets a further listener, told of every event.
         *
         * @param value the value.
         * @return this.
         */
        public Context listener(final TaskExecutorLifecycleEventListener value) {
            listeners.add(Objects.requireNonNull(value, "listener"));
            return this;
        }

        /**
         * Sets who else is told of what happens to the engine itself: stalls, zombies, deadlocks, overload.
         *
         * @param value the value.
         * @return this.
         */
        public Context engineEventListener(final EngineEventListener value) {
            eventListeners.add(Objects.requireNonNull(value, "engineEventListener"));
            return this;
        }

        /**
         * Sets timeouts, heartbeats and retries of all tasks, as far as neither their own policy nor their type's says
         * otherwise. Default: none.
         *
         * @param value the value.
         * @return this.
         */
        public Context policy(final TaskPolicy value) {
            policy = Objects.requireNonNull(value, "policy");
            return this;
        }

        /**
         * Sets timeouts, heartbeats and retries of a type's tasks, as far as their own policy does not say otherwise.
         *
         * @param type  the type.
         * @param value the policy.
         * @return this.
         */
        public Context policy(final String type, final TaskPolicy value) {
            policies.put(Objects.requireNonNull(type, "type"), Objects.requireNonNull(value, "policy"));
            return this;
        }

        /**
         * Sets a further plugin; it wins over one of the same type found by ServiceLoader.
         *
         * @param value the value.
         * @return this.
         */
        public Context plugin(final TaskPlugin value) {
            plugins.add(Objects.requireNonNull(value, "plugin"));
            return this;
        }

        /**
         * Sets a named resource that tasks may take; more can be defined later, through {@link TaskEngine#resources()}.
         *
         * @param resourceName its name, not empty.
         * @param permits      how many permits it has, at least 1.
         * @return this.
         */
        public Context resource(final String resourceName, final int permits) {
            Objects.requireNonNull(resourceName, "resourceName");
            if (resources.putIfAbsent(resourceName, permits) != null) {
                throw new IllegalArgumentException("resource '" + resourceName + "' is defined already");
            }
            return this;
        }

        /** Validates everything together and fills in what was left open. Once. */
        private Context conclude() {
            if (!concluded.compareAndSet(false, true)) {
                throw new IllegalStateException("a Context launches one engine: make a new one");
            }
            require(fireWorkers >= 1, "fireWorkers", "at least 1", fireWorkers);
            require(
                    partitions == 0 || partitions >= fireWorkers,
                    "partitions",
                    "0 or at least fireWorkers = " + fireWorkers,
                    partitions);
            if (partitions == 0) {
                partitions = fireWorkers;
            }
            require(
                    ringCapacity >= 64 && ringCapacity <= 1 << 26 && Integer.bitCount(ringCapacity) == 1,
                    "ringCapacity",
                    "a power of two from 64 to 67108864",
                    ringCapacity);
            require(batchLimit >= 1 && batchLimit <= 256, "batchLimit", "from 1 to 256", batchLimit);
            require(maxLiveTasks >= 1, "maxLiveTasks", "at least 1", maxLiveTasks);
            require(exclusiveThreads >= 1, "exclusiveThreads", "at least 1", exclusiveThreads);
            require(exclusiveQueue >= 0, "exclusiveQueue", "not negative", exclusiveQueue);
            require(quarantineLimit >= 0, "quarantineLimit", "not negative", quarantineLimit);
            require(spareThreads >= 0, "spareThreads", "not negative", spareThreads);
            require(listenerBacklog >= 0, "listenerBacklog", "not negative", listenerBacklog);
            requireMillis("stallThresholdMillis", stallThresholdMillis, 3);
            requireMillis("maxQueueMillis", maxQueueMillis, 0);
            requireMicros("slowStepMicros", slowStepMicros, 1);
            requireMicros("autoSharedMicros", autoSharedMicros, 1);
            requireMicros("autoExclusiveMicros", autoExclusiveMicros, autoSharedMicros);
            requireMillis("balanceIntervalMillis", balanceIntervalMillis, 0);
            requireMillis("submitTimeoutMillis", submitTimeoutMillis, 0);
            requireMillis("deadlockCheckMillis", deadlockCheckMillis, 0);
            requireMillis("starvationMillis", starvationMillis, 0);
            requireMillis("killInterruptMillis", killInterruptMillis, 0);
            requireMillis("killHookMillis", killHookMillis, 0);
            requireMillis("killAbandonMillis", killAbandonMillis, 0);
            final long ladder = killInterruptMillis + killHookMillis + killAbandonMillis;
            requireMillis("closeTimeoutMillis", closeTimeoutMillis, ladder + 10 * stallThresholdMillis + 1000);
            final int most = ringCapacity / 2;
            if (reservedSlots == 0) {
                reservedSlots = Math.min(most, exclusiveThreads + 64);
            }
            require(reservedSlots >= 1 && reservedSlots <= most, "reservedSlots", "from 1 to " + most, reservedSlots);
            concludeThreads();
            pluginsByType = loadPlugins();
            return this;
        }

        private void concludeThreads() {
            if (waitMode == WaitMode.AUTO) {
                waitMode = AVAILABLE >= 4 && !CpuQuota.isLimited() ? WaitMode.BUSY_SPIN : WaitMode.ADAPTIVE;
            }
            if (!invokerMode && waitMode != WaitMode.ADAPTIVE) {
                require(
                        fireWorkers <= Math.max(1, AVAILABLE - 1),
                        "fireWorkers",
                        "at most CPUs - 1 = " + (AVAILABLE - 1) + " with waitMode " + waitMode,
                        fireWorkers);
            }
            if (virtualThreads && !VirtualThreads.areAvailable()) {
                throw new IllegalArgumentException("virtualThreads needs JDK 21 or later; this is "
                        + Runtime.version().feature());
            }
            if (nanoClock != SYSTEM_CLOCK && !invokerMode) {
                // Threads park by the system's clock: by another one they would oversleep.
                throw new IllegalArgumentException("nanoClock needs invokerMode(true)");
            }
            if (exclusiveRunner != null && !invokerMode) {
                throw new IllegalArgumentException("exclusiveRunner needs invokerMode(true)");
            }
            if (invokerMode && exclusiveRunner == null) {
                exclusiveRunner = (taskId, attempt, body) -> {
                    throw new IllegalStateException(
                            "invokerMode needs an exclusiveRunner for exclusive task " + taskId);
                };
            }
            if (threadFactory == null) {
                final AtomicInteger count = new AtomicInteger();
                threadFactory = body -> {
                    final Thread thread = new Thread(body, name + '-' + count.getAndIncrement());
                    thread.setDaemon(true);
                    return thread;
                };
            } else {
                final ThreadFactory given = threadFactory;
                threadFactory = body -> {
                    final Thread thread = given.newThread(body);
                    if (thread == null) {
                        throw new IllegalStateException("the thread factory returned no thread");
                    }
                    return thread;
                };
            }
        }

        private Map<String, TaskPlugin> loadPlugins() {
            final Map<String, TaskPlugin> byType = new HashMap<>();
            for (final TaskPlugin each : ServiceLoader.load(TaskPlugin.class)) {
                byType.put(requireType(each), each);
            }
            for (final TaskPlugin each : plugins) {
                byType.put(requireType(each), each);
            }
            return byType;
        }

        private static String requireType(final TaskPlugin plugin) {
            final String type = plugin.type();
            if (type == null || type.isEmpty()) {
                throw new IllegalArgumentException("plugin must have a type that is not empty: " + type + " ("
                        + plugin.getClass().getName() + ")");
            }
            if (plugin.container() == null) {
                throw new IllegalArgumentException("plugin must name a container: null ("
                        + plugin.getClass().getName() + ")");
            }
            return type;
        }

        private static void requireMillis(final String setting, final long value, final long least) {
            require(
                    value >= least && value <= TimeUnit.DAYS.toMillis(3650),
                    setting,
                    "from " + least + " to 315360000000",
                    value);
        }

        private static void requireMicros(final String setting, final long value, final long least) {
            require(
                    value >= least && value <= TimeUnit.DAYS.toMicros(3650),
                    setting,
                    "from " + least + " to 315360000000000",
                    value);
        }

        private static void require(
                final boolean fulfilled, final String setting, final String rule, final long value) {
            if (!fulfilled) {
                throw new IllegalArgumentException(setting + " must be " + rule + ": " + value);
            }
        }

        private ExclusiveWatch watch(final ResourceAgent agent, final EngineEvents events) {
            return new ExclusiveWatch(
                    exclusiveThreads,
                    TimeUnit.MILLISECONDS.toNanos(deadlockCheckMillis),
                    TimeUnit.MILLISECONDS.toNanos(starvationMillis),
                    agent,
                    events,
                    nanoClock);
        }

        private ExclusiveThreadTaskExecutorContainer.Settings exclusiveSettings(
                final Quotas quotas, final ExclusiveWatch watch, final ErrorLog errors) {
            return new ExclusiveThreadTaskExecutorContainer.Settings(
                    exclusiveThreads,
                    exclusiveQueue,
                    quarantineLimit,
                    virtualThreads,
                    virtualThreads ? VirtualThreads.factory(name + "-virtual-") : threadFactory,
                    threadFactory,
                    contextPropagator,
                    invokerMode ? exclusiveRunner : null,
                    quotas,
                    watch,
                    errors);
        }

        private EventBusSettings eventBusSettings(
                final TaskExecutorRepository repository,
                final TaskExecutorContainerDelegator delegator,
                final ExclusiveThreadTaskExecutorContainer exclusive,
                final TaskTypes types,
                final Quotas quotas,
                final ResourceAgent agent,
                final ExclusiveWatch watch,
                final EngineEvents events,
                final ErrorLog errors) {
            return new EventBusSettings(
                    partitions,
                    fireWorkers,
                    ringCapacity,
                    reservedSlots,
                    batchLimit,
                    waitMode,
                    invokerMode,
                    TimeUnit.MILLISECONDS.toNanos(killInterruptMillis),
                    TimeUnit.MILLISECONDS.toNanos(killHookMillis),
                    TimeUnit.MILLISECONDS.toNanos(killAbandonMillis),
                    TimeUnit.MILLISECONDS.toNanos(stallThresholdMillis),
                    spareThreads,
                    TimeUnit.MILLISECONDS.toNanos(balanceIntervalMillis),
                    noSparePolicy,
                    TimeUnit.MICROSECONDS.toNanos(slowStepMicros),
                    TimeUnit.MILLISECONDS.toNanos(maxQueueMillis),
                    listenerBacklog,
                    recordLatency,
                    nanoClock,
                    invokerIdle,
                    threadFactory,
                    List.copyOf(listeners),
                    contextPropagator,
                    completionExecutor,
                    repository,
                    delegator,
                    new SharedThreadTaskExecutorContainer(contextPropagator, errors),
                    exclusive,
                    types,
                    quotas,
                    agent,
                    watch,
                    events,
                    errors);
        }
    }
}
