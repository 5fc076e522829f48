package io.ringmaster.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.TaskEngine;
import io.ringmaster.lifecycle.LifecycleEventType;
import io.ringmaster.task.Container;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.RetryPolicy;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import io.ringmaster.testing.Conditions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Short histories that each once broke the engine, played in invoker mode on a virtual clock. */
@Timeout(60)
class KnownHistoriesTest {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final AtomicReference<TaskEngine> engine = new AtomicReference<>();
    private final List<Runnable> bodies = new ArrayList<>();
    private long now = 1;

    private TaskEngine.Context context() {
        return new TaskEngine.Context()
                .fireWorkers(1)
                .invokerMode(true)
                .nanoClock(() -> now)
                .invokerIdle(nanos -> now += Math.min(nanos, TICK_NANOS))
                .exclusiveRunner((taskId, attempt, body) -> bodies.add(body))
                .stallThresholdMillis(3)
                .spareThreads(8);
    }

    private TaskEngine launch(final TaskEngine.Context context) {
        engine.set(TaskEngine.launch(context));
        return engine.get();
    }

    @AfterEach
    void close() {
        engine.get().close();
    }

    private void turn(final int times) {
        for (int i = 0; i < times; i++) {
            engine.get().invoker().invoke();
        }
    }

    /** Called from within a call: time passes until the monitor has taken the partition over. */
    private void stall() {
        for (int i = 0; i < 8; i++) {
            now += TICK_NANOS;
            engine.get().invoker().monitor();
        }
    }

    @Test
    void shouldKeepSignalOfTaskThatIsPausedBeforeItsTurn() {
        launch(context());
        final AtomicInteger calls = new AtomicInteger();
        final TaskHandle handle = engine.get().submit(TaskSpec.of(1, context -> {
            if (calls.incrementAndGet() == 2) {
                context.handle().signal();
                return Step.WHEN_SIGNALLED;
            }
            return calls.get() == 1 ? Step.AGAIN_NOW : Step.DONE;
        }));
        engine.get().invoker().fireWorker(0);
        assertThat(calls).hasValue(2);
        handle.pause();
        turn(3);
        assertThat(handle.state()).isEqualTo(TaskState.PAUSED);
        handle.resume();
        turn(5);
        assertThat(handle.isDone()).isTrue();
    }

    @Test
    void shouldSurvivePauseAndResumeOfTaskWhoseTimeHasCome() {
        launch(context());
        final int tasks = 10_000;
        final int paused = 700;
        final int[] calls = new int[tasks];
        for (int i = 0; i < tasks; i++) {
            final int index = i;
            if (i % 5000 == 0) {
                turn(50);
            }
            engine.get().submit(TaskSpec.of(i, context -> {
                calls[index]++;
                return calls[index] < 3 ? context.againAfter(1, TimeUnit.MILLISECONDS) : Step.DONE;
            }));
        }
        turn(100);
        now += 10 * TICK_NANOS;
        engine.get().invoker().fireWorker(0); // it is due and in the run queue, behind the 256 that had their turn
        engine.get().pause(paused);
        engine.get().invoker().fireWorker(0);
        engine.get().resume(paused); // its timer is due again, behind a crowd of others
        turn(100);
        now += 10 * TICK_NANOS;
        turn(100);
        assertThat(calls).containsOnly(3);
        assertThat(engine.get().ledger().isBalanced()).isTrue();
    }

    @Test
    void shouldFinishKillThatTakeOverInterrupted() {
        final AtomicBoolean stalls = new AtomicBoolean(true);
        launch(context()
                .killInterruptMillis(1)
                .killHookMillis(1)
                .killAbandonMillis(1)
                .listener(event -> {
                    if (event.type() == LifecycleEventType.START && stalls.getAndSet(false)) {
                        stall();
                    }
                }));
        final AtomicReference<TaskState> seen = new AtomicReference<>();
        final TaskHandle handle = engine.get()
                .submit(TaskSpec.builder(1)
                        .container(Container.EXCLUSIVE)
                        .task(context -> {
                            context.handle().kill();
                            engine.get().invoker().fireWorker(0);
                            engine.get().invoker().fireWorker(0);
                            seen.set(context.handle().state());
                            return Step.DONE;
                        })
                        .build());
        engine.get().invoker().fireWorker(0);
        bodies.remove(0).run(); // its START is in the ring, its kill overtakes
        assertThat(seen).hasValue(TaskState.KILLING);
        turn(3);
        assertThat(handle.outcome().state()).isEqualTo(TaskState.KILLED);
    }

