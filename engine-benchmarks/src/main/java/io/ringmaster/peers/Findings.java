package io.ringmaster.peers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** What a measurement found: figures by their names in the JSON, and what is wrong with them. One thread. */
final class Findings {
    private static final double NANOS_PER_MICRO = 1e3;
    private static final int LEAST_BEYOND = 10;

    private final Map<String, Double> figures = new LinkedHashMap<>();
    private final List<String> complaints = new ArrayList<>();

    Map<String, Double> figures() {
        return figures;
    }

    List<String> complaints() {
        return complaints;
    }

    /**
     * Adds a figure.
     *
     * @param name  its name.
     * @param value its value; one that is not finite is left out.
     */
    void figure(final String name, final double value) {
        if (Double.isFinite(value)) {
            figures.put(name, value);
        }
    }

    /**
     * Adds the percentiles that are supported by ten values beyond each, as {@code name.p50} and so on, in microseconds.
     *
     * @param name  the name before the dot.
     * @param nanos the values; those that are 0 were never set.
     */
    void percentiles(final String name, final long[] nanos) {
        final Histogram histogram = new Histogram(3_600_000_000_000L, 3);
        for (final long each : nanos) {
            if (each != 0) {
                histogram.recordValue(Math.max(1, Math.min(each, histogram.getHighestTrackableValue())));
            }
        }
        percentiles(name, histogram);
    }

    /**
     * Adds the percentiles of a histogram of nanoseconds, as above.
     *
     * @param name      the name before the dot.
     * @param histogram the values.
     */
    void percentiles(final String name, final Histogram histogram) {
        final long count = histogram.getTotalCount();
        if (count == 0) {
            return;
        }
        figure(name + ".count", count);
        percentile(name + ".p50", histogram, 50);
        percentile(name + ".p90", histogram, 90);
        percentile(name + ".p99", histogram, 99);
        percentile(name + ".p999", histogram, 99.9);
        percentile(name + ".p9999", histogram, 99.99);
        figure(name + ".max", histogram.getMaxValue() / NANOS_PER_MICRO);
    }

    private void percentile(final String name, final Histogram histogram, final double percent) {
        // Half a value more, for the rounding of the product.
        if (histogram.getTotalCount() * (100 - percent) / 100 + 0.5 >= LEAST_BEYOND) {
            figure(name, histogram.getValueAtPercentile(percent) / NANOS_PER_MICRO);
        }
    }

    /**
     * Says that the figures are not to be trusted.
     *
     * @param why a reason; null is none.
     */
    void complain(final String why) {
        if (why != null) {
            complaints.add(why);
        }
    }
}
