package io.ringmaster.resilience;

import static io.ringmaster.resilience.VirtualEngine.assertEnded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmaster.TaskEngine;
import io.ringmaster.event.EngineEvent;
import io.ringmaster.task.Container;
import io.ringmaster.task.RetryPolicy;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskContext;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskPolicy;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import io.ringmaster.task.TaskTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Named resources: who gets them, in which order, and that they come back on every way out. */
@Timeout(60)
class ResourceTest {
    private static TaskEngine.Context context() {
        return new TaskEngine.Context()
                .fireWorkers(1)
                .killInterruptMillis(30)
                .killHookMillis(30)
                .killAbandonMillis(30)
                .resource("db", 4)
                .resource("disk", 1);
    }

    private static TaskSpec spec(final long id, final Container container, final Task task) {
        return TaskSpec.builder(id).container(container).task(task).build();
    }

    /** Holds permits until it is signalled. */
    private static Task holder(final String resource, final int permits, final List<Long> order) {
        final AtomicBoolean held = new AtomicBoolean();
        return context -> {
            if (!held.get()) {
                if (!context.acquire(resource, permits)) {
                    return Step.WHEN_SIGNALLED;
                }
                held.set(true);
                order.add(context.taskId());
                return Step.WHEN_SIGNALLED;
            }
            return Step.DONE;
        };
    }

    private static void assertFree(final VirtualEngine engine, final String resource, final int permits) {
        final ResourceSnapshot snapshot = engine.engine().resources().snapshot(resource);
        assertThat(snapshot).isEqualTo(new ResourceSnapshot(resource, permits, permits, List.of(), List.of()));
    }

