package io.ringmaster.resilience;

import static io.ringmaster.resilience.VirtualEngine.assertEnded;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.TaskEngine;
import io.ringmaster.event.EngineEvent;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.task.Container;
import io.ringmaster.task.RetryPolicy;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskContext;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskOutcome;
import io.ringmaster.task.TaskPolicy;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import io.ringmaster.task.TaskZombieException;
import io.ringmaster.task.ZombiePolicy;
import io.ringmaster.testing.Conditions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Attempts that beat, that stop beating, and an engine that could not listen. */
@Timeout(60)
class HeartbeatTest {
    private static TaskEngine.Context context() {
        return new TaskEngine.Context()
                .fireWorkers(1)
                .exclusiveThreads(8)
                .killInterruptMillis(30)
                .killHookMillis(30)
                .killAbandonMillis(30);
    }

    private static TaskSpec spec(final long id, final ZombiePolicy onZombie, final Task task) {
        return TaskSpec.builder(id)
                .type("beating")
                .container(Container.EXCLUSIVE)
                .policy(TaskPolicy.builder()
                        .heartbeat(100, TimeUnit.MILLISECONDS)
                        .missedBeats(3)
                        .onZombie(onZombie)
                        .retry(RetryPolicy.fixed(2, 0))
                        .build())
                .task(task)
                .build();
    }

    /** Beats for a while, then no more. */
    private static Task beating(final int beats) {
        return context -> {
            for (int i = 0; i < beats; i++) {
                context.heartbeat();
                context.sleep(80, TimeUnit.MILLISECONDS);
            }
            context.sleep(1, TimeUnit.HOURS);
            return Step.DONE;
        };
    }

