package io.ringmaster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.task.Container;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskOutcome;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TaskEngineTest {
    private final TaskEngine engine = TaskEngine.launch(new TaskEngine.Context()
            .fireWorkers(1)
            .waitMode(WaitMode.ADAPTIVE)
            .stallThresholdMillis(30)
            .killInterruptMillis(20)
            .killHookMillis(20)
            .killAbandonMillis(20));

    @AfterEach
    void close() {
        engine.close();
    }

    private static TaskOutcome await(final TaskHandle handle) throws Exception {
        return handle.await(30, TimeUnit.SECONDS);
    }

    @Test
    void shouldRunSharedTaskToItsEnd() throws Exception {
        final TaskHandle handle = engine.submit(TaskSpec.of(1, context -> context.done("result")));
        assertThat(await(handle)).isEqualTo(new TaskOutcome(1, TaskState.SUCCEEDED, 1, "result", null));
        assertThat(engine.get(1)).isNull();
        assertThat(engine.ledger().isBalanced()).isTrue();
    }

    @Test
    void shouldCallSharedStepsAgain() throws Exception {
        final AtomicInteger calls = new AtomicInteger();
        final TaskHandle handle = engine.submit(TaskSpec.of(1, context -> switch (calls.incrementAndGet()) {
            case 1 -> Step.AGAIN_NOW;
            case 2 -> context.againAfter(5, TimeUnit.MILLISECONDS);
            case 3 -> Step.WHEN_SIGNALLED;
            default -> Step.DONE;
        }));
        handle.signal();
        assertThat(await(handle).isSuccess()).isTrue();
        assertThat(calls).hasValue(4);
    }

    @Test
    void shouldRunExclusiveTask() throws Exception {
        final TaskHandle handle = engine.submit(TaskSpec.builder(2)
                .container(Container.EXCLUSIVE)
                .task(context -> {
                    context.sleep(2, TimeUnit.MILLISECONDS);
                    return context.done(Thread.currentThread().getName());
                })
                .build());
        assertThat((String) await(handle).result()).startsWith("ringmaster-");
    }

    @Test
    void shouldKillEveryKindOfTask() throws Exception {
        final CountDownLatch never = new CountDownLatch(1);
        final Task blocking = context -> {
            never.await();
            return Step.DONE;
        };
        final TaskHandle waiting = engine.submit(TaskSpec.of(1, context -> Step.WHEN_SIGNALLED));
        final TaskHandle delayed = engine.submit(TaskSpec.of(2, context -> context.againAfter(1, TimeUnit.HOURS)));
        final TaskHandle exclusive = engine.submit(TaskSpec.builder(3)
                .container(Container.EXCLUSIVE)
                .task(blocking)
                .build());
        final TaskHandle stalled = engine.submit(TaskSpec.of(4, blocking));
        for (final TaskHandle each : List.of(waiting, delayed, exclusive, stalled)) {
            assertThat(each.kill()).isNull();
            assertThat(await(each).state()).isEqualTo(TaskState.KILLED);
            assertThat(each.kill()).isEqualTo(Refusal.NOT_LIVE);
        }
    }

    @Test
    void shouldAbandonBodyThatIgnoresEverything() throws Exception {
        final AtomicInteger stop = new AtomicInteger();
        final TaskHandle handle = engine.submit(TaskSpec.builder(1)
                .container(Container.EXCLUSIVE)
                .task(context -> {
                    while (stop.get() == 0) {
                        Thread.onSpinWait();
                    }
                    return Step.DONE;
                })
                .build());
        while (handle.state() != TaskState.RUNNING) {
            Thread.onSpinWait();
        }
        handle.kill();
        assertThat(await(handle).state()).isEqualTo(TaskState.ABANDONED);
        assertThat(engine.ledger().quarantined()).isEqualTo(1);
        stop.set(1);
    }

    @Test
    void shouldPauseAndResumeBothKinds() throws Exception {
        final AtomicInteger steps = new AtomicInteger();
        final TaskHandle shared = engine.submit(TaskSpec.of(1, context -> {
            steps.incrementAndGet();
            return steps.get() < 0 ? Step.DONE : Step.AGAIN_NOW;
        }));
        final TaskHandle exclusive = engine.submit(TaskSpec.builder(2)
                .container(Container.EXCLUSIVE)
                .task(context -> {
                    while (!context.isCancelled()) {
                        context.pausePoint();
                    }
                    return Step.DONE;
                })
                .build());
        for (final TaskHandle each : List.of(shared, exclusive)) {
            each.pause();
            while (each.state() != TaskState.PAUSED) {
                Thread.onSpinWait();
            }
            each.resume();
            while (each.state() != TaskState.RUNNING) {
                Thread.onSpinWait();
            }
        }
        shared.kill();
        exclusive.kill();
        assertThat(await(shared).state()).isEqualTo(TaskState.KILLED);
        assertThat(await(exclusive).state()).isEqualTo(TaskState.KILLED);
    }

    @Test
    void shouldRunManyTasks() throws Exception {
        final AtomicInteger ran = new AtomicInteger();
        final List<TaskHandle> handles = new ArrayList<>();
        for (int i = 0; i < 200_000; i++) {
            handles.add(engine.submit(TaskSpec.of(i, context -> {
                ran.incrementAndGet();
                return Step.DONE;
            })));
        }
        assertThat(engine.drain(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).hasValue(200_000);
        assertThat(handles).allMatch(TaskHandle::isDone);
        assertThat(engine.ledger().isBalanced()).isTrue();
        assertThat(engine.metrics().latencies().toString()).isNotEmpty();
    }

    @Test
    void shouldDrainChildrenOfLiveTasksAndRefuseEverybodyElse() throws Exception {
        final CountDownLatch draining = new CountDownLatch(1);
        final TaskHandle[] child = new TaskHandle[1];
        final TaskHandle parent = engine.submit(TaskSpec.builder(1)
                .container(Container.EXCLUSIVE)
                .task(context -> {
                    draining.await();
                    child[0] = context.trySubmit(TaskSpec.of(2, x -> Step.DONE));
                    return Step.DONE;
                })
                .build());
        assertThat(engine.drain(0, TimeUnit.SECONDS)).isFalse();
        assertThat(engine.trySubmit(TaskSpec.of(3, x -> Step.DONE)).refusal()).isEqualTo(Refusal.DRAINING);
        draining.countDown();
        assertThat(engine.drain(30, TimeUnit.SECONDS)).isTrue();
        assertThat(await(parent).isSuccess()).isTrue();
        assertThat(await(child[0]).isSuccess()).isTrue();
        assertThat(engine.ledger().isBalanced()).isTrue();
    }
}
