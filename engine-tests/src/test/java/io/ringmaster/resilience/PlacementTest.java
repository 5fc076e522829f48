package io.ringmaster.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.TaskEngine;
import io.ringmaster.TaskTypeMetrics;
import io.ringmaster.event.EngineEvent;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.lifecycle.ExclusiveAttempt;
import io.ringmaster.task.Container;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.testing.Conditions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks that leave their container to the engine, and what it learns of their types. */
@Timeout(60)
class PlacementTest {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final AtomicLong ids = new AtomicLong();
    private long stepNanos;
    private boolean lastWasExclusive;

    private static TaskEngine.Context context() {
        return new TaskEngine.Context().fireWorkers(1).exclusiveThreads(4);
    }

    /** A task whose step takes {@link #stepNanos}. */
    private void run(final VirtualEngine engine, final String type, final int times) {
        for (int i = 0; i < times; i++) {
            engine.engine()
                    .submit(TaskSpec.builder(ids.incrementAndGet())
                            .type(type)
                            .task(context -> {
                                lastWasExclusive = context instanceof ExclusiveAttempt;
                                engine.suspend(stepNanos, TimeUnit.NANOSECONDS);
                                return Step.DONE;
                            })
                            .build());
            engine.settle();
        }
        engine.pass(200, TimeUnit.MILLISECONDS);
    }

    @Test
    void shouldMoveATypeWhoseStepsAreLongAndBackWhenTheyAreShort() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            stepNanos = 2 * MILLI;
            run(engine, "long", 7);
            assertThat(lastWasExclusive).as("too few to tell").isFalse();
            run(engine, "long", 5);
            run(engine, "long", 1);
            assertThat(lastWasExclusive).isTrue();
            assertThat(engine.eventsOf(EngineEvent.PlacementChange.class))
                    .singleElement()
                    .satisfies(each -> {
                        assertThat(each.type()).isEqualTo("long");
                        assertThat(each.to()).isEqualTo("EXCLUSIVE");
                        assertThat(each.reason()).contains("a step takes 2.000 ms");
                    });
            stepNanos = MILLI / 2; // between the two bounds
            run(engine, "long", 200);
            assertThat(lastWasExclusive).as("hysteresis").isTrue();
            stepNanos = MILLI / 20;
            engine.pass(2, TimeUnit.SECONDS);
            run(engine, "long", 300);
            run(engine, "long", 1);
            assertThat(lastWasExclusive).isFalse();
            assertThat(engine.eventsOf(EngineEvent.PlacementChange.class)).hasSize(2);
            final TaskTypeMetrics metrics = engine.engine().metrics().types().get("long");
            assertThat(metrics.placement()).isEqualTo(Container.SHARED);
            assertThat(metrics.timedSteps()).isBetween(12L, 600L);
        }
    }

    @Test
    void shouldWaitLongerBeforeEachReturn() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            for (int round = 0; round < 4; round++) {
                stepNanos = 5 * MILLI;
                run(engine, "fickle", 100);
                stepNanos = 1;
                run(engine, "fickle", 100);
            }
            // 1 s, 2 s, 4 s before a return: the rounds take some 0.9 s each.
            assertThat(engine.eventsOf(EngineEvent.PlacementChange.class)).hasSizeBetween(1, 4);
        }
    }

    @Test
    void shouldMoveATypeThatStallsAtOnce() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            final AtomicBoolean stalls = new AtomicBoolean(true);
            final TaskSpec spec = TaskSpec.builder(1)
                    .type("stalls")
                    .task(context -> {
                        lastWasExclusive = context instanceof ExclusiveAttempt;
                        for (int i = 0; stalls.get() && i < 8; i++) {
                            engine.suspend(VirtualEngine.STALL_MILLIS / 3, TimeUnit.MILLISECONDS);
                            engine.engine().invoker().monitor();
                        }
                        return Step.DONE;
                    })
                    .build();
            final TaskHandle stalled = engine.engine().submit(spec);
            engine.settle();
            assertThat(stalled.isDone()).isTrue();
            stalls.set(false);
            engine.engine().trySubmit(2, spec);
            engine.settle();
            assertThat(lastWasExclusive).isTrue();
            assertThat(engine.eventsOf(EngineEvent.Stall.class)).hasSize(1);
            assertThat(engine.eventsOf(EngineEvent.HandOver.class))
                    .singleElement()
                    .satisfies(each -> {
                        assertThat(each.call()).isEqualTo("STEP");
                        assertThat(each.taskId()).isEqualTo(1);
                        assertThat(each.type()).isEqualTo("stalls");
                        assertThat(each.heldNanos()).isGreaterThanOrEqualTo(VirtualEngine.STALL_MILLIS * MILLI * 2 / 3);
                    });
            assertThat(engine.engine().metrics().types().get("stalls").stalls()).isEqualTo(1);
        }
    }

    @Test
    void shouldNotLearnWithoutATypesNameNorAgainstASpec() {
        try (VirtualEngine engine = new VirtualEngine(context())) {
            stepNanos = 20 * MILLI;
            run(engine, "", 100);
            assertThat(lastWasExclusive).isFalse();
            run(engine, "long", 20);
            final TaskHandle handle = engine.engine()
                    .submit(TaskSpec.builder(0)
                            .type("long")
                            .container(Container.SHARED)
                            .task(context -> {
                                lastWasExclusive = context instanceof ExclusiveAttempt;
                                return Step.WHEN_SIGNALLED;
                            })
                            .build());
            engine.settle();
            assertThat(lastWasExclusive).isFalse();
            assertThat(engine.engine().explain(0)).doesNotContain("goes to");
            handle.kill();
            engine.engine()
                    .submit(TaskSpec.builder(-1)
                            .type("long")
                            .task(context -> Step.WHEN_SIGNALLED)
                            .build());
            engine.settle();
            assertThat(engine.engine().explain(-1))
                    .contains("type 'long' goes to the EXCLUSIVE container: a step takes");
        }
    }

    /** Blocks for less than the bound for long steps: CPU and wall time tell it from work. */
    @Test
    void shouldMoveATypeThatBlocks() throws Exception {
        try (TaskEngine engine = TaskEngine.launch(context()
                .waitMode(WaitMode.ADAPTIVE)
                .autoExclusiveMicros(1_000_000)
                .autoSharedMicros(10))) {
            Conditions.await("its tasks go to threads of their own", () -> {
                engine.submit(TaskSpec.builder(ids.incrementAndGet())
                                .type("blocks")
                                .task(context -> {
                                    LockSupport.parkNanos(MILLI);
                                    return Step.DONE;
                                })
                                .build())
                        .await(30, TimeUnit.SECONDS);
                return engine.metrics().types().get("blocks").placement() == Container.EXCLUSIVE;
            });
            assertThat(engine.metrics().types().get("blocks").reason()).contains("blocked");
            assertThat(engine.metrics().engineEvents()).containsEntry("PlacementChange", 1L);
        }
    }
}
