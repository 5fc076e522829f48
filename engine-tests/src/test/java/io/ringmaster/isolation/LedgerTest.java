package io.ringmaster.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.Ledger;
import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.task.Container;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskSpec;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the ledger promises to who reads it while tasks run. */
@Timeout(60)
class LedgerTest {
    private static final int ROUNDS = 200;
    private static final int TASKS = 2_000;

    /** Nothing is submitted while it is read: a task that is counted twice is not made up for by a new one. */
    @Test
    void shouldCountNoTaskTwiceWhileTasksGoForward() throws Exception {
        long id = 0;
        long reads = 0;
        try (TaskEngine engine =
                TaskEngine.launch(new TaskEngine.Context().fireWorkers(1).waitMode(WaitMode.ADAPTIVE))) {
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < TASKS; i++) {
                    engine.submit(TaskSpec.builder(id++)
                            .container(Container.SHARED)
                            .task(context -> Step.DONE)
                            .build());
                }
                Ledger ledger;
                do {
                    ledger = engine.ledger();
                    final long live = ledger.liveByState().values().stream()
                            .mapToLong(Long::longValue)
                            .sum();
                    final long ended = ledger.succeeded() + ledger.failed() + ledger.killed() + ledger.abandoned();
                    if (ledger.accepted() < ledger.finalized() + live || ledger.accepted() < ended + live) {
                        throw new AssertionError("counts a task twice: " + ledger);
                    }
                    reads++;
                } while (ledger.live() > 0);
            }
            assertThat(engine.drain(10, TimeUnit.SECONDS)).isTrue();
            assertThat(engine.ledger().isBalanced()).isTrue();
        }
        assertThat(reads).as("reads while tasks went on").isGreaterThan(ROUNDS);
    }
}