    @ParameterizedTest
    @EnumSource(names = {"SHARED", "EXCLUSIVE"})
    void shouldServeInOrderAndNeverPassAnybody(final Container container) {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final List<Long> order = new ArrayList<>();
            final List<TaskHandle> handles = new ArrayList<>();
            final int[] permits = {3, 2, 1, 4, 1};
            for (int i = 0; i < permits.length; i++) {
                handles.add(engine.engine().submit(spec(i + 1, container, holder("db", permits[i], order))));
                engine.settle();
            }
            engine.pass(50, TimeUnit.MILLISECONDS);
            assertThat(order)
                    .as("one permit is free, and the third may not pass the second")
                    .containsExactly(1L);
            final ResourceSnapshot snapshot = engine.engine().resources().snapshot("db");
            assertThat(snapshot.free()).isEqualTo(1);
            assertThat(snapshot.holders()).containsExactly(new ResourceSnapshot.Holder(1, 1, 3));
            assertThat(snapshot.waiters())
                    .extracting(ResourceSnapshot.Waiter::taskId)
                    .containsExactly(2L, 3L, 4L, 5L);
            assertThat(engine.engine().explain(3))
                    .contains("waits for 1 of 'db' (1 of 4 free), number 2 in line behind task 2, held by task 1");
            assertThat(engine.engine().explain(1)).contains("holds 3 of 'db'");
            handles.get(0).signal();
            engine.pass(50, TimeUnit.MILLISECONDS);
            assertThat(order).containsExactly(1L, 2L, 3L);
            handles.get(1).signal();
            handles.get(2).signal();
            engine.pass(50, TimeUnit.MILLISECONDS);
            assertThat(order).containsExactly(1L, 2L, 3L, 4L);
            handles.get(3).signal();
            engine.pass(50, TimeUnit.MILLISECONDS);
            handles.get(4).signal();
            engine.pass(50, TimeUnit.MILLISECONDS);
            assertThat(order).containsExactly(1L, 2L, 3L, 4L, 5L);
            handles.forEach(each -> assertEnded(each, TaskState.SUCCEEDED, 1));
            assertFree(engine, "db", 4);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SHARED", "EXCLUSIVE"})
    void shouldLetTheNextOneGoWhenAWaiterIsKilledOrTimesOut(final Container container) {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final List<Long> order = new ArrayList<>();
            final TaskHandle first = engine.engine().submit(spec(1, container, holder("db", 2, order)));
            engine.settle();
            final TaskHandle killed = engine.engine().submit(spec(2, container, holder("db", 4, order)));
            final TaskHandle late = engine.engine()
                    .submit(TaskSpec.builder(3)
                            .container(container)
                            .policy(TaskPolicy.builder()
                                    .runTimeout(50, TimeUnit.MILLISECONDS)
                                    .build())
                            .task(holder("db", 3, order))
                            .build());
            final TaskHandle last = engine.engine().submit(spec(4, container, holder("db", 1, order)));
            engine.pass(10, TimeUnit.MILLISECONDS);
            assertThat(order).containsExactly(1L);
            killed.kill();
            engine.pass(10, TimeUnit.MILLISECONDS);
            assertEnded(killed, TaskState.KILLED, 1);
            assertThat(order).containsExactly(1L);
            engine.pass(100, TimeUnit.MILLISECONDS);
            assertEnded(late, TaskState.FAILED, 1);
            assertThat(late.outcome().failure()).isInstanceOf(TaskTimeoutException.class);
            assertThat(order).containsExactly(1L, 4L);
            first.signal();
            last.signal();
            engine.pass(10, TimeUnit.MILLISECONDS);
            assertFree(engine, "db", 4);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SHARED", "EXCLUSIVE"})
    void shouldKeepThePlaceOfAPausedTask(final Container container) {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final List<Long> order = new ArrayList<>();
            final TaskHandle first = engine.engine().submit(spec(1, container, holder("disk", 1, order)));
            engine.settle();
            final TaskHandle paused = engine.engine().submit(spec(2, container, holder("disk", 1, order)));
            final TaskHandle last = engine.engine().submit(spec(3, container, holder("disk", 1, order)));
            engine.pass(10, TimeUnit.MILLISECONDS);
            paused.pause();
            engine.pass(10, TimeUnit.MILLISECONDS);
            assertThat(paused.state()).isEqualTo(TaskState.PAUSED);
            first.signal();
            engine.pass(10, TimeUnit.MILLISECONDS);
            assertThat(engine.engine().explain(2)).startsWith("PAUSED").contains("holds 1 of 'disk'");
            assertThat(order).containsExactly(1L);
            paused.resume();
            engine.pass(10, TimeUnit.MILLISECONDS);
            assertThat(order).containsExactly(1L, 2L);
            paused.signal();
            engine.pass(10, TimeUnit.MILLISECONDS);
            last.signal();
            engine.pass(10, TimeUnit.MILLISECONDS);
            assertEnded(last, TaskState.SUCCEEDED, 1);
            assertFree(engine, "disk", 1);
        }
    }

    // ---- every way out -----------------------------------------------------------------------------------------

    /** A way out of an attempt that holds "disk" and waits for all of "db", which another task has. */
    private record Way(
            String name,
            Container container,
            TaskPolicy policy,
            Task after,
            java.util.function.Consumer<TaskHandle> end,
            TaskState state) {}

    private static Stream<Way> ways() {
        final List<Way> ways = new ArrayList<>();
        final TaskPolicy open = TaskPolicy.OPEN;
        for (final Container container : List.of(Container.SHARED, Container.EXCLUSIVE)) {
            ways.add(new Way("done", container, open, context -> Step.DONE, null, TaskState.SUCCEEDED));
            ways.add(new Way(
                    "failed",
                    container,
                    open,
                    context -> context.failed(new Exception("out")),
                    null,
                    TaskState.FAILED));
            ways.add(new Way(
                    "thrown",
                    container,
                    open,
                    context -> {
                        throw new AssertionError("out");
                    },
                    null,
                    TaskState.FAILED));
            ways.add(new Way(
                    "retry",
                    container,
                    TaskPolicy.builder()
                            .retry(RetryPolicy.fixed(2, TimeUnit.HOURS.toNanos(1)))
                            .build(),
                    context -> context.failed(new Exception("out")),
                    null,
                    TaskState.RETRY_WAIT));
            ways.add(new Way(
                    "killed", container, open, context -> Step.WHEN_SIGNALLED, TaskHandle::kill, TaskState.KILLED));
            ways.add(new Way(
                    "killed while paused",
                    container,
                    open,
                    context -> Step.WHEN_SIGNALLED,
                    handle -> {
                        handle.pause();
                        handle.kill();
                    },
                    TaskState.KILLED));
            ways.add(new Way(
                    "timed out",
                    container,
                    TaskPolicy.builder().runTimeout(50, TimeUnit.MILLISECONDS).build(),
                    context -> Step.WHEN_SIGNALLED,
                    null,
                    TaskState.FAILED));
            ways.add(new Way(
                    "life is over while paused",
                    container,
                    TaskPolicy.builder().lifeTimeout(50, TimeUnit.MILLISECONDS).build(),
                    context -> Step.WHEN_SIGNALLED,
                    TaskHandle::pause,
                    TaskState.FAILED));
        }
        ways.add(new Way(
                "abandoned",
                Container.EXCLUSIVE,
                open,
                context -> {
                    for (int i = 0; i < 100; i++) {
                        try {
                            context.sleep(1, TimeUnit.HOURS);
                        } catch (final Exception e) {
                            // does not listen, and sleeps without the engine's help
                            context.handle().id();
                            nap(context);
                        }
                    }
                    return Step.DONE;
                },
                TaskHandle::kill,
                TaskState.ABANDONED));
        return ways.stream();
    }

    /** Parks in the simulation, whatever was asked of the task. */
    private static void nap(final TaskContext context) {
        final io.ringmaster.lifecycle.ExclusiveAttempt attempt = (io.ringmaster.lifecycle.ExclusiveAttempt) context;
        attempt.executor().bus().park(attempt, 1);
    }

    @TestFactory
    Stream<DynamicTest> shouldTakeEverythingBackOnEveryWayOut() {
        return ways().map(way -> DynamicTest.dynamicTest(way.name + ' ' + way.container, () -> takeBack(way)));
    }

    private static void takeBack(final Way way) {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final List<Long> order = new ArrayList<>();
            final TaskHandle other = engine.engine().submit(spec(1, Container.SHARED, holder("db", 1, order)));
            engine.settle();
            final TaskHandle handle = engine.engine()
                    .submit(TaskSpec.builder(2)
                            .container(way.container)
                            .policy(way.policy)
                            .task(context -> {
                                assertThat(context.acquire("disk", 1)).isTrue();
                                assertThat(context.tryAcquire("db", 3)).isTrue();
                                assertThat(context.tryAcquire("db", 1)).isFalse();
                                return way.after.execute(context);
                            })
                            .build());
            engine.settle();
            if (way.end != null) {
                assertThat(engine.engine().resources().snapshot("disk").free()).isZero();
                way.end.accept(handle);
            }
            engine.pass(1, TimeUnit.SECONDS);
            assertThat(handle.isDone() ? handle.outcome().state() : handle.state())
                    .isEqualTo(way.state);
            assertFree(engine, "disk", 1);
            other.signal();
            engine.pass(1, TimeUnit.MILLISECONDS);
            assertFree(engine, "db", 4);
        }
    }

