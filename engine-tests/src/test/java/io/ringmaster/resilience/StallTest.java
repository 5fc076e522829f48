package io.ringmaster.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.TaskEngine;
import io.ringmaster.TaskTypeMetrics;
import io.ringmaster.event.EngineEvent;
import io.ringmaster.eventbus.NoSparePolicy;
import io.ringmaster.eventbus.SlowCall;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEvent;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEventListener;
import io.ringmaster.task.Container;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.testing.Conditions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that hold a fire-worker, and everybody else. */
@Timeout(60)
class StallTest {
    private static TaskEngine.Context context() {
        return new TaskEngine.Context().fireWorkers(1).spareThreads(8);
    }

    /** Passes time in the middle of a call, as a monitor's thread would see it, while whoever can goes on. */
    private static void block(final VirtualEngine engine, final long millis) {
        final long end = engine.now() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (end - engine.now() > 0) {
            engine.suspend(
                    Math.max(
                            1,
                            Math.min(
                                    end - engine.now(),
                                    engine.engine().invoker().idleNanos())),
                    TimeUnit.NANOSECONDS);
            while (engine.engine().invoker().invoke() > 0) {
                // the partition goes on, if it has been taken over
            }
        }
    }

    private static TaskSpec blocker(final VirtualEngine engine, final long id) {
        return TaskSpec.builder(id)
                .type("blocks")
                .container(Container.SHARED)
                .task(context -> {
                    block(engine, 10_000);
                    return Step.DONE;
                })
                .build();
    }

