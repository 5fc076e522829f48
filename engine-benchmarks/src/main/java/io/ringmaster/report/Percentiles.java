package io.ringmaster.report;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A latency in a few numbers, in microseconds. A percentile with fewer than ten values beyond it says nothing and is
 * left out, whatever the file has.
 */
record Percentiles(Double count, Double p50, Double p90, Double p99, Double p999, Double p9999, Double max) {

    Percentiles {
        Check.amountIfGiven("count", count);
        p50 = supported("p50", p50, count, 50);
        p90 = supported("p90", p90, count, 90);
        p99 = supported("p99", p99, count, 99);
        p999 = supported("p999", p999, count, 99.9);
        p9999 = supported("p9999", p9999, count, 99.99);
        Check.amountIfGiven("max", max);
    }

    private static Double supported(final String field, final Double value, final Double count, final double percent) {
        Check.amountIfGiven(field, value);
        return count == null || Support.isSupported(percent, count.longValue()) ? value : null;
    }

    /** By percentile in percent, without those that aren't there. */
    Map<Double, Double> byPercent() {
        final Map<Double, Double> values = new LinkedHashMap<>();
        put(values, 50, p50);
        put(values, 90, p90);
        put(values, 99, p99);
        put(values, 99.9, p999);
        put(values, 99.99, p9999);
        return values;
    }

    private static void put(final Map<Double, Double> values, final double percent, final Double value) {
        if (value != null) {
            values.put(percent, value);
        }
    }

    /** One of p50, p90, p99, p99.9 and p99.99; NaN if it isn't there. */
    double at(final double percent) {
        return byPercent().getOrDefault(percent, Double.NaN);
    }
}