    @Test
    void shouldReportATaskThatStopsBeatingOnce() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final TaskHandle handle = engine.engine().submit(spec(1, ZombiePolicy.REPORT, beating(10)));
            engine.pass(1000, TimeUnit.MILLISECONDS);
            assertThat(engine.eventsOf(EngineEvent.Zombie.class)).isEmpty();
            engine.pass(2000, TimeUnit.MILLISECONDS);
            assertThat(engine.eventsOf(EngineEvent.Zombie.class))
                    .singleElement()
                    .satisfies(each -> {
                        assertThat(each.taskId()).isEqualTo(1);
                        assertThat(each.type()).isEqualTo("beating");
                        assertThat(each.attempt()).isEqualTo(1);
                        assertThat(each.silentNanos()).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(300));
                        assertThat(each.stack()).as("where it is").contains("ExclusiveAttempt.sleep");
                    });
            assertThat(handle.state()).isEqualTo(TaskState.RUNNING);
            handle.kill();
            engine.pass(100, TimeUnit.MILLISECONDS);
            assertEnded(handle, TaskState.KILLED, 1);
        }
    }

    @Test
    void shouldRetryATaskThatNeverBeatsAndThenFailIt() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final TaskHandle retried = engine.engine().submit(spec(1, ZombiePolicy.RETRY, beating(0)));
            final TaskHandle failed = engine.engine().submit(spec(2, ZombiePolicy.FAIL, beating(0)));
            engine.pass(500, TimeUnit.MILLISECONDS);
            assertEnded(failed, TaskState.FAILED, 1);
            assertThat(failed.outcome().failure()).isInstanceOf(TaskZombieException.class);
            assertThat(retried.attempt()).isEqualTo(2);
            engine.pass(1, TimeUnit.SECONDS);
            assertEnded(retried, TaskState.FAILED, 2);
            assertThat(engine.eventsOf(EngineEvent.Zombie.class)).hasSize(3);
        }
    }

    @Test
    void shouldNotWaitForBeatsWhilePaused() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final TaskHandle handle = engine.engine().submit(spec(1, ZombiePolicy.FAIL, context -> {
                context.pausePoint();
                context.heartbeat();
                return Step.WHEN_SIGNALLED;
            }));
            engine.pass(10, TimeUnit.MILLISECONDS);
            handle.pause();
            engine.pass(5, TimeUnit.SECONDS);
            assertThat(handle.state()).isEqualTo(TaskState.PAUSED);
            assertThat(engine.eventsOf(EngineEvent.Zombie.class)).isEmpty();
            handle.resume();
            engine.pass(250, TimeUnit.MILLISECONDS);
            assertThat(handle.state()).as("silence counts from the resume").isEqualTo(TaskState.RUNNING);
            engine.pass(500, TimeUnit.MILLISECONDS);
            assertEnded(handle, TaskState.FAILED, 1);
        }
    }

    @Test
    void shouldTakeStepsOfASharedTaskForBeats() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final int[] steps = {0};
            final TaskHandle handle = engine.engine()
                    .submit(TaskSpec.builder(1)
                            .policy(TaskPolicy.builder()
                                    .heartbeat(100, TimeUnit.MILLISECONDS)
                                    .onZombie(ZombiePolicy.FAIL)
                                    .build())
                            .task(context -> ++steps[0] < 20
                                    ? context.againAfter(200, TimeUnit.MILLISECONDS)
                                    : Step.WHEN_SIGNALLED)
                            .build());
            engine.pass(3900, TimeUnit.MILLISECONDS);
            assertThat(handle.state()).isEqualTo(TaskState.RUNNING);
            assertThat(steps[0]).isEqualTo(20);
            engine.pass(500, TimeUnit.MILLISECONDS);
            assertEnded(handle, TaskState.FAILED, 1);
        }
    }

    /** All deadlines have passed when the process goes on; nobody had a chance to beat. */
    @Test
    void shouldNotTakeItsOwnPauseForTheTasks() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final List<TaskHandle> handles = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                handles.add(engine.engine().submit(spec(i, ZombiePolicy.FAIL, beating(1000))));
            }
            engine.pass(500, TimeUnit.MILLISECONDS);
            for (int i = 0; i < 5; i++) {
                engine.suspend(10, TimeUnit.SECONDS);
                engine.pass(170, TimeUnit.MILLISECONDS);
            }
            engine.pass(3, TimeUnit.SECONDS);
            assertThat(engine.eventsOf(EngineEvent.Zombie.class)).isEmpty();
            assertThat(handles).allMatch(each -> each.state() == TaskState.RUNNING);
            assertThat(engine.engine().metrics().enginePauses()).isGreaterThanOrEqualTo(5);
        }
    }

    /** A zombie stays one although the engine paused: its silence without the pause is too long. */
    @Test
    void shouldStillFindZombiesAfterAPause() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final TaskHandle handle = engine.engine().submit(spec(1, ZombiePolicy.FAIL, beating(0)));
            engine.pass(100, TimeUnit.MILLISECONDS);
            engine.suspend(10, TimeUnit.SECONDS);
            engine.pass(150, TimeUnit.MILLISECONDS);
            assertThat(handle.state()).isEqualTo(TaskState.RUNNING);
            engine.pass(1, TimeUnit.SECONDS);
            assertEnded(handle, TaskState.FAILED, 1);
        }
    }

    @Test
    void shouldFindZombiesAmongBeatingThreads() throws Exception {
        final ConcurrentLinkedQueue<EngineEvent> events = new ConcurrentLinkedQueue<>();
        final CountDownLatch stop = new CountDownLatch(1);
        try (TaskEngine engine = TaskEngine.launch(
                context().waitMode(WaitMode.ADAPTIVE).stallThresholdMillis(30).engineEventListener(events::add))) {
            final List<TaskHandle> beating = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                beating.add(engine.submit(TaskSpec.builder(i)
                        .container(Container.EXCLUSIVE)
                        .policy(TaskPolicy.builder()
                                .heartbeat(10, TimeUnit.SECONDS)
                                .onZombie(ZombiePolicy.FAIL)
                                .build())
                        .task(context -> {
                            while (!stop.await(1, TimeUnit.MILLISECONDS)) {
                                context.heartbeat();
                            }
                            return Step.DONE;
                        })
                        .build()));
            }
            final TaskHandle zombie = engine.submit(spec(9, ZombiePolicy.FAIL, context -> {
                new CountDownLatch(1).await();
                return Step.DONE;
            }));
            final TaskOutcome outcome = zombie.await(30, TimeUnit.SECONDS);
            assertThat(outcome.state()).isEqualTo(TaskState.FAILED);
            assertThat(outcome.failure()).isInstanceOf(TaskZombieException.class);
            Conditions.await("its event", () -> !events.isEmpty());
            assertThat(events).singleElement().isInstanceOfSatisfying(EngineEvent.Zombie.class, each -> {
                assertThat(each.taskId()).isEqualTo(9);
                assertThat(each.stack()).contains("CountDownLatch.await");
                assertThat(each.thread()).isNotEmpty();
            });
            stop.countDown();
            for (final TaskHandle each : beating) {
                assertThat(each.await(30, TimeUnit.SECONDS).isSuccess()).isTrue();
            }
        }
    }

    private static TaskPolicy failing() {
        return TaskPolicy.builder()
                .heartbeat(100, TimeUnit.MILLISECONDS)
                .onZombie(ZombiePolicy.FAIL)
                .build();
    }

    /** It is the engine that lets it wait, and a blocked body can't beat. */
    @ParameterizedTest
    @EnumSource(names = {"SHARED", "EXCLUSIVE"})
    void shouldNotTakeATaskInAResourcesLineForAZombie(final Container container) {
        try (VirtualEngine engine = new VirtualEngine(context().resource("db", 1))) {
            final AtomicBoolean held = new AtomicBoolean();
            final TaskHandle holder = engine.engine()
                    .submit(TaskSpec.of(
                            1, context -> held.getAndSet(context.acquire("db", 1)) ? Step.DONE : Step.WHEN_SIGNALLED));
            engine.settle();
            final TaskHandle waiter = engine.engine()
                    .submit(TaskSpec.builder(2)
                            .container(container)
                            .policy(failing())
                            .task(context -> {
                                if (!context.acquire("db", 1)) {
                                    return Step.WHEN_SIGNALLED;
                                }
                                context.progress(1);
                                return Step.WHEN_SIGNALLED;
                            })
                            .build());
            engine.pass(5, TimeUnit.SECONDS);
            assertThat(waiter.state()).isEqualTo(TaskState.RUNNING);
            holder.signal();
            engine.pass(10, TimeUnit.MILLISECONDS);
            assertThat(waiter.progress()).as("it has got its permit").isEqualTo(1);
            engine.pass(250, TimeUnit.MILLISECONDS);
            assertThat(waiter.state()).as("silence counts from the grant").isEqualTo(TaskState.RUNNING);
            engine.pass(1, TimeUnit.SECONDS);
            assertEnded(waiter, TaskState.FAILED, 1);
        }
    }

    /** Which of the two it is the engine may decide, when a step has stalled or its type is moved. */
    @ParameterizedTest
    @EnumSource(names = {"SHARED", "EXCLUSIVE"})
    void shouldTakeStepsForBeatsInEitherContainer(final Container container) {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final int[] steps = {0};
            final TaskHandle handle = engine.engine()
                    .submit(TaskSpec.builder(1)
                            .container(container)
                            .policy(failing())
                            .task(context -> {
                                steps[0]++;
                                return steps[0] < 5
                                        ? context.againAfter(400, TimeUnit.MILLISECONDS)
                                        : steps[0] < 10 ? Step.WHEN_SIGNALLED : Step.DONE;
                            })
                            .build());
            engine.pass(1700, TimeUnit.MILLISECONDS);
            for (int i = 0; i < 5; i++) {
                engine.pass(200, TimeUnit.MILLISECONDS);
                handle.signal();
            }
            engine.pass(10, TimeUnit.MILLISECONDS);
            assertEnded(handle, TaskState.SUCCEEDED, 1);
            assertThat(engine.eventsOf(EngineEvent.Zombie.class)).isEmpty();
        }
    }

    @Test
    void shouldHearAStepThatHasStalledAndBeats() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final TaskHandle beats = engine.engine().submit(stalling(engine, 1, true));
            engine.settle();
            engine.pass(1, TimeUnit.SECONDS);
            assertEnded(beats, TaskState.SUCCEEDED, 1);
            assertThat(engine.eventsOf(EngineEvent.Zombie.class)).isEmpty();
            final TaskHandle silent = engine.engine().submit(stalling(engine, 2, false));
            engine.settle();
            engine.pass(1, TimeUnit.SECONDS);
            assertThat(engine.eventsOf(EngineEvent.Zombie.class)).hasSize(1);
            assertThat(silent.outcome().failure()).isInstanceOf(TaskZombieException.class);
        }
    }

    private static TaskSpec stalling(final VirtualEngine engine, final long id, final boolean beats) {
        return TaskSpec.builder(id)
                .container(Container.SHARED)
                .policy(failing())
                .task(context -> {
                    for (int i = 0; i < 200 && !context.isCancelled(); i++) {
                        engine.suspend(VirtualEngine.STALL_MILLIS / 3, TimeUnit.MILLISECONDS);
                        if (beats) {
                            context.heartbeat();
                        }
                        while (engine.engine().invoker().invoke() > 0) {
                            // the partition goes on, once it has been taken over
                        }
                    }
                    context.pausePoint();
                    return Step.DONE;
                })
                .build();
    }

    @Test
    void shouldHearBeatsOfAnotherThread() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final AtomicReference<TaskContext> kept = new AtomicReference<>();
            final TaskHandle handle = engine.engine().submit(spec(1, ZombiePolicy.FAIL, context -> {
                kept.set(context);
                context.sleep(1, TimeUnit.HOURS);
                return Step.DONE;
            }));
            for (int i = 0; i < 20; i++) {
                engine.pass(200, TimeUnit.MILLISECONDS);
                kept.get().heartbeat();
            }
            assertThat(handle.state()).isEqualTo(TaskState.RUNNING);
            engine.pass(500, TimeUnit.MILLISECONDS);
            assertEnded(handle, TaskState.FAILED, 1);
        }
    }

    @Test
    void shouldAllowAnyNumberOfMissedBeats() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final TaskHandle handle = engine.engine()
                    .submit(TaskSpec.builder(1)
                            .container(Container.EXCLUSIVE)
                            .policy(TaskPolicy.builder()
                                    .heartbeat(5, TimeUnit.SECONDS)
                                    .missedBeats(Integer.MAX_VALUE)
                                    .onZombie(ZombiePolicy.FAIL)
                                    .build())
                            .task(context -> Step.WHEN_SIGNALLED)
                            .build());
            engine.pass(20, TimeUnit.SECONDS);
            assertThat(handle.state()).isEqualTo(TaskState.RUNNING);
            assertThat(engine.eventsOf(EngineEvent.Zombie.class)).isEmpty();
        }
    }
}
