package io.ringmaster.soak;

import io.ringmaster.EngineMetrics;
import io.ringmaster.Health;
import io.ringmaster.Ledger;
import io.ringmaster.TaskEngine;
import io.ringmaster.TaskFilter;
import io.ringmaster.TaskPage;
import io.ringmaster.client.ClientCloseReport;
import io.ringmaster.client.InProcessTaskExecutorClient;
import io.ringmaster.client.OutboxSnapshot;
import io.ringmaster.client.ReporterSettings;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.resilience.Quota;
import io.ringmaster.resilience.QuotaUsage;
import io.ringmaster.resilience.Quotas;
import io.ringmaster.resilience.ResourceSnapshot;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** An engine with its Masters, what is submitted to it, and what must hold of it while it works and when it rests. */
final class SoakRig implements AutoCloseable {
    static final long MAX_LIVE = 20_000;
    static final long STALL_MILLIS = 50;

    private static final String DIRECT = "direct";
    private static final int EXCLUSIVE_THREADS = 24;
    private static final int QUARANTINE_LIMIT = 8;
    private static final int FLOOD_EVERY = 3_000;
    private static final int OBSERVED_EVERY = 8;
    private static final long NATURAL_END_MILLIS = 500;
    private static final long PATIENCE_SECONDS = 60;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int NAMED = 5;

    private final SoakSettings settings;
    private final TaskBook book;
    private final InProcessTaskExecutorClient client;
    private final List<Master> masters = new ArrayList<>();
    private final int masterWeights;
    private Ledger lastSeen;

    SoakRig(
            final String name,
            final SoakSettings settings,
            final AtomicLong lastRun,
            final ScheduledExecutorService network,
            final Executor completions) {
        this.settings = settings;
        this.book = new TaskBook(settings.seed(), STALL_MILLIS, settings.faults(), lastRun);
        this.client = InProcessTaskExecutorClient.launch(
                new TaskEngine.Context()
                        .name(name)
                        .fireWorkers(2)
                        .partitions(6)
                        .waitMode(WaitMode.ADAPTIVE)
                        .ringCapacity(256)
                        .maxLiveTasks(MAX_LIVE)
                        .maxQueueMillis(100)
                        .exclusiveThreads(EXCLUSIVE_THREADS)
                        .exclusiveQueue(60)
                        .quarantineLimit(QUARANTINE_LIMIT)
                        .spareThreads(4)
                        .stallThresholdMillis(STALL_MILLIS)
                        .balanceIntervalMillis(200)
                        .listenerBacklog(100)
                        .killInterruptMillis(50)
                        .killHookMillis(50)
                        .killAbandonMillis(1_500)
                        .closeTimeoutMillis(20_000)
                        .completionExecutor(completions)
                        .plugin(new SoakPlugin())
                        .listener(book::onEvent)
                        .listener(book::onEventHanging)
                        .listener(TaskBook::onEventThrowing),
                book::onAnswer,
                ReporterSettings.DEFAULT
                        .withRetry(20, 300)
                        .withMaxBatch(64)
                        .withOutboxCapacity(400)
                        .withReportsPerTask(8)
                        .withFinishedIds(5_000));
        for (int i = 0; i < Fault.FORKS; i++) {
            client.engine().resources().define(Fault.fork(i), 1);
        }
        int weights = 0;
        for (final Master.Line each : Master.Line.values()) {
            final Master master = new Master(each, book, network, settings.seed());
            master.connect(client);
            masters.add(master);
            weights += each.weight;
        }
        this.masterWeights = weights;
        client.subscribe(DIRECT, book::onAnswer);
    }

    InProcessTaskExecutorClient client() {
        return client;
    }

    TaskBook book() {
        return book;
    }

    Set<Fault> faults() {
        return settings.faults();
    }

    // ---- work ----------------------------------------------------------------------------------------------------

    /**
     * Submits tasks at a rate, with floods in between, and disturbs them, until the time is up or there were enough.
     *
     * @param random   what everything is drawn from.
     * @param nanos    for how long.
     * @param most     how many tasks.
     * @param stopping asked now and then; ends it early.
     */
    void work(final SplittableRandom random, final long nanos, final int most, final BooleanSupplier stopping)
            throws InterruptedException {
        resetQuotas();
        final Disturber disturber = new Disturber(this, book, random.split());
        final Thread thread = new Thread(disturber, "soak-disturber");
        thread.setDaemon(true);
        thread.start();
        final long start = System.nanoTime();
        long checkNanos = start;
        int submitted = 0;
        while (System.nanoTime() - start < nanos && submitted < most && !stopping.getAsBoolean()) {
            submitOne(random);
            submitted++;
            if (random.nextInt(FLOOD_EVERY) == 0) {
                flood(random);
            }
            if (System.nanoTime() - checkNanos > TimeUnit.SECONDS.toNanos(1)) {
                checkNanos = System.nanoTime();
                checkWhileWorking();
            }
            final long due = start + TimeUnit.SECONDS.toNanos(1) * submitted / settings.rate();
            final long early = due - System.nanoTime();
            if (early > 0) {
                LockSupport.parkNanos(this, early);
            }
        }
        disturber.stop();
        thread.join();
        checkWhileWorking();
    }

