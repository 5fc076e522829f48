package io.ringmaster.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.ringmaster.EngineInvoker;
import io.ringmaster.TaskEngine;
import io.ringmaster.lifecycle.LifecycleEventType;
import io.ringmaster.task.Container;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskContext;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Invariant 7: the event path allocates nothing in the steady state, and a whole task a small fixed number of bytes. */
@Timeout(120)
class AllocationTest {
    private static final int TASKS = 500;
    private static final int WARM_UP_ROUNDS = 400;
    private static final int ROUNDS = 200;
    private static final int WHOLE_TASKS = 20_000;
    /** What the measurement itself may cost, in all. */
    private static final long TOLERANCE_BYTES = 4096;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final List<Runnable> bodies = new ArrayList<>();
    private long now = 1;
    private long told;
    private final TaskEngine engine = TaskEngine.launch(new TaskEngine.Context()
            .fireWorkers(1)
            .invokerMode(true)
            .nanoClock(() -> now)
            .invokerIdle(nanos -> now += Math.min(nanos, TimeUnit.SECONDS.toNanos(1)))
            .exclusiveRunner((taskId, attempt, body) -> bodies.add(body))
            .listener(event -> told += event.type() == LifecycleEventType.PROGRESS ? 1 : 0));
    private final EngineInvoker invoker = engine.invoker();

    @AfterEach
    void close() {
        engine.close();
    }

    private static long allocated() {
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    private void turn() {
        while (invoker.fireWorker(0) > 0) {
            // until nothing is left to do at this time
        }
    }

    private List<TaskHandle> submit(final Task task) {
        final List<TaskHandle> handles = new ArrayList<>();
        for (int i = 0; i < TASKS; i++) {
            handles.add(engine.trySubmit(TaskSpec.of(i, task)));
        }
        return handles;
    }

    /** Runs rounds until they are compiled, then counts what more rounds allocate. */
    private void assertNothingAllocated(final Runnable round) {
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            round.run();
        }
        final long before = allocated();
        for (int i = 0; i < ROUNDS; i++) {
            round.run();
        }
        assertThat(allocated() - before)
                .as("bytes for %d events", (long) ROUNDS * TASKS)
                .isLessThanOrEqualTo(TOLERANCE_BYTES);
    }

    @Test
    void shouldAllocateNothingForStepsThatTakeTurns() {
        final long[] steps = {0};
        submit(context -> {
            steps[0]++;
            return Step.AGAIN_NOW;
        });
        assertNothingAllocated(() -> invoker.fireWorker(0));
        assertThat(steps[0]).isGreaterThan((long) ROUNDS * TASKS / 2);
    }

    @Test
    void shouldAllocateNothingForSignalsAndTheirSteps() {
        final long[] steps = {0};
        final List<TaskHandle> handles = submit(context -> {
            steps[0]++;
            context.progress(steps[0]);
            return Step.WHEN_SIGNALLED;
        });
        turn();
        assertNothingAllocated(() -> {
            for (int i = 0; i < TASKS; i++) {
                handles.get(i).signal();
            }
            turn();
        });
        assertThat(steps[0]).isEqualTo((long) TASKS * (1 + WARM_UP_ROUNDS + ROUNDS));
        assertThat(told).isEqualTo(steps[0]);
    }

    @Test
    void shouldAllocateNothingForPausesAndResumes() {
        final List<TaskHandle> handles = submit(context -> Step.WHEN_SIGNALLED);
        turn();
        assertNothingAllocated(() -> {
            for (int i = 0; i < TASKS; i++) {
                handles.get(i).pause();
            }
            turn();
            for (int i = 0; i < TASKS; i++) {
                handles.get(i).resume();
            }
            turn();
        });
    }

    @Test
    void shouldAllocateNothingForTimers() {
        final long[] steps = {0};
        submit(context -> {
            steps[0]++;
            return context.againAfter(1, TimeUnit.MILLISECONDS);
        });
        turn();
        assertNothingAllocated(() -> {
            now += TimeUnit.MILLISECONDS.toNanos(2);
            turn();
        });
        assertThat(steps[0]).isEqualTo((long) TASKS * (1 + WARM_UP_ROUNDS + ROUNDS));
    }

    @Test
    void shouldAllocateNothingForEventsThroughTheRing() {
        final List<TaskContext> contexts = new ArrayList<>();
        for (int i = 0; i < TASKS; i++) {
            engine.trySubmit(TaskSpec.builder(i)
                    .container(Container.EXCLUSIVE)
                    .task(context -> {
                        contexts.add(context);
                        assertNothingAllocatedWhenLast(contexts);
                        return Step.DONE;
                    })
                    .build());
        }
        turn();
        // Each body starts the next one's from inside, so that at the innermost all are running.
        nextBody();
        turn();
        assertThat(told).isEqualTo((long) TASKS * (WARM_UP_ROUNDS + ROUNDS));
    }

    private void nextBody() {
        bodies.remove(bodies.size() - 1).run();
    }

    private void assertNothingAllocatedWhenLast(final List<TaskContext> contexts) {
        if (contexts.size() < TASKS) {
            nextBody();
            return;
        }
        turn();
        assertNothingAllocated(() -> {
            for (int i = 0; i < TASKS; i++) {
                contexts.get(i).progress(i);
            }
            turn();
        });
    }

    @Test
    void shouldAllocateAFixedSmallNumberOfBytesForAWholeTask() {
        final TaskSpec spec = TaskSpec.of(0, context -> Step.DONE);
        long id = 0;
        long bytes = 0;
        for (int round = 0; round < 5; round++) {
            final long before = allocated();
            for (int i = 0; i < WHOLE_TASKS; i++) {
                engine.trySubmit(++id, spec);
                if (i % 100 == 0) {
                    turn();
                }
            }
            turn();
            bytes = allocated() - before;
        }
        assertThat(engine.ledger().succeeded()).isEqualTo(id);
        assertThat(bytes / WHOLE_TASKS).as("bytes per task").isBetween(1L, 400L);
    }
}
