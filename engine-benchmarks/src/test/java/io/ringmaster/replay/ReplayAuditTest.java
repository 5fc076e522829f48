package io.ringmaster.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.replay.TaskRecords.Outcome;
import io.ringmaster.workflow.WorkflowBuilder;
import io.ringmaster.workflow.WorkflowFormatException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The audit sees what is wrong: records as a faulty engine would leave them. */
class ReplayAuditTest {

    private Workload workload;
    private TaskRecords records;

    /** Two roots of 10 and 20 ns, and a child of both of 5 ns. */
    @BeforeEach
    void recordAGoodRun() throws WorkflowFormatException {
        workload = new Workload(
                List.of(new WorkflowBuilder("w")
                        .task("a", "", 10)
                        .task("b", "", 20)
                        .task("c", "", 5, "a", "b")
                        .build()),
                1,
                1);
        records = new TaskRecords(3);
        ran(0, 0, 10);
        ran(1, 2, 22);
        ran(2, 22, 27);
    }

    private void ran(final int task, final long start, final long end) {
        records.ready(task, start);
        records.submitted(task, start);
        records.start(task, start);
        records.end(task, end);
        records.done(task, Outcome.SUCCEEDED, end);
    }

    @Test
    void shouldFindNothingInAGoodRun() {
        assertThat(ReplayAudit.of(workload, records)).isEqualTo(new ReplayAudit(3, 0, 0, 0, 0, 0, 0, 27));
    }

    @Test
    void shouldCountAChildThatStartedBeforeAParentHadEnded() {
        records.start(2, 21);

        assertThat(ReplayAudit.of(workload, records).dependencyViolations()).isEqualTo(1);

        records.start(2, 9);
        assertThat(ReplayAudit.of(workload, records).dependencyViolations()).isEqualTo(2);
    }

    @Test
    void shouldCountAChildWhoseParentNeverEnded() {
        records.end(0, TaskRecords.NEVER);

        assertThat(ReplayAudit.of(workload, records).dependencyViolations()).isEqualTo(1);
        assertThat(ReplayAudit.of(workload, records).shortRuns()).isEqualTo(1);
    }

    @Test
    void shouldCountAChildOfAFailedParent() {
        final TaskRecords failed = new TaskRecords(3);
        failed.start(0, 0);
        failed.end(0, 10);
        failed.done(0, Outcome.FAILED, 10);
        failed.start(2, 30);

        final ReplayAudit audit = ReplayAudit.of(workload, failed);

        assertThat(audit.failed()).isEqualTo(1);
        assertThat(audit.dependencyViolations()).isEqualTo(2);
    }

    @Test
    void shouldCountATaskThatWasTooShort() {
        records.end(1, 21);

        assertThat(ReplayAudit.of(workload, records).shortRuns()).isEqualTo(1);
    }

    @Test
    void shouldTellWhatWasNotReleasedFromWhatHasNoOutcome() {
        final TaskRecords partial = new TaskRecords(3);
        partial.ready(0, 0);
        partial.done(0, Outcome.KILLED, 3);
        partial.ready(1, 0);

        assertThat(ReplayAudit.of(workload, partial)).isEqualTo(new ReplayAudit(0, 0, 1, 1, 1, 0, 0, 0));
    }

    @Test
    void shouldFindWhereTheTimeOfTheLastPathWent() {
        records.ready(2, 24);
        records.start(2, 27);
        records.end(2, 33);

        assertThat(LastPath.of(workload, records)).isEqualTo(new LastPath(2, 2, 20 + 5, 3, 1, 2));
        assertThat(LastPath.of(workload, new TaskRecords(3))).isEqualTo(new LastPath(0, 0, 0, 0, 0, 0));
        assertThat(LastPath.tasksOf(workload, records).stream()).containsExactly(1, 2);
        assertThat(LastPath.tasksOf(workload, new TaskRecords(3)).isEmpty()).isTrue();
    }

    @Test
    void shouldKeepTheFirstOutcomeOnly() {
        assertThat(records.done(0, Outcome.FAILED, 99)).isFalse();

        assertThat(records.outcome(0)).isEqualTo(Outcome.SUCCEEDED);
        assertThat(records.done(0)).isEqualTo(10);
    }
}