    private void submitOne(final SplittableRandom random) {
        final int way = random.nextInt(10);
        if (way < 4) {
            submitDirectly(book.newRun(SoakTask.NO_EPOCH));
        } else if (way == 4) {
            final SoakTask task = book.newRun(SoakTask.NO_EPOCH);
            book.ask(task);
            client.dispatch(task.run, DIRECT, book.specOf(task));
        } else {
            final Master master = someMaster(random);
            final SoakTask task = book.newRun(random.nextInt(3));
            dispatch(task, master);
        }
    }

    void submitDirectly(final SoakTask task) {
        final TaskHandle handle = client.engine().trySubmit(book.specOf(task));
        book.answered(task, handle.refusal());
        if (handle.isAccepted() && task.run % OBSERVED_EVERY == 0) {
            handle.completion().thenAccept(outcome -> book.completed(task, outcome));
        }
    }

    void dispatch(final SoakTask task, final Master master) {
        task.reportsGivenUp |= master.line() == Master.Line.DEAD;
        book.ask(task);
        client.dispatch(task.run, master.name(), task.epoch, book.specOf(task));
    }

    /** More than a ring holds, than can be done in the time that a task may wait, or than there are threads for. */
    private void flood(final SplittableRandom random) {
        final Flood flood = Flood.values()[random.nextInt(Flood.values().length)];
        for (int i = 0; i < flood.tasks; i++) {
            submitDirectly(book.newRun(flood.fault));
        }
    }

    private enum Flood {
        QUICK(3_000, Fault.NONE),
        HEAVY(800, Fault.HEAVY),
        EXCLUSIVE(300, Fault.EXCLUSIVE);

        private final int tasks;
        private final Fault fault;

        Flood(final int tasks, final Fault fault) {
            this.tasks = tasks;
            this.fault = fault;
        }
    }

    /** Every quota as it was in the beginning. */
    private void resetQuotas() {
        final Quotas quotas = client.engine().quotas();
        reset(quotas.engine());
        for (int i = 0; i < TaskBook.tenants(); i++) {
            reset(quotas.tenant(TaskBook.tenantName(i)));
        }
        for (final Fault each : settings.faults()) {
            reset(quotas.type(each.label()));
        }
    }

    private static void reset(final Quota quota) {
        quota.maxLive(MAX_LIVE).unlimitedSubmissions().exclusiveThreads(Quota.NO_EXCLUSIVE_LIMIT);
    }

    Master someMaster(final SplittableRandom random) {
        int at = random.nextInt(masterWeights);
        for (final Master each : masters) {
            at -= each.line().weight;
            if (at < 0) {
                return each;
            }
        }
        throw new AssertionError("weights");
    }

    // ---- what must hold while it works ---------------------------------------------------------------------------

    private static boolean countsNoneTwice(final Ledger ledger) {
        final long live = ledger.liveByState().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        return ledger.accepted() >= ledger.finalized() + live;
    }

    private void checkWhileWorking() {
        final Ledger ledger = client.engine().ledger();
        final long ended = ledger.succeeded() + ledger.failed() + ledger.killed() + ledger.abandoned();
        // A task that goes back to an earlier state between two reads is in both: hardly ever, and not twice in a row.
        expect(
                ledger.accepted() >= ended
                        && (countsNoneTwice(ledger)
                                || countsNoneTwice(client.engine().ledger())),
                "has more tasks than it accepted: " + ledger);
        expect(
                ledger.liveByState().values().stream().allMatch(count -> count >= 0),
                "has less than no tasks in a state: " + ledger);
        expect(ledger.live() <= MAX_LIVE, "has more live tasks than it may: " + ledger);
        if (lastSeen != null) {
            expect(
                    ledger.accepted() >= lastSeen.accepted() && ledger.finalized() >= lastSeen.finalized(),
                    "has gone back from " + lastSeen + " to " + ledger);
        }
        lastSeen = ledger;
        for (final OutboxSnapshot each : client.outboxes()) {
            expect(
                    each.liveTasks() >= 0
                            && each.waitingTasks() >= 0
                            && each.liveTasks() + each.waitingTasks() <= each.capacity(),
                    "has more in an outbox than it may: " + each);
        }
        for (final QuotaUsage each : client.engine().quotas().usage()) {
            expect(
                    each.live() >= 0 && each.exclusiveRunning() >= 0 && each.exclusiveRunning() <= EXCLUSIVE_THREADS,
                    "uses what it can't have: " + each);
        }
    }

    private void expect(final boolean holds, final String wrong) {
        if (!holds) {
            book.violation("the engine", wrong);
        }
    }

    // ---- and when it rests ---------------------------------------------------------------------------------------

