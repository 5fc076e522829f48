package io.ringmaster.resilience;

import static io.ringmaster.resilience.VirtualEngine.assertEnded;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.lifecycle.TaskSupervision;
import io.ringmaster.task.Container;
import io.ringmaster.task.RetryPolicy;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskCancelledException;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskOutcome;
import io.ringmaster.task.TaskPolicy;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import io.ringmaster.task.TaskTimeoutException;
import io.ringmaster.task.TaskTimeoutException.Limit;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Queue time, run time and whole life. */
@Timeout(60)
class TimeoutTest {
    private static TaskEngine.Context context() {
        return new TaskEngine.Context()
                .fireWorkers(1)
                .exclusiveThreads(1)
                .killInterruptMillis(30)
                .killHookMillis(30)
                .killAbandonMillis(30);
    }

    private static TaskPolicy.Builder policy() {
        return TaskPolicy.builder();
    }

    private static void assertTimedOut(final TaskHandle handle, final Limit limit, final int attempt) {
        assertEnded(handle, TaskState.FAILED, attempt);
        assertThat(handle.outcome().failure()).isInstanceOf(TaskTimeoutException.class);
        assertThat(((TaskTimeoutException) handle.outcome().failure()).limit()).isEqualTo(limit);
    }

    @Test
    void shouldFailATaskThatWaitsTooLongForAThreadAndNeverStartIt() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final AtomicBoolean ran = new AtomicBoolean();
            // The simulation starts bodies when it settles: before it does, the attempt waits.
            final TaskHandle handle = engine.engine()
                    .submit(TaskSpec.builder(1)
                            .container(Container.EXCLUSIVE)
                            .policy(policy().queueTimeout(100, TimeUnit.MILLISECONDS)
                                    .retry(RetryPolicy.fixed(5, 0))
                                    .build())
                            .task(context -> {
                                ran.set(true);
                                return Step.DONE;
                            })
                            .build());
            engine.engine().invoker().invoke();
            assertThat(handle.state()).isEqualTo(TaskState.SCHEDULED);
            assertThat(engine.engine().explain(1)).contains("queue timeout in 100");
            engine.suspend(200, TimeUnit.MILLISECONDS);
            engine.engine().invoker().invoke();
            assertTimedOut(handle, Limit.QUEUE, 1);
            engine.pass(1, TimeUnit.SECONDS);
            assertThat(ran).isFalse();
        }
    }

    @Test
    void shouldNotStartASharedTaskWhoseTimeWasOverInItsRing() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final AtomicBoolean ran = new AtomicBoolean();
            final TaskHandle handle = engine.engine()
                    .submit(TaskSpec.builder(1)
                            .policy(policy().queueTimeout(10, TimeUnit.MILLISECONDS)
                                    .build())
                            .task(context -> {
                                ran.set(true);
                                return Step.DONE;
                            })
                            .build());
            engine.suspend(20, TimeUnit.MILLISECONDS);
            engine.settle();
            assertTimedOut(handle, Limit.QUEUE, 1);
            assertThat(ran).isFalse();
        }
    }

    @Test
    void shouldEndASharedTaskBetweenItsStepsAndAskItsRetryPolicy() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final AtomicInteger steps = new AtomicInteger();
            final TaskHandle handle = engine.engine()
                    .submit(TaskSpec.builder(1)
                            .policy(policy().runTimeout(100, TimeUnit.MILLISECONDS)
                                    .retry(RetryPolicy.fixed(2, TimeUnit.MILLISECONDS.toNanos(50)))
                                    .build())
                            .task(context -> {
                                steps.incrementAndGet();
                                return context.againAfter(40, TimeUnit.MILLISECONDS);
                            })
                            .build());
            engine.pass(101, TimeUnit.MILLISECONDS);
            assertThat(handle.state()).isEqualTo(TaskState.RETRY_WAIT);
            assertThat(steps).hasValue(3);
            engine.pass(200, TimeUnit.MILLISECONDS);
            assertTimedOut(handle, Limit.RUN, 2);
            assertThat(steps).as("three steps of each attempt").hasValue(6);
            assertThat(engine.engine().invoker().idleNanos())
                    .as("no timer is left")
                    .isEqualTo(Long.MAX_VALUE);
        }
    }

    @Test
    void shouldTellARunningStepAndTakeItsSuccessAllTheSame() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final AtomicBoolean told = new AtomicBoolean();
            final TaskHandle handle = engine.engine()
                    .submit(TaskSpec.builder(1)
                            .policy(policy().runTimeout(5, TimeUnit.MILLISECONDS)
                                    .build())
                            .task(context -> {
                                assertThat(context.isCancelled()).isFalse();
                                engine.suspend(12, TimeUnit.MILLISECONDS);
                                engine.engine().invoker().monitor();
                                told.set(context.isCancelled());
                                return context.done("all the same");
                            })
                            .build());
            engine.settle();
            assertThat(told).isTrue();
            assertEnded(handle, TaskState.SUCCEEDED, 1);
        }
    }

    @Test
    void shouldFailByItsTimeoutWhateverTheStepThrewWhenItWasTold() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final TaskHandle handle = engine.engine()
                    .submit(TaskSpec.builder(1)
                            .policy(policy().runTimeout(5, TimeUnit.MILLISECONDS)
                                    .build())
                            .task(context -> {
                                engine.suspend(12, TimeUnit.MILLISECONDS);
                                engine.engine().invoker().monitor();
                                context.pausePoint();
                                return Step.DONE;
                            })
                            .build());
            engine.settle();
            assertTimedOut(handle, Limit.RUN, 1);
        }
    }

    @Test
    void shouldClimbTheKillLadderForAnExclusiveBodyAndThenRetry() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final AtomicInteger cancelled = new AtomicInteger();
            final TaskHandle handle = engine.engine()
                    .submit(TaskSpec.builder(1)
                            .container(Container.EXCLUSIVE)
                            .policy(policy().runTimeout(100, TimeUnit.MILLISECONDS)
                                    .retry(RetryPolicy.fixed(3, 0))
                                    .build())
                            .task(context -> {
                                if (context.attempt() == 3) {
                                    return Step.DONE;
                                }
                                try {
                                    context.sleep(1, TimeUnit.HOURS);
                                } catch (final TaskCancelledException e) {
                                    cancelled.incrementAndGet();
                                    assertThat(context.isCancelled()).isTrue();
                                    throw e;
                                }
                                return Step.DONE;
                            })
                            .build());
            engine.pass(1, TimeUnit.SECONDS);
            assertEnded(handle, TaskState.SUCCEEDED, 3);
            assertThat(cancelled).hasValue(2);
            assertThat(engine.toldOf(1))
                    .containsSubsequence(
                            "START RUNNING 1", "STOP KILLING 1", "STEP_RETRY RETRY_WAIT 1", "RETRY_DUE SCHEDULED 2")
                    .doesNotContain("STEP_FAILED FAILED 1");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SHARED", "EXCLUSIVE"})
    void shouldStopTheRunClockWhilePausedAndNotTheLife(final Container container) {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final TaskSpec.Builder sleeper =
                    TaskSpec.builder(1).container(container).task(context -> Step.WHEN_SIGNALLED);
            final TaskHandle run = engine.engine()
                    .submit(sleeper.policy(policy().runTimeout(100, TimeUnit.MILLISECONDS)
                                    .build())
                            .build());
            final TaskHandle life = engine.engine()
                    .trySubmit(
                            2,
                            sleeper.policy(policy().lifeTimeout(100, TimeUnit.MILLISECONDS)
                                            .retry(RetryPolicy.fixed(9, 0))
                                            .build())
                                    .build());
            engine.pass(60, TimeUnit.MILLISECONDS);
            run.pause();
            life.pause();
            engine.pass(1, TimeUnit.MILLISECONDS); // a body pauses when it looks
            assertThat(run.state()).isEqualTo(TaskState.PAUSED);
            engine.pass(30, TimeUnit.MILLISECONDS);
            assertThat(life.state()).isEqualTo(TaskState.PAUSED);
            engine.pass(20, TimeUnit.MILLISECONDS);
            assertTimedOut(life, Limit.LIFE, 1);
            engine.pass(10, TimeUnit.SECONDS);
            assertThat(run.state()).isEqualTo(TaskState.PAUSED);
            run.resume();
            engine.pass(30, TimeUnit.MILLISECONDS);
            assertThat(run.state()).as("some 10 ms are left").isEqualTo(TaskState.RUNNING);
            engine.pass(15, TimeUnit.MILLISECONDS);
            assertTimedOut(run, Limit.RUN, 1);
        }
    }

    @Test
    void shouldEndTheLifeOfATaskInEveryStateItMayBeIn() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final TaskPolicy policy = policy().lifeTimeout(100, TimeUnit.MILLISECONDS)
                    .retry(RetryPolicy.fixed(9, TimeUnit.HOURS.toNanos(1)))
                    .build();
            final TaskHandle waiting = engine.engine()
                    .submit(TaskSpec.builder(1)
                            .policy(policy)
                            .task(context -> Step.WHEN_SIGNALLED)
                            .build());
            final TaskHandle retrying = engine.engine()
                    .submit(TaskSpec.builder(2)
                            .policy(policy)
                            .task(context -> context.failed(new Exception("once")))
                            .build());
            final TaskHandle parked = engine.engine()
                    .submit(TaskSpec.builder(3)
                            .policy(policy)
                            .container(Container.EXCLUSIVE)
                            .task(context -> Step.WHEN_SIGNALLED)
                            .build());
            engine.pass(10, TimeUnit.MILLISECONDS);
            parked.pause();
            engine.pass(20, TimeUnit.MILLISECONDS);
            assertThat(waiting.state()).isEqualTo(TaskState.RUNNING);
            assertThat(retrying.state()).isEqualTo(TaskState.RETRY_WAIT);
            assertThat(parked.state()).isEqualTo(TaskState.PAUSED);
            engine.pass(200, TimeUnit.MILLISECONDS);
            assertTimedOut(waiting, Limit.LIFE, 1);
            assertTimedOut(retrying, Limit.LIFE, 1);
            assertTimedOut(parked, Limit.LIFE, 1);
            assertThat(engine.engine().ledger().isBalanced()).isTrue();
        }
    }

    /** The engine ends its attempts again and again: that does not lengthen its life. */
    @ParameterizedTest
    @EnumSource(names = {"SHARED", "EXCLUSIVE"})
    void shouldEndTheLifeOfATaskWhoseAttemptsTimeOut(final Container container) {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final TaskHandle handle = engine.engine()
                    .submit(TaskSpec.builder(1)
                            .container(container)
                            .policy(policy().runTimeout(100, TimeUnit.MILLISECONDS)
                                    .lifeTimeout(350, TimeUnit.MILLISECONDS)
                                    .retry(RetryPolicy.fixed(9, 0))
                                    .build())
                            .task(context -> Step.WHEN_SIGNALLED)
                            .build());
            engine.pass(360, TimeUnit.MILLISECONDS);
            assertTimedOut(handle, Limit.LIFE, 4);
        }
    }

    /** Why the first attempt was ended is not why the second one fails. */
    @ParameterizedTest
    @EnumSource(names = {"SHARED", "EXCLUSIVE"})
    void shouldGiveTheFailureOfTheLastAttempt(final Container container) {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final Exception own = new Exception("its own");
            final TaskHandle handle = engine.engine()
                    .submit(TaskSpec.builder(1)
                            .container(container)
                            .policy(policy().runTimeout(50, TimeUnit.MILLISECONDS)
                                    .retry(RetryPolicy.fixed(2, 0))
                                    .build())
                            .task(context -> context.attempt() == 1 ? Step.WHEN_SIGNALLED : context.failed(own))
                            .build());
            engine.pass(200, TimeUnit.MILLISECONDS);
            assertEnded(handle, TaskState.FAILED, 2);
            assertThat(handle.outcome().failure()).isSameAs(own);
        }
    }

    @Test
    void shouldKillATaskThatIsKilledWhileItsTimeoutEndsIt() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final TaskHandle handle = engine.engine()
                    .submit(TaskSpec.builder(1)
                            .container(Container.EXCLUSIVE)
                            .policy(policy().runTimeout(50, TimeUnit.MILLISECONDS)
                                    .retry(RetryPolicy.fixed(9, 0))
                                    .build())
                            .task(context -> {
                                try {
                                    context.sleep(1, TimeUnit.HOURS);
                                } catch (final TaskCancelledException e) {
                                    context.handle().kill();
                                }
                                return Step.DONE;
                            })
                            .build());
            engine.pass(1, TimeUnit.SECONDS);
            assertEnded(handle, TaskState.KILLED, 1);
        }
    }

    @Test
    void shouldAbandonABodyThatIgnoresTheLadderUnlessItMayOverlap() throws Exception {
        final AtomicBoolean released = new AtomicBoolean();
        try (TaskEngine engine = TaskEngine.launch(context().waitMode(WaitMode.ADAPTIVE))) {
            final TaskHandle handle = engine.submit(TaskSpec.builder(1)
                    .container(Container.EXCLUSIVE)
                    .policy(policy().runTimeout(20, TimeUnit.MILLISECONDS)
                            .retry(RetryPolicy.fixed(9, 0))
                            .build())
                    .task(context -> {
                        while (!released.get()) {
                            Thread.onSpinWait();
                            Thread.yield();
                        }
                        return Step.DONE;
                    })
                    .build());
            final TaskOutcome outcome = handle.await(30, TimeUnit.SECONDS);
            assertThat(outcome.state()).isEqualTo(TaskState.ABANDONED);
            assertThat(outcome.failure()).isInstanceOf(TaskTimeoutException.class);
            assertThat(engine.ledger().quarantined()).isEqualTo(1);
            released.set(true);
        }
    }

    /** A loop in a shared step: the monitor tells it, and takes its partition over when it does not listen. */
    @Test
    void shouldEndASharedStepThatRunsTooLong() throws Exception {
        try (TaskEngine engine = TaskEngine.launch(
                context().waitMode(WaitMode.ADAPTIVE).stallThresholdMillis(500).spareThreads(1))) {
            final TaskHandle handle = engine.submit(TaskSpec.builder(1)
                    .policy(policy().runTimeout(20, TimeUnit.MILLISECONDS).build())
                    .task(context -> {
                        while (!context.isCancelled()) {
                            Thread.onSpinWait();
                            Thread.yield();
                        }
                        throw new TaskCancelledException("seen");
                    })
                    .build());
            final TaskOutcome outcome = handle.await(30, TimeUnit.SECONDS);
            assertThat(outcome.state()).isEqualTo(TaskState.FAILED);
            assertThat(outcome.failure()).isInstanceOf(TaskTimeoutException.class);
            assertThat(engine.metrics().partitions().get(0).takeovers())
                    .as("take-overs")
                    .isZero();
        }
    }

    /** Without a spare thread it is only the monitor that could tell it. */
    @Test
    void shouldTellARunningStepThatItsLifeIsOver() {
        try (VirtualEngine engine = new VirtualEngine(context().spareThreads(0))) {
            final TaskHandle handle = engine.engine()
                    .submit(TaskSpec.builder(1)
                            .container(Container.SHARED)
                            .policy(policy().lifeTimeout(50, TimeUnit.MILLISECONDS)
                                    .runTimeout(1, TimeUnit.HOURS)
                                    .retry(RetryPolicy.fixed(9, 0))
                                    .build())
                            .task(context -> {
                                for (int i = 0; i < 100; i++) {
                                    context.pausePoint();
                                    engine.suspend(10, TimeUnit.MILLISECONDS);
                                    engine.engine().invoker().monitor();
                                }
                                return Step.DONE;
                            })
                            .build());
            engine.settle();
            assertTimedOut(handle, Limit.LIFE, 1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SHARED", "EXCLUSIVE"})
    void shouldTakeTheLongestTimesForNoLimit(final Container container) {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final TaskHandle handle = engine.engine()
                    .submit(TaskSpec.builder(1)
                            .container(container)
                            .policy(policy().queueTimeout(Long.MAX_VALUE, TimeUnit.NANOSECONDS)
                                    .runTimeout(Long.MAX_VALUE, TimeUnit.DAYS)
                                    .lifeTimeout(Long.MAX_VALUE, TimeUnit.SECONDS)
                                    .heartbeat(Long.MAX_VALUE, TimeUnit.SECONDS)
                                    .retry(RetryPolicy.fixed(2, 1))
                                    .build())
                            .task(context -> {
                                if (context.attempt() == 1) {
                                    return context.failed(new Exception("once"));
                                }
                                final TaskSupervision own = ((TaskExecutor) context.handle()).supervision();
                                assertThat(own.ranTooLong(engine.now() - 1_000_000))
                                        .as("by a clock that was read before the start")
                                        .isNull();
                                return engine.now() < 0 ? context.againAfter(1, TimeUnit.SECONDS) : Step.DONE;
                            })
                            .build());
            engine.pass(10, TimeUnit.SECONDS);
            assertEnded(handle, TaskState.SUCCEEDED, 2);
        }
    }

    @Test
    void shouldLetATasksZeroLiftItsTypesLimits() {
        final TaskEngine.Context context = context()
                .policy(
                        "short",
                        policy().runTimeout(10, TimeUnit.MILLISECONDS)
                                .lifeTimeout(20, TimeUnit.MILLISECONDS)
                                .build());
        try (VirtualEngine engine = new VirtualEngine(context)) {
            final TaskSpec.Builder spec = TaskSpec.builder(1).type("short").task(each -> Step.WHEN_SIGNALLED);
            final TaskHandle limited = engine.engine().submit(spec.build());
            final TaskHandle unlimited = engine.engine()
                    .trySubmit(
                            2,
                            spec.policy(policy().runTimeout(0, TimeUnit.SECONDS)
                                            .lifeTimeout(0, TimeUnit.SECONDS)
                                            .build())
                                    .build());
            engine.pass(1, TimeUnit.SECONDS);
            assertTimedOut(limited, Limit.RUN, 1);
            assertThat(unlimited.state()).isEqualTo(TaskState.RUNNING);
        }
    }

    @Test
    void shouldStopTheQueueClockWhilePausedAndStartItAnewWithTheResumeAndWithEachAttempt() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            engine.engine().quotas().engine().exclusiveThreads(1);
            final AtomicBoolean signalled = new AtomicBoolean();
            final TaskHandle first = engine.engine()
                    .submit(TaskSpec.builder(1)
                            .container(Container.EXCLUSIVE)
                            .task(context -> signalled.getAndSet(true) ? Step.DONE : Step.WHEN_SIGNALLED)
                            .build());
            engine.settle();
            final TaskHandle handle = engine.engine()
                    .submit(TaskSpec.builder(2)
                            .container(Container.EXCLUSIVE)
                            .policy(policy().queueTimeout(100, TimeUnit.MILLISECONDS)
                                    .retry(RetryPolicy.fixed(2, TimeUnit.MILLISECONDS.toNanos(500)))
                                    .build())
                            .task(context -> context.failed(new Exception("each time")))
                            .build());
            engine.pass(90, TimeUnit.MILLISECONDS);
            handle.pause();
            engine.pass(1, TimeUnit.SECONDS);
            assertThat(handle.state()).isEqualTo(TaskState.PAUSED);
            handle.resume();
            engine.pass(60, TimeUnit.MILLISECONDS);
            assertThat(handle.state()).as("anew").isEqualTo(TaskState.SCHEDULED);
            first.signal();
            engine.passUntil("its first attempt has failed", () -> handle.state() == TaskState.RETRY_WAIT);
            engine.engine()
                    .submit(TaskSpec.builder(3)
                            .container(Container.EXCLUSIVE)
                            .task(context -> Step.WHEN_SIGNALLED)
                            .build());
            engine.pass(550, TimeUnit.MILLISECONDS);
            assertThat(handle.state()).as("in line from its due time").isEqualTo(TaskState.SCHEDULED);
            engine.pass(100, TimeUnit.MILLISECONDS);
            assertTimedOut(handle, Limit.QUEUE, 2);
        }
    }
}
