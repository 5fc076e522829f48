package io.ringmaster.scale;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ringmaster.TaskEngine;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * What a new task and a kill take with few and with many live tasks: two engines in turns, so that whatever the machine
 * does it does to both. Each is measured with a worker that still spins when the request comes, and with one that is parked.
 */
final class LatencyMeasurement {
    private static final int FEW = 1000;
    private static final int WARM_UP = 20_000;
    private static final int SPINNING_SAMPLES = 20_000;
    private static final int PARKED_SAMPLES = 1000;
    private static final long PARKED_GAP_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    private final int rounds;

    LatencyMeasurement(final int rounds) {
        this.rounds = rounds;
    }

    /** One engine with its waiting tasks. */
    private static final class Side implements AutoCloseable {
        private final TaskEngine engine = TaskEngine.launch(LiveTasks.context());
        private final SplittableRandom random = new SplittableRandom(1);
        private final TaskHandle[] live;
        private long nextId = 1L << 40;

        Side(final int count) {
            live = LiveTasks.submitWaiting(engine, count);
        }

        /** From the call of submit to the completed handle. */
        double submitMicros(final int samples, final long gapNanos) {
            final Histogram nanos = Report.histogram();
            for (int i = 0; i < samples; i++) {
                gap(gapNanos);
                final long start = System.nanoTime();
                awaitDone(engine.trySubmit(nextId++, LiveTasks.NO_OP));
                nanos.recordValue(System.nanoTime() - start);
            }
            return nanos.getValueAtPercentile(50) / 1e3;
        }

        /** From the call of kill, by id, to the completed handle of a task chosen at random. */
        double killMicros(final int samples, final long gapNanos) {
            final Histogram nanos = Report.histogram();
            for (int i = 0; i < samples; i++) {
                final int id = random.nextInt(live.length);
                gap(gapNanos);
                final long start = System.nanoTime();
                engine.kill(id);
                awaitDone(live[id]);
                nanos.recordValue(System.nanoTime() - start);
                replace(id);
            }
            return nanos.getValueAtPercentile(50) / 1e3;
        }

        private void replace(final int id) {
            if (live[id].outcome().state() != TaskState.KILLED) {
                throw new IllegalStateException("task " + id + " ended as " + live[id].outcome());
            }
            final TaskSpec spec = LiveTasks.waiting(id);
            live[id] = LiveTasks.submit(engine, id, spec);
            while (live[id].state() != TaskState.RUNNING) {
                Thread.onSpinWait();
            }
        }

        private static void awaitDone(final TaskHandle handle) {
            if (!handle.isAccepted()) {
                throw new IllegalStateException("refused: " + handle.refusal());
            }
            while (!handle.isDone()) {
                Thread.onSpinWait();
            }
        }

        private static void gap(final long nanos) {
            if (nanos > 0) {
                LockSupport.parkNanos(nanos);
            }
        }

        @Override
        public void close() {
            engine.close();
        }
    }

    /** What is measured, once. */
    private interface Sample {
        double micros(Side side, int samples, long gapNanos);
    }

    void run(final int many, final JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("latency");
        json.writeNumberField("targetRatio", 2);
        json.writeNumberField("few", FEW);
        json.writeNumberField("many", many);
        try (Side less = new Side(FEW);
                Side more = new Side(many)) {
            System.gc();
            for (final Side each : new Side[] {less, more}) {
                each.submitMicros(WARM_UP, 0);
                each.killMicros(WARM_UP, 0);
            }
            compare(json, "submitSpinning", less, more, Side::submitMicros, SPINNING_SAMPLES, 0);
            compare(json, "killSpinning", less, more, Side::killMicros, SPINNING_SAMPLES, 0);
            compare(json, "submitParked", less, more, Side::submitMicros, PARKED_SAMPLES, PARKED_GAP_NANOS);
            compare(json, "killParked", less, more, Side::killMicros, PARKED_SAMPLES, PARKED_GAP_NANOS);
        }
        json.writeEndObject();
    }

    private void compare(
            final JsonGenerator json,
            final String name,
            final Side less,
            final Side more,
            final Sample sample,
            final int samples,
            final long gapNanos)
            throws IOException {
        final double[] few = new double[rounds];
        final double[] many = new double[rounds];
        final double[] ratios = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            few[i] = sample.micros(less, samples, gapNanos);
            many[i] = sample.micros(more, samples, gapNanos);
            ratios[i] = many[i] / few[i];
        }
        json.writeObjectFieldStart(name);
        Report.doubles(json, "p50MicrosWithFew", few);
        Report.doubles(json, "p50MicrosWithMany", many);
        Report.doubles(json, "ratio", ratios);
        json.writeEndObject();
    }
}
