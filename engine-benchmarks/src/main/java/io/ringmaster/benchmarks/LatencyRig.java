package io.ringmaster.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;
import org.HdrHistogram.Histogram;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The open-loop rig: how long from the moment a task should have been submitted until it runs? Tasks are sent by
 * schedule whatever became of those before, and each latency counts from its <em>intended</em> start, so that a stalled
 * target can't hide behind a generator that waits for it.
 *
 * <p>One run measures one target in a fresh process. The generator looks at itself: a run in which it was too often
 * behind its schedule, or in which a task was refused or lost, is marked invalid and ends with status 1.
 */
@Command(
        name = "latency",
        description = "Measures submit to running, open loop, and prints one line of JSON.",
        mixinStandardHelpOptions = true)
public final class LatencyRig implements Callable<Integer> {
    /** Sends that may start late before a run says more of the generator than of the target. */
    private static final double LATE_SHARE = 0.01;

    private static final long LEAST_TOLERANCE_NANOS = TimeUnit.MICROSECONDS.toNanos(10);
    private static final long LEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int LEAST_BEYOND = 10;
    private static final int EXIT_INVALID = 1;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--target",
            required = true,
            description = "engine-spin, engine-yield, engine-adaptive, raw-spin, raw-yield, raw-blocking or unpark")
    private String target;

    @Option(names = "--rate", defaultValue = "10000", description = "Tasks per second (${DEFAULT-VALUE}).")
    private int rate;

    @Option(names = "--seconds", defaultValue = "10", description = "How long is measured (${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--warmup",
            defaultValue = "5",
            description = "Seconds before that at the rate, and before those as fast as it goes (${DEFAULT-VALUE}).")
    private int warmup;

    @Option(names = "--out", description = "A file to append the line to; else it goes to standard output.")
    private Path out;

    /** Made by the command line. */
    LatencyRig() {}

    /**
     * Runs the rig and ends the process: 0 for a valid run, 1 for an invalid one, 2 for bad usage.
     *
     * @param args the command line.
     */
    public static void main(final String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new LatencyRig()).setParameterExceptionHandler(new OneLineErrors("bench"));
    }

    @Override
    public Integer call() throws IOException {
        Bounds.check(spec, "--rate", rate, 1, 10_000_000);
        Bounds.check(spec, "--seconds", seconds, 1, 3600);
        Bounds.check(spec, "--warmup", warmup, 0, 3600);
        warmUp(TimeUnit.SECONDS.toNanos(warmup));
        final Run run = new Run((long) rate * warmup, (long) rate * (warmup + seconds), 1e9 / rate);
        final double lineBefore = Machine.cacheLineNanos();
        final long stolen = Machine.stolenMillis();
        try (LatencyTarget opened = open(run)) {
            Waiting.age();
            run.generate(opened);
            run.awaitAll();
        }
        final long stolenMillis = Machine.stolenMillis() - stolen;
        final String line = report(run, stolenMillis, lineBefore, Machine.cacheLineNanos());
        if (out == null) {
            final PrintWriter writer = spec.commandLine().getOut();
            writer.println(line);
            writer.flush();
        } else {
            Files.writeString(out, line + '\n', StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        return run.complaint() == null ? CommandLine.ExitCode.OK : EXIT_INVALID;
    }

    /**
     * At the rate it would take a JVM minutes to compile what it runs, and where two threads spin on two CPUs the compiler takes
     * one of them each time. So other targets of the kind are given all the tasks that they take first.
     */
    private void warmUp(final long nanos) {
        final long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
            final Run run = new Run(Run.WINDOW, Run.WINDOW, 0);
            try (LatencyTarget opened = open(run)) {
                run.generate(opened);
                run.awaitAll();
            }
        }
    }

    private LatencyTarget open(final Run run) {
        try {
            return LatencyTarget.open(target, run);
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private String report(final Run run, final long stolenMillis, final double lineBefore, final double lineAfter)
            throws IOException {
        final StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("target", target);
            json.writeNumberField("rate", rate);
            json.writeNumberField("seconds", seconds);
            json.writeBooleanField("valid", run.complaint() == null);
            json.writeStringField("complaint", run.complaint());
            json.writeNumberField("measured", run.latencies.getTotalCount());
            json.writeNumberField("lateSends", run.late);
            json.writeNumberField("refusals", run.refused);
            json.writeNumberField("stolenMillis", stolenMillis);
            json.writeNumberField("cacheLineNanosBefore", lineBefore);
            json.writeNumberField("cacheLineNanosAfter", lineAfter);
            writeHistogram(json, "latencyNanos", run.latencies);
            writeHistogram(json, "sendLagNanos", run.lags);
            json.writeStringField("histogram", encode(run.latencies));
            json.writeEndObject();
        }
        return text.toString();
    }

    /** A percentile with fewer than ten values beyond it says nothing, and is left out. */
    private static void writeHistogram(final JsonGenerator json, final String name, final Histogram histogram)
            throws IOException {
        json.writeObjectFieldStart(name);
        writePercentile(json, "p50", histogram, 50);
        writePercentile(json, "p90", histogram, 90);
        writePercentile(json, "p99", histogram, 99);
        writePercentile(json, "p999", histogram, 99.9);
        json.writeNumberField("max", histogram.getMaxValue());
        json.writeEndObject();
    }

    private static void writePercentile(
            final JsonGenerator json, final String name, final Histogram histogram, final double percent)
            throws IOException {
        // Half a value more, for the rounding of the product.
        if (histogram.getTotalCount() * (100 - percent) / 100 + 0.5 >= LEAST_BEYOND) {
            json.writeNumberField(name, histogram.getValueAtPercentile(percent));
        }
    }

    /** HdrHistogram's own compressed form in Base64, as in an interval log. */
    private static String encode(final Histogram histogram) {
        final ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        final int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        final ByteBuffer compressed = ByteBuffer.wrap(buffer.array(), 0, length);
        return StandardCharsets.ISO_8859_1
                .decode(Base64.getEncoder().encode(compressed))
                .toString();
    }

    /**
     * One run: the schedule, and what came of it. The generator's thread writes the schedule, the target's thread the
     * latencies; each task's hand-over orders the two. A target with several threads overrides {@link #arrived} and
     * records for itself.
     */
    public static class Run {
        private static final int WINDOW = 1 << 20;
        private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

        private final long first;
        private final long total;
        private final double periodNanos;
        private final long toleranceNanos;
        private final long[] intended = new long[WINDOW];
        private final Histogram latencies = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
        private final Histogram lags = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
        private long late;
        private long refused;
        /** Counted by the target's thread. */
        private final LonelyCounter arrived = new LonelyCounter();
        /** As the generator last saw it: it looks again only when it must, for a look costs the target a cache line. */
        private long arrivedSeen;

        private boolean lost;

        /**
         * A schedule.
         *
         * @param first       the first task that is measured.
         * @param total       after the last task.
         * @param periodNanos between two tasks.
         */
        public Run(final long first, final long total, final double periodNanos) {
            this.first = first;
            this.total = total;
            this.periodNanos = periodNanos;
            this.toleranceNanos = Math.max(LEAST_TOLERANCE_NANOS, (long) periodNanos);
        }

        /**
         * The task runs. The target's thread, in the order of the tasks.
         *
         * @param task its number, from 0.
         */
        void running(final long task) {
            final long latency = System.nanoTime() - intendedNanos(task);
            if (task >= first) {
                record(latencies, latency);
            }
            arrived.increment();
        }

        private static void record(final Histogram histogram, final long nanos) {
            histogram.recordValue(Math.max(0, Math.min(nanos, histogram.getHighestTrackableValue())));
        }

        void generate(final LatencyTarget sender) {
            generate(sender::send);
        }

        /**
         * Sends all tasks by schedule. The generator's thread.
         *
         * @param send submits the task of a number; false if it was refused, and then it is asked again.
         */
        public final void generate(final LongPredicate send) {
            final long start = System.nanoTime() + LEAD_NANOS;
            for (long task = 0; task < total; task++) {
                final long due = start + (long) (task * periodNanos);
                long lag = System.nanoTime() - due;
                while (lag < 0) {
                    Thread.onSpinWait();
                    lag = System.nanoTime() - due;
                }
                if (task - arrivedSeen >= WINDOW) {
                    arrivedSeen = arrived();
                    if (task - arrivedSeen >= WINDOW) {
                        lost = true;
                        return; // so far behind that the schedule's window would be overwritten
                    }
                }
                if (task >= first) {
                    record(lags, lag);
                    if (lag > toleranceNanos) {
                        late++;
                    }
                }
                intended[(int) task & WINDOW - 1] = due;
                while (!send.test(task)) {
                    refused++;
                    Thread.onSpinWait();
                }
            }
        }

        /** Waits until all tasks have run, or some seconds. The generator's thread. */
        public final void awaitAll() {
            final long start = System.nanoTime();
            while (arrived() < total && System.nanoTime() - start < PATIENCE_NANOS) {
                LockSupport.parkNanos(this, TimeUnit.MICROSECONDS.toNanos(100));
            }
            lost |= arrived() < total;
        }

        /** Returns how many tasks have run. */
        protected long arrived() {
            return arrived.get();
        }

        /**
         * When a task should have been sent. Any thread that was handed the task, while it is among the last million.
         *
         * @param task its number.
         * @return nanoseconds on the clock of {@link System#nanoTime}.
         */
        protected final long intendedNanos(final long task) {
            return intended[(int) task & WINDOW - 1];
        }

        /** Returns how late the measured tasks were sent, in nanoseconds. */
        public final Histogram lags() {
            return lags;
        }

        Histogram latencies() {
            return latencies;
        }

        /** Returns why the run is not valid, or null. */
        public final String complaint() {
            if (lost) {
                return "only " + arrived() + " of " + total + " tasks ran";
            }
            if (refused > 0) {
                return refused + " sends were refused";
            }
            if (late > LATE_SHARE * (total - first)) {
                return late + " of " + (total - first) + " sends were more than " + toleranceNanos
                        + " ns behind schedule";
            }
            return null;
        }
    }
}
