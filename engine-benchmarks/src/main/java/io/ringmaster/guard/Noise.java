package io.ringmaster.guard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a build against itself showed on one machine: which benchmarks can be guarded there. Kept as JSON, with the
 * environment beside it.
 *
 * @param machine    see {@link MachineName}.
 * @param commit     of the build, or its jar's file name.
 * @param time       of the measurement, as ISO 8601.
 * @param flags      of the forks' JVM; noise that was measured with others, or with further ones, says nothing.
 * @param pairs      how many pairs of forks.
 * @param confidence of the intervals.
 * @param benchmarks by name.
 */
record Noise(
        String machine,
        String commit,
        String time,
        List<String> flags,
        int pairs,
        double confidence,
        Map<String, Entry> benchmarks) {
    /** The name of the file in a machine's folder. */
    static final String FILE = "noise.json";

    /** Less noise than this is not believed: 1 %. */
    private static final double LEAST_REACH = 0.01;

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);

    /**
     * One benchmark.
     *
     * @param low          where the A/A interval begins.
     * @param high         where it ends.
     * @param nanos        the median fork's time per operation.
     * @param controlNanos the median fork's control.
     * @param bytes        allocated per operation, the median fork's.
     */
    record Entry(double low, double high, double nanos, double controlNanos, double bytes) {
        /** The interval's end over its beginning, less 1. */
        double width() {
            return high / low - 1;
        }

        /** How far from 1 a ratio is noise. */
        double reach() {
            return Math.max(LEAST_REACH, Math.max(high, 1 / low) - 1);
        }
    }

    Noise {
        flags = List.copyOf(flags);
        benchmarks = Map.copyOf(benchmarks);
    }

    /** Whether a benchmark can be guarded. */
    boolean guards(final String benchmark, final Settings settings) {
        final Entry entry = benchmarks.get(benchmark);
        return entry != null && entry.width() < settings.guardedWidth();
    }

    /**
     * Reads kept noise.
     *
     * @param file the file.
     * @return what was measured.
     * @throws IOException if it can't be read or is something else; the message names it.
     */
    static Noise read(final Path file) throws IOException {
        try {
            final Noise noise = JSON.readValue(Files.readAllBytes(file), Noise.class);
            for (final Map.Entry<String, Entry> each : noise.benchmarks.entrySet()) {
                final Entry entry = each.getValue();
                if (!(entry.low > 0 && entry.low <= entry.high && entry.high < Double.POSITIVE_INFINITY)) {
                    throw new IOException(file + ": the interval of " + each.getKey() + " must be 0 < low <= high: "
                            + entry.low + " to " + entry.high);
                }
            }
            return noise;
        } catch (final JsonProcessingException | NullPointerException e) {
            throw new IOException(
                    file + " is no kept noise: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse("a field is missing"),
                    e);
        }
    }

    /**
     * Keeps it.
     *
     * @param file the file; its folder is there.
     * @throws IOException if it can't be written.
     */
    void write(final Path file) throws IOException {
        Files.writeString(file, JSON.writeValueAsString(this) + System.lineSeparator());
    }
}
