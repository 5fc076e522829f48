package io.ringmaster.resilience;

import static io.ringmaster.resilience.VirtualEngine.assertEnded;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.TaskEngine;
import io.ringmaster.task.Container;
import io.ringmaster.task.RetryPolicy;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskPlugin;
import io.ringmaster.task.TaskPolicy;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code explain} says in each state. */
@Timeout(60)
class ExplanationTest {
    private static TaskEngine.Context context() {
        return new TaskEngine.Context()
                .fireWorkers(1)
                .exclusiveThreads(4)
                .killInterruptMillis(30)
                .killHookMillis(30)
                .killAbandonMillis(30);
    }

    private static TaskSpec.Builder spec(final long id, final Container container, final Task task) {
        return TaskSpec.builder(id).container(container).task(task);
    }

    /** Passes time in the middle of a call. */
    private static void block(final VirtualEngine engine, final long millis) {
        for (long left = millis; left > 0; left -= VirtualEngine.STALL_MILLIS / 3) {
            engine.suspend(VirtualEngine.STALL_MILLIS / 3, TimeUnit.MILLISECONDS);
            while (engine.engine().invoker().invoke() > 0) {
                // the partition goes on, once it has been taken over
            }
        }
    }

    @Test
    void shouldSayWhatKeepsATaskFromItsStart() {
        final List<String> said = new ArrayList<>();
        final VirtualEngine[] holder = new VirtualEngine[1];
        final TaskPlugin plugin = new TaskPlugin() {
            @Override
            public String type() {
                return "hangs";
            }

            @Override
            public Task create(final TaskSpec made) {
                said.add(holder[0].engine().explain(1));
                said.add(holder[0].engine().explain(2));
                block(holder[0], 200);
                said.add(holder[0].engine().explain(1));
                return context -> Step.DONE;
            }
        };
        try (VirtualEngine engine = new VirtualEngine(context().plugin(plugin))) {
            holder[0] = engine;
            engine.engine()
                    .submit(TaskSpec.builder(1)
                            .type("hangs")
                            .container(Container.SHARED)
                            .build());
            engine.engine()
                    .submit(spec(2, Container.SHARED, context -> Step.DONE).build());
            assertThat(engine.engine().explain(1)).isEqualTo("INITIALIZED 0.0 ms: waits for fire-worker 0");
            engine.settle();
            assertThat(said)
                    .containsExactly(
                            "INITIALIZED 0.0 ms: waits for fire-worker 0, which is in a PREPARE of task 1 (type 'hangs')",
                            "INITIALIZED 0.0 ms: waits for fire-worker 0, which is in a PREPARE of task 1 (type 'hangs')",
                            "INITIALIZED 200.0 ms: its plugin prepares it on a former fire-worker's thread, which it"
                                    + " stalled");
        }
    }

