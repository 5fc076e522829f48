package io.ringmaster.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.TaskEngine;
import io.ringmaster.task.Container;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskContext;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the kill ladder does about code that has ended, when the fire-worker does not know that yet. */
@Timeout(60)
class KillLadderTest {
    private static final int FLOOD = 50;

    /** The end of a killed body waits in the ring while the time of every rung passes. */
    @Test
    void shouldNotAbandonCodeThatHasEnded() {
        final long[] now = {0};
        final ArrayDeque<Runnable> bodies = new ArrayDeque<>();
        final AtomicInteger hooks = new AtomicInteger();
        try (TaskEngine engine = TaskEngine.launch(context()
                .batchLimit(1)
                .maxQueueMillis(0)
                .invokerMode(true)
                .nanoClock(() -> now[0])
                .invokerIdle(nanos -> now[0] += Math.max(nanos, 1))
                .exclusiveRunner((id, attempt, body) -> bodies.add(body)))) {
            final TaskHandle handle = engine.submit(TaskSpec.builder(1)
                    .container(Container.EXCLUSIVE)
                    .task(new HookedTask(hooks) {
                        @Override
                        public Step execute(final TaskContext context) {
                            while (context.handle().state() != TaskState.RUNNING) {
                                engine.invoker().invoke();
                            }
                            context.handle().kill();
                            while (context.handle().state() != TaskState.KILLING) {
                                engine.invoker().invoke();
                            }
                            for (int i = 2; i < 2 + FLOOD; i++) {
                                engine.submit(TaskSpec.builder(i)
                                        .container(Container.SHARED)
                                        .task(each -> Step.DONE)
                                        .build());
                            }
                            return Step.DONE;
                        }
                    })
                    .build());
            while (bodies.isEmpty()) {
                engine.invoker().invoke();
            }
            bodies.remove().run();
            while (!handle.isDone()) {
                now[0] += TimeUnit.MILLISECONDS.toNanos(20);
                engine.invoker().invoke();
            }

            assertThat(handle.outcome().state()).isEqualTo(TaskState.KILLED);
            assertThat(hooks).as("calls of onKill after the end").hasValue(0);
            assertThat(engine.ledger().quarantined()).isZero();
        }
    }

    private static TaskEngine.Context context() {
        return new TaskEngine.Context()
                .fireWorkers(1)
                .killInterruptMillis(10)
                .killHookMillis(10)
                .killAbandonMillis(10);
    }

    private abstract static class HookedTask implements Task {
        private final AtomicInteger hooks;

        HookedTask(final AtomicInteger hooks) {
            this.hooks = hooks;
        }

        @Override
        public void onKill(final TaskContext context) {
            hooks.incrementAndGet();
        }
    }
}
