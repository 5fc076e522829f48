package io.ringmaster.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmaster.TaskEngine;
import io.ringmaster.task.Container;
import io.ringmaster.task.ContextPropagator;
import io.ringmaster.task.RetryPolicy;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskContext;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskOutcome;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import io.ringmaster.testing.Conditions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What else a user plugs in and what it may do wrong: executors, thread factories, propagators, retry policies. */
@Timeout(120)
class BadExtensionTest {
    private final CountDownLatch latch = new CountDownLatch(1);
    private final Isolation.Spin spin = new Isolation.Spin();
    private TaskEngine engine;

    @AfterEach
    void release() {
        latch.countDown();
        spin.release();
        if (engine != null) {
            engine.close();
        }
    }

    // ---- completion executors ---------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldCompleteStagesWhenTheExecutorThrows(final boolean error) throws Exception {
        engine = TaskEngine.launch(Isolation.context().completionExecutor(dependent -> {
            if (error) {
                throw new AssertionError("thrown");
            }
            throw new RejectedExecutionException("thrown");
        }));
        final List<CompletableFuture<TaskOutcome>> stages = new ArrayList<>();
        final List<TaskHandle> handles = new ArrayList<>();
        for (int id = 1; id <= 50; id++) {
            final TaskHandle handle =
                    engine.submit(Isolation.spec(id, Container.SHARED, context -> Step.WHEN_SIGNALLED));
            handles.add(handle);
            for (int i = 0; i < 3; i++) {
                stages.add(handle.completion().toCompletableFuture());
            }
        }
        handles.forEach(TaskHandle::kill);
        for (final CompletableFuture<TaskOutcome> each : stages) {
            assertThat(each.get(60, TimeUnit.SECONDS).state()).isEqualTo(TaskState.KILLED);
        }
        Isolation.assertNeighboursDoWell(engine);
        Isolation.assertBalancedAndClose(engine);
    }

    @Test
    void shouldGoOnBesideACompletionExecutorThatBlocks() throws Exception {
        final CountDownLatch inside = new CountDownLatch(1);
        engine = TaskEngine.launch(Isolation.context().completionExecutor(dependent -> {
            inside.countDown();
            try {
                latch.await();
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            dependent.run();
        }));
        final TaskHandle handle = engine.submit(Isolation.spec(1, Container.SHARED, context -> Step.WHEN_SIGNALLED));
        final CompletableFuture<TaskOutcome> stage = handle.completion().toCompletableFuture();
        final FutureTask<TaskOutcome> waiting = new FutureTask<>(() -> Isolation.end(handle));
        final Thread waiter = new Thread(waiting, "waiter");
        waiter.start();
        // The thread waits before the second stage is asked for: whichever is told first, the thread must be told.
        Conditions.await("the waiter waits", () -> waiter.getState() == Thread.State.TIMED_WAITING);
        final CompletableFuture<TaskOutcome> second = handle.completion().toCompletableFuture();
        handle.signal();
        handle.kill();
        assertThat(inside.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(waiting.get(60, TimeUnit.SECONDS).state()).isEqualTo(TaskState.KILLED);
        Isolation.assertNeighboursDoWell(engine);
        latch.countDown();
        assertThat(stage.get(60, TimeUnit.SECONDS).state()).isEqualTo(TaskState.KILLED);
        assertThat(second.get(60, TimeUnit.SECONDS).state()).isEqualTo(TaskState.KILLED);
        Isolation.assertBalancedAndClose(engine);
    }

    @Test
    void shouldGoOnWhenADependentBlocksItsExecutor() throws Exception {
        engine = TaskEngine.launch(Isolation.context());
        final TaskHandle handle = engine.submit(Isolation.spec(1, Container.SHARED, context -> Step.WHEN_SIGNALLED));
        final CountDownLatch inside = new CountDownLatch(1);
        handle.completion().thenAccept(outcome -> {
            inside.countDown();
            try {
                latch.await();
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        handle.kill();
        assertThat(inside.await(60, TimeUnit.SECONDS)).isTrue();
        Isolation.assertNeighboursDoWell(engine);
        Isolation.assertBalancedAndClose(engine);
    }

    // ---- thread factories -------------------------------------------------------------------------------------

    /** Ways to fail to give a thread. */
    enum NoThread {
        THROWS {
            @Override
            Thread make(final Runnable body) {
                throw new IllegalStateException("no thread");
            }
        },
        NULL {
            @Override
            Thread make(final Runnable body) {
                return null;
            }
        },
        CAN_NOT_START {
            @Override
            Thread make(final Runnable body) {
                return new Thread(body) {
                    @Override
                    public void start() {
                        throw new OutOfMemoryError("no thread");
                    }
                };
            }
        };

        abstract Thread make(Runnable body);
    }

    /** Makes daemons with a name by which the test finds them, but for the calls that fail. */
    private static final class Factory implements ThreadFactory {
        private final AtomicInteger calls = new AtomicInteger();
        private final List<Thread> made = new CopyOnWriteArrayList<>();
        private final IntPredicate fails;
        private final NoThread failure;

        Factory(final NoThread failure, final IntPredicate fails) {
            this.failure = failure;
            this.fails = fails;
        }

        @Override
        public Thread newThread(final Runnable body) {
            final int call = calls.incrementAndGet();
            if (fails.test(call)) {
                return failure.make(body);
            }
            final Thread thread = new Thread(body, "made-" + call);
            thread.setDaemon(true);
            made.add(thread);
            return thread;
        }

        void assertAllEnded() throws Exception {
            for (final Thread each : made) {
                Conditions.await(each + " has ended", () -> !each.isAlive());
            }
        }
    }

    /** How many threads a launch of this test's contexts asks for. */
    private int threadsOfALaunch() throws Exception {
        final Factory factory = new Factory(NoThread.THROWS, call -> false);
        TaskEngine.launch(Isolation.context().fireWorkers(2).threadFactory(factory))
                .close();
        factory.assertAllEnded();
        return factory.calls.get();
    }

    @ParameterizedTest
    @EnumSource(NoThread.class)
    void shouldLeaveNoThreadBehindWhenALaunchGetsNone(final NoThread failure) throws Exception {
        final int threads = threadsOfALaunch();
        assertThat(threads).isGreaterThanOrEqualTo(3);
        for (int i = 1; i <= threads; i++) {
            final int failing = i;
            final Factory factory = new Factory(failure, call -> call == failing);
            assertThatThrownBy(() ->
                            TaskEngine.launch(Isolation.context().fireWorkers(2).threadFactory(factory)))
                    .as("call " + failing)
                    .isInstanceOf(failure == NoThread.CAN_NOT_START ? OutOfMemoryError.class : RuntimeException.class)
                    .hasMessage(failure == NoThread.NULL ? "the thread factory returned no thread" : "no thread");
            factory.assertAllEnded();
        }
    }

    @ParameterizedTest
    @EnumSource(NoThread.class)
    void shouldRunExclusiveTasksOnceThereAreThreadsAgain(final NoThread failure) throws Exception {
        final int threads = threadsOfALaunch();
        final Factory factory = new Factory(failure, call -> call > threads && call <= threads + 5);
        engine = TaskEngine.launch(Isolation.context().fireWorkers(2).threadFactory(factory));
        Isolation.assertNeighboursDoWell(engine);
        assertThat(factory.calls.get()).isGreaterThan(threads + 5);
        Isolation.assertBalancedAndClose(engine);
        factory.assertAllEnded();
    }

    /** No thread for the hook: the ladder goes on, and the engine with it. */
    @ParameterizedTest
    @EnumSource(NoThread.class)
    void shouldKillWithoutAThreadForTheHook(final NoThread failure) throws Exception {
        final int threads = threadsOfALaunch();
        final Factory factory = new Factory(failure, call -> call > threads + 1);
        engine = TaskEngine.launch(
                Isolation.context().fireWorkers(2).exclusiveThreads(1).threadFactory(factory));
        final TaskHandle stuck = engine.submit(Isolation.spec(1, Container.EXCLUSIVE, spin));
        spin.awaitRunning();
        stuck.kill();
        assertThat(Isolation.end(stuck).state()).isEqualTo(TaskState.ABANDONED);
        assertThat(Isolation.end(engine.submit(Isolation.spec(2, Container.SHARED, context -> Step.DONE)))
                        .isSuccess())
                .isTrue();
        spin.release();
        assertThat(engine.drain(60, TimeUnit.SECONDS)).isTrue();
        assertThat(engine.ledger().isBalanced()).isTrue();
    }

    /** No thread for a partition that is taken over: it gets one as soon as there are some. */
    @ParameterizedTest
    @EnumSource(NoThread.class)
    void shouldTakeAPartitionOverOnceThereAreThreadsAgain(final NoThread failure) throws Exception {
        final int threads = threadsOfALaunch() - 1;
        final Factory factory = new Factory(failure, call -> call > threads && call <= threads + 5);
        engine = TaskEngine.launch(Isolation.context().threadFactory(factory));
        final TaskHandle stuck = engine.submit(Isolation.spec(1, Container.SHARED, spin));
        spin.awaitRunning();
        assertThat(Isolation.end(engine.submit(Isolation.spec(2, Container.SHARED, context -> Step.DONE)))
                        .isSuccess())
                .isTrue();
        assertThat(factory.calls.get()).isGreaterThan(threads + 5);
        spin.release();
        assertThat(Isolation.end(stuck).isSuccess()).isTrue();
        Isolation.assertBalancedAndClose(engine);
    }

    // ---- context propagators ----------------------------------------------------------------------------------

    /** Where a propagator throws. */
    enum Throwing {
        CAPTURE,
        INSTALL,
        RESTORE
    }

    private static ContextPropagator propagator(final Throwing where, final Supplier<? extends Error> error) {
        return new ContextPropagator() {
            @Override
            public Object capture() {
                return at(Throwing.CAPTURE);
            }

            @Override
            public Object install(final Object captured) {
                return at(Throwing.INSTALL);
            }

            @Override
            public void restore(final Object previous) {
                at(Throwing.RESTORE);
            }

            private Object at(final Throwing here) {
                if (here == where) {
                    if (error != null) {
                        throw error.get();
                    }
                    throw new IllegalStateException("thrown");
                }
                return "captured";
            }
        };
    }

    @ParameterizedTest
    @EnumSource(Throwing.class)
    void shouldRunTasksWithoutTheContextWhenAPropagatorThrows(final Throwing where) throws Exception {
        engine = TaskEngine.launch(Isolation.context().contextPropagator(propagator(where, null)));
        Isolation.assertNeighboursDoWell(engine);
        assertThat(engine.metrics().foreignErrors()).isGreaterThanOrEqualTo(200);
        Isolation.assertBalancedAndClose(engine);
    }

    @ParameterizedTest
    @EnumSource(Throwing.class)
    void shouldRunTasksWithoutTheContextWhenAPropagatorEndsInAnError(final Throwing where) throws Exception {
        engine = TaskEngine.launch(
                Isolation.context().contextPropagator(propagator(where, () -> new StackOverflowError("thrown"))));
        Isolation.assertNeighboursDoWell(engine);
        assertThat(engine.metrics().foreignErrors()).isGreaterThanOrEqualTo(200);
        Isolation.assertBalancedAndClose(engine);
    }

    @Test
    void shouldGoOnBesideAPropagatorThatHangs() throws Exception {
        final AtomicInteger calls = new AtomicInteger();
        final CountDownLatch inside = new CountDownLatch(1);
        engine = TaskEngine.launch(Isolation.context().contextPropagator(new ContextPropagator() {
            @Override
            public Object capture() {
                return "captured";
            }

            @Override
            public Object install(final Object captured) {
                if (calls.incrementAndGet() == 1) {
                    inside.countDown();
                    try {
                        latch.await();
                    } catch (final InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
                return null;
            }

            @Override
            public void restore(final Object previous) {}
        }));
        final TaskHandle hung = engine.submit(Isolation.spec(1, Container.SHARED, context -> Step.DONE));
        assertThat(inside.await(60, TimeUnit.SECONDS)).isTrue();
        Isolation.assertNeighboursDoWell(engine);
        latch.countDown();
        assertThat(Isolation.end(hung).isSuccess()).isTrue();
        Isolation.assertBalancedAndClose(engine);
    }

    // ---- retry policies ---------------------------------------------------------------------------------------

    private TaskHandle failing(final long id, final Container container, final RetryPolicy policy) {
        return engine.submit(TaskSpec.builder(id)
                .container(container)
                .retryPolicy(policy)
                .task(context -> {
                    throw new IOException("thrown in attempt " + context.attempt());
                })
                .build());
    }

    @ParameterizedTest
    @CsvSource({"SHARED, false", "SHARED, true", "EXCLUSIVE, false", "EXCLUSIVE, true"})
    void shouldFailWithoutARetryWhenThePolicyThrows(final Container container, final boolean error) throws Exception {
        engine = TaskEngine.launch(Isolation.context());
        for (int id = 1; id <= 20; id++) {
            final TaskOutcome outcome = Isolation.end(failing(id, container, (attempt, failure) -> {
                if (error) {
                    throw new AssertionError("thrown by the policy");
                }
                throw new IllegalStateException("thrown by the policy");
            }));
            assertThat(outcome.state()).isEqualTo(TaskState.FAILED);
            assertThat(outcome.failure()).hasMessage("thrown in attempt 1");
        }
        assertThat(engine.metrics().foreignErrors()).isEqualTo(20);
        Isolation.assertNeighboursDoWell(engine);
        Isolation.assertBalancedAndClose(engine);
    }

    @ParameterizedTest
    @EnumSource(names = {"SHARED", "EXCLUSIVE"})
    void shouldFailWithoutARetryWhenThePolicyHangs(final Container container) throws Exception {
        engine = TaskEngine.launch(Isolation.context());
        final TaskHandle hung = failing(1, container, (attempt, failure) -> {
            spin.execute(null);
            return 0;
        });
        spin.awaitRunning();
        final TaskOutcome outcome = Isolation.end(hung);
        assertThat(outcome.state()).isEqualTo(TaskState.FAILED);
        assertThat(outcome.attempt()).isEqualTo(1);
        Isolation.assertNeighboursDoWell(engine);
        spin.release();
        Isolation.assertNeighboursDoWell(engine);
        Isolation.assertBalancedAndClose(engine);
    }

    @Test
    void shouldWaitForAnEndlessDelayAndStillBeKilled() throws Exception {
        engine = TaskEngine.launch(Isolation.context());
        final TaskHandle handle = failing(1, Container.SHARED, (attempt, failure) -> Long.MAX_VALUE);
        Isolation.awaitState(handle, TaskState.RETRY_WAIT);
        Isolation.assertNeighboursDoWell(engine);
        assertThat(handle.state()).isEqualTo(TaskState.RETRY_WAIT);
        handle.kill();
        assertThat(Isolation.end(handle).state()).isEqualTo(TaskState.KILLED);
        final TaskHandle step = engine.submit(
                Isolation.spec(2, Container.SHARED, context -> context.againAfter(Long.MAX_VALUE, TimeUnit.DAYS)));
        Isolation.assertNeighboursDoWell(engine);
        assertThat(step.isDone()).isFalse();
        step.kill();
        assertThat(Isolation.end(step).state()).isEqualTo(TaskState.KILLED);
        Isolation.assertBalancedAndClose(engine);
    }

    /** A task's own kill hook. */
    @ParameterizedTest
    @ValueSource(strings = {"throws", "ends in an error", "hangs"})
    void shouldClimbTheLadderWhateverTheHookDoes(final String way) throws Exception {
        engine = TaskEngine.launch(Isolation.context());
        final List<TaskHandle> stuck = new ArrayList<>();
        for (int id = 1; id <= 12; id++) {
            stuck.add(engine.submit(Isolation.spec(id, Container.EXCLUSIVE, new Task() {
                @Override
                public Step execute(final TaskContext context) {
                    return spin.execute(context);
                }

                @Override
                public void onKill(final TaskContext context) throws Exception {
                    switch (way) {
                        case "throws" -> throw new IOException("thrown");
                        case "ends in an error" -> throw new OutOfMemoryError("thrown");
                        default -> latch.await();
                    }
                }
            })));
        }
        spin.awaitRunning();
        stuck.forEach(TaskHandle::kill);
        for (final TaskHandle each : stuck) {
            assertThat(Isolation.end(each).state()).isIn(TaskState.ABANDONED, TaskState.KILLED);
        }
        assertThat(engine.ledger().abandoned()).isPositive();
        latch.countDown();
        spin.release();
        Isolation.assertNeighboursDoWell(engine);
        Isolation.assertBalancedAndClose(engine);
    }
}
