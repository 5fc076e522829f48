package io.ringmaster.counters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmaster.EngineMetrics;
import io.ringmaster.Ledger;
import io.ringmaster.TaskEngine;
import io.ringmaster.client.InProcessTaskExecutorClient;
import io.ringmaster.client.TaskReport;
import io.ringmaster.eventbus.FireWorkerThreadSnapshot;
import io.ringmaster.eventbus.PartitionSnapshot;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.metrics.CountersFileException;
import io.ringmaster.metrics.CountersReader;
import io.ringmaster.metrics.CountersReader.Liveness;
import io.ringmaster.metrics.CountersSnapshot;
import io.ringmaster.metrics.EngineCounter;
import io.ringmaster.metrics.EngineState;
import io.ringmaster.task.Container;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import io.ringmaster.testing.Conditions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an engine copies into its counters file is what it says of itself. */
@Timeout(120)
class CountersTest {
    private static final AtomicInteger NAMES = new AtomicInteger();

    @TempDir
    private Path folder;

    private final CountDownLatch latch = new CountDownLatch(1);
    private final String name = "counters-" + NAMES.incrementAndGet();
    private TaskEngine engine;
    private CountersReader reader;

    @AfterEach
    void close() {
        latch.countDown();
        if (reader != null) {
            reader.close();
        }
        if (engine != null) {
            engine.close();
        }
    }

    private Path file() {
        return folder.resolve("engine.counters");
    }

    private TaskEngine.Context context() {
        return new TaskEngine.Context()
                .name(name)
                .fireWorkers(2)
                .waitMode(WaitMode.ADAPTIVE)
                .stallThresholdMillis(300)
                .killInterruptMillis(30)
                .killHookMillis(30)
                .killAbandonMillis(60)
                .countersFile(file());
    }

    private void launch(final TaskEngine.Context context) throws CountersFileException {
        engine = TaskEngine.launch(context);
        reader = CountersReader.open(file());
    }

    private static TaskSpec spec(final long id, final Container container, final Task task) {
        return TaskSpec.builder(id).container(container).task(task).build();
    }

    private static void end(final TaskHandle handle) throws Exception {
        handle.await(60, TimeUnit.SECONDS);
    }

    private void await(final EngineCounter counter, final int index, final long value) throws Exception {
        Conditions.await(
                counter + " of " + index + " is " + value, () -> reader.read().value(counter, index) == value);
    }

    private void await(final EngineState state) throws Exception {
        Conditions.await("the state is " + state, () -> reader.read().state() == state);
    }

