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
 * does it does to both. Each is measured with a worker that still spins when the request comes, and with one that is
 * parked. Samples are taken by the handful; a handful in which one of the two threads had to wait for a CPU is dropped.
 */
final class LatencyMeasurement {
    private static final int FEW = 1000;
    private static final int WARM_UP = 20_000;
    private static final int SPINNING_HANDFUL = 200;
    private static final int PARKED_HANDFUL = 10;
    /** A thread that is woken always waits a little. */
    private static final long WAIT_PER_SAMPLE_NANOS = 20_000;

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final int SPINNING_SAMPLES = 20_000;
    private static final int PARKED_SAMPLES = 1000;
    private static final long PARKED_GAP_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    private final int rounds;

    LatencyMeasurement(final int rounds) {
        this.rounds = rounds;
    }

    /** What is measured, once. */
    private interface Sample {
        long nanos(Side side);
    }

    /** One engine with its waiting tasks. */
    private static final class Side implements AutoCloseable {
        private final TaskEngine engine;
        private final Contention contention;
        private final SplittableRandom random = new SplittableRandom(1);
        private final TaskHandle[] live;
        private long nextId = 1L << 40;
        private long taken;
        private long dropped;

        Side(final String name, final int count) {
            engine = TaskEngine.launch(LiveTasks.context(name).fireWorkers(1));
            contention = new Contention(name);
            live = LiveTasks.submitWaiting(engine, count);
        }

        /** From the call of submit to the completed handle. */
        long submit() {
            final long start = System.nanoTime();
            awaitDone(engine.trySubmit(nextId++, LiveTasks.NO_OP));
            return System.nanoTime() - start;
        }

        /** From the call of kill, by id, to the completed handle of a task chosen at random. */
        long kill() {
            final int id = random.nextInt(live.length);
            final long start = System.nanoTime();
            engine.kill(id);
            awaitDone(live[id]);
            final long nanos = System.nanoTime() - start;
            replace(id);
            return nanos;
        }

        /** The median; of fewer samples when the machine is never free for long. */
        double medianMicros(final Sample sample, final int samples, final long gapNanos) {
            final Histogram kept = Report.histogram();
            final long[] handful = new long[gapNanos > 0 ? PARKED_HANDFUL : SPINNING_HANDFUL];
            final long start = System.nanoTime();
            while (kept.getTotalCount() < samples && System.nanoTime() - start < PATIENCE_NANOS) {
                final long waited = contention.waitedNanos();
                for (int i = 0; i < handful.length; i++) {
                    if (gapNanos > 0) {
                        LockSupport.parkNanos(gapNanos);
                    }
                    handful[i] = sample.nanos(this);
                }
                taken += handful.length;
                if (contention.waitedNanos() - waited > (gapNanos > 0 ? handful.length * WAIT_PER_SAMPLE_NANOS : 0)) {
                    dropped += handful.length;
                } else {
                    for (final long each : handful) {
                        kept.recordValue(each);
                    }
                }
            }
            return kept.getTotalCount() == 0 ? Double.NaN : kept.getValueAtPercentile(50) / 1e3;
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

        @Override
        public void close() {
            engine.close();
        }
    }

    void run(final int many, final JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("latency");
        json.writeNumberField("targetRatio", 2);
        json.writeNumberField("few", FEW);
        json.writeNumberField("many", many);
        try (Side less = new Side("few", FEW);
                Side more = new Side("many", many)) {
            System.gc();
            for (final Side each : new Side[] {less, more}) {
                each.medianMicros(Side::submit, WARM_UP, 0);
                each.medianMicros(Side::kill, WARM_UP, 0);
            }
            compare(json, "submitSpinning", less, more, Side::submit, SPINNING_SAMPLES, 0);
            compare(json, "killSpinning", less, more, Side::kill, SPINNING_SAMPLES, 0);
            compare(json, "submitParked", less, more, Side::submit, PARKED_SAMPLES, PARKED_GAP_NANOS);
            compare(json, "killParked", less, more, Side::kill, PARKED_SAMPLES, PARKED_GAP_NANOS);
            json.writeNumberField("samples", less.taken + more.taken);
            json.writeNumberField("samplesDropped", less.dropped + more.dropped);
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
            few[i] = less.medianMicros(sample, samples, gapNanos);
            many[i] = more.medianMicros(sample, samples, gapNanos);
            ratios[i] = many[i] / few[i];
        }
        json.writeObjectFieldStart(name);
        Report.doubles(json, "p50MicrosWithFew", few);
        Report.doubles(json, "p50MicrosWithMany", many);
        Report.doubles(json, "ratio", ratios);
        json.writeEndObject();
    }
}
