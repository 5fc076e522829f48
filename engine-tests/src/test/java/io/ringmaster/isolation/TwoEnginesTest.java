package io.ringmaster.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.TaskEngine;
import io.ringmaster.task.Container;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Engines in one JVM share nothing: not ids, not groups, not threads, not their end. */
@Timeout(120)
class TwoEnginesTest {
    private static final long GROUP = 5;

    private final Isolation.Witness firstWitness = new Isolation.Witness();
    private final Isolation.Witness secondWitness = new Isolation.Witness();
    private final TaskEngine first =
            TaskEngine.launch(Isolation.context().fireWorkers(2).listener(firstWitness));
    private final TaskEngine second =
            TaskEngine.launch(Isolation.context().fireWorkers(2).listener(secondWitness));

    @AfterEach
    void close() {
        first.close();
        second.close();
    }

    private static List<TaskHandle> submit(final TaskEngine engine) {
        final List<TaskHandle> handles = new ArrayList<>();
        for (int id = 1; id <= 100; id++) {
            handles.add(engine.submit(TaskSpec.builder(id)
                    .groupId(GROUP)
                    .container(id % 50 == 0 ? Container.EXCLUSIVE : Container.SHARED)
                    .task(context -> Step.WHEN_SIGNALLED)
                    .build()));
        }
        return handles;
    }

    @Test
    void shouldKeepIdsAndGroupsApart() throws Exception {
        final List<TaskHandle> ours = submit(first);
        final List<TaskHandle> theirs = submit(second);
        assertThat(first.killGroup(GROUP)).isEqualTo(100);
        for (final TaskHandle each : ours) {
            assertThat(Isolation.end(each).state()).isEqualTo(TaskState.KILLED);
        }
        assertThat(theirs).noneMatch(TaskHandle::isDone);
        assertThat(second.ledger().live()).isEqualTo(100);
        assertThat(first.kill(1)).isEqualTo(Refusal.NOT_LIVE);
        assertThat(second.get(1)).isSameAs(theirs.get(0));
        firstWitness.assertToldOf(ours);
        Isolation.assertBalancedAndClose(first);
        Isolation.assertNeighboursDoWell(second);
        assertThat(theirs).noneMatch(TaskHandle::isDone);
        second.killGroup(GROUP);
        for (final TaskHandle each : theirs) {
            assertThat(Isolation.end(each).state()).isEqualTo(TaskState.KILLED);
        }
        secondWitness.assertToldOf(theirs);
        Isolation.assertBalancedAndClose(second);
    }

    @Test
    void shouldNotFeelTheOthersStuckTasks() throws Exception {
        final Isolation.Spin spin = new Isolation.Spin();
        try {
            for (int id = 1; id <= 4; id++) {
                first.submit(Isolation.spec(id, Container.EXCLUSIVE, spin));
            }
            spin.awaitRunning();
            Isolation.assertNeighboursDoWell(second);
            assertThat(first.closeAndReport().clean()).isFalse();
            Isolation.assertNeighboursDoWell(second);
            Isolation.assertBalancedAndClose(second);
        } finally {
            spin.release();
        }
    }

    /** A step of one engine may submit to the other, and is no fire-worker there; it must not wait for it, though. */
    @Test
    void shouldTakeTasksFromTheOthersSteps() throws Exception {
        final List<TaskHandle> there = new ArrayList<>();
        final TaskHandle here = first.submit(Isolation.spec(1, Container.SHARED, context -> {
            for (int id = 1; id <= 100; id++) {
                there.add(second.trySubmit(Isolation.spec(id, Container.SHARED, step -> Step.DONE)));
            }
            return Step.DONE;
        }));
        assertThat(Isolation.end(here).isSuccess()).isTrue();
        for (final TaskHandle each : there) {
            assertThat(Isolation.end(each).isSuccess()).isTrue();
        }
        secondWitness.assertToldOf(there);
        assertThat(first.ledger().accepted()).isEqualTo(1);
        assertThat(second.ledger().accepted()).isEqualTo(100);
        assertThat(second.drain(60, TimeUnit.SECONDS)).isTrue();
        Isolation.assertNeighboursDoWell(first);
    }
}
