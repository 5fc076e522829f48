package io.ringmaster.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One benchmark of {@code jmh.json}, as JMH writes it. */
record JmhResult(
        String benchmark,
        String mode,
        Integer forks,
        Integer threads,
        List<String> jvmArgs,
        Map<String, String> params,
        Metric primaryMetric,
        Map<String, Metric> secondaryMetrics) {

    private static final String ALLOCATED = "gc.alloc.rate.norm";

    JmhResult {
        Check.given("benchmark", benchmark);
        Check.given("primaryMetric", primaryMetric);
        jvmArgs = jvmArgs == null ? List.of() : jvmArgs;
        params = params == null ? Map.of() : new TreeMap<>(params);
        secondaryMetrics = secondaryMetrics == null ? Map.of() : secondaryMetrics;
    }

    /** A score, and what it was made of: the iterations of each fork. Histograms of sampling modes are passed over. */
    record Metric(
            Double score,
            String scoreUnit,
            @JsonProperty("rawData") List<List<Double>> iterationsByFork) {
        Metric {
            scoreUnit = scoreUnit == null ? "" : scoreUnit;
            iterationsByFork = iterationsByFork == null ? List.of() : iterationsByFork;
        }

        /** The mean of each fork: forks are the sample, iterations of one fork are not independent. */
        double[] forkMeans() {
            return iterationsByFork.stream()
                    .filter(fork -> !fork.isEmpty())
                    .mapToDouble(fork -> fork.stream()
                            .mapToDouble(Double::doubleValue)
                            .average()
                            .orElse(Double.NaN))
                    .toArray();
        }

        /** The median of the forks; the score where there are no forks' data. */
        double median() {
            final double[] means = forkMeans();
            if (means.length == 0) {
                return score == null ? Double.NaN : score;
            }
            java.util.Arrays.sort(means);
            final int middle = means.length / 2;
            return means.length % 2 == 1 ? means[middle] : (means[middle - 1] + means[middle]) / 2;
        }
    }

    /** The class and the method, without the package. */
    String shortName() {
        final String[] parts = benchmark.split("\\.");
        return parts.length < 2 ? benchmark : parts[parts.length - 2] + '.' + parts[parts.length - 1];
    }

    /** The parameters' values, such as {@code target=raw, producers=4}; empty without any. */
    String parameters() {
        final StringBuilder text = new StringBuilder();
        params.forEach((name, value) ->
                text.append(text.isEmpty() ? "" : ", ").append(name).append('=').append(value));
        return text.toString();
    }

    /**
     * How many forks it was measured in: those of the data, or where JMH has samples instead as many as were asked for. A
     * run in JMH's own process counts as one.
     */
    int forkCount() {
        final int measured = primaryMetric.forkMeans().length;
        return measured > 0 ? measured : forks == null ? 1 : Math.max(1, forks);
    }

    /** What was measured, in whatever unit. */
    String measured() {
        return benchmark + ' ' + mode + ' ' + parameters();
    }

    /** What others must have in common with it to be compared: scores of two units have no ratio. */
    String key() {
        return measured() + ' ' + primaryMetric.scoreUnit();
    }

    /** Bytes allocated per operation; NaN if not measured. Earlier versions of JMH put a dot before the name. */
    double bytesPerOperation() {
        for (final Map.Entry<String, Metric> each : secondaryMetrics.entrySet()) {
            if (each.getKey().endsWith(ALLOCATED)) {
                return each.getValue().median();
            }
        }
        return Double.NaN;
    }
}
