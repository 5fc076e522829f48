package io.ringmaster.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.TaskEngine;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.testing.Watchdog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bound of live tasks is the engine's, however they are spread over its partitions: [Q1] and [Q2]. */
@Timeout(300)
class QuotaTest {
    private static final TaskSpec WAITS = TaskSpec.of(0, context -> Step.WHEN_SIGNALLED);

    /** Submits until the quota is reached; other refusals are tried again. */
    private static int fill(
            final TaskEngine engine, final AtomicLong ids, final ConcurrentLinkedQueue<TaskHandle> live) {
        int accepted = 0;
        while (true) {
            final TaskHandle handle = engine.trySubmit(ids.incrementAndGet(), WAITS);
            if (handle.isAccepted()) {
                accepted++;
                live.add(handle);
            } else if (handle.refusal() == Refusal.QUOTA) {
                return accepted;
            } else {
                Thread.onSpinWait();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 7})
    void shouldAcceptExactlyAsManyAsAreAllowed(final int partitions) {
        final int max = 100;
        final AtomicLong ids = new AtomicLong();
        final ConcurrentLinkedQueue<TaskHandle> live = new ConcurrentLinkedQueue<>();
        try (TaskEngine engine = TaskEngine.launch(new TaskEngine.Context()
                .invokerMode(true)
                .fireWorkers(partitions)
                .maxLiveTasks(max))) {
            for (int round = 0; round < 20; round++) {
                assertThat(fill(engine, ids, live)).as("round %d", round).isEqualTo(round == 0 ? max : 60);
                for (int i = 0; i < 60; i++) {
                    live.remove().kill();
                }
                while (engine.invoker().invoke() > 0) {}
            }
        }
    }

    @Test
    void shouldNeverExceedTheBoundUnderRacingSubmitters() throws Exception {
        Watchdog.within(Duration.ofSeconds(240), () -> {
            for (int round = 0; round < 200; round++) {
                race();
            }
        });
    }

    private static void race() throws Exception {
        final int max = 61;
        final int threads = 3;
        final AtomicLong ids = new AtomicLong();
        final ConcurrentLinkedQueue<TaskHandle> live = new ConcurrentLinkedQueue<>();
        try (TaskEngine engine =
                TaskEngine.launch(Isolation.context().fireWorkers(4).maxLiveTasks(max))) {
            final CyclicBarrier start = new CyclicBarrier(threads);
            final List<FutureTask<Integer>> submitters = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                submitters.add(new FutureTask<>(() -> {
                    start.await(60, TimeUnit.SECONDS);
                    return fill(engine, ids, live);
                }));
                new Thread(submitters.get(i), "submitter-" + i).start();
            }
            int accepted = 0;
            for (final FutureTask<Integer> each : submitters) {
                accepted += each.get(60, TimeUnit.SECONDS);
            }
            assertThat(accepted).as("live tasks").isLessThanOrEqualTo(max);
            // A race may refuse one too many; alone, the engine takes the rest.
            assertThat(accepted + fill(engine, ids, live)).isEqualTo(max);
        }
    }
}