    /** In a polling engine a fifth of the others waited for up to the whole ten seconds. */
    @ParameterizedTest
    @ValueSource(ints = {1, 5})
    void shouldDelayNobodyByMoreThanTwoThresholdsForEachBlockedStep(final int blockers) {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final int others = 200;
            final int[] done = {0};
            final long[] longest = {0};
            final List<TaskHandle> blocked = new ArrayList<>();
            for (int i = 0; i < others; i++) {
                if (i % (others / blockers) == others / blockers / 2) {
                    blocked.add(engine.engine().submit(blocker(engine, 1000 + i)));
                }
                final long due = engine.now();
                engine.engine().submit(TaskSpec.of(i, context -> {
                    longest[0] = Math.max(longest[0], engine.now() - due);
                    done[0]++;
                    return Step.DONE;
                }));
            }
            engine.settle();
            assertThat(done[0]).isEqualTo(others);
            assertThat(longest[0])
                    .as("%d blocked steps hold the rest for two thresholds at most", blockers)
                    .isLessThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(2 * VirtualEngine.STALL_MILLIS));
            assertThat(blocked).allMatch(TaskHandle::isDone);
            assertThat(engine.eventsOf(EngineEvent.Stall.class)).hasSize(blockers);
            assertThat(engine.eventsOf(EngineEvent.HandOver.class)).hasSize(blockers);
            final SlowCall slow = engine.engine().metrics().slowCalls().get("STEP blocks");
            assertThat(slow.count()).isEqualTo(blockers);
            assertThat(slow.longestNanos())
                    .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(2 * VirtualEngine.STALL_MILLIS / 3));
        }
    }

    /** They are all in the ring when the first one stalls. */
    @Test
    void shouldSendTheRestOfATypeThatStallsToThreadsOfTheirOwn() {
        try (VirtualEngine engine = new VirtualEngine(context().exclusiveThreads(8))) {
            final List<TaskHandle> handles = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                handles.add(engine.engine()
                        .submit(TaskSpec.builder(i)
                                .type("blocks")
                                .task(context -> {
                                    block(engine, 10_000);
                                    return Step.DONE;
                                })
                                .build()));
            }
            engine.settle();
            assertThat(handles).allMatch(TaskHandle::isDone);
            assertThat(engine.eventsOf(EngineEvent.Stall.class)).hasSize(1);
            assertThat(engine.eventsOf(EngineEvent.PlacementChange.class)).hasSize(1);
        }
    }

    @Test
    void shouldSayWithoutASpareThatItRefusesAndGoOnAfterwards() {
        try (VirtualEngine engine = new VirtualEngine(context().spareThreads(0))) {
            final AtomicInteger refused = new AtomicInteger();
            engine.engine()
                    .submit(TaskSpec.builder(1)
                            .type("blocks")
                            .task(context -> {
                                block(engine, 200);
                                refused.set(
                                        engine.engine()
                                                                .trySubmit(TaskSpec.of(2, c -> Step.DONE))
                                                                .refusal()
                                                        == Refusal.NO_SPARE
                                                ? 1
                                                : 2);
                                assertThat(engine.engine().health().ok()).isFalse();
                                return Step.DONE;
                            })
                            .build());
            engine.settle();
            assertThat(refused).hasValue(1);
            assertThat(engine.eventsOf(EngineEvent.Stall.class)).singleElement().satisfies(each -> {
                assertThat(each.spare()).isFalse();
                assertThat(each.describe()).contains("no spare thread is left");
            });
            assertThat(engine.eventsOf(EngineEvent.HandOver.class)).isEmpty();
            engine.pass(100, TimeUnit.MILLISECONDS);
            assertThat(engine.engine().trySubmit(TaskSpec.of(3, c -> Step.DONE)).isAccepted())
                    .isTrue();
            assertThat(engine.engine().health().ok()).isTrue();
        }
    }

    @Test
    void shouldTakeOneMoreThreadWhereThePolicySaysSo() {
        try (VirtualEngine engine = new VirtualEngine(context().spareThreads(0).noSparePolicy(NoSparePolicy.GROW))) {
            engine.engine().submit(blocker(engine, 1));
            final TaskHandle other = engine.engine().submit(TaskSpec.of(2, c -> Step.DONE));
            engine.settle();
            assertThat(other.isDone()).isTrue();
            assertThat(engine.eventsOf(EngineEvent.HandOver.class)).hasSize(1);
        }
    }

    /** Hangs once, then is told of everything in order. */
    private static final class Hanging implements TaskExecutorLifecycleEventListener {
        private final List<Long> positions = new ArrayList<>();
        private final List<String> threads = new ArrayList<>();
        private Runnable hang;

        @Override
        public void onEvent(final TaskExecutorLifecycleEvent event) {
            positions.add(event.position());
            threads.add(Thread.currentThread().getName());
            if (hang != null) {
                final Runnable now = hang;
                hang = null;
                now.run();
            }
        }
    }

    @Test
    void shouldCallADetachedListenerInItsPlaceAgainOnceItHasCaughtUp() {
        final Hanging listener = new Hanging();
        try (VirtualEngine engine = new VirtualEngine(context().listener(listener))) {
            for (int round = 1; round <= 3; round++) {
                listener.hang = () -> block(engine, 500);
                for (int i = 0; i < 50; i++) {
                    engine.engine().submit(TaskSpec.of(round * 100 + i, c -> Step.DONE));
                }
                engine.settle();
                for (int i = 50; i < 60; i++) {
                    engine.engine().submit(TaskSpec.of(round * 100 + i, c -> Step.DONE));
                    engine.settle();
                }
                engine.pass(50, TimeUnit.MILLISECONDS);
                assertThat(listener.positions).as("events of 60 tasks a round").hasSize(round * 60 * 5);
                assertThat(listener.positions).isSorted().doesNotHaveDuplicates();
                assertThat(engine.eventsOf(EngineEvent.ListenerReturned.class)).hasSize(round);
            }
            assertThat(engine.eventsOf(EngineEvent.HandOver.class)).hasSize(3).allMatch(each -> each.call()
                    .equals("LISTENER"));
            assertThat(engine.engine()
                            .metrics()
                            .slowCalls()
                            .get("LISTENER " + Hanging.class.getName())
                            .count())
                    .isEqualTo(3);
        }
    }

    @Test
    void shouldLetAListenerComeBackThoughNothingMoreHappens() {
        final Hanging listener = new Hanging();
        try (VirtualEngine engine = new VirtualEngine(context().listener(listener))) {
            listener.hang = () -> block(engine, 500);
            engine.engine().submit(TaskSpec.of(1, c -> Step.DONE));
            engine.settle();
            engine.pass(50, TimeUnit.MILLISECONDS);
            assertThat(engine.eventsOf(EngineEvent.HandOver.class)).hasSize(1);
            assertThat(engine.eventsOf(EngineEvent.ListenerReturned.class)).hasSize(1);
        }
    }

    /** The fire-worker sleeps when the listener comes back: nothing else would wake it up. */
    @Test
    void shouldWakeAPartitionUpForTheReturnOfItsListenerOnRealThreads() throws Exception {
        final CountDownLatch goOn = new CountDownLatch(1);
        final AtomicBoolean first = new AtomicBoolean(true);
        final ConcurrentLinkedQueue<EngineEvent> events = new ConcurrentLinkedQueue<>();
        try (TaskEngine engine = TaskEngine.launch(context()
                .waitMode(WaitMode.ADAPTIVE)
                .stallThresholdMillis(30)
                .engineEventListener(events::add)
                .listener(event -> {
                    if (first.getAndSet(false)) {
                        goOn.await();
                    }
                }))) {
            assertThat(engine.submit(TaskSpec.of(0, c -> Step.DONE))
                            .await(30, TimeUnit.SECONDS)
                            .isSuccess())
                    .isTrue();
            goOn.countDown();
            Conditions.await("it is in its place", () -> events.stream()
                    .anyMatch(EngineEvent.ListenerReturned.class::isInstance));
        }
    }

    @Test
    void shouldReturnAListenerOnRealThreadsWithoutLosingOrReorderingAnything() throws Exception {
        final int tasks = 20_000;
        final CountDownLatch goOn = new CountDownLatch(1);
        final AtomicLong last = new AtomicLong(-1);
        final AtomicLong told = new AtomicLong();
        final AtomicBoolean disorder = new AtomicBoolean();
        final AtomicBoolean first = new AtomicBoolean(true);
        final AtomicInteger inside = new AtomicInteger();
        final ConcurrentLinkedQueue<EngineEvent> events = new ConcurrentLinkedQueue<>();
        try (TaskEngine engine = TaskEngine.launch(context()
                .waitMode(WaitMode.ADAPTIVE)
                .stallThresholdMillis(30)
                .engineEventListener(events::add)
                .listener(event -> {
                    if (inside.incrementAndGet() != 1 || event.position() <= last.getAndSet(event.position())) {
                        disorder.set(true);
                    }
                    told.incrementAndGet();
                    if (first.getAndSet(false)) {
                        goOn.await();
                    }
                    inside.decrementAndGet();
                }))) {
            engine.submit(TaskSpec.of(0, c -> Step.DONE));
            Conditions.await(
                    "its partition goes on", () -> events.stream().anyMatch(EngineEvent.HandOver.class::isInstance));
            for (int i = 1; i < tasks; i++) {
                engine.submit(TaskSpec.of(i, c -> Step.DONE));
                if (i == tasks / 2) {
                    goOn.countDown();
                }
            }
            Conditions.await("everything was told", () -> told.get() >= 5L * tasks);
            final AtomicLong more = new AtomicLong(tasks);
            Conditions.await("it is in its place", () -> {
                engine.submit(TaskSpec.of(more.getAndIncrement(), c -> Step.DONE))
                        .await(30, TimeUnit.SECONDS);
                return events.stream().anyMatch(EngineEvent.ListenerReturned.class::isInstance);
            });
            assertThat(engine.drain(30, TimeUnit.SECONDS)).isTrue();
            Conditions.await("everything was told", () -> told.get() == 5 * more.get());
            assertThat(disorder).isFalse();
        }
    }

    /** Blocked steps hold their threads until the end of the test; everybody else is done before. */
    @Test
    void shouldRunEverybodyElseBesideFiveBlockedStepsOnRealThreads() throws Exception {
        final CountDownLatch goOn = new CountDownLatch(1);
        final ConcurrentLinkedQueue<EngineEvent> events = new ConcurrentLinkedQueue<>();
        try (TaskEngine engine = TaskEngine.launch(
                context().waitMode(WaitMode.ADAPTIVE).stallThresholdMillis(30).engineEventListener(events::add))) {
            final List<TaskHandle> blocked = new ArrayList<>();
            final List<TaskHandle> others = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                if (i % 400 == 200) {
                    blocked.add(engine.submit(TaskSpec.builder(10_000 + i)
                            .container(Container.SHARED)
                            .task(context -> {
                                goOn.await();
                                return Step.DONE;
                            })
                            .build()));
                }
                others.add(engine.submit(TaskSpec.of(i, c -> Step.DONE)));
            }
            for (final TaskHandle each : others) {
                assertThat(each.await(30, TimeUnit.SECONDS).isSuccess()).isTrue();
            }
            assertThat(blocked).noneMatch(TaskHandle::isDone);
            Conditions.await(
                    "five hand-overs",
                    () -> events.stream()
                                    .filter(EngineEvent.HandOver.class::isInstance)
                                    .count()
                            == 5);
            assertThat(events.stream()
                            .filter(EngineEvent.Stall.class::isInstance)
                            .map(EngineEvent.Stall.class::cast))
                    .hasSize(5)
                    .allMatch(each -> each.stack().contains("CountDownLatch.await")
                            && !each.thread().isEmpty());
            goOn.countDown();
            for (final TaskHandle each : blocked) {
                assertThat(each.await(30, TimeUnit.SECONDS).isSuccess()).isTrue();
            }
        }
    }

    @Test
    void shouldTellOfTheProgressOfAStepThatHasStalled() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final TaskHandle handle = engine.engine()
                    .submit(TaskSpec.builder(1)
                            .container(Container.SHARED)
                            .task(context -> {
                                block(engine, 200);
                                context.progress(1);
                                block(engine, 200);
                                assertThat(engine.toldOf(1)).contains("PROGRESS RUNNING 1");
                                return Step.DONE;
                            })
                            .build());
            engine.settle();
            engine.pass(1, TimeUnit.SECONDS);
            assertThat(handle.outcome().isSuccess()).as("%s", handle.outcome()).isTrue();
            assertThat(handle.progress()).isEqualTo(1);
        }
    }

    @Test
    void shouldCountSlowStepsByTypeThoseThatStalledToo() {
        try (VirtualEngine engine = new VirtualEngine(context().slowStepMicros(5000))) {
            for (int i = 0; i < 3; i++) {
                final int millis = i == 2 ? 4 : 6 + i;
                engine.engine()
                        .submit(TaskSpec.builder(i)
                                .type("slow")
                                .container(Container.SHARED)
                                .task(context -> {
                                    engine.suspend(millis, TimeUnit.MILLISECONDS);
                                    return Step.DONE;
                                })
                                .build());
            }
            engine.engine().submit(blocker(engine, 9));
            engine.settle();
            engine.pass(1, TimeUnit.SECONDS);
            final TaskTypeMetrics slow = engine.engine().metrics().types().get("slow");
            assertThat(slow.slowSteps()).isEqualTo(2);
            assertThat(slow.slowestNanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(7));
            assertThat(slow.stalls()).isZero();
            final TaskTypeMetrics blocks = engine.engine().metrics().types().get("blocks");
            assertThat(blocks.slowSteps()).isEqualTo(1);
            assertThat(blocks.slowestNanos()).isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(10));
            assertThat(blocks.stalls()).isEqualTo(1);
        }
    }
}
