package io.ringmaster.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.TaskEngine;
import io.ringmaster.client.InProcessTaskExecutorClient;
import io.ringmaster.client.TaskExecutorClient;
import io.ringmaster.client.TaskExecutorClientListener;
import io.ringmaster.client.TaskReportChannel;
import io.ringmaster.replay.TaskRecords.Outcome;
import io.ringmaster.task.Container;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.workflow.Workflow;
import io.ringmaster.workflow.WorkflowBuilder;
import io.ringmaster.workflow.WorkflowFormatException;
import io.ringmaster.workflow.WorkflowGenerator;
import io.ringmaster.workflow.WorkflowShape;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Replays through the real engine. */
@Timeout(60)
class ReplayTest {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private InProcessTaskExecutorClient client;

    @AfterEach
    void close() {
        if (client != null) {
            client.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Container.class)
    void shouldReplayTheSample(final Container container) throws InterruptedException {
        final Replay replay =
                finished(new Replay(new Workload(List.of(WorkflowGenerator.sample()), 20, 1), container), context());

        expectAllWell(replay);
        assertThat(ReplayAudit.of(replay.workload(), replay.records()).makespanNanos())
                .isGreaterThanOrEqualTo(
                        replay.workload().idealNanos() - replay.workload().taskCount());
    }

    @ParameterizedTest
    @CsvSource({
        "CHAIN,      300, SHARED,    1",
        "FORK_JOIN,  500, SHARED,    2",
        "MAP_REDUCE, 500, SHARED,    3",
        "MONTAGE,    500, SHARED,    2",
        "MONTAGE,    500, AUTO,      2",
        "FORK_JOIN,  300, EXCLUSIVE, 2",
        "MAP_REDUCE, 300, EXCLUSIVE, 1"
    })
    void shouldReplayEachShapeWithoutRuntimes(
            final WorkflowShape shape, final int tasks, final Container container, final int fireWorkers)
            throws InterruptedException {
        final Workflow workflow = new WorkflowGenerator(7).generate(shape, tasks);

        expectAllWell(finished(
                new Replay(new Workload(List.of(workflow), 0, 1), container),
                context().fireWorkers(fireWorkers)));
    }

    @ParameterizedTest
    @CsvSource({"1, SHARED", "2, SHARED", "3, AUTO", "2, EXCLUSIVE"})
    void shouldLoseNothingThatASmallRingRefuses(final int fireWorkers, final Container container)
            throws InterruptedException {
        final Workflow workflow = forkJoin(5_000);
        final Replay replay = finished(
                new Replay(new Workload(List.of(workflow, rootsOnly(5_000)), 0, 1), container),
                context()
                        .fireWorkers(fireWorkers)
                        .ringCapacity(64)
                        .exclusiveThreads(4)
                        .exclusiveQueue(10));

        expectAllWell(replay);
        assertThat(replay.refusals()).isPositive();
    }

    @Test
    void shouldWaitForQuotaInsteadOfLosingTasks() throws InterruptedException {
        final Replay replay = finished(
                new Replay(new Workload(List.of(forkJoin(1_000)), 0, 1), Container.SHARED),
                context().fireWorkers(2).maxLiveTasks(10));

        expectAllWell(replay);
        assertThat(replay.refusals()).isPositive();
    }

    @Test
    void shouldReplayCopiesAndSeveralWorkflowsSideBySide() throws InterruptedException {
        final Workflow sample = WorkflowGenerator.sample();
        final Replay replay = finished(
                new Replay(new Workload(List.of(sample.repeat(5), forkJoin(20), sample), 100, 1), Container.SHARED),
                context());

        expectAllWell(replay);
        assertThat(replay.workload().taskCount()).isEqualTo(6 * sample.taskCount() + 22);
    }

    @Test
    void shouldReleaseInstancesWhenTheyArrive() throws InterruptedException, WorkflowFormatException {
        final WorkflowBuilder builder = new WorkflowBuilder("arrivals");
        for (int i = 0; i < 20; i++) {
            builder.instance("i" + i, i * 40 * MILLI).task("a", "", 10 * MILLI).task("b", "", 10 * MILLI, "a");
        }
        final Workload workload = new Workload(List.of(builder.build(), forkJoin(3)), 2, 2);
        final Replay replay = finished(new Replay(workload, Container.SHARED), context());

        expectAllWell(replay);
        final TaskRecords records = replay.records();
        for (int i = 0; i < 20; i++) {
            final long arrival = i * 10 * MILLI;
            assertThat(workload.arrivalNanos(i)).isEqualTo(arrival);
            assertThat(records.ready(2 * i)).isEqualTo(arrival);
            assertThat(records.submitted(2 * i))
                    .as("dispatch of instance %d", i)
                    .isGreaterThanOrEqualTo(arrival + replay.releaseLagNanos(i));
            assertThat(records.start(2 * i + 1)).isGreaterThanOrEqualTo(records.end(2 * i));
        }
        assertThat(ReplayLatency.releaseLag(replay).getTotalCount()).isEqualTo(21);
        assertThat(ReplayAudit.of(workload, records).makespanNanos()).isGreaterThanOrEqualTo(workload.idealNanos());
    }

    @ParameterizedTest
    @EnumSource(value = Container.class)
    void shouldNotReleaseWhatLiesBelowAFailedTask(final Container container) throws Exception {
        final Workflow workflow = new WorkflowBuilder("diamond")
                .task("top", "", MILLI)
                .task("left", "", MILLI, "top")
                .task("right", "", MILLI, "top")
                .task("below-left", "", MILLI, "left")
                .task("bottom", "", MILLI, "below-left", "right")
                .task("below-right", "", MILLI, "right")
                .build();
        final Replay replay = finished(
                new Replay(new Workload(List.of(workflow), 1, 1), container, failing("left", workflow)), context());

        final TaskRecords records = replay.records();
        assertThat(List.of(0, 1, 2, 3, 4, 5))
                .extracting(records::outcome)
                .containsExactly(
                        Outcome.SUCCEEDED,
                        Outcome.FAILED,
                        Outcome.SUCCEEDED,
                        Outcome.NONE,
                        Outcome.NONE,
                        Outcome.SUCCEEDED);
        final ReplayAudit audit = ReplayAudit.of(replay.workload(), records);
        assertThat(audit.succeeded()).isEqualTo(3);
        assertThat(audit.failed()).isEqualTo(1);
        assertThat(audit.notReleased()).isEqualTo(2);
        assertThat(audit.unfinished()).isZero();
        assertThat(audit.dependencyViolations()).isZero();
        assertThat(replay.firstFailure())
                .isEqualTo("task \"left\" of workflow \"diamond\" failed: java.lang.IllegalStateException: broken");
        assertThat(client.engine().ledger().failed()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Container.class)
    void shouldKillWhatIsLiveWhenItIsStopped(final Container container) throws Exception {
        final WorkflowBuilder builder = new WorkflowBuilder("long");
        builder.task("short", "", 0).task("after-short", "", TimeUnit.HOURS.toNanos(1), "short");
        for (int i = 0; i < 100; i++) {
            builder.task("long-" + i, "", TimeUnit.HOURS.toNanos(1));
        }
        builder.task("never", "", 0, "long-1");
        final CountDownLatch running = new CountDownLatch(1);
        final Replay replay = new Replay(new Workload(List.of(builder.build()), 1, 1), container, task -> context -> {
            if (context.taskId() == 1) {
                running.countDown();
            }
            return task.execute(context);
        });
        client = InProcessTaskExecutorClient.launch(context().exclusiveThreads(200), event -> {});
        replay.start(client);
        running.await();

        assertThat(replay.await(0, TimeUnit.SECONDS)).isFalse();
        assertThat(replay.stop(30, TimeUnit.SECONDS)).isTrue();

        assertThat(client.engine().drain(10, TimeUnit.SECONDS)).isTrue();
        assertThat(client.engine().ledger().isBalanced()).isTrue();
        final ReplayAudit audit = ReplayAudit.of(replay.workload(), replay.records());
        assertThat(audit.succeeded()).isEqualTo(1);
        assertThat(audit.killed() + audit.notReleased() + audit.unfinished()).isEqualTo(102);
        assertThat(audit.killed()).isPositive();
        assertThat(replay.records().outcome(102)).isEqualTo(Outcome.NONE);
        assertThat(audit.dependencyViolations()).isZero();
    }

    @Test
    void shouldCountARefusalForGoodAsAFailure() throws InterruptedException {
        client = InProcessTaskExecutorClient.launch(context(), event -> {});
        client.engine().drain(1, TimeUnit.SECONDS);
        final Replay replay = new Replay(new Workload(List.of(forkJoin(3)), 0, 1), Container.SHARED);
        replay.start(client);
        replay.await(30, TimeUnit.SECONDS);

        assertThat(replay.records().outcome(0)).isEqualTo(Outcome.FAILED);
        assertThat(replay.firstFailure()).isEqualTo("task \"fork\" of workflow \"wide\" was refused: DRAINING");
        final ReplayAudit audit = ReplayAudit.of(replay.workload(), replay.records());
        assertThat(audit.notReleased()).isEqualTo(4);
    }

    @Test
    void shouldSeeThatTheEngineEndedATaskTooEarly() throws InterruptedException {
        // A container whose waits are too short: a step is asked again at once, whatever delay it wanted.
        final UnaryOperator<Task> hasty = task -> context -> {
            task.execute(context);
            return task.execute(context);
        };
        final Replay replay = finished(
                new Replay(new Workload(List.of(WorkflowGenerator.sample()), 1, 1), Container.SHARED, hasty),
                context());

        assertThat(ReplayAudit.of(replay.workload(), replay.records()).shortRuns())
                .isEqualTo(replay.workload().taskCount());
    }

    /** Each dispatch takes long enough for the task to end meanwhile, wherever it runs on another fire-worker. */
    @Test
    void shouldNotEndBeforeTheLastChildIsReleased() throws InterruptedException {
        final WorkflowBuilder builder = new WorkflowBuilder("diamonds").task("join-0", "", 0);
        for (int i = 1; i <= 10; i++) {
            builder.task("left-" + i, "", 0, "join-" + (i - 1))
                    .task("right-" + i, "", 0, "join-" + (i - 1))
                    .task("join-" + i, "", 0, "left-" + i, "right-" + i);
        }
        final Replay replay = new Replay(new Workload(List.of(built(builder)), 0, 1), Container.SHARED);
        client = InProcessTaskExecutorClient.launch(context().fireWorkers(2), event -> {});

        replay.start(new SlowClient(client));

        assertThat(replay.await(50, TimeUnit.SECONDS)).isTrue();
        assertThat(client.engine().drain(10, TimeUnit.SECONDS)).isTrue();
        expectAllWell(replay);
    }

    /** Comes back from a dispatch when the task has ended, or after a while. */
    private record SlowClient(InProcessTaskExecutorClient client) implements TaskExecutorClient {
        private static final long LONGEST_NANOS = 20 * MILLI;

        @Override
        public void dispatch(
                final long correlationId, final String destination, final long epoch, final TaskSpec spec) {
            client.dispatch(correlationId, destination, epoch, spec);
            final long start = System.nanoTime();
            while (client.engine().get(spec.id()) != null && System.nanoTime() - start < LONGEST_NANOS) {
                Thread.onSpinWait();
            }
        }

        @Override
        public void subscribe(final String destination, final TaskExecutorClientListener listener) {
            client.subscribe(destination, listener);
        }

        @Override
        public void connect(
                final String destination, final TaskReportChannel channel, final TaskExecutorClientListener answers) {
            client.connect(destination, channel, answers);
        }

        @Override
        public void acknowledge(
                final String destination, final long taskId, final long dispatchEpoch, final long sequence) {
            client.acknowledge(destination, taskId, dispatchEpoch, sequence);
        }

        @Override
        public void pause(final long correlationId, final long taskId) {
            client.pause(correlationId, taskId);
        }

        @Override
        public void resume(final long correlationId, final long taskId) {
            client.resume(correlationId, taskId);
        }

        @Override
        public void kill(final long correlationId, final long taskId) {
            client.kill(correlationId, taskId);
        }

        @Override
        public void reassign(final long correlationId, final long taskId, final String destination) {
            client.reassign(correlationId, taskId, destination);
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private static UnaryOperator<Task> failing(final String id, final Workflow workflow) {
        return task -> context -> {
            if (workflow.taskId((int) context.taskId()).equals(id)) {
                throw new IllegalStateException("broken");
            }
            return task.execute(context);
        };
    }

    private static Workflow forkJoin(final int width) {
        final WorkflowBuilder builder = new WorkflowBuilder("wide").task("fork", "fork", MILLI);
        final String[] branches = new String[width];
        for (int i = 0; i < width; i++) {
            branches[i] = "branch-" + i;
            builder.task(branches[i], "branch", MILLI, "fork");
        }
        return built(builder.task("join", "join", MILLI, branches));
    }

    private static Workflow rootsOnly(final int count) {
        final WorkflowBuilder builder = new WorkflowBuilder("roots");
        for (int i = 0; i < count; i++) {
            builder.task("root-" + i, "root", MILLI);
        }
        return built(builder);
    }

    private static Workflow built(final WorkflowBuilder builder) {
        try {
            return builder.build();
        } catch (final WorkflowFormatException e) {
            throw new AssertionError(e);
        }
    }

    private static TaskEngine.Context context() {
        return new TaskEngine.Context().fireWorkers(1).exclusiveThreads(16);
    }

    private Replay finished(final Replay replay, final TaskEngine.Context context) throws InterruptedException {
        client = InProcessTaskExecutorClient.launch(context, event -> {});
        replay.start(client);
        assertThat(replay.await(50, TimeUnit.SECONDS)).as("has ended").isTrue();
        assertThat(replay.defect()).isNull();
        assertThat(client.engine().drain(10, TimeUnit.SECONDS)).isTrue();
        assertThat(client.engine().ledger().isBalanced()).isTrue();
        assertThat(replay.doubleEnds()).isZero();
        return replay;
    }

    private void expectAllWell(final Replay replay) {
        final int tasks = replay.workload().taskCount();
        assertThat(replay.firstFailure()).isNull();
        assertThat(client.engine().ledger().succeeded()).isEqualTo(tasks);
        final ReplayAudit audit = ReplayAudit.of(replay.workload(), replay.records());
        assertThat(audit).isEqualTo(new ReplayAudit(tasks, 0, 0, 0, 0, 0, 0, audit.makespanNanos()));
        for (final ReplayLatency each : ReplayLatency.values()) {
            assertThat(each.of(replay.workload(), replay.records()).getTotalCount())
                    .isEqualTo(tasks);
        }
        final LastPath path = LastPath.of(replay.workload(), replay.records());
        assertThat(path.arrivalNanos()
                        + path.durationNanos()
                        + path.readyToRunningNanos()
                        + path.overrunNanos()
                        + path.endToReadyNanos())
                .isEqualTo(audit.makespanNanos());
    }
}