    @Test
    void shouldWakeEveryWaiterWhenCompletionExecutorRejects() throws Exception {
        final AtomicInteger asked = new AtomicInteger();
        launch(context().completionExecutor(body -> {
            if (asked.incrementAndGet() == 1) {
                throw new RejectedExecutionException("once");
            }
            body.run();
        }));
        final TaskHandle handle = engine.get().submit(TaskSpec.of(1, context -> Step.DONE));
        final AtomicInteger completed = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            handle.completion().thenRun(completed::incrementAndGet);
        }
        turn(2);
        assertThat(asked).hasValue(3);
        Conditions.await("the refused dependent ran elsewhere", () -> completed.get() == 3);
    }

    @Test
    void shouldNotTakeATurnBackForAPauseThatComesAfterItsSignal() {
        launch(context());
        final AtomicInteger steps = new AtomicInteger();
        final TaskHandle waiting = engine.get().submit(TaskSpec.of(1, context -> {
            steps.incrementAndGet();
            return Step.WHEN_SIGNALLED;
        }));
        turn(2);
        waiting.signal();
        engine.get().submit(TaskSpec.of(2, context -> {
            assertThat(waiting.pause()).isNull(); // after the signal was handled, before the turn it led to
            return Step.DONE;
        }));
        turn(1);
        assertThat(steps).hasValue(2);
        turn(2);
        assertThat(waiting.state()).isEqualTo(TaskState.PAUSED);
        waiting.resume();
        turn(2);
        assertThat(steps).as("steps, the signal being used up").hasValue(2);
        waiting.signal();
        turn(2);
        assertThat(steps).hasValue(3);
    }

    @Test
    void shouldKeepInterruptFlagOfTaskFromOthers() {
        launch(context());
        final AtomicBoolean seen = new AtomicBoolean();
        engine.get().submit(TaskSpec.of(1, context -> {
            Thread.currentThread().interrupt();
            return Step.DONE;
        }));
        engine.get().submit(TaskSpec.of(2, context -> {
            seen.set(Thread.currentThread().isInterrupted());
            return Step.DONE;
        }));
        turn(1);
        assertThat(Thread.interrupted()).isFalse();
        assertThat(seen).isFalse();
    }

    @Test
    void shouldRefuseChildOfTaskThatHasEnded() throws Exception {
        launch(context().killInterruptMillis(1).killHookMillis(1).killAbandonMillis(1));
        final AtomicReference<Refusal> answer = new AtomicReference<>();
        final TaskHandle handle = engine.get()
                .submit(TaskSpec.builder(1)
                        .container(Container.EXCLUSIVE)
                        .task(context -> {
                            context.handle().kill();
                            try {
                                engine.get().drain(1, TimeUnit.HOURS);
                            } catch (final InterruptedException e) {
                                engine.get().drain(1, TimeUnit.HOURS); // it does not let itself be stopped
                            }
                            assertThat(context.handle().outcome().state()).isEqualTo(TaskState.ABANDONED);
                            answer.set(context.trySubmit(TaskSpec.of(2, child -> Step.DONE))
                                    .refusal());
                            return Step.DONE;
                        })
                        .build());
        engine.get().invoker().fireWorker(0);
        bodies.remove(0).run();
        assertThat(handle.isDone()).isTrue();
        assertThat(answer).hasValue(Refusal.DRAINING);
    }

    @Test
    void shouldEndTaskKilledWhoseCodeSawTheKillFirst() {
        launch(context());
        final TaskHandle shared = engine.get().submit(TaskSpec.of(1, context -> {
            context.handle().kill();
            context.pausePoint();
            return Step.DONE;
        }));
        final TaskHandle exclusive = engine.get()
                .submit(TaskSpec.builder(2)
                        .container(Container.EXCLUSIVE)
                        .retryPolicy(RetryPolicy.fixed(3, 0))
                        .task(context -> {
                            context.handle().pause();
                            context.handle().kill();
                            context.pausePoint();
                            return Step.DONE;
                        })
                        .build());
        final AtomicReference<Runnable> body = new AtomicReference<>();
        turn(1);
        body.set(bodies.remove(0));
        engine.get().submit(TaskSpec.of(3, context -> {
            body.get().run(); // after this cycle's look at the control list, before the rest of its batch
            return Step.DONE;
        }));
        turn(5);
        assertThat(shared.outcome().state()).isEqualTo(TaskState.KILLED);
        assertThat(exclusive.outcome().state()).isEqualTo(TaskState.KILLED);
        assertThat(exclusive.attempt()).isEqualTo(1);
    }

    @Test
    void shouldCountTheThreadOfAnAbandonedStepUntilItEnds() {
        launch(context().killInterruptMillis(1).killHookMillis(1).killAbandonMillis(1));
        final AtomicInteger given = new AtomicInteger();
        final TaskHandle handle = engine.get().submit(TaskSpec.of(1, context -> {
            stall();
            context.handle().kill();
            while (!context.handle().isDone()) {
                now += TICK_NANOS;
                turn(1);
            }
            given.set(engine.get().ledger().quarantined());
            return Step.DONE;
        }));
        turn(1);
        assertThat(handle.outcome().state()).isEqualTo(TaskState.ABANDONED);
        assertThat(given).hasValue(1);
        assertThat(engine.get().ledger().quarantined()).isZero();
    }
}