    /** A step that stalls goes on with its own thread and keeps what it has: it is the same attempt. */
    @Test
    void shouldKeepWhatAStalledStepHasAndTakeItBackAtItsEnd() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final AtomicReference<ResourceSnapshot> seen = new AtomicReference<>();
            final TaskHandle handle = engine.engine().submit(spec(1, Container.SHARED, context -> {
                assertThat(context.acquire("disk", 1)).isTrue();
                for (int i = 0; i < 20; i++) {
                    engine.suspend(VirtualEngine.STALL_MILLIS / 3, TimeUnit.MILLISECONDS);
                    engine.engine().invoker().monitor();
                }
                engine.engine().invoker().invoke();
                assertThat(context.acquire("disk", 1)).isTrue();
                assertThat(context.acquire("db", 2)).isTrue();
                engine.engine().invoker().invoke();
                seen.set(engine.engine().resources().snapshot("db"));
                return Step.DONE;
            }));
            engine.settle();
            engine.pass(1, TimeUnit.SECONDS);
            assertEnded(handle, TaskState.SUCCEEDED, 1);
            assertThat(engine.engine().metrics().partitions().get(0).takeovers())
                    .isEqualTo(1);
            assertThat(seen.get().holders()).containsExactly(new ResourceSnapshot.Holder(1, 1, 2));
            assertFree(engine, "disk", 1);
            assertFree(engine, "db", 4);
        }
    }

    /** The late code of an abandoned attempt asks on while the next attempt runs. */
    @Test
    void shouldGiveNothingToALateAttemptAndTakeNothingOfTheNextOne() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final AtomicReference<Throwable> late = new AtomicReference<>();
            final AtomicBoolean released = new AtomicBoolean();
            final AtomicBoolean end = new AtomicBoolean();
            final TaskHandle handle = engine.engine()
                    .submit(TaskSpec.builder(1)
                            .container(Container.EXCLUSIVE)
                            .policy(TaskPolicy.builder()
                                    .runTimeout(50, TimeUnit.MILLISECONDS)
                                    .retry(RetryPolicy.fixed(2, 0))
                                    .overlap(true)
                                    .build())
                            .task(context -> {
                                if (context.attempt() == 1) {
                                    while (!end.get()) {
                                        nap(context);
                                    }
                                    try {
                                        context.acquire("disk", 1);
                                    } catch (final Throwable t) {
                                        late.set(t);
                                    }
                                    released.set(context.release("disk", 1));
                                    return Step.DONE;
                                }
                                context.acquire("disk", 1);
                                while (late.get() == null) {
                                    nap(context);
                                }
                                return Step.DONE;
                            })
                            .build());
            engine.pass(400, TimeUnit.MILLISECONDS);
            assertThat(handle.attempt()).isEqualTo(2);
            end.set(true);
            engine.pass(1, TimeUnit.SECONDS);
            assertThat(late.get()).isInstanceOf(io.ringmaster.task.TaskCancelledException.class);
            assertThat(released).isFalse();
            assertFree(engine, "disk", 1);
        }
    }

    /** A stalled step that was given up asks for the first time, while nothing else tells it that it is late. */
    @Test
    void shouldGiveNothingToAStalledStepThatWasGivenUp() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final AtomicReference<Throwable> late = new AtomicReference<>();
            final TaskHandle handle = engine.engine()
                    .submit(TaskSpec.builder(1)
                            .policy(TaskPolicy.builder()
                                    .runTimeout(50, TimeUnit.MILLISECONDS)
                                    .retry(RetryPolicy.fixed(2, TimeUnit.HOURS.toNanos(1)))
                                    .overlap(true)
                                    .build())
                            .task(context -> {
                                for (int i = 0; i < 100 && context.handle().state() != TaskState.RETRY_WAIT; i++) {
                                    engine.suspend(VirtualEngine.STALL_MILLIS / 3, TimeUnit.MILLISECONDS);
                                    engine.engine().invoker().invoke();
                                }
                                assertThat(context.isCancelled()).isFalse();
                                try {
                                    context.acquire("disk", 1);
                                } catch (final Throwable t) {
                                    late.set(t);
                                }
                                assertThat(context.release("disk", 1)).isFalse();
                                return Step.DONE;
                            })
                            .build());
            engine.settle();
            assertThat(handle.state()).isEqualTo(TaskState.RETRY_WAIT);
            assertThat(late.get())
                    .isInstanceOf(io.ringmaster.task.TaskCancelledException.class)
                    .hasMessage("task 1: attempt 1 is over and gets no resources");
            assertFree(engine, "disk", 1);
        }
    }

    // ---- what a call means -------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(names = {"SHARED", "EXCLUSIVE"})
    void shouldTakeASameClaimOnceAndAddOthersUp(final Container container) {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final TaskHandle handle = engine.engine().submit(spec(1, container, context -> {
                assertThat(context.acquire("db", 1)).isTrue();
                assertThat(context.acquire("db", 1)).isTrue();
                assertThat(context.tryAcquire("db", 1)).isTrue();
                assertThat(context.acquire("db", 2)).isTrue();
                assertThatThrownBy(() -> context.acquire("db", 3))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("task 1: asks for 6 of 'db', which has 4");
                assertThatThrownBy(() -> context.acquire("tape", 1))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("task 1: resource 'tape' is not defined; known: [db, disk]");
                assertThatThrownBy(() -> context.tryAcquire("db", 0))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("task 1: permits of 'db' must be at least 1: 0");
                assertThat(context.release("db", 3)).isFalse();
                assertThat(context.release("db", 1)).isTrue();
                assertThat(context.release("db", 1)).isFalse();
                return Step.WHEN_SIGNALLED;
            }));
            engine.settle();
            engine.pass(1, TimeUnit.MILLISECONDS);
            assertThat(engine.engine().resources().snapshot("db").holders())
                    .containsExactly(new ResourceSnapshot.Holder(1, 1, 2));
            handle.kill();
            engine.pass(1, TimeUnit.MILLISECONDS);
            assertFree(engine, "db", 4);
        }
    }

    @Test
    void shouldShrinkAsPermitsComeBackAndRefuseWhoeverWaitsForMore() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final List<Long> order = new ArrayList<>();
            final Resources resources = engine.engine().resources();
            final TaskHandle first = engine.engine().submit(spec(1, Container.SHARED, holder("db", 3, order)));
            engine.settle();
            final TaskHandle much = engine.engine().submit(spec(2, Container.SHARED, holder("db", 4, order)));
            final TaskHandle body = engine.engine().submit(spec(3, Container.EXCLUSIVE, holder("db", 3, order)));
            final TaskHandle little = engine.engine().submit(spec(4, Container.SHARED, holder("db", 2, order)));
            engine.settle();
            resources.resize("db", 2);
            engine.pass(1, TimeUnit.MILLISECONDS);
            assertEnded(much, TaskState.FAILED, 1);
            assertEnded(body, TaskState.FAILED, 1);
            assertThat(body.outcome().failure()).hasMessage("task 3: asks for 3 of 'db', which has 2");
            assertThat(resources.snapshot("db").free()).isZero();
            assertThat(order).containsExactly(1L);
            first.signal();
            engine.pass(1, TimeUnit.MILLISECONDS);
            assertThat(order).containsExactly(1L, 4L);
            little.signal();
            engine.pass(1, TimeUnit.MILLISECONDS);
            assertFree(engine, "db", 2);
            resources.resize("db", 8);
            assertFree(engine, "db", 8);
        }
    }

    @Test
    void shouldSayWhatIsWrongWithADefinition() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final Resources resources = engine.engine().resources();
            assertThatThrownBy(() -> resources.define("db", 1)).hasMessage("resource 'db' is defined already");
            assertThatThrownBy(() -> resources.define("", 1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> resources.define("x", 0))
                    .hasMessage("resource 'x': permits must be at least 1: 0");
            assertThatThrownBy(() -> resources.resize("x", 1))
                    .hasMessage("resource 'x' is not defined; known: [db, disk]");
            assertThatThrownBy(() -> new TaskEngine.Context().resource("a", 1).resource("a", 2))
                    .hasMessage("resource 'a' is defined already");
            resources.define("x", 3);
            assertThat(resources.names()).containsExactly("db", "disk", "x");
            assertThat(resources.snapshot("x").free()).isEqualTo(3);
        }
    }

    /** A step may ask and let go as often as it likes; what it asked for too fast it gets later. */
    @Test
    void shouldBoundWhatOneStepCanQueue() {
        try (VirtualEngine engine = new VirtualEngine(context().resource("many", 10_000))) {
            final AtomicBoolean bounded = new AtomicBoolean();
            final TaskHandle handle = engine.engine().submit(spec(1, Container.SHARED, context -> {
                if (bounded.get()) {
                    assertThat(context.acquire("many", 1)).isTrue();
                    return Step.DONE;
                }
                int asked = 0;
                while (context.tryAcquire("many", 1)) {
                    context.release("many", 1);
                    asked++;
                }
                assertThat(asked).isBetween(100, 1000);
                assertThat(context.acquire("many", 1)).isFalse();
                bounded.set(true);
                return Step.WHEN_SIGNALLED;
            }));
            engine.settle();
            assertEnded(handle, TaskState.SUCCEEDED, 1);
            assertFree(engine, "many", 10_000);
            assertThat(engine.eventsOf(EngineEvent.Deadlock.class)).isEmpty();
        }
    }

    /** A step's context is used under the step's lease and has no lock. */
    @ParameterizedTest
    @EnumSource(names = {"SHARED", "EXCLUSIVE"})
    void shouldRefuseAnotherThread(final Container container) {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final List<Throwable> thrown = new ArrayList<>();
            final TaskHandle handle = engine.engine().submit(spec(1, container, context -> {
                final Thread other = new Thread(() -> {
                    thrown.add(org.assertj.core.api.Assertions.catchThrowable(() -> context.acquire("db", 1)));
                    thrown.add(org.assertj.core.api.Assertions.catchThrowable(() -> context.tryAcquire("db", 1)));
                    thrown.add(org.assertj.core.api.Assertions.catchThrowable(() -> context.release("db", 1)));
                });
                other.setName("other");
                other.start();
                other.join();
                return Step.DONE;
            }));
            engine.settle();
            assertEnded(handle, TaskState.SUCCEEDED, 1);
            assertThat(thrown).hasSize(3).allSatisfy(each -> assertThat(each)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageEndingWith("belongs to the thread that runs the attempt and was called on other"));
            assertFree(engine, "db", 4);
        }
    }

    /** Whoever has seen the end of a task finds what it had free. */
    @ParameterizedTest
    @EnumSource(names = {"SHARED", "EXCLUSIVE"})
    void shouldShowNothingOfATaskThatIsDone(final Container container) throws Exception {
        try (TaskEngine engine = TaskEngine.launch(context().waitMode(io.ringmaster.eventbus.WaitMode.ADAPTIVE))) {
            for (int i = 0; i < 500; i++) {
                final TaskHandle handle = engine.submit(spec(i, container, context -> {
                    context.acquire("db", 3);
                    return Step.DONE;
                }));
                assertThat(handle.await(30, TimeUnit.SECONDS).isSuccess()).isTrue();
                assertThat(engine.resources().snapshot("db"))
                        .isEqualTo(new ResourceSnapshot("db", 4, 4, List.of(), List.of()));
            }
        }
    }

    @Test
    void shouldNotLetSmallClaimsStarveABigOne() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            for (int i = 10; i < 14; i++) {
                engine.engine().submit(spec(i, Container.SHARED, briefly()));
            }
            engine.settle();
            final TaskHandle big = engine.engine()
                    .submit(spec(
                            1,
                            Container.SHARED,
                            context -> context.acquire("db", 4) ? Step.DONE : Step.WHEN_SIGNALLED));
            for (int i = 20; i < 40; i++) {
                engine.pass(2, TimeUnit.MILLISECONDS);
                engine.engine().submit(spec(i, Container.SHARED, briefly()));
            }
            assertEnded(big, TaskState.SUCCEEDED, 1);
        }
    }

    /** Holds a permit for 10 ms. */
    private static Task briefly() {
        final AtomicBoolean held = new AtomicBoolean();
        return context -> {
            if (held.get()) {
                return Step.DONE;
            }
            if (!context.acquire("db", 1)) {
                return Step.WHEN_SIGNALLED;
            }
            held.set(true);
            return context.againAfter(10, TimeUnit.MILLISECONDS);
        };
    }
}
