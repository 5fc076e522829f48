package io.ringmaster.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.TaskEngine;
import io.ringmaster.task.Container;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskContext;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import io.ringmaster.timer.TimerWheel;
import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A crowd of timers on one deadline: none is early, none is lost, and no duty cycle is long because of them. */
@Timeout(300)
class MillionTimersTest {
    private static final int TIMERS = 1_000_000;
    private static final long DELAY = TimeUnit.MINUTES.toNanos(10);
    private static final int BATCH_LIMIT = 256;
    /** What a duty cycle may do: ring, timers, local queue, run queue, and the one kill that is asked for at a time. */
    private static final int WORK_LIMIT = BATCH_LIMIT + 1024 + 256 + 256 + 1;

    private static final int DISTURBED_EVERY = 8;
    private static final TaskSpec NO_OP = TaskSpec.of(0, context -> Step.DONE);

    private final long seed = Long.getLong("ringmaster.seed", new SplittableRandom().nextLong());
    private final SplittableRandom random = new SplittableRandom(seed);
    private long now = Long.MAX_VALUE - DELAY / 2; // the deadline lies beyond the overflow of the clock
    private final long deadline = now + DELAY;

    private final BitSet waiting = new BitSet();
    private final BitSet fired = new BitSet();
    private int early;
    private int twice;
    private long longestCycle;
    private long cycles;

    private Step step(final TaskContext context) {
        final int id = (int) context.taskId();
        if (!waiting.get(id)) {
            waiting.set(id);
            return context.againAfter(deadline - context.nanoTime(), TimeUnit.NANOSECONDS);
        }
        if (context.nanoTime() - deadline < 0) {
            early++;
        }
        if (fired.get(id)) {
            twice++;
        }
        fired.set(id);
        return Step.DONE;
    }

    private int turn(final TaskEngine engine) {
        final int work = engine.invoker().fireWorker(0);
        longestCycle = Math.max(longestCycle, work);
        cycles++;
        return work;
    }

    private void turnUntilIdle(final TaskEngine engine) {
        int work;
        do {
            work = turn(engine);
        } while (work > 0);
    }

    private void submitTimers(final TaskEngine engine) {
        final Task task = this::step;
        final TaskSpec spec =
                TaskSpec.builder(0).task(task).container(Container.SHARED).build();
        for (int id = 0; id < TIMERS; id++) {
            Refusal refusal = engine.trySubmit(id, spec).refusal();
            while (refusal != null && refusal.isTransient()) {
                turn(engine);
                refusal = engine.trySubmit(id, spec).refusal();
            }
            assertThat(refusal).isNull();
        }
        turnUntilIdle(engine);
        assertThat(waiting.cardinality()).isEqualTo(TIMERS);
    }

    @Test
    void shouldFireAMillionTimersOfOneDeadlineInBoundedDutyCycles() {
        try (TaskEngine engine = TaskEngine.launch(new TaskEngine.Context()
                .invokerMode(true)
                .fireWorkers(1)
                .batchLimit(BATCH_LIMIT)
                .nanoClock(() -> now))) {
            submitTimers(engine);

            // The crowd moves down the wheel's levels on the way, and nobody fires before the deadline.
            for (final long before : new long[] {DELAY / 2, DELAY / 64, 2 * TimerWheel.TICK_NANOS, 1}) {
                now = deadline - before;
                turnUntilIdle(engine);
            }
            assertThat(fired.isEmpty()).isTrue();

            // A tick later the clock stands still: whatever is due is due now.
            now = deadline + TimerWheel.TICK_NANOS;
            cycles = 0;
            final int killed = fireAll(engine);

            assertThat(early).as("fired before the deadline").isZero();
            assertThat(twice).as("fired twice").isZero();
            assertThat(fired.cardinality()).isEqualTo(TIMERS - killed);
            assertThat(longestCycle).as("units of work in one duty cycle").isLessThanOrEqualTo(WORK_LIMIT);
            assertThat(cycles).isGreaterThanOrEqualTo(TIMERS / WORK_LIMIT);
            assertThat(killed).as("kills that found their task waiting").isPositive();
            assertThat(engine.ledger().killed()).isEqualTo(killed);
            assertThat(engine.ledger().isBalanced()).as("%s", engine.ledger()).isTrue();
        } catch (final AssertionError e) {
            throw new AssertionError("failed with -Dringmaster.seed=" + seed, e);
        }
    }

    /** While the crowd fires, a new task and a kill every few cycles are each done within the next cycle. */
    private int fireAll(final TaskEngine engine) {
        long nextId = TIMERS;
        int killed = 0;
        int work;
        do {
            if (cycles % DISTURBED_EVERY == 0) {
                final TaskHandle submitted = engine.trySubmit(nextId++, NO_OP);
                final TaskHandle victim = engine.get(random.nextInt(TIMERS));
                if (victim != null) {
                    assertThat(victim.kill()).isNull();
                    killed++;
                }
                work = turn(engine);
                assertThat(submitted.outcome().state()).isEqualTo(TaskState.SUCCEEDED);
                if (victim != null) {
                    assertThat(victim.outcome().state()).isEqualTo(TaskState.KILLED);
                    assertThat(fired.get((int) victim.id()))
                            .as("a killed task fired")
                            .isFalse();
                }
            } else {
                work = turn(engine);
            }
        } while (work > 0);
        return killed;
    }
}
