package io.ringmaster.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.task.Container;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Invariant 3 where it is tightest: a ring of 64 slots. */
@Timeout(60)
class FullRingTest {
    private static final int RING = 64;

    @Test
    void shouldRefuseSubmitsButKeepEveryCompletionWhenTheRingIsFull() {
        final Deque<Runnable> bodies = new ArrayDeque<>();
        try (TaskEngine engine = TaskEngine.launch(new TaskEngine.Context()
                .fireWorkers(1)
                .ringCapacity(RING)
                .invokerMode(true)
                .exclusiveRunner((taskId, attempt, body) -> bodies.add(body)))) {
            final int tasks = 10 * RING;
            for (int i = 0; i < tasks; i++) {
                engine.trySubmit(TaskSpec.builder(i)
                        .container(Container.EXCLUSIVE)
                        .task(context -> context.done(context.taskId()))
                        .build());
                engine.invoker().fireWorker(0);
            }
            assertThat(bodies).hasSize(tasks);
            long refused = 0;
            for (long id = tasks;
                    engine.trySubmit(TaskSpec.of(id, context -> Step.DONE)).isAccepted();
                    id++) {
                refused = id;
            }
            assertThat(refused).as("accepted until slots were kept").isLessThan(tasks + RING);
            // Two events each, with nobody else turning the duty cycle: most of them meet a full ring.
            bodies.forEach(Runnable::run);
            while (engine.invoker().invoke() > 0) {
                // until everything is handled
            }
            assertThat(engine.ledger().isBalanced()).as("%s", engine.ledger()).isTrue();
        }
    }

    @Test
    void shouldNotDeadlockWhenAStepSubmitsIntoItsOwnFullRing() throws Exception {
        final int children = 1000;
        final AtomicInteger ran = new AtomicInteger();
        final CountDownLatch filled = new CountDownLatch(1);
        final ConcurrentHashMap<Refusal, Integer> refusals = new ConcurrentHashMap<>();
        try (TaskEngine engine = TaskEngine.launch(
                new TaskEngine.Context().fireWorkers(1).ringCapacity(RING).waitMode(WaitMode.ADAPTIVE))) {
            final TaskHandle parent = engine.submit(TaskSpec.of(0, context -> {
                filled.await(); // stalls, so that another thread may take over: the submits still go the same way
                for (int i = 1; i <= children; i++) {
                    final TaskHandle child = context.trySubmit(TaskSpec.of(i, x -> {
                        ran.incrementAndGet();
                        return Step.DONE;
                    }));
                    if (!child.isAccepted()) {
                        refusals.merge(child.refusal(), 1, Integer::sum);
                    }
                }
                return Step.DONE;
            }));
            for (long id = children + 1;
                    engine.trySubmit(TaskSpec.of(id, context -> Step.DONE)).isAccepted() && id < children + RING;
                    id++) {
                // fill the ring behind the step
            }
            filled.countDown();
            assertThat(parent.await(30, TimeUnit.SECONDS).state()).isEqualTo(TaskState.SUCCEEDED);
            assertThat(engine.drain(30, TimeUnit.SECONDS)).isTrue();
            assertThat(refusals).isEmpty();
            assertThat(ran).hasValue(children);
            assertThat(engine.ledger().isBalanced()).isTrue();
        }
    }
}