    @Test
    void shouldSayWhereInLineATaskIs() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            engine.engine().quotas().engine().exclusiveThreads(1);
            for (int i = 1; i <= 3; i++) {
                engine.engine()
                        .submit(spec(i, Container.EXCLUSIVE, context -> Step.WHEN_SIGNALLED)
                                .build());
            }
            engine.pass(20, TimeUnit.MILLISECONDS);
            assertThat(engine.engine().explain(1)).isEqualTo("RUNNING 20.0 ms on an exclusive thread, attempt 1");
            assertThat(engine.engine().explain(3))
                    .startsWith("SCHEDULED 20.0 ms: exclusive threads ")
                    .contains(", number 2 in line");
        }
    }

    @Test
    void shouldSayWhatASharedTaskWaitsFor() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final List<String> said = new ArrayList<>();
            engine.engine()
                    .submit(spec(1, Container.SHARED, context -> context.againAfter(10, TimeUnit.SECONDS))
                            .build());
            engine.engine()
                    .submit(spec(2, Container.SHARED, context -> Step.WHEN_SIGNALLED)
                            .build());
            final AtomicBoolean again = new AtomicBoolean();
            engine.engine()
                    .submit(spec(3, Container.SHARED, context -> again.getAndSet(true) ? Step.DONE : Step.AGAIN_NOW)
                            .build());
            engine.engine()
                    .submit(spec(4, Container.SHARED, context -> {
                                said.add(engine.engine().explain(3));
                                block(engine, 20);
                                said.add(engine.engine().explain(4));
                                block(engine, 180);
                                said.add(engine.engine().explain(4));
                                return Step.DONE;
                            })
                            .build());
            engine.settle();
            assertThat(said)
                    .containsExactly(
                            "RUNNING 0.0 ms on fire-worker 0: waits for its next turn",
                            "RUNNING 20.0 ms on fire-worker 0, step held for 20.0 ms",
                            "RUNNING 200.0 ms on a former fire-worker's thread, which its step stalled");
            assertThat(engine.engine().explain(1)).isEqualTo("RUNNING 200.0 ms on fire-worker 0: next step in 9.8 s");
            assertThat(engine.engine().explain(2)).isEqualTo("RUNNING 200.0 ms on fire-worker 0: waits for a signal");
        }
    }

    @Test
    void shouldSayWhatAPauseWaitsForAndWhatIsLeftOfTheLimits() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final AtomicBoolean reach = new AtomicBoolean();
            final TaskHandle body = engine.engine()
                    .submit(spec(1, Container.EXCLUSIVE, context -> {
                                while (!reach.get()) {
                                    context.heartbeat();
                                    engine.stopBody();
                                }
                                context.pausePoint();
                                return Step.DONE;
                            })
                            .policy(TaskPolicy.builder()
                                    .runTimeout(500, TimeUnit.MILLISECONDS)
                                    .heartbeat(1, TimeUnit.SECONDS)
                                    .build())
                            .build());
            final TaskHandle shared = engine.engine()
                    .submit(spec(2, Container.SHARED, context -> Step.WHEN_SIGNALLED)
                            .build());
            engine.pass(20, TimeUnit.MILLISECONDS);
            assertThat(engine.engine().explain(1))
                    .startsWith("RUNNING 20.0 ms on an exclusive thread, attempt 1, run timeout in 480.0 ms, last"
                            + " heartbeat ");
            body.pause();
            shared.pause();
            engine.pass(20, TimeUnit.MILLISECONDS);
            assertThat(engine.engine().explain(1))
                    .contains("PAUSING", ": until the current step ends or its pause point is reached", "in 460.0 ms");
            assertThat(engine.engine().explain(2)).isEqualTo("PAUSED 20.0 ms: holds no thread");
            reach.set(true);
            engine.pass(50, TimeUnit.MILLISECONDS);
            assertThat(engine.engine().explain(1)).startsWith("PAUSED ").endsWith(" ms: parked at its pause point");
        }
    }

    @Test
    void shouldSayWhenTheNextAttemptIsAndWhy() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            engine.engine()
                    .submit(spec(1, Container.SHARED, context -> context.failed(new java.io.IOException("no route")))
                            .retryPolicy(RetryPolicy.fixed(5, TimeUnit.MILLISECONDS.toNanos(800)))
                            .build());
            engine.pass(200, TimeUnit.MILLISECONDS);
            assertThat(engine.engine().explain(1))
                    .isEqualTo("RETRY_WAIT 200.0 ms: attempt 2 of 5 in 600.0 ms after java.io.IOException: no route");
        }
    }

    @Test
    void shouldSayOnWhichRungOfTheLadderAnAttemptIsAndWhy() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final AtomicBoolean end = new AtomicBoolean();
            final Task deaf = context -> {
                while (!end.get()) {
                    engine.stopBody();
                }
                return Step.DONE;
            };
            final TaskHandle killed =
                    engine.engine().submit(spec(1, Container.EXCLUSIVE, deaf).build());
            final TaskHandle late = engine.engine()
                    .submit(spec(2, Container.EXCLUSIVE, deaf)
                            .policy(TaskPolicy.builder()
                                    .runTimeout(10, TimeUnit.MILLISECONDS)
                                    .build())
                            .build());
            engine.pass(10, TimeUnit.MILLISECONDS);
            killed.kill();
            final List<String> rungs = new ArrayList<>();
            for (int i = 0; i < 100 && !killed.isDone(); i++) {
                engine.pass(1, TimeUnit.MILLISECONDS);
                final String said = engine.engine().explain(1).replaceFirst("KILLING .* ms", "KILLING t");
                if (!killed.isDone() && !rungs.contains(said)) {
                    rungs.add(said);
                }
                if (killed.state() == TaskState.KILLING && late.state() == TaskState.KILLING) {
                    assertThat(engine.engine().explain(2))
                            .endsWith(", since task 2: its run timeout of 10.0 ms is over");
                }
            }
            assertThat(rungs)
                    .containsExactly(
                            "KILLING t: waits for the end of its code, asked to end",
                            "KILLING t: waits for the end of its code, interrupted",
                            "KILLING t: waits for the end of its code, its onKill was called");
            assertEnded(killed, TaskState.ABANDONED, 1);
            assertThat(engine.engine().explain(1)).isEqualTo("NOT_LIVE: no live task has id 1");
            end.set(true);
            engine.pass(1, TimeUnit.MILLISECONDS);
        }
    }
}
