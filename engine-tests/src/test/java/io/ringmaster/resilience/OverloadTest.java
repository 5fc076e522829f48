package io.ringmaster.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.TaskEngine;
import io.ringmaster.event.EngineEvent;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskRefusedException;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.testing.Conditions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More offered than can be done. */
@Timeout(60)
class OverloadTest {
    private static final int BOUND_MILLIS = 100;
    private static final long STEP_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    /** Three tasks in the time of one step, for 60 s of virtual time; then one in two. */
    @Test
    void shouldBoundTheWaitOfWhatItAcceptsAndRecover() {
        final TaskEngine.Context context = new TaskEngine.Context()
                .fireWorkers(1)
                .ringCapacity(1 << 16)
                .maxQueueMillis(BOUND_MILLIS)
                .stallThresholdMillis(VirtualEngine.STALL_MILLIS);
        try (VirtualEngine engine = new VirtualEngine(context)) {
            final Offer offer = new Offer(engine);
            offer.during(60, TimeUnit.SECONDS, STEP_NANOS / 3);
            assertThat(offer.refused).as("two thirds of the offer").isBetween(200_000L, 260_000L);
            assertThat(offer.accepted).as("the capacity is used").isGreaterThan(118_000);
            assertThat(offer.longestWaitNanos).isLessThan(TimeUnit.MILLISECONDS.toNanos(BOUND_MILLIS * 3 / 2));
            assertThat(offer.reasons).containsOnly(Refusal.OVERLOADED);
            final long refusedBefore = offer.refused;
            offer.longestWaitNanos = 0;
            offer.during(500, TimeUnit.MILLISECONDS, 2 * STEP_NANOS);
            offer.longestWaitNanos = 0;
            offer.during(5, TimeUnit.SECONDS, 2 * STEP_NANOS);
            assertThat(offer.refused - refusedBefore).as("refused afterwards").isLessThan(100);
            assertThat(offer.longestWaitNanos).as("wait afterwards").isLessThan(20 * STEP_NANOS);
            assertThat(engine.eventsOf(EngineEvent.Overload.class)).hasSize(2);
            assertThat(engine.eventsOf(EngineEvent.Overload.class).get(0).began())
                    .isTrue();
            assertThat(engine.eventsOf(EngineEvent.Overload.class).get(1).began())
                    .isFalse();
            assertThat(engine.eventsOf(EngineEvent.Overload.class).get(1).refused())
                    .isEqualTo(offer.refused);
            engine.pass(1, TimeUnit.SECONDS);
            assertThat(engine.engine().ledger().isBalanced()).isTrue();
            assertThat(engine.engine().ledger().accepted()).isEqualTo(offer.accepted);
        }
    }

    /** Offers at a rate; each step takes its time, and what comes due meanwhile is offered late, but waits from then. */
    private static final class Offer {
        private final VirtualEngine engine;
        private final List<Refusal> reasons = new ArrayList<>();
        private long accepted;
        private long refused;
        private long longestWaitNanos;
        private long id;
        private long nextNanos;
        private long gapNanos;

        Offer(final VirtualEngine engine) {
            this.engine = engine;
        }

        void during(final long time, final TimeUnit unit, final long gap) {
            final long end = engine.now() + unit.toNanos(time);
            gapNanos = gap;
            nextNanos = engine.now();
            while (end - engine.now() > 0) {
                offerDue();
                if (engine.engine().invoker().invoke() == 0) {
                    engine.suspend(Math.max(1, nextNanos - engine.now()), TimeUnit.NANOSECONDS);
                }
            }
        }

        private void offerDue() {
            for (; engine.now() - nextNanos >= 0; nextNanos += gapNanos) {
                final long offered = nextNanos;
                final TaskHandle handle = engine.engine().trySubmit(TaskSpec.of(id++, context -> {
                    longestWaitNanos = Math.max(longestWaitNanos, engine.now() - offered);
                    engine.suspend(STEP_NANOS, TimeUnit.NANOSECONDS);
                    return Step.DONE;
                }));
                if (handle.isAccepted()) {
                    accepted++;
                } else {
                    refused++;
                    if (!reasons.contains(handle.refusal())) {
                        reasons.add(handle.refusal());
                    }
                }
            }
        }
    }

    @Test
    void shouldRefuseOrDelayAndRecoverOnRealThreads() throws Exception {
        final ConcurrentLinkedQueue<EngineEvent> events = new ConcurrentLinkedQueue<>();
        try (TaskEngine engine = TaskEngine.launch(new TaskEngine.Context()
                .fireWorkers(1)
                .waitMode(WaitMode.ADAPTIVE)
                .maxQueueMillis(20)
                .submitTimeoutMillis(0)
                .engineEventListener(events::add))) {
            final AtomicLong done = new AtomicLong();
            final TaskSpec spec = TaskSpec.of(0, context -> {
                final long start = context.nanoTime();
                while (context.nanoTime() - start < 50_000) {
                    Thread.onSpinWait();
                }
                done.incrementAndGet();
                return Step.DONE;
            });
            final TaskSpec other = TaskSpec.of(-1, context -> Step.DONE);
            long id = 0;
            long accepted = 0;
            TaskRefusedException refused = null;
            while (refused == null || refused.refusal() != Refusal.OVERLOADED) {
                Refusal refusal = null;
                while (refusal != Refusal.OVERLOADED) {
                    final TaskHandle handle = engine.trySubmit(id++, spec);
                    refusal = handle.refusal();
                    accepted += handle.isAccepted() ? 1 : 0;
                }
                try {
                    engine.submit(other).await(30, TimeUnit.SECONDS); // it was over again
                } catch (final TaskRefusedException e) {
                    refused = e;
                }
            }
            assertThat(refused).hasMessageContaining("maxQueueMillis (20)");
            Conditions.await("it is over", () -> engine.trySubmit(-2, other).isAccepted());
            Conditions.await("its end is told", () -> events.stream()
                    .anyMatch(each -> each instanceof EngineEvent.Overload overload && !overload.began()));
            assertThat(engine.drain(30, TimeUnit.SECONDS)).isTrue();
            assertThat(engine.ledger().isBalanced()).isTrue();
            assertThat(done).hasValue(accepted);
        }
    }
}
