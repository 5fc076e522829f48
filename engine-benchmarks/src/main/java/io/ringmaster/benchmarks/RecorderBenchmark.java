package io.ringmaster.benchmarks;

import io.ringmaster.metrics.Stage;
import io.ringmaster.metrics.WorkerHistograms;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost to measure a task? Nanoseconds per task, each of which records one latency of every {@link Stage}.
 *
 * <p>Targets: {@code engine} its own counts; {@code hdr} a plain {@link Histogram} per stage; {@code hdr-recorder} a
 * {@link SingleWriterRecorder} per stage; {@code raw} nothing is recorded, each task is one event through a raw Disruptor.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Threads(1)
@Fork(value = 3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class RecorderBenchmark {
    /** Tasks that an invocation records. */
    static final int TASKS = 1 << 12;

    private static final Stage[] STAGES = Stage.values();
    /** Latencies are log-normal: half of them below, and one in six above e times this. */
    private static final double MEDIAN_NANOS = 20_000;

    /** What records. */
    @Param({"engine", "hdr", "hdr-recorder", "raw"})
    public String target;

    private long[] latencies;
    private TaskRecorder recorder;

    /** What the targets have in common. */
    private interface TaskRecorder {
        /** Records as many values for each task as there are stages. */
        void recordAll(long[] latencies);

        /** Returns how many values there are by now. */
        long recorded();
    }

    @Setup(Level.Trial)
    public void draw() {
        final Random random = new Random(42);
        latencies = new long[TASKS * STAGES.length];
        for (int i = 0; i < latencies.length; i++) {
            latencies[i] = (long) (MEDIAN_NANOS * Math.exp(random.nextGaussian()));
        }
        recorder = switch (target) {
            case "engine" -> new Engine();
            case "hdr" -> new Hdr();
            case "hdr-recorder" -> new HdrRecorder();
            case "raw" -> new Raw();
            default -> throw new IllegalArgumentException("target must be engine, hdr, hdr-recorder or raw: " + target);
        };
    }

    @Benchmark
    @OperationsPerInvocation(TASKS)
    public Object record() {
        recorder.recordAll(latencies);
        return recorder;
    }

    /** How many values the target has recorded; for {@code raw}, how many events it has sent. */
    long recorded() {
        return recorder.recorded();
    }

    private static final class Engine implements TaskRecorder {
        private final WorkerHistograms histograms = new WorkerHistograms();

        @Override
        public void recordAll(final long[] latencies) {
            for (int i = 0; i < latencies.length; i += 5) {
                histograms.record(Stage.SUBMIT_TO_HANDLED, latencies[i]);
                histograms.record(Stage.SUBMIT_TO_RUNNING, latencies[i + 1]);
                histograms.record(Stage.RUN, latencies[i + 2]);
                histograms.record(Stage.RUNNING_TO_FINAL, latencies[i + 3]);
                histograms.record(Stage.END_TO_END, latencies[i + 4]);
            }
        }

        @Override
        public long recorded() {
            final Histogram[] totals = new Histogram[STAGES.length];
            for (int i = 0; i < totals.length; i++) {
                totals[i] = WorkerHistograms.newHistogram();
            }
            final int request = histograms.request();
            histograms.serve();
            histograms.collect(request, totals);
            return Arrays.stream(totals).mapToLong(Histogram::getTotalCount).sum();
        }
    }

    private static final class Hdr implements TaskRecorder {
        private final Histogram[] histograms = new Histogram[STAGES.length];

        Hdr() {
            for (int i = 0; i < histograms.length; i++) {
                histograms[i] = WorkerHistograms.newHistogram();
            }
        }

        @Override
        public void recordAll(final long[] latencies) {
            for (int i = 0; i < latencies.length; i += STAGES.length) {
                for (int stage = 0; stage < STAGES.length; stage++) {
                    histograms[stage].recordValue(latencies[i + stage]);
                }
            }
        }

        @Override
        public long recorded() {
            return Arrays.stream(histograms).mapToLong(Histogram::getTotalCount).sum();
        }
    }

    private static final class HdrRecorder implements TaskRecorder {
        private final SingleWriterRecorder[] recorders = new SingleWriterRecorder[STAGES.length];

        HdrRecorder() {
            for (int i = 0; i < recorders.length; i++) {
                recorders[i] = new SingleWriterRecorder(WorkerHistograms.MAX_NANOS, 3);
            }
        }

        @Override
        public void recordAll(final long[] latencies) {
            for (int i = 0; i < latencies.length; i += STAGES.length) {
                for (int stage = 0; stage < STAGES.length; stage++) {
                    recorders[stage].recordValue(latencies[i + stage]);
                }
            }
        }

        @Override
        public long recorded() {
            return Arrays.stream(recorders)
                    .mapToLong(each -> each.getIntervalHistogram().getTotalCount())
                    .sum();
        }
    }

    private static final class Raw implements TaskRecorder {
        private final RingHop ring = new RingHop();
        private long events;

        @Override
        public void recordAll(final long[] latencies) {
            for (int i = 0; i < latencies.length; i += STAGES.length) {
                if (ring.hop(1) != ++events) {
                    throw new IllegalStateException("the ring lost an event: " + events);
                }
            }
        }

        @Override
        public long recorded() {
            return events;
        }
    }
}
