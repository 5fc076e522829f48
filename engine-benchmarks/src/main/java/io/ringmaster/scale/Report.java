package io.ringmaster.scale;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Arrays;
import org.HdrHistogram.Histogram;

/** Figures as JSON: each series with its median and its least, since the machine is seldom ours alone. */
final class Report {
    private static final double NANOS_PER_MICRO = 1e3;

    private Report() {}

    static Histogram histogram() {
        return new Histogram(3_600_000_000_000L, 3);
    }

    static double median(final double[] values) {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        final int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    static void doubles(final JsonGenerator json, final String name, final double[] values) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("median", rounded(median(values)));
        json.writeNumberField("least", rounded(Arrays.stream(values).min().orElse(Double.NaN)));
        json.writeNumberField("most", rounded(Arrays.stream(values).max().orElse(Double.NaN)));
        json.writeArrayFieldStart("rounds");
        for (final double each : values) {
            json.writeNumber(rounded(each));
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    static void longs(final JsonGenerator json, final String name, final long[] values) throws IOException {
        json.writeArrayFieldStart(name);
        for (final long each : values) {
            json.writeNumber(each);
        }
        json.writeEndArray();
    }

    static void micros(final JsonGenerator json, final String name, final Histogram nanos) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("count", nanos.getTotalCount());
        json.writeNumberField("p50", rounded(nanos.getValueAtPercentile(50) / NANOS_PER_MICRO));
        json.writeNumberField("p90", rounded(nanos.getValueAtPercentile(90) / NANOS_PER_MICRO));
        json.writeNumberField("p99", rounded(nanos.getValueAtPercentile(99) / NANOS_PER_MICRO));
        json.writeNumberField("max", rounded(nanos.getMaxValue() / NANOS_PER_MICRO));
        json.writeEndObject();
    }

    private static double rounded(final double value) {
        return Double.isFinite(value) ? Math.rint(value * 1000) / 1000 : -1;
    }
}
