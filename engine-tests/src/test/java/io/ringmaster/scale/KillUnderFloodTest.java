package io.ringmaster.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.lifecycle.LifecycleEventType;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEvent;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEventListener;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import io.ringmaster.testing.Watchdog;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Invariant 4: however full the ring is, at most one batch limit of its events is handled between a kill's request and
 * its handling. Counted, not timed: only SUBMIT events come through the ring here, and a listener, which runs on the
 * fire-worker in the middle of each of them, counts them.
 */
@Timeout(300)
class KillUnderFloodTest {
    private static final TaskSpec NO_OP = TaskSpec.of(0, context -> Step.DONE);
    private static final TaskSpec WAITS = TaskSpec.of(0, context -> Step.WHEN_SIGNALLED);
    private static final int RING = 8192;
    private static final int VICTIMS = 500;
    private static final int FLOOD_PER_KILL = 300;
    private static final int LEAST_EXACT = 50;
    private static final long FIRST_FLOOD_ID = 1_000_000;

    /** Counts ring events; notes at a victim's KILLING how many there were. */
    private static final class RingEvents implements TaskExecutorLifecycleEventListener {
        private static final VarHandle HANDLED;

        static {
            try {
                HANDLED = MethodHandles.lookup().findVarHandle(RingEvents.class, "handled", long.class);
            } catch (final ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private long handled;
        private final long[] atKill = new long[VICTIMS];

        /**
         * The fence keeps the worker's next look at its control list behind this write, as it would not be with a
         * release: a caller who links a kill that this look misses then reads every event handled before the look.
         */
        @Override
        public void onEvent(final TaskExecutorLifecycleEvent event) {
            if (event.type() == LifecycleEventType.SUBMIT) {
                HANDLED.setVolatile(this, handled + 1);
                VarHandle.fullFence();
            } else if (event.to() == TaskState.KILLING) {
                atKill[(int) event.taskId()] = handled;
            }
        }

        long handled() {
            VarHandle.fullFence();
            final long count = (long) HANDLED.getVolatile(this);
            VarHandle.fullFence();
            return count;
        }
    }

    private static List<TaskHandle> submitVictims(final TaskEngine engine) {
        final List<TaskHandle> victims = new ArrayList<>(VICTIMS);
        for (int id = 0; id < VICTIMS; id++) {
            final TaskHandle victim = engine.trySubmit(id, WAITS);
            assertThat(victim.refusal()).isNull();
            victims.add(victim);
        }
        return victims;
    }

    // ---- the caller turns the duty cycles: each place in the batch, exactly --------------------------------------

    /** The flood's tasks kill a victim, from the middle of a batch, at one place after the other. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100, 256})
    void shouldHandleAKillAfterTheRestOfTheBatchItFellInto(final int batchLimit) {
        final RingEvents events = new RingEvents();
        final List<TaskHandle> victims = new ArrayList<>();
        try (TaskEngine engine = TaskEngine.launch(new TaskEngine.Context()
                .invokerMode(true)
                .nanoClock(() -> 0) // a batch is bounded by its events here, not by what they take
                .fireWorkers(1)
                .ringCapacity(RING)
                .batchLimit(batchLimit)
                .listener(events))) {
            victims.addAll(submitVictims(engine));
            while (engine.invoker().invoke() > 0) {}
            long nextId = FIRST_FLOOD_ID;
            for (int place = 0; place < batchLimit; place++) {
                final TaskHandle victim = victims.get(place);
                final long[] atRequest = {-1};
                for (int i = 0; i < 2 * batchLimit + 2; i++) {
                    final boolean kills = i == place;
                    final TaskSpec spec = TaskSpec.of(nextId++, context -> {
                        if (kills) {
                            assertThat(victim.kill()).isNull();
                            atRequest[0] = events.handled();
                        }
                        return Step.DONE;
                    });
                    assertThat(engine.trySubmit(spec).refusal()).isNull();
                }
                assertThat(engine.invoker().fireWorker(0)).isEqualTo(batchLimit);
                assertThat(atRequest[0]).as("a step asked for the kill").isPositive();
                assertThat(victim.isDone())
                        .as("before the next look at the list")
                        .isFalse();
                while (engine.invoker().fireWorker(0) > 0) {}
                assertThat(events.atKill[place] - atRequest[0])
                        .as("ring events after a kill at place %d of the batch", place)
                        .isEqualTo(batchLimit - 1 - place);
            }
        }
    }

    /** The caller's own flood: a full ring in front of the kill, and not one event of it is handled first. */
    @Test
    void shouldHandleAKillBeforeTheFullRingThatItsCallerLeft() {
        final RingEvents events = new RingEvents();
        try (TaskEngine engine = TaskEngine.launch(new TaskEngine.Context()
                .invokerMode(true)
                .nanoClock(() -> 0) // a batch is bounded by its events here, not by what they take
                .fireWorkers(1)
                .ringCapacity(RING)
                .listener(events))) {
            final List<TaskHandle> victims = submitVictims(engine);
            while (engine.invoker().invoke() > 0) {}
            long nextId = FIRST_FLOOD_ID;
            for (int i = 0; i < 10; i++) {
                while (engine.trySubmit(nextId, NO_OP).isAccepted()) {
                    nextId++;
                }
                assertThat(victims.get(i).kill()).isNull();
                final long atRequest = events.handled();
                engine.invoker().fireWorker(0);
                assertThat(victims.get(i).outcome().state()).isEqualTo(TaskState.KILLED);
                assertThat(events.atKill[i]).isEqualTo(atRequest);
            }
        }
    }

    /** Slow steps end a batch after a slice of time: a kill need not wait for 256 of them. */
    @Test
    void shouldHandleAKillWithinASliceOfSlowSteps() {
        final long stepNanos = 90_000;
        final RingEvents events = new RingEvents();
        final long[] now = {0};
        try (TaskEngine engine = TaskEngine.launch(new TaskEngine.Context()
                .invokerMode(true)
                .nanoClock(() -> now[0])
                .fireWorkers(1)
                .listener(events))) {
            final TaskHandle victim = engine.trySubmit(0, WAITS);
            while (engine.invoker().invoke() > 0) {}
            final long[] atRequest = {-1};
            for (long id = FIRST_FLOOD_ID; id < FIRST_FLOOD_ID + 1000; id++) {
                assertThat(engine.trySubmit(TaskSpec.of(id, context -> {
                                    now[0] += stepNanos;
                                    if (atRequest[0] < 0) {
                                        assertThat(victim.kill()).isNull();
                                        atRequest[0] = events.handled();
                                    }
                                    return Step.DONE;
                                }))
                                .refusal())
                        .isNull();
            }
            while (engine.invoker().invoke() > 0) {}
            assertThat(victim.outcome().state()).isEqualTo(TaskState.KILLED);
            assertThat(events.atKill[0] - atRequest[0])
                    .as("ring events between the kill and its handling")
                    .isOne();
        }
    }

    // ---- real threads --------------------------------------------------------------------------------------------

    /**
     * One thread floods the ring, keeps it full, and asks for the kills. It reads the count before and after each
     * request. What is counted from the second reading on was handled after the request, so it must not exceed the
     * limit in any case; where both readings are the same, the figure is exact and not merely a lower bound. How many are
     * exact is up to the machine, so it goes on until there were enough of them.
     */
    @Test
    void shouldHandleAtMostOneBatchLimitOfEventsBeforeAKillFromTheFloodingThread() throws Exception {
        Watchdog.within(Duration.ofSeconds(240), () -> {
            int exact = 0;
            while (exact < LEAST_EXACT) {
                exact += floodAndKill();
            }
        });
    }

    /** Returns how many of the kills have an exact count. */
    private static int floodAndKill() throws Exception {
        final int batchLimit = 256;
        final RingEvents events = new RingEvents();
        final long[] before = new long[VICTIMS];
        final long[] after = new long[VICTIMS];
        final long floodKills;
        final List<TaskHandle> victims;
        try (TaskEngine engine = TaskEngine.launch(new TaskEngine.Context()
                .fireWorkers(1)
                .waitMode(WaitMode.ADAPTIVE)
                .ringCapacity(RING)
                .batchLimit(batchLimit)
                .stallThresholdMillis(10_000)
                .closeTimeoutMillis(120_000)
                .listener(events))) {
            victims = submitVictims(engine);
            while (events.handled() < VICTIMS) {
                Thread.onSpinWait();
            }
            long nextId = FIRST_FLOOD_ID;
            long full = 0;
            for (int i = 0; i < VICTIMS; i++) {
                nextId = flood(engine, nextId);
                full += engine.trySubmit(nextId++, NO_OP).refusal() == Refusal.RING_FULL ? 1 : 0;
                before[i] = events.handled();
                assertThat(victims.get(i).kill()).isNull();
                after[i] = events.handled();
            }
            floodKills = full;
            for (final TaskHandle each : victims) {
                assertThat(each.await(60, TimeUnit.SECONDS).state()).isEqualTo(TaskState.KILLED);
            }
            assertThat(engine.drain(60, TimeUnit.SECONDS)).isTrue();
            assertThat(engine.ledger().isBalanced()).isTrue();
        }
        assertThat(floodKills).as("kills asked for with the ring full").isGreaterThan(VICTIMS / 10);

        int exact = 0;
        for (int i = 0; i < VICTIMS; i++) {
            final long between = events.atKill[i] - after[i];
            final String kind = before[i] == after[i] ? "exactly" : "at least";
            assertThat(between)
                    .as("ring events handled between kill %d and its handling, %s", i, kind)
                    .isLessThanOrEqualTo(batchLimit);
            exact += before[i] == after[i] ? 1 : 0;
        }
        return exact;
    }

    /** Submits a burst of tasks, and then as many more as it takes to see the ring full. */
    private static long flood(final TaskEngine engine, final long firstId) {
        long id = firstId;
        while (true) {
            if (engine.trySubmit(id, NO_OP).isAccepted()) {
                id++;
            } else if (id >= firstId + FLOOD_PER_KILL) {
                return id;
            } else {
                Thread.yield();
            }
        }
    }
}
