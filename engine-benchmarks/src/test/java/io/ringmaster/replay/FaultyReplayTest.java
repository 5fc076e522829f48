package io.ringmaster.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.Ledger;
import io.ringmaster.TaskEngine;
import io.ringmaster.client.InProcessTaskExecutorClient;
import io.ringmaster.replay.Faults.Fault;
import io.ringmaster.replay.TaskRecords.Outcome;
import io.ringmaster.task.Container;
import io.ringmaster.workflow.Workflow;
import io.ringmaster.workflow.WorkflowGenerator;
import io.ringmaster.workflow.WorkflowShape;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Replays in which things go wrong on purpose. */
@Timeout(120)
class FaultyReplayTest {

    private final long seed =
            Long.getLong("ringmaster.seed", ThreadLocalRandom.current().nextLong());
    private InProcessTaskExecutorClient client;

    @AfterEach
    void close() {
        if (client != null) {
            client.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Container.class)
    void shouldEndEveryTaskOnceWhateverGoesWrong(final Container container) throws InterruptedException {
        final Faults faults = new Faults(0.2, 0.01, 0.01, 0.01, 20);
        final Replay replay = played(workload(150, 50), container, faults);

        expectEachEndedOnce(replay);
        final FaultAudit audit = replay.faultAudit();
        assertThat(audit.unexplained()).as("seed %d", seed).isZero();
        final Map<Fault, Integer> expected = expectedFaults(replay, faults);
        // At least: on a machine that stands still, a sound attempt may be taken for a zombie and be tried again.
        assertThat(audit.failures()).as("seed %d", seed).isGreaterThanOrEqualTo(expected.get(Fault.FAIL));
        assertThat(audit.blocks()).as("seed %d", seed).isGreaterThanOrEqualTo(expected.get(Fault.BLOCK));
        assertThat(audit.zombies()).as("seed %d", seed).isGreaterThanOrEqualTo(expected.get(Fault.ZOMBIE));
        assertThat(audit.timeouts()).as("seed %d", seed).isGreaterThanOrEqualTo(expected.get(Fault.TIMEOUT));
        assertThat(audit.recovered()).as("seed %d", seed).isGreaterThanOrEqualTo(expectedRecoveries(replay, faults));
        final ReplayAudit ends = ReplayAudit.of(replay.workload(), replay.records());
        assertThat(audit.reports()).as("seed %d", seed).isGreaterThanOrEqualTo(ends.succeeded() + ends.failed());
    }

    @Test
    void shouldRecoverEveryTaskWhoseFaultsEndBeforeItsAttempts() throws InterruptedException {
        final Faults faults = new Faults(0.3, 0, 0, 0, 0);
        final Replay replay = played(workload(100, 0), Container.SHARED, faults);

        expectEachEndedOnce(replay);
        int recovered = 0;
        for (int task = 0; task < replay.workload().taskCount(); task++) {
            if (replay.records().outcome(task) != Outcome.NONE && faults.draw(seed, task, 1) == Fault.FAIL) {
                boolean recovers = false;
                for (int attempt = 2; attempt <= Faults.ATTEMPTS; attempt++) {
                    recovers |= faults.draw(seed, task, attempt) != Fault.FAIL;
                }
                recovered += recovers ? 1 : 0;
            }
        }
        assertThat(replay.faultAudit().recovered()).as("seed %d", seed).isEqualTo(recovered);
    }

    @Test
    void shouldHandPartitionsOverThatABlockingStepHolds() throws InterruptedException {
        final Replay replay = played(workload(20, 0), Container.SHARED, new Faults(0, 0, 0.3, 0, 0));

        expectEachEndedOnce(replay);
        assertThat(ReplayAudit.of(replay.workload(), replay.records()).succeeded())
                .isEqualTo(replay.workload().taskCount());
        assertThat(replay.faultAudit().blocks()).as("seed %d", seed).isPositive();
        assertThat(client.engine().metrics().engineEvents().get("HandOver"))
                .as("seed %d", seed)
                .isPositive();
    }

    @Test
    void shouldReleaseNothingBelowATaskThatFailsForGood() throws InterruptedException {
        final Replay replay = played(workload(100, 0), Container.SHARED, new Faults(1, 0, 0, 0, 0));

        expectEachEndedOnce(replay);
        int roots = 0;
        for (int i = 0; i < replay.workload().taskCount(); i++) {
            roots += replay.workload().parentCount(i) == 0 ? 1 : 0;
        }
        final ReplayAudit ends = ReplayAudit.of(replay.workload(), replay.records());
        assertThat(ends.failed()).isEqualTo(roots);
        assertThat(ends.notReleased()).isEqualTo(replay.workload().taskCount() - roots);
        final FaultAudit audit = replay.faultAudit();
        assertThat(audit.failures()).isEqualTo((long) roots * Faults.ATTEMPTS);
        assertThat(audit.failed()).isEqualTo(roots);
        assertThat(audit.retried()).isEqualTo(roots);
        assertThat(audit.recovered()).isZero();
        assertThat(audit.unexplained()).isZero();
    }

    @Test
    void shouldTakeEachReportOfASlowMasterOnceHoweverOftenItComes() throws InterruptedException {
        final Replay replay = played(workload(30, 0), Container.SHARED, new Faults(0, 0, 0, 0, 300));

        expectEachEndedOnce(replay);
        assertThat(replay.faultAudit().repeated()).isPositive();
        assertThat(replay.doubleEnds()).isZero();
        assertThat(ReplayAudit.of(replay.workload(), replay.records()).succeeded())
                .isEqualTo(replay.workload().taskCount());
    }

    private static Workload workload(final int tasks, final double speedup) {
        final Workflow workflow = new WorkflowGenerator(7).generate(WorkflowShape.MAP_REDUCE, tasks);
        return new Workload(List.of(workflow), speedup, 1);
    }

    private Replay played(final Workload workload, final Container container, final Faults faults)
            throws InterruptedException {
        final TaskEngine.Context context =
                new TaskEngine.Context().fireWorkers(2).exclusiveThreads(32);
        client = InProcessTaskExecutorClient.launch(faults.applyTo(context), event -> {});
        final Replay replay = new Replay(workload, container, UnaryOperator.identity(), faults, seed);
        replay.start(client);
        assertThat(replay.await(60, TimeUnit.SECONDS)).as("seed %d", seed).isTrue();
        assertThat(client.drain(30, TimeUnit.SECONDS)).as("seed %d", seed).isTrue();
        replay.closeMaster();
        return replay;
    }

    private void expectEachEndedOnce(final Replay replay) {
        final ReplayAudit ends = ReplayAudit.of(replay.workload(), replay.records());
        final Ledger ledger = client.engine().ledger();
        assertThat(replay.defect()).isNull();
        assertThat(replay.doubleEnds()).isZero();
        assertThat(ends.unfinished()).as("seed %d", seed).isZero();
        assertThat(ends.shortRuns()).as("seed %d", seed).isZero();
        assertThat(ends.dependencyViolations()).as("seed %d", seed).isZero();
        assertThat(ledger.isBalanced()).isTrue();
        assertThat(ledger.succeeded()).isEqualTo(ends.succeeded());
        assertThat(ledger.failed()).isEqualTo(ends.failed());
    }

    /** Tasks that ended well though their first attempt can not have: none, if a root failed for good. */
    private int expectedRecoveries(final Replay replay, final Faults faults) {
        int expected = 0;
        for (int task = 0; task < replay.workload().taskCount(); task++) {
            final Fault first = faults.draw(seed, task, 1);
            if (replay.records().outcome(task) == Outcome.SUCCEEDED && first != Fault.NONE && first != Fault.BLOCK) {
                expected++;
            }
        }
        return expected;
    }

    /** What the tasks that were released drew until they had no fault, or no attempt left. */
    private Map<Fault, Integer> expectedFaults(final Replay replay, final Faults faults) {
        final Map<Fault, Integer> expected = new EnumMap<>(Fault.class);
        for (final Fault each : Fault.values()) {
            expected.put(each, 0);
        }
        for (int task = 0; task < replay.workload().taskCount(); task++) {
            if (replay.records().outcome(task) == Outcome.NONE) {
                continue;
            }
            Fault drawn = null;
            for (int attempt = 1;
                    attempt <= Faults.ATTEMPTS && drawn != Fault.NONE && drawn != Fault.BLOCK;
                    attempt++) {
                drawn = faults.draw(seed, task, attempt);
                expected.merge(drawn, 1, Integer::sum);
            }
        }
        return expected;
    }
}