    private List<String> files() throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(each -> each.getFileName().toString()).toList();
        }
    }

    private List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(each -> each.startsWith(name + '-'))
                .toList();
    }

    // ---- values ------------------------------------------------------------------------------------------------

    @Test
    void shouldHoldWhatLedgerAndMetricsSayOfAnEngineThatWasClosed() throws Exception {
        launch(context().partitions(3).spareThreads(3));
        for (int i = 1; i <= 300; i++) {
            final int kind = i % 3;
            engine.submit(spec(i, i % 10 == 0 ? Container.EXCLUSIVE : Container.SHARED, context -> {
                if (kind == 0) {
                    throw new IllegalStateException("wanted");
                }
                return Step.DONE;
            }));
        }
        final TaskHandle killed = engine.submit(spec(1000, Container.SHARED, context -> Step.WHEN_SIGNALLED));
        assertThat(engine.trySubmit(spec(1000, Container.SHARED, context -> Step.DONE))
                        .refusal())
                .isEqualTo(Refusal.DUPLICATE_ID);
        assertThat(engine.trySubmit(TaskSpec.builder(1001).type("nothing").build())
                        .refusal())
                .isEqualTo(Refusal.UNKNOWN_TYPE);
        killed.kill();
        assertThat(engine.drain(60, TimeUnit.SECONDS)).isTrue();
        assertThat(engine.trySubmit(spec(1002, Container.SHARED, context -> Step.DONE))
                        .refusal())
                .isEqualTo(Refusal.DRAINING);

        engine.close();

        final CountersSnapshot look = reader.read();
        assertThat(reader.liveness()).isEqualTo(Liveness.CLOSED);
        assertThat(look.isTorn()).isFalse();
        final EngineMetrics metrics = engine.metrics();
        assertLedger(look, metrics.ledger());
        assertThat(metrics.ledger().succeeded()).isEqualTo(200);
        for (final PartitionSnapshot each : metrics.partitions()) {
            assertPartition(look, each);
        }
        for (final FireWorkerThreadSnapshot each : metrics.threads()) {
            assertThat(look.value(EngineCounter.THREAD_BUSY_NANOS, each.index()))
                    .isEqualTo(each.busyNanos());
            assertThat(look.value(EngineCounter.THREAD_PARTITIONS, each.index()))
                    .isEqualTo(each.partitions().size());
            assertThat(look.value(EngineCounter.THREAD_REPLACED, each.index())).isEqualTo(each.replaced());
        }
        for (final Refusal each : Refusal.values()) {
            final EngineCounter counter = EngineCounter.of(each);
            assertThat(counter == null ? 0 : look.value(counter))
                    .as(each.name())
                    .isEqualTo(metrics.refusals().getOrDefault(each, 0L));
        }
        assertThat(metrics.refusals()).containsOnlyKeys(Refusal.DUPLICATE_ID, Refusal.UNKNOWN_TYPE, Refusal.DRAINING);
        metrics.engineEvents().forEach((kind, count) -> assertThat(look.value(EngineCounter.ofEvents(kind)))
                .isEqualTo(count));
        assertThat(look.value(EngineCounter.FOREIGN_ERRORS)).isEqualTo(metrics.foreignErrors());
        assertThat(look.value(EngineCounter.ENGINE_PAUSES)).isEqualTo(metrics.enginePauses());
        assertThat(look.value(EngineCounter.EXCLUSIVE_MAX_THREADS)).isEqualTo(64);
        assertThat(look.value(EngineCounter.EXCLUSIVE_PLACES)).isEqualTo(10_064);
        assertThat(look.value(EngineCounter.EXCLUSIVE_RESERVED)).isZero();
        assertThat(look.value(EngineCounter.EXCLUSIVE_RUNNING)).isZero();
        assertThat(look.value(EngineCounter.EXCLUSIVE_WAITING)).isZero();
        assertThat(look.value(EngineCounter.SPARE_THREADS)).isEqualTo(3);
        assertThat(look.value(EngineCounter.MAX_LIVE)).isEqualTo(10_000_000);
        assertThat(look.value(EngineCounter.HEAP_USED_BYTES)).isPositive();
    }

    private static void assertLedger(final CountersSnapshot look, final Ledger ledger) {
        assertThat(ledger.isBalanced()).isTrue();
        assertThat(look.value(EngineCounter.ACCEPTED)).isEqualTo(ledger.accepted());
        assertThat(look.value(EngineCounter.FINALIZED)).isEqualTo(ledger.finalized());
        assertThat(look.value(EngineCounter.SUCCEEDED)).isEqualTo(ledger.succeeded());
        assertThat(look.value(EngineCounter.FAILED)).isEqualTo(ledger.failed());
        assertThat(look.value(EngineCounter.KILLED)).isEqualTo(ledger.killed());
        assertThat(look.value(EngineCounter.ABANDONED)).isEqualTo(ledger.abandoned());
        assertThat(look.value(EngineCounter.QUARANTINED)).isEqualTo(ledger.quarantined());
        ledger.liveByState().forEach((state, count) -> assertThat(look.value(EngineCounter.of(state)))
                .isEqualTo(count));
    }

    private static void assertPartition(final CountersSnapshot look, final PartitionSnapshot partition) {
        final int i = partition.index();
        assertThat(look.value(EngineCounter.PARTITION_ACCEPTED, i)).isEqualTo(partition.accepted());
        assertThat(look.value(EngineCounter.PARTITION_FINALIZED, i)).isEqualTo(partition.finalized());
        for (final TaskState state : TaskState.values()) {
            if (state != TaskState.FINALIZED) {
                assertThat(look.value(EngineCounter.ofPartition(state), i))
                        .isEqualTo(partition.byState()[state.ordinal()]);
            }
        }
        assertThat(look.value(EngineCounter.PARTITION_CYCLES, i)).isEqualTo(partition.cycles());
        assertThat(look.value(EngineCounter.PARTITION_STEPS, i)).isEqualTo(partition.steps());
        assertThat(look.value(EngineCounter.PARTITION_IGNORED, i)).isEqualTo(partition.ignored());
        assertThat(look.value(EngineCounter.PARTITION_STALE, i)).isEqualTo(partition.stale());
        assertThat(look.value(EngineCounter.PARTITION_TAKEOVERS, i)).isEqualTo(partition.takeovers());
        assertThat(look.value(EngineCounter.PARTITION_MOVES, i)).isEqualTo(partition.moves());
        assertThat(look.value(EngineCounter.PARTITION_OCCUPIED, i)).isZero();
        assertThat(look.value(EngineCounter.PARTITION_RING_CAPACITY, i)).isEqualTo(1 << 14);
        assertThat(look.value(EngineCounter.PARTITION_THREAD, i)).isEqualTo(partition.thread());
        assertThat(look.value(EngineCounter.PARTITION_BUSY_NANOS, i)).isEqualTo(partition.busyNanos());
        assertThat(look.value(EngineCounter.PARTITION_HANDLED, i)).isGreaterThanOrEqualTo(5 * partition.accepted());
    }

    @Test
    void shouldShowWhatIsLive() throws Exception {
        launch(context().fireWorkers(1).exclusiveThreads(1));
        engine.submit(spec(1, Container.SHARED, context -> Step.WHEN_SIGNALLED));
        engine.submit(spec(2, Container.SHARED, context -> context.againAfter(1, TimeUnit.HOURS)));
        for (int i = 3; i < 6; i++) {
            engine.submit(spec(i, Container.EXCLUSIVE, context -> {
                latch.await();
                return Step.DONE;
            }));
        }
        await(EngineCounter.LIVE_RUNNING, 0, 3);
        await(EngineCounter.PARTITION_RUNNING, 0, 3);
        await(EngineCounter.LIVE_SCHEDULED, 0, 2);
        await(EngineCounter.EXCLUSIVE_RUNNING, 0, 1);
        await(EngineCounter.EXCLUSIVE_WAITING, 0, 2);
        await(EngineCounter.EXCLUSIVE_RESERVED, 0, 3);
        await(EngineCounter.PARTITION_TIMERS, 0, 1);
        engine.pause(1);
        await(EngineCounter.LIVE_PAUSED, 0, 1);
        assertThat(reader.liveness()).isEqualTo(Liveness.BEATING);
    }

    @Test
    void shouldShowACallThatHoldsAPartition() throws Exception {
        launch(context().fireWorkers(1).spareThreads(0));
        final TaskHandle holder = engine.submit(spec(1, Container.SHARED, context -> {
            latch.await();
            return Step.DONE;
        }));
        Conditions.await("it is seen to be held", () -> {
            final CountersSnapshot look = reader.read();
            final String call = EngineCounter.callName(look.value(EngineCounter.PARTITION_CALL, 0));
            return call.equals("STEP") && look.value(EngineCounter.PARTITION_HELD_NANOS, 0) > 0;
        });
        Conditions.await(
                "it refuses", () -> EngineCounter.blockedName(reader.read().value(EngineCounter.PARTITION_BLOCKED, 0))
                        .equals("NO_SPARE"));
        assertThat(engine.trySubmit(spec(2, Container.SHARED, context -> Step.DONE))
                        .refusal())
                .isEqualTo(Refusal.NO_SPARE);
        await(EngineCounter.REFUSED_NO_SPARE, 0, 1);
        await(EngineCounter.EVENTS_STALL, 0, 1);
        latch.countDown();
        end(holder);
        await(EngineCounter.PARTITION_BLOCKED, 0, 0);
        await(EngineCounter.PARTITION_HELD_NANOS, 0, 0);
    }

    @Test
    void shouldShowAHandOver() throws Exception {
        launch(context().fireWorkers(1).stallThresholdMillis(30));
        final TaskHandle holder = engine.submit(spec(1, Container.SHARED, context -> {
            latch.await();
            return Step.DONE;
        }));
        await(EngineCounter.PARTITION_TAKEOVERS, 0, 1);
        await(EngineCounter.THREAD_REPLACED, 0, 1);
        await(EngineCounter.SPARE_THREADS_HELD, 0, 1);
        await(EngineCounter.EVENTS_HAND_OVER, 0, 1);
        latch.countDown();
        end(holder);
        await(EngineCounter.SPARE_THREADS_HELD, 0, 0);
    }

    @Test
    void shouldShowWhatMastersHaveNotAcknowledged() throws Exception {
        final ConcurrentLinkedQueue<TaskReport> reports = new ConcurrentLinkedQueue<>();
        try (InProcessTaskExecutorClient client = InProcessTaskExecutorClient.launch(context(), answer -> {})) {
            reader = CountersReader.open(file());
            client.connect("master", (destination, batch) -> reports.addAll(batch));
            client.dispatch(1, "master", 1, spec(1, Container.SHARED, context -> Step.DONE));
            await(EngineCounter.OUTBOX_DESTINATIONS, 0, 1);
            await(EngineCounter.OUTBOX_WAITING_TASKS, 0, 1);
            Conditions.await(
                    "reports wait",
                    () -> reader.read().value(EngineCounter.OUTBOX_UNACKNOWLEDGED) > 0
                            && reader.read().value(EngineCounter.OUTBOX_SENT) > 0);
            Conditions.await("it has said that it is done", () -> reports.stream()
                    .peek(each -> client.acknowledge("master", each.taskId(), each.dispatchEpoch(), each.sequence()))
                    .anyMatch(each -> each.isFinal()));
            await(EngineCounter.OUTBOX_WAITING_TASKS, 0, 0);
            await(EngineCounter.OUTBOX_UNACKNOWLEDGED, 0, 0);
        }
    }

    // ---- states and copies -------------------------------------------------------------------------------------

    @Test
    void shouldSayWhatTheEngineIsUpTo() throws Exception {
        launch(context());
        assertThat(reader.read().state()).isEqualTo(EngineState.RUNNING);
        final TaskHandle live = engine.submit(spec(1, Container.SHARED, context -> Step.WHEN_SIGNALLED));
        assertThat(engine.drain(0, TimeUnit.SECONDS)).isFalse();
        await(EngineState.DRAINING);
        live.kill();
        engine.close();
        assertThat(reader.read().state()).isEqualTo(EngineState.CLOSED);
        assertThat(file()).as("stays, for whoever comes later").exists();
    }

    @Test
    void shouldCopyTenTimesASecondWhateverTheStallThreshold() throws Exception {
        launch(context().stallThresholdMillis(600_000).closeTimeoutMillis(6_100_000));
        final long first = reader.read().copies();
        Conditions.await("three more copies", () -> reader.read().copies() >= first + 3);
        assertThat(reader.header().intervalNanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
    }

    @Test
    void shouldCopyWhenTheMonitorIsTurnedInInvokerMode() throws Exception {
        final AtomicLong now = new AtomicLong();
        launch(context()
                .invokerMode(true)
                .nanoClock(now::get)
                .invokerIdle(nanos -> now.addAndGet(Math.min(nanos, 1_000_000)))
                .stallThresholdMillis(300));
        engine.trySubmit(spec(1, Container.SHARED, context -> Step.DONE));
        engine.invoker().fireWorker(0);
        engine.invoker().fireWorker(1);
        engine.invoker().monitor();
        assertThat(engine.ledger().succeeded()).isEqualTo(1);
        assertThat(reader.read().value(EngineCounter.SUCCEEDED)).isEqualTo(1);

        engine.trySubmit(spec(2, Container.SHARED, context -> Step.DONE));
        engine.invoker().fireWorker(0);
        engine.invoker().fireWorker(1);
        engine.invoker().monitor();
        assertThat(reader.read().value(EngineCounter.SUCCEEDED))
                .as("not due yet")
                .isEqualTo(1);
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
        engine.invoker().monitor();
        assertThat(reader.read().value(EngineCounter.SUCCEEDED)).isEqualTo(2);
        assertThat(reader.header().threads()).isZero();
        assertThat(reader.read().value(EngineCounter.PARTITION_THREAD, 0)).isEqualTo(-1);
    }

    @Test
    void shouldTakeTheFileFromASystemProperty() throws Exception {
        System.setProperty("ringmaster.countersFile", file().toString());
        try {
            engine = TaskEngine.launch(new TaskEngine.Context().name(name));
        } finally {
            System.clearProperty("ringmaster.countersFile");
        }
        reader = CountersReader.open(file());
        assertThat(reader.header().engine()).isEqualTo(name);
    }

    // ---- what goes wrong ---------------------------------------------------------------------------------------

    @Test
    void shouldLeaveNeitherThreadNorFileWhenTheFileCantBeMade() throws Exception {
        final Path missing = folder.resolve("missing").resolve("engine.counters");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskEngine.launch(context().countersFile(missing)))
                .withMessage("countersFile must be in a folder that exists: " + missing);
        Conditions.await("no thread is left", () -> threads().isEmpty());
        assertThat(files()).isEmpty();
    }

    @Test
    void shouldLeaveNoFileWhenTheLaunchFailsLater() throws Exception {
        final AtomicInteger made = new AtomicInteger();
        assertThatThrownBy(() -> TaskEngine.launch(context().threadFactory(body -> {
                    if (made.incrementAndGet() > 2) {
                        throw new IllegalStateException("no more threads");
                    }
                    final Thread thread = new Thread(body, name + "-" + made);
                    thread.setDaemon(true);
                    return thread;
                })))
                .hasMessage("no more threads");
        Conditions.await("no thread is left", () -> threads().isEmpty());
        assertThat(files()).isEmpty();
    }

    @Test
    void shouldRefuseASecondEngineAndKeepTheFirst() throws Exception {
        launch(context());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskEngine.launch(context()))
                .withMessageStartingWith("countersFile must not be that of a live engine: " + file());
        assertThat(files()).containsExactly("engine.counters");
        end(engine.submit(spec(1, Container.SHARED, context -> Step.DONE)));
        await(EngineCounter.SUCCEEDED, 0, 1);
    }

    /** Somebody empties the file under a live engine: to store there would hit no memory. */
    @Test
    void shouldWorkOnWithoutItsFile() throws Exception {
        launch(context());
        Files.write(file(), new byte[0]);
        Conditions.await("it has noticed", () -> engine.metrics().foreignErrors() == 1);
        final long ticks = monitorTicks();
        Conditions.await("the monitor goes on", () -> monitorTicks() > ticks + 3);
        end(engine.submit(spec(1, Container.SHARED, context -> Step.DONE)));
        engine.close();
        assertThat(engine.ledger().isBalanced()).isTrue();
        assertThat(engine.metrics().foreignErrors()).as("told once").isEqualTo(1);
        assertThat(file()).isEmptyFile();
    }

    private long monitorTicks() {
        return engine.health().roles().stream()
                .filter(each -> each.name().equals("monitor"))
                .findFirst()
                .orElseThrow()
                .cycles();
    }

    /** The file that belongs to another engine by now is not touched any more. */
    @Test
    void shouldNotWriteIntoAFileThatWasReplaced() throws Exception {
        launch(context());
        final byte[] other = new byte[100_000];
        Arrays.fill(other, (byte) 7);
        final Path beside = Files.write(folder.resolve("beside"), other);
        Files.move(beside, file(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        final long copies = reader.read().copies();
        Conditions.await("further copies go to the old one", () -> reader.read().copies() > copies + 3);
        assertThat(file()).hasBinaryContent(other);
    }
}
