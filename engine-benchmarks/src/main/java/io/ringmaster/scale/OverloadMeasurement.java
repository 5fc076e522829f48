package io.ringmaster.scale;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.metrics.Stage;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskSpec;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/**
 * Three times as many tasks as one fire-worker can do, then half as many: what is refused, how long the accepted ones wait
 * from the time each was meant to be submitted, and how soon after the overload the first one is called within 5 ms.
 */
final class OverloadMeasurement {
    private static final long STEP_NANOS = 50_000;
    private static final long[] MAX_QUEUE_MILLIS = {20, 100};
    private static final long AFTER_SECONDS = 5;
    private static final long CALM_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final int seconds;

    OverloadMeasurement(final int seconds) {
        this.seconds = seconds;
    }

    private static final class Offer {
        private final TaskEngine engine;
        private final Histogram waits = Report.histogram();
        /** When a task was in time for the first time after the overload. */
        private final AtomicLong calm = new AtomicLong();

        private long accepted;
        private long refused;
        private long id;

        Offer(final TaskEngine engine) {
            this.engine = engine;
        }

        /** Offers at a rate, never waiting for an answer. */
        void during(final long nanos, final double gapNanos, final boolean recorded) {
            final long start = System.nanoTime();
            for (long i = 0; i * gapNanos < nanos; i++) {
                final long due = start + (long) (i * gapNanos);
                while (System.nanoTime() - due < 0) {
                    Thread.onSpinWait();
                }
                final boolean taken = engine.trySubmit(TaskSpec.of(id++, context -> {
                            final long now = System.nanoTime();
                            if (recorded) {
                                waits.recordValue(Math.max(0, now - due));
                            } else if (now - due < CALM_NANOS) {
                                calm.compareAndSet(0, now);
                            }
                            while (System.nanoTime() - now < STEP_NANOS) {
                                Thread.onSpinWait();
                            }
                            return Step.DONE;
                        }))
                        .isAccepted();
                accepted += taken ? 1 : 0;
                refused += taken ? 0 : 1;
            }
        }
    }

    void run(final JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("overload");
        for (final long maxQueueMillis : MAX_QUEUE_MILLIS) {
            json.writeStartObject();
            json.writeNumberField("maxQueueMillis", maxQueueMillis);
            try (TaskEngine engine = TaskEngine.launch(new TaskEngine.Context()
                    .fireWorkers(1)
                    .waitMode(WaitMode.ADAPTIVE)
                    .maxQueueMillis(maxQueueMillis)
                    .closeTimeoutMillis(60_000))) {
                one(json, engine);
            } catch (final InterruptedException e) {
                throw new IllegalStateException("the overload's end was not awaited", e);
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void one(final JsonGenerator json, final TaskEngine engine) throws IOException, InterruptedException {
        final Offer offer = new Offer(engine);
        offer.during(TimeUnit.SECONDS.toNanos(1), 2.0 * STEP_NANOS, false); // warm-up
        final long acceptedBefore = offer.accepted;
        final long refusedBefore = offer.refused;
        final long start = System.nanoTime();
        offer.during(TimeUnit.SECONDS.toNanos(seconds), STEP_NANOS / 3.0, true);
        final long end = System.nanoTime();
        offer.calm.set(0);
        final long accepted = offer.accepted - acceptedBefore;
        final long refused = offer.refused - refusedBefore;
        offer.during(TimeUnit.SECONDS.toNanos(AFTER_SECONDS), 2.0 * STEP_NANOS, false);
        final boolean drained = engine.drain(1, TimeUnit.MINUTES);
        json.writeNumberField("seconds", (end - start) / 1e9);
        json.writeNumberField("accepted", accepted);
        json.writeNumberField("refused", refused);
        json.writeNumberField("acceptedOfCapacity", accepted * (double) STEP_NANOS / (end - start));
        Report.micros(json, "waitOfAcceptedMicros", offer.waits);
        json.writeNumberField("recoveryMillis", offer.calm.get() == 0 ? -1 : (offer.calm.get() - end) / 1e6);
        json.writeNumberField("refusedAfterwards", offer.refused - refusedBefore - refused);
        json.writeBooleanField("ledgerBalances", drained && engine.ledger().isBalanced());
        Report.micros(
                json, "submitToHandledMicros", engine.metrics().latencies().get(Stage.SUBMIT_TO_HANDLED));
        json.writeObjectField("engineEvents", String.valueOf(engine.metrics().engineEvents()));
    }
}
