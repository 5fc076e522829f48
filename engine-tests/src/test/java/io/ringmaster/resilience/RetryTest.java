package io.ringmaster.resilience;

import static io.ringmaster.resilience.VirtualEngine.assertEnded;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.task.Container;
import io.ringmaster.task.RetryPolicy;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskContext;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskPolicy;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Failed attempts and the ones that follow them. */
@Timeout(60)
class RetryTest {
    private static final RetryPolicy DOUBLING = RetryPolicy.builder()
            .attempts(4)
            .delay(100, TimeUnit.MILLISECONDS)
            .factor(2)
            .cap(300, TimeUnit.MILLISECONDS)
            .build();

    private final List<Long> starts = new ArrayList<>();

    private static TaskEngine.Context context() {
        return new TaskEngine.Context().fireWorkers(1);
    }

    private Task failing(final VirtualEngine engine) {
        return context -> {
            starts.add(engine.now());
            throw new IOException("attempt " + context.attempt());
        };
    }

    @ParameterizedTest
    @EnumSource(names = {"SHARED", "EXCLUSIVE"})
    void shouldWaitLongerBeforeEachFurtherAttemptUpToTheCap(final Container container) {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final TaskHandle handle = engine.engine()
                    .submit(TaskSpec.builder(1)
                            .container(container)
                            .retryPolicy(DOUBLING)
                            .task(failing(engine))
                            .build());
            engine.pass(50, TimeUnit.MILLISECONDS);
            assertThat(handle.state()).isEqualTo(TaskState.RETRY_WAIT);
            assertThat(engine.engine().explain(1))
                    .contains("RETRY_WAIT", "attempt 2 of 4", "after java.io.IOException: attempt 1");
            assertThat(engine.engine().invoker().idleNanos())
                    .as("a timer and no thread")
                    .isPositive();
            engine.pass(1, TimeUnit.SECONDS);
            assertEnded(handle, TaskState.FAILED, 4);
            assertThat(handle.outcome().failure())
                    .isInstanceOf(IOException.class)
                    .hasMessage("attempt 4");
            assertThat(gapsMillis()).containsExactly(100L, 200L, 300L);
            assertThat(engine.toldOf(1))
                    .filteredOn(each -> each.contains("FAILED FAILED"))
                    .hasSize(1);
        }
    }

    /** In whole milliseconds; the timers' resolution is 66 µs. */
    private List<Long> gapsMillis() {
        final List<Long> gaps = new ArrayList<>();
        for (int i = 1; i < starts.size(); i++) {
            gaps.add(TimeUnit.NANOSECONDS.toMillis(starts.get(i) - starts.get(i - 1)));
        }
        return gaps;
    }

    @Test
    void shouldTakeWhatATaskLeavesOpenFromItsTypeAndThenFromTheEngine() {
        final TaskEngine.Context context = context()
                .policy(TaskPolicy.builder().retry(RetryPolicy.fixed(2, 0)).build())
                .policy(
                        "often",
                        TaskPolicy.builder().retry(RetryPolicy.fixed(5, 0)).build());
        try (VirtualEngine engine = new VirtualEngine(context)) {
            final TaskHandle ofEngine = engine.engine().submit(TaskSpec.of(1, failing(engine)));
            final TaskHandle ofType = engine.engine()
                    .submit(TaskSpec.builder(2)
                            .type("often")
                            .task(failing(engine))
                            .build());
            final TaskHandle own = engine.engine()
                    .submit(TaskSpec.builder(3)
                            .type("often")
                            .retryPolicy(RetryPolicy.NEVER)
                            .task(failing(engine))
                            .build());
            engine.pass(1, TimeUnit.MILLISECONDS);
            assertEnded(ofEngine, TaskState.FAILED, 2);
            assertEnded(ofType, TaskState.FAILED, 5);
            assertEnded(own, TaskState.FAILED, 1);
        }
    }

    @Test
    void shouldEndAWaitForTheNextAttemptByAKillAndKeepItThroughAPause() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final TaskSpec spec = TaskSpec.builder(1)
                    .retryPolicy(RetryPolicy.fixed(3, TimeUnit.SECONDS.toNanos(1)))
                    .task(failing(engine))
                    .build();
            final TaskHandle killed = engine.engine().submit(spec);
            engine.pass(1, TimeUnit.MILLISECONDS);
            killed.kill();
            engine.pass(1, TimeUnit.MILLISECONDS);
            assertEnded(killed, TaskState.KILLED, 1);
            final TaskHandle paused = engine.engine().submit(spec);
            engine.pass(1, TimeUnit.MILLISECONDS);
            paused.pause();
            engine.pass(2, TimeUnit.SECONDS);
            assertThat(paused.state())
                    .as("the pause takes effect when the attempt is due")
                    .isEqualTo(TaskState.PAUSED);
            assertThat(starts).as("attempts that were started").hasSize(2);
            paused.resume();
            engine.pass(2, TimeUnit.SECONDS);
            assertEnded(paused, TaskState.FAILED, 3);
        }
    }

    @Test
    void shouldFinishAttemptsWhileTheEngineDrains() throws Exception {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final AtomicInteger calls = new AtomicInteger();
            final TaskHandle handle = engine.engine()
                    .submit(TaskSpec.builder(1)
                            .retryPolicy(RetryPolicy.fixed(3, TimeUnit.SECONDS.toNanos(1)))
                            .task(context -> {
                                if (calls.incrementAndGet() < 3) {
                                    throw new IOException("not yet");
                                }
                                return Step.DONE;
                            })
                            .build());
            assertThat(engine.engine().drain(10, TimeUnit.SECONDS)).isTrue();
            assertEnded(handle, TaskState.SUCCEEDED, 3);
            assertThat(engine.engine().ledger().isBalanced()).isTrue();
        }
    }

    /** Attempts that overlap: the first goes on in its thread and ends after the second has started. */
    @Test
    void shouldFenceTheLateResultOfAnOldAttempt() throws Exception {
        final ConcurrentHashMap<Integer, TaskContext> contexts = new ConcurrentHashMap<>();
        final java.util.concurrent.CountDownLatch late = new java.util.concurrent.CountDownLatch(1);
        final java.util.concurrent.CountDownLatch ended = new java.util.concurrent.CountDownLatch(1);
        final java.util.concurrent.CountDownLatch second = new java.util.concurrent.CountDownLatch(1);
        try (TaskEngine engine = TaskEngine.launch(context()
                .waitMode(WaitMode.ADAPTIVE)
                .killInterruptMillis(10)
                .killHookMillis(10)
                .killAbandonMillis(10))) {
            final TaskHandle handle = engine.submit(TaskSpec.builder(1)
                    .container(Container.EXCLUSIVE)
                    .policy(TaskPolicy.builder()
                            .retry(RetryPolicy.fixed(2, 0))
                            .runTimeout(1, TimeUnit.SECONDS)
                            .overlap(true)
                            .build())
                    .task(context -> {
                        contexts.put(context.attempt(), context);
                        if (context.attempt() == 1) {
                            awaitUninterruptibly(late);
                            context.progress(1);
                            ended.countDown();
                            return context.done("late");
                        }
                        late.countDown();
                        ended.await();
                        second.await();
                        return context.done("in time");
                    })
                    .build());
            ended.await();
            io.ringmaster.testing.Conditions.await(
                    "the late end is counted",
                    () -> engine.metrics().partitions().stream()
                                    .mapToLong(each -> each.stale())
                                    .sum()
                            > 0);
            second.countDown();
            assertThat(handle.await(30, TimeUnit.SECONDS).result()).isEqualTo("in time");
            assertThat(handle.outcome().attempt()).isEqualTo(2);
            assertThat(handle.progress()).as("progress of the old attempt").isZero();
            assertThat(contexts.get(1).isCancelled())
                    .as("the old attempt is told")
                    .isTrue();
            assertThat(contexts.get(2).attempt()).isEqualTo(2);
        }
    }

    /** The late end comes while the second attempt runs. */
    @Test
    void shouldNotEndAnAttemptByTheEndOfTheOneBefore() {
        try (VirtualEngine engine = new VirtualEngine(
                context().killInterruptMillis(10).killHookMillis(10).killAbandonMillis(10))) {
            final Set<Integer> mayEnd = ConcurrentHashMap.newKeySet();
            final TaskHandle handle = engine.engine()
                    .submit(TaskSpec.builder(1)
                            .container(Container.EXCLUSIVE)
                            .policy(TaskPolicy.builder()
                                    .retry(RetryPolicy.fixed(2, 0))
                                    .runTimeout(1, TimeUnit.SECONDS)
                                    .overlap(true)
                                    .build())
                            .task(context -> {
                                while (!mayEnd.contains(context.attempt())) {
                                    engine.stopBody();
                                }
                                return context.done("of attempt " + context.attempt());
                            })
                            .build());
            engine.passUntil("the second attempt runs", () -> handle.attempt() == 2);
            mayEnd.add(1);
            engine.pass(50, TimeUnit.MILLISECONDS);
            assertThat(handle.state()).isEqualTo(TaskState.RUNNING);
            assertThat(engine.engine().metrics().partitions().get(0).stale())
                    .as("the late end is counted")
                    .isPositive();
            mayEnd.add(2);
            engine.pass(50, TimeUnit.MILLISECONDS);
            assertEnded(handle, TaskState.SUCCEEDED, 2);
            assertThat(handle.outcome().result()).isEqualTo("of attempt 2");
        }
    }

    private static void awaitUninterruptibly(final java.util.concurrent.CountDownLatch latch) {
        boolean over = false;
        while (!over) {
            try {
                over = latch.await(1, TimeUnit.MINUTES);
            } catch (final InterruptedException e) {
                // the kill ladder's; this body ignores it
            }
        }
    }

    @Test
    void shouldRetryManyTasksWithoutAThreadForTheirWaits() throws Exception {
        final int tasks = 2_000;
        final AtomicInteger calls = new AtomicInteger();
        try (TaskEngine engine =
                TaskEngine.launch(context().waitMode(WaitMode.ADAPTIVE).exclusiveThreads(2))) {
            final List<TaskHandle> handles = new ArrayList<>();
            for (int i = 0; i < tasks; i++) {
                handles.add(engine.submit(TaskSpec.builder(i)
                        .container(i % 20 == 0 ? Container.EXCLUSIVE : Container.SHARED)
                        .retryPolicy(RetryPolicy.exponential(3, 2, 20, TimeUnit.MILLISECONDS))
                        .task(context -> {
                            calls.incrementAndGet();
                            if (context.attempt() < 3) {
                                throw new IOException("attempt " + context.attempt());
                            }
                            return context.done(context.attempt());
                        })
                        .build()));
            }
            for (final TaskHandle each : handles) {
                assertThat(each.await(30, TimeUnit.SECONDS).result()).isEqualTo(3);
            }
            assertThat(calls).hasValue(3 * tasks);
            assertThat(engine.drain(30, TimeUnit.SECONDS)).isTrue();
            assertThat(engine.ledger().isBalanced()).isTrue();
        }
    }

    private static TaskSpec.Builder overlapping(final Container container) {
        return TaskSpec.builder(1)
                .container(container)
                .policy(TaskPolicy.builder()
                        .runTimeout(500, TimeUnit.MILLISECONDS)
                        .retry(RetryPolicy.fixed(2, 0))
                        .overlap(true)
                        .build());
    }

    /** The late attempt waits for a signal just when one comes. */
    @Test
    void shouldLeaveASignalToTheAttemptThatCounts() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final AtomicBoolean goOn = new AtomicBoolean();
            final AtomicInteger steps = new AtomicInteger();
            final TaskHandle handle = engine.engine()
                    .submit(overlapping(Container.EXCLUSIVE)
                            .task(context -> {
                                if (context.attempt() == 1) {
                                    while (!goOn.get()) {
                                        engine.stopBody();
                                    }
                                    return Step.WHEN_SIGNALLED;
                                }
                                return switch (steps.getAndIncrement()) {
                                    case 0 -> context.againAfter(50, TimeUnit.MILLISECONDS);
                                    case 1 -> Step.WHEN_SIGNALLED;
                                    default -> Step.DONE;
                                };
                            })
                            .build());
            engine.passUntil("the second attempt runs", () -> steps.get() == 1);
            handle.signal();
            goOn.set(true);
            engine.pass(100, TimeUnit.MILLISECONDS);
            assertEnded(handle, TaskState.SUCCEEDED, 2);
        }
    }

    @Test
    void shouldTakeNoProgressFromAStalledStepThatWasGivenUp() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final TaskHandle handle = engine.engine()
                    .submit(overlapping(Container.SHARED)
                            .task(context -> {
                                if (context.attempt() == 1) {
                                    while (context.handle().attempt() == 1) {
                                        engine.suspend(VirtualEngine.STALL_MILLIS / 3, TimeUnit.MILLISECONDS);
                                        engine.engine().invoker().invoke();
                                    }
                                    context.progress(99);
                                }
                                return Step.DONE;
                            })
                            .build());
            engine.settle();
            engine.pass(100, TimeUnit.MILLISECONDS);
            assertEnded(handle, TaskState.SUCCEEDED, 2);
            assertThat(handle.progress()).isZero();
            assertThat(engine.told).noneMatch(each -> each.contains("PROGRESS"));
        }
    }
}
