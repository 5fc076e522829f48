package io.ringmaster.resilience;

import static io.ringmaster.resilience.VirtualEngine.assertEnded;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.TaskEngine;
import io.ringmaster.event.EngineEvent;
import io.ringmaster.resilience.Fork.Take;
import io.ringmaster.resilience.Fork.Use;
import io.ringmaster.task.Container;
import io.ringmaster.task.RetryPolicy;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskCancelledException;
import io.ringmaster.task.TaskContext;
import io.ringmaster.task.TaskDeadlockException;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deadlocks over resources: found when they close, broken by a stated rule, and not seen where there is none. */
@Timeout(60)
class DeadlockTest {
    private static final long THINK = TimeUnit.MILLISECONDS.toNanos(1);

    private static TaskEngine.Context context() {
        return new TaskEngine.Context()
                .fireWorkers(2)
                .killInterruptMillis(30)
                .killHookMillis(30)
                .killAbandonMillis(30);
    }

    private static TaskSpec.Builder spec(final long id, final boolean exclusive, final Task task) {
        return TaskSpec.builder(id)
                .type("eats")
                .container(exclusive ? Container.EXCLUSIVE : Container.SHARED)
                .task(task);
    }

    /** E. W. Dijkstra's philosophers: each takes the fork at his left, thinks, and takes the one at his right. */
    @ParameterizedTest
    @ValueSource(ints = {0b00000, 0b11111, 0b01010, 0b10110})
    void shouldFeedAllPhilosophers(final int exclusive) {
        final int count = 5;
        final TaskEngine.Context context = context();
        final Map<String, Use> uses = new java.util.HashMap<>();
        for (int i = 0; i < count; i++) {
            context.resource("fork-" + i, 1);
            uses.put("fork-" + i, new Use());
        }
        try (VirtualEngine engine = new VirtualEngine(context)) {
            final List<TaskHandle> handles = new ArrayList<>();
            final List<Fork> tasks = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                final boolean own = (exclusive >> i & 1) != 0;
                final Fork task = new Fork(
                        own, THINK, uses, List.of(new Take("fork-" + i, 1), new Take("fork-" + (i + 1) % count, 1)));
                tasks.add(task);
                handles.add(engine.engine().submit(spec(i + 1, own, task).build()));
            }
            engine.pass(10, TimeUnit.SECONDS);
            handles.forEach(each -> assertThat(each.isDone() ? each.outcome().state() : each.state())
                    .as(engine.engine().explain(each.id()))
                    .isEqualTo(TaskState.SUCCEEDED));
            final List<EngineEvent.Deadlock> found = engine.eventsOf(EngineEvent.Deadlock.class);
            assertThat(found).isNotEmpty();
            assertThat(found.get(0).tasks()).isEqualTo(count);
            assertThat(found.get(0).victim()).as("all hold one: the youngest").isEqualTo(count);
            assertThat(found.get(0).cycle())
                    .contains("task 5 (type 'eats') holds 1 of 'fork-4' and waits for 1 of 'fork-0', held by task 1;")
                    .contains("task 4 (type 'eats') holds 1 of 'fork-3' and waits for 1 of 'fork-4', held by task 5");
            assertThat(engine.engine().resources().deadlocks()).isEqualTo(found.size());
            assertThat(tasks.stream().mapToInt(each -> each.rollbacks.get()).sum())
                    .as("each victim was rolled back")
                    .isEqualTo(found.size());
            uses.forEach((name, use) -> {
                assertThat(use.most()).isEqualTo(1);
                assertThat(use.held()).isZero();
                assertThat(engine.engine().resources().snapshot(name).free()).isEqualTo(1);
            });
            assertThat(engine.engine().ledger().isBalanced()).isTrue();
        }
    }

    /** Two hold one of two and want another one each; a third one holds what lets one of them go. */
    @Test
    void shouldNotTakeACircleForADeadlockWhileSomebodyOutsideMayEnd() {
        final TaskEngine.Context context = context().resource("a", 2).resource("b", 2);
        final Map<String, Use> uses = Map.of("a", new Use(), "b", new Use());
        try (VirtualEngine engine = new VirtualEngine(context)) {
            final AtomicInteger step = new AtomicInteger();
            final TaskHandle outside = engine.engine()
                    .submit(spec(9, false, outer -> {
                                outer.acquire("a", 1);
                                outer.acquire("b", 1);
                                return step.getAndIncrement() == 0 ? Step.WHEN_SIGNALLED : Step.DONE;
                            })
                            .build());
            engine.settle();
            final TaskHandle one = engine.engine()
                    .submit(spec(1, false, new Fork(false, THINK, uses, List.of(new Take("a", 1), new Take("b", 1))))
                            .build());
            final TaskHandle other = engine.engine()
                    .submit(spec(2, true, new Fork(true, THINK, uses, List.of(new Take("b", 1), new Take("a", 1))))
                            .build());
            engine.pass(100, TimeUnit.MILLISECONDS);
            assertThat(engine.engine().explain(1))
                    .contains("waits for 1 of 'b'")
                    .contains("holds 1 of 'a'");
            assertThat(engine.engine().explain(2))
                    .contains("waits for 1 of 'a'")
                    .contains("holds 1 of 'b'");
            outside.signal();
            engine.pass(100, TimeUnit.MILLISECONDS);
            assertEnded(one, TaskState.SUCCEEDED, 1);
            assertEnded(other, TaskState.SUCCEEDED, 1);
            assertThat(engine.engine().resources().deadlocks()).isZero();
        }
    }

    @Test
    void shouldEndTheOneThatHoldsLeast() {
        final TaskEngine.Context context =
                context().resource("a", 3).resource("b", 1).resource("c", 5);
        final Map<String, Use> uses = Map.of("a", new Use(), "b", new Use(), "c", new Use());
        try (VirtualEngine engine = new VirtualEngine(context)) {
            final TaskHandle least = engine.engine()
                    .submit(spec(1, false, new Fork(false, THINK, uses, List.of(new Take("b", 1), new Take("a", 1))))
                            .build());
            final TaskHandle most = engine.engine()
                    .submit(spec(2, false, new Fork(false, THINK, uses, List.of(new Take("a", 3), new Take("b", 1))))
                            .build());
            engine.pass(1, TimeUnit.SECONDS);
            assertEnded(least, TaskState.SUCCEEDED, 2);
            assertEnded(most, TaskState.SUCCEEDED, 1);
        }
    }

    @Test
    void shouldAskAPolicyThatWasSetAndGiveTheReason() {
        final TaskEngine.Context context = context().resource("a", 1).resource("b", 1);
        final Map<String, Use> uses = Map.of("a", new Use(), "b", new Use());
        try (VirtualEngine engine = new VirtualEngine(context)) {
            final TaskHandle first = engine.engine()
                    .submit(spec(1, false, new Fork(false, THINK, uses, List.of(new Take("a", 1), new Take("b", 1))))
                            .build());
            final Fork task = new Fork(true, THINK, uses, List.of(new Take("b", 1), new Take("a", 1)));
            final TaskHandle never = engine.engine()
                    .submit(spec(2, true, task).retryPolicy(RetryPolicy.NEVER).build());
            engine.pass(1, TimeUnit.SECONDS);
            assertEnded(first, TaskState.SUCCEEDED, 1);
            assertEnded(never, TaskState.FAILED, 1);
            assertThat(never.outcome().failure())
                    .isInstanceOf(TaskDeadlockException.class)
                    .hasMessageContaining("task 2 was chosen to break a deadlock: task 2 (type 'eats') holds 1 of 'b'");
            assertThat(task.rollbacks).hasValue(1);
        }
    }

    /** The hook runs while the resources are still the victim's, and may not take more. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldRollBackBeforeTheResourcesGoToOthers(final boolean exclusive) {
        final TaskEngine.Context context = context().resource("a", 1).resource("b", 1);
        final Map<String, Use> uses = Map.of("a", new Use(), "b", new Use());
        try (VirtualEngine engine = new VirtualEngine(context)) {
            final TaskHandle first = engine.engine()
                    .submit(spec(1, false, new Fork(false, THINK, uses, List.of(new Take("a", 1), new Take("b", 1))))
                            .build());
            final AtomicReference<ResourceSnapshot> seen = new AtomicReference<>();
            final AtomicReference<Throwable> refused = new AtomicReference<>();
            final Fork taker = new Fork(exclusive, THINK, uses, List.of(new Take("b", 1), new Take("a", 1)));
            final TaskHandle victim = engine.engine()
                    .submit(spec(2, exclusive, new Task() {
                                @Override
                                public Step execute(final TaskContext task) throws Exception {
                                    return taker.execute(task);
                                }

                                @Override
                                public void onRollback(final TaskContext task) {
                                    taker.onRollback(task);
                                    seen.set(engine.engine().resources().snapshot("b"));
                                    try {
                                        task.acquire("a", 1);
                                    } catch (final Throwable t) {
                                        refused.set(t);
                                    }
                                    throw new IllegalStateException("a hook that fails harms nobody");
                                }
                            })
                            .build());
            engine.pass(1, TimeUnit.SECONDS);
            assertEnded(first, TaskState.SUCCEEDED, 1);
            assertEnded(victim, TaskState.SUCCEEDED, 2);
            assertThat(seen.get().holders()).containsExactly(new ResourceSnapshot.Holder(2, 1, 1));
            assertThat(refused.get()).isInstanceOf(TaskCancelledException.class);
            assertThat(engine.engine().metrics().foreignErrors()).isEqualTo(1);
        }
    }

    /** A hook that does not return goes on without the partition, climbs the ladder, and the attempt ends with it. */
    @Test
    void shouldGoOnWithoutAHookThatStalls() {
        final TaskEngine.Context context =
                context().fireWorkers(1).resource("a", 1).resource("b", 1);
        final Map<String, Use> uses = Map.of("a", new Use(), "b", new Use());
        try (VirtualEngine engine = new VirtualEngine(context)) {
            final AtomicReference<TaskState> during = new AtomicReference<>();
            final TaskHandle first = engine.engine()
                    .submit(spec(1, false, new Fork(false, THINK, uses, List.of(new Take("a", 1), new Take("b", 1))))
                            .build());
            final Fork taker = new Fork(false, THINK, uses, List.of(new Take("b", 1), new Take("a", 1)));
            final TaskHandle victim = engine.engine()
                    .submit(spec(2, false, new Task() {
                                @Override
                                public Step execute(final TaskContext task) throws Exception {
                                    return taker.execute(task);
                                }

                                @Override
                                public void onRollback(final TaskContext task) {
                                    for (int i = 0; i < 5; i++) {
                                        engine.suspend(VirtualEngine.STALL_MILLIS / 3, TimeUnit.MILLISECONDS);
                                        engine.engine().invoker().monitor();
                                    }
                                    engine.engine().invoker().invoke();
                                    during.set(task.handle().state());
                                    taker.onRollback(task);
                                }
                            })
                            .build());
            engine.pass(1, TimeUnit.SECONDS);
            assertThat(engine.engine().metrics().partitions().get(0).takeovers())
                    .isEqualTo(1);
            assertThat(during.get()).isEqualTo(TaskState.KILLING);
            assertEnded(first, TaskState.SUCCEEDED, 1);
            assertEnded(victim, TaskState.SUCCEEDED, 2);
            assertThat(taker.rollbacks).hasValue(1);
        }
    }

    /** The first in line holds nothing and keeps nobody's permits, but others may not pass it. */
    @Test
    void shouldFindTheDeadlockThatALineCloses() {
        final TaskEngine.Context context = context().resource("a", 4);
        try (VirtualEngine engine = new VirtualEngine(context)) {
            final AtomicInteger steps = new AtomicInteger();
            final TaskHandle holder = engine.engine()
                    .submit(spec(1, false, task -> {
                                task.acquire("a", 1);
                                if (task.attempt() == 1 && steps.getAndIncrement() == 0) {
                                    return Step.WHEN_SIGNALLED;
                                }
                                return task.acquire("a", 2) ? Step.DONE : Step.WHEN_SIGNALLED;
                            })
                            .build());
            engine.settle();
            final TaskHandle whole = engine.engine()
                    .submit(spec(2, false, task -> task.acquire("a", 4) ? Step.DONE : Step.WHEN_SIGNALLED)
                            .build());
            engine.settle();
            holder.signal();
            engine.pass(1, TimeUnit.SECONDS);
            assertEnded(whole, TaskState.SUCCEEDED, 1);
            assertEnded(holder, TaskState.SUCCEEDED, 2);
            assertThat(engine.eventsOf(EngineEvent.Deadlock.class).get(0).cycle())
                    .isEqualTo("task 1 (type 'eats') holds 1 of 'a' and waits for 2 of 'a', behind task 2;"
                            + " task 2 (type 'eats') waits for 4 of 'a', held by task 1");
        }
    }

    private static TaskHandle submit(
            final VirtualEngine engine, final long id, final boolean exclusive, final String... order) {
        final Map<String, Use> uses = new java.util.HashMap<>();
        final List<Take> takes = new ArrayList<>();
        for (final String each : order) {
            uses.put(each, new Use());
            takes.add(new Take(each, 1));
        }
        return engine.engine()
                .submit(spec(id, exclusive, new Fork(exclusive, THINK, uses, takes))
                        .build());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10})
    void shouldBreakARingOfAnyLengthOnce(final int length) {
        for (final int exclusive : new int[] {0, -1, 0b0101010101}) {
            final TaskEngine.Context context = context().exclusiveThreads(16);
            for (int i = 0; i < length; i++) {
                context.resource("r" + i, 1);
            }
            try (VirtualEngine engine = new VirtualEngine(context)) {
                final List<TaskHandle> handles = new ArrayList<>();
                for (int i = 0; i < length; i++) {
                    handles.add(submit(engine, i + 1, (exclusive >> i & 1) != 0, "r" + i, "r" + (i + 1) % length));
                }
                engine.pass(5, TimeUnit.SECONDS);
                for (int i = 0; i < length; i++) {
                    assertEnded(handles.get(i), TaskState.SUCCEEDED, i == length - 1 ? 2 : 1);
                }
                assertThat(engine.eventsOf(EngineEvent.Deadlock.class))
                        .singleElement()
                        .satisfies(each -> assertThat(each.tasks()).isEqualTo(length));
            }
        }
    }

    /** The last wait, for all of a resource of which two others have one each, closes a circle with each of them. */
    @Test
    void shouldBreakTwoCirclesThatOneWaitCloses() {
        final TaskEngine.Context context =
                context().resource("a", 1).resource("b", 1).resource("c", 2);
        try (VirtualEngine engine = new VirtualEngine(context)) {
            final TaskHandle one = submit(engine, 1, false, "c", "a");
            final TaskHandle two = submit(engine, 2, true, "c", "b");
            final AtomicInteger step = new AtomicInteger();
            final TaskHandle both = engine.engine()
                    .submit(spec(3, false, task -> {
                                task.acquire("a", 1);
                                task.acquire("b", 1);
                                if (step.getAndIncrement() == 0) {
                                    return task.againAfter(20, TimeUnit.MILLISECONDS);
                                }
                                return task.acquire("c", 2) ? Step.DONE : Step.WHEN_SIGNALLED;
                            })
                            .build());
            engine.pass(2, TimeUnit.SECONDS);
            assertEnded(both, TaskState.SUCCEEDED, 1);
            assertEnded(one, TaskState.SUCCEEDED, 2);
            assertEnded(two, TaskState.SUCCEEDED, 2);
            assertThat(engine.eventsOf(EngineEvent.Deadlock.class))
                    .extracting(EngineEvent.Deadlock::victim)
                    .as("each holds one permit and the third holds two: the younger one first")
                    .containsExactly(2L, 1L);
        }
    }

    @Test
    void shouldBreakADeadlockOneMemberOfWhichIsPaused() {
        final TaskEngine.Context context = context().resource("a", 1).resource("b", 1);
        try (VirtualEngine engine = new VirtualEngine(context)) {
            final TaskHandle one = submit(engine, 1, true, "a", "b");
            final TaskHandle paused = submit(engine, 2, false, "b", "a");
            engine.settle();
            paused.pause();
            engine.pass(100, TimeUnit.MILLISECONDS);
            paused.resume();
            engine.pass(1, TimeUnit.SECONDS);
            assertEnded(one, TaskState.SUCCEEDED, 1);
            assertEnded(paused, TaskState.SUCCEEDED, 2);
        }
    }

    /** It may still be at work: its resources go to others with the end of the ladder, and it is not tried again. */
    @Test
    void shouldAbandonABodyWhoseHookNeverReturns() {
        final TaskEngine.Context context = context().resource("a", 1).resource("b", 1);
        final AtomicBoolean end = new AtomicBoolean();
        try (VirtualEngine engine = new VirtualEngine(context)) {
            final TaskHandle one = submit(engine, 1, false, "a", "b");
            engine.settle();
            final TaskHandle victim = engine.engine()
                    .submit(spec(2, true, new Task() {
                                @Override
                                public Step execute(final TaskContext task) throws Exception {
                                    task.acquire("b", 1);
                                    task.acquire("a", 1);
                                    return Step.DONE;
                                }

                                @Override
                                public void onRollback(final TaskContext task) {
                                    while (!end.get()) {
                                        engine.stopBody();
                                    }
                                }
                            })
                            .build());
            engine.pass(50, TimeUnit.MILLISECONDS);
            assertThat(engine.engine().explain(2))
                    .startsWith("KILLING")
                    .contains("holds 1 of 'b'", "since task 2 was chosen to break a deadlock");
            engine.pass(1, TimeUnit.SECONDS);
            assertEnded(one, TaskState.SUCCEEDED, 1);
            assertEnded(victim, TaskState.ABANDONED, 1);
            assertThat(victim.outcome().failure()).isInstanceOf(TaskDeadlockException.class);
            end.set(true);
            engine.pass(1, TimeUnit.MILLISECONDS);
            assertThat(engine.engine().ledger().quarantined()).isZero();
        }
    }

    /** Asks for one of two resources, and for the other one too once it may; done when it has both. */
    private static Task both(final String first, final String second, final AtomicBoolean more) {
        return task -> {
            final boolean held = task.acquire(first, 1);
            return more.get() && task.acquire(second, 1) && held ? Step.DONE : Step.WHEN_SIGNALLED;
        };
    }

    /** Who stands in one line and holds nothing yet closes a deadlock by standing in another one. */
    @Test
    void shouldFindTheDeadlockThatSomebodyWithoutPermitsCloses() {
        final TaskEngine.Context context = context().resource("a", 1).resource("b", 1);
        try (VirtualEngine engine = new VirtualEngine(context)) {
            final AtomicBoolean outsideMore = new AtomicBoolean();
            final AtomicBoolean holderMore = new AtomicBoolean();
            final AtomicBoolean lastMore = new AtomicBoolean();
            final TaskHandle outside = engine.engine()
                    .submit(spec(9, false, both("a", "a", outsideMore)).build());
            final TaskHandle holder = engine.engine()
                    .submit(spec(1, false, both("b", "a", holderMore)).build());
            engine.settle();
            final TaskHandle last = engine.engine()
                    .submit(spec(2, false, both("a", "b", lastMore)).build());
            engine.settle();
            holderMore.set(true);
            holder.signal();
            engine.settle();
            assertThat(engine.engine().explain(1)).contains("behind task 2", "holds 1 of 'b'");
            assertThat(engine.engine().resources().deadlocks())
                    .as("the one before it has asked for nothing else")
                    .isZero();
            lastMore.set(true);
            last.signal();
            engine.settle();
            assertThat(engine.engine().resources().deadlocks())
                    .as("though the first line still moves")
                    .isEqualTo(1);
            outsideMore.set(true);
            outside.signal();
            engine.pass(1, TimeUnit.SECONDS);
            assertEnded(outside, TaskState.SUCCEEDED, 1);
            assertEnded(holder, TaskState.SUCCEEDED, 1);
            assertEnded(last, TaskState.SUCCEEDED, 2);
        }
    }

    /** What one of them waits for would come back, if the resource were still as large. */
    @Test
    void shouldFindTheDeadlockThatAShrunkResourceCloses() {
        final TaskEngine.Context context = context().resource("a", 3).resource("b", 1);
        final Map<String, Use> uses = Map.of("a", new Use(), "b", new Use());
        try (VirtualEngine engine = new VirtualEngine(context)) {
            final AtomicBoolean outsideMore = new AtomicBoolean();
            final TaskHandle outside = engine.engine()
                    .submit(spec(9, false, both("a", "a", outsideMore)).build());
            final TaskHandle one = engine.engine()
                    .submit(spec(1, false, new Fork(false, THINK, uses, List.of(new Take("a", 1), new Take("b", 1))))
                            .build());
            final TaskHandle other = engine.engine()
                    .submit(spec(2, true, new Fork(true, THINK, uses, List.of(new Take("b", 1), new Take("a", 2))))
                            .build());
            engine.pass(100, TimeUnit.MILLISECONDS);
            assertThat(engine.engine().explain(1)).contains("waits for 1 of 'b'");
            assertThat(engine.engine().explain(2)).contains("waits for 2 of 'a'");
            assertThat(engine.engine().resources().deadlocks()).isZero();
            engine.engine().resources().resize("a", 2);
            engine.settle();
            assertThat(engine.engine().resources().deadlocks()).isEqualTo(1);
            outsideMore.set(true);
            outside.signal();
            engine.pass(1, TimeUnit.SECONDS);
            assertEnded(outside, TaskState.SUCCEEDED, 1);
            assertEnded(one, TaskState.SUCCEEDED, 1);
            assertEnded(other, TaskState.SUCCEEDED, 2);
        }
    }

    /** One of the circle is being killed already, and will give back what it has. */
    @Test
    void shouldNotBreakACircleThatAKillBreaks() {
        final TaskEngine.Context context = context().resource("a", 1).resource("b", 1);
        try (VirtualEngine engine = new VirtualEngine(context)) {
            final AtomicBoolean more = new AtomicBoolean();
            final TaskHandle other =
                    engine.engine().submit(spec(2, false, both("a", "b", more)).build());
            engine.settle();
            final TaskHandle killed = engine.engine()
                    .submit(spec(1, true, both("b", "a", new AtomicBoolean(true)))
                            .build());
            engine.settle();
            assertThat(engine.engine().explain(1))
                    .contains("waits for 1 of 'a'")
                    .contains("holds 1 of 'b'");
            killed.kill();
            more.set(true);
            other.signal();
            engine.settle();
            assertThat(killed.state()).isEqualTo(TaskState.KILLING);
            assertThat(engine.engine().explain(2)).contains("waits for 1 of 'b'");
            engine.pass(1, TimeUnit.SECONDS);
            assertEnded(killed, TaskState.KILLED, 1);
            assertEnded(other, TaskState.SUCCEEDED, 1);
            assertThat(engine.engine().resources().deadlocks()).isZero();
        }
    }
}