    /** Brings everything to its end and looks at what is left. */
    void settle() {
        await(NATURAL_END_MILLIS, () -> client.engine().ledger().live() == 0);
        final boolean ended = await(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS), () -> {
            killAll();
            return client.engine().ledger().live() == 0;
        });
        if (!ended) {
            final List<String> why = new ArrayList<>();
            for (final TaskPage.Entry each :
                    client.engine().list(TaskFilter.ALL, Long.MIN_VALUE, NAMED).tasks()) {
                why.add(client.engine().explain(each.id()));
            }
            book.violation(
                    "the engine",
                    "has tasks that can't be killed: " + client.engine().ledger() + why);
        }
        book.releaseIgnoring();
        expectSoon("has quarantined threads", () -> client.engine().ledger().quarantined() == 0);
        expectSoon("has not told every listener of every end", () -> book.openRuns()
                .isEmpty());
        expectSoon("holds a partition", () -> {
            final Health health = client.engine().health();
            return health.ok();
        });
        settleReports();
        expectSoon("has forks that are held or waited for", this::areForksFree);
        checkAtRest();
        book.openRuns().clear();
        book.unanswered().clear();
    }

    private boolean areForksFree() {
        for (int i = 0; i < Fault.FORKS; i++) {
            final ResourceSnapshot fork = client.engine().resources().snapshot(Fault.fork(i));
            if (fork.free() != fork.permits()
                    || !fork.holders().isEmpty()
                    || !fork.waiters().isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private void killAll() {
        long after = Long.MIN_VALUE;
        TaskPage page;
        do {
            page = client.engine().list(TaskFilter.ALL, after, 10_000);
            for (final TaskPage.Entry each : page.tasks()) {
                client.engine().kill(each.id());
                after = each.id();
            }
        } while (page.more());
    }

    private void settleReports() {
        final String dead = masterOf(Master.Line.DEAD).name();
        expectSoon("has reports for Masters that answer", () -> client.outboxes().stream()
                .allMatch(each -> each.liveTasks() == 0
                        && (each.destination().equals(dead)
                                || each.waitingTasks() == 0 && each.unacknowledged() == 0)));
        client.discard(dead);
        expectSoon("has reports for nobody", () -> client.outboxes().stream()
                .allMatch(each -> each.waitingTasks() == 0 && each.unacknowledged() == 0));
        expectSoon("has something on a line", () -> masters.stream().allMatch(Master::isQuiet));
        book.settleReports();
        masters.forEach(Master::forget);
    }

    private Master masterOf(final Master.Line line) {
        return masters.stream().filter(each -> each.line() == line).findFirst().orElseThrow();
    }

    private void checkAtRest() {
        final EngineMetrics metrics = client.engine().metrics();
        final Ledger ledger = metrics.ledger();
        expect(ledger.isBalanced(), "does not balance: " + ledger);
        expect(
                client.engine()
                        .list(TaskFilter.ALL, Long.MIN_VALUE, NAMED)
                        .tasks()
                        .isEmpty(),
                "has a task in its repository");
        expect(
                ledger.accepted() == book.accepted(),
                "says that it has accepted " + ledger.accepted() + ", and listeners were told of " + book.accepted());
        expectEnds(TaskState.SUCCEEDED, ledger.succeeded());
        expectEnds(TaskState.FAILED, ledger.failed());
        expectEnds(TaskState.KILLED, ledger.killed());
        expectEnds(TaskState.ABANDONED, ledger.abandoned());
        expect(metrics.exclusiveReserved() == 0, "keeps places: " + metrics.exclusiveReserved());
        for (final QuotaUsage each : metrics.quotas()) {
            expect(each.live() == 0 && each.exclusiveRunning() == 0, "counts what is not there: " + each);
        }
        expect(
                book.unanswered().isEmpty(),
                "has left requests without an answer: " + book.unanswered().size());
    }

    private void expectEnds(final TaskState state, final long count) {
        expect(
                count == book.ended(state),
                "counts " + count + ' ' + state + ", and listeners were told of " + book.ended(state));
    }

    private void expectSoon(final String otherwise, final BooleanSupplier condition) {
        if (!await(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS), condition)) {
            final StringBuilder what = new StringBuilder(otherwise).append(": ");
            book.openRuns().stream().limit(NAMED).forEach(each -> what.append(each)
                    .append(' ')
                    .append(each.prompt.state())
                    .append(", "));
            what.append(client.engine().ledger())
                    .append(client.engine().health())
                    .append(client.outboxes());
            book.violation("the engine", what.toString());
        }
    }

    private boolean await(final long millis, final BooleanSupplier condition) {
        final long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(millis)) {
                return false;
            }
            LockSupport.parkNanos(this, LOOK_NANOS);
        }
        return true;
    }

    /** Drains and closes an engine that has settled: nothing may be left behind. */
    @Override
    public void close() {
        try {
            expect(
                    client.drain(PATIENCE_SECONDS, TimeUnit.SECONDS),
                    "can't be drained: " + client.engine().ledger());
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        final ClientCloseReport report = client.closeAndReport();
        expect(report.clean(), "leaves something behind: " + report);
    }
}
