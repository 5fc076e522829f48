package io.ringmaster.capacity;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.ringmaster.benchmarks.Machine;
import java.io.BufferedOutputStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * A run's folder. {@code timeline.jsonl} and {@code latency.hlog} grow with each step, so that a run that dies leaves what it
 * had; the rest is written at the end. What can't be written is said at the end, and keeps nothing else from being written.
 */
public final class CapacityFiles implements AutoCloseable {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final int TICKS_PER_HALF_DISTANCE = 5;

    private final Path folder;
    private final Path json;
    private final int ringCapacity;
    private final List<String> faults = new ArrayList<>();
    private BufferedWriter timeline;
    private PrintStream logStream;
    private HistogramLogWriter log;

    private CapacityFiles(final Path folder, final Path json, final int ringCapacity) {
        this.folder = folder;
        this.json = json;
        this.ringCapacity = ringCapacity;
    }

    /**
     * A run's files. Nothing is written yet.
     *
     * @param folder       an existing folder for all of them, or null.
     * @param json         a file for capacity.json alone, or null.
     * @param ringCapacity slots of all rings together.
     * @return the files.
     */
    public static CapacityFiles of(final Path folder, final Path json, final int ringCapacity) {
        return new CapacityFiles(folder, json, ringCapacity);
    }

    /**
     * The names of the files in a folder that a run begins with.
     *
     * @return the names.
     */
    public static List<String> names() {
        return List.of("capacity.json", "environment.json", "timeline.jsonl", "latency.hlog");
    }

    void begin(final long startEpochMillis) {
        if (folder == null) {
            return;
        }
        try {
            timeline = Files.newBufferedWriter(folder.resolve("timeline.jsonl"));
            logStream = new PrintStream(
                    new BufferedOutputStream(Files.newOutputStream(folder.resolve("latency.hlog"))),
                    false,
                    StandardCharsets.UTF_8);
            log = new HistogramLogWriter(logStream);
            log.outputLogFormatVersion();
            log.outputComment("[ringmaster capacity: values in nanoseconds, maxima in milliseconds]");
            log.outputComment("[endToEnd counts from when a task was due, one interval a second;"
                    + " the other tags from the call of submit, one interval a step]");
            log.outputStartTime(startEpochMillis);
            log.outputLegend();
        } catch (final IOException e) {
            faults.add(folder + ": can't be written: " + e.getMessage());
        }
    }

    /** Keeps a step. */
    void add(final int index, final Measured measured) {
        if (timeline == null || log == null) {
            return;
        }
        try {
            for (final TimelineSecond each : measured.seconds()) {
                timeline.write(line(index, each));
                timeline.write('\n');
            }
            timeline.flush();
        } catch (final IOException e) {
            faults.add(folder.resolve("timeline.jsonl") + ": can't be written: " + e.getMessage());
            timeline = null;
        }
        writeIntervals(index, measured);
        if (logStream.checkError()) {
            faults.add(folder.resolve("latency.hlog") + ": could not be written to its end");
            log = null;
        }
    }

    private String line(final int index, final TimelineSecond second) throws IOException {
        final StringWriter text = new StringWriter();
        try (JsonGenerator line = FACTORY.createGenerator(text)) {
            line.writeStartObject();
            line.writeNumberField("second", second.second());
            line.writeNumberField("step", index);
            line.writeNumberField("submitted", second.submitted());
            line.writeNumberField("completed", second.completed());
            line.writeNumberField("refused", second.refused());
            line.writeNumberField("live", second.gauges().live());
            line.writeNumberField("ringUsed", second.gauges().ringUsed());
            line.writeNumberField("ringCapacity", ringCapacity);
            line.writeNumberField("gcMillis", second.machine().gcMillis());
            line.writeNumberField("gcCount", second.machine().gcCount());
            line.writeNumberField("stalls", second.stalls());
            line.writeNumberField("handOvers", second.handOvers());
            line.writeNumberField("stolenMillis", second.machine().stolenMillis());
            line.writeNumberField("throttledMillis", second.machine().throttledMillis());
            line.writeNumberField("hiccupMaxMicros", second.hiccupMaxNanos() / NANOS_PER_MICRO);
            line.writeNumberField("heapUsedBytes", second.machine().heapUsedBytes());
            line.writeNumberField("cpuMillis", second.machine().cpuMillis());
            line.writeEndObject();
        }
        return text.toString();
    }

    private void writeIntervals(final int index, final Measured measured) {
        final Step step = measured.step();
        log.outputComment("[step " + index + ": " + Quantities.rate(step.load().scheduledPerSecond()) + "/s, "
                + (step.isValid() ? "valid" : "not valid: " + step.complaints()) + ']');
        final double from = measured.startMillis() / MILLIS_PER_SECOND;
        final List<Histogram> intervals = measured.endToEnd();
        for (int i = 0; i < intervals.size(); i++) {
            write(Step.END_TO_END, from + i, from + i + 1, intervals.get(i));
        }
        measured.stages().forEach((tag, histogram) -> write(tag, from, from + intervals.size() - 1, histogram));
        logStream.flush();
    }

    private void write(final String tag, final double from, final double until, final Histogram histogram) {
        if (histogram.getTotalCount() > 0) {
            histogram.setTag(tag);
            log.outputIntervalHistogram(from, until, histogram, NANOS_PER_MILLI);
        }
    }

    // ---- at the end --------------------------------------------------------------------------------------------

    /**
     * Writes what is written at the end.
     *
     * @param result  what was found.
     * @param command how the run was started.
     * @return a line for each file that could not be written, at any time.
     */
    public List<String> finish(final CapacityResult result, final String command) {
        if (json != null) {
            attempt(json, file -> CapacityJson.write(result, file));
        }
        if (folder != null) {
            attempt(folder.resolve("capacity.json"), file -> CapacityJson.write(result, file));
            attempt(folder.resolve("environment.json"), file -> Machine.write(file, command));
            distributions(result)
                    .forEach((name, histogram) ->
                            attempt(folder.resolve(name + ".hgrm"), file -> writeDistribution(histogram, file)));
        }
        return List.copyOf(faults);
    }

    /** Those of the step that stands for the result: the one within the objective, at the knee, or the last one. */
    private static Map<String, Histogram> distributions(final CapacityResult result) {
        final Map<String, Histogram> all = new LinkedHashMap<>();
        final Step step = result.representative();
        if (step != null) {
            step.latencies().forEach((name, latency) -> all.put(name, latency.histogram()));
        }
        return all;
    }

    private static void writeDistribution(final Histogram histogram, final Path file) throws IOException {
        try (PrintStream out =
                new PrintStream(new BufferedOutputStream(Files.newOutputStream(file)), false, StandardCharsets.UTF_8)) {
            histogram.outputPercentileDistribution(out, TICKS_PER_HALF_DISTANCE, NANOS_PER_MICRO);
            if (out.checkError()) {
                throw new IOException("could not be written to its end");
            }
        }
    }

    private interface Writing {
        void to(Path file) throws IOException;
    }

    private void attempt(final Path file, final Writing writing) {
        try {
            writing.to(file);
        } catch (final IOException e) {
            faults.add(file + ": can't be written: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        try {
            if (timeline != null) {
                timeline.close();
            }
        } catch (final IOException e) {
            faults.add(folder.resolve("timeline.jsonl") + ": can't be written: " + e.getMessage());
        }
        if (logStream != null) {
            logStream.close();
        }
    }
}
