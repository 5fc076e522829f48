package io.ringmaster.guard;

import io.ringmaster.benchmarks.PairedRatio;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** The samples of one build, by benchmark, in the order of the pairs. */
final class Samples {
    private final Map<String, List<Sample>> byBenchmark = new LinkedHashMap<>();

    void add(final List<Sample> fork) {
        for (final Sample each : fork) {
            byBenchmark
                    .computeIfAbsent(each.benchmark(), key -> new ArrayList<>())
                    .add(each);
        }
    }

    Set<String> benchmarks() {
        return byBenchmark.keySet();
    }

    double[] ratios(final String benchmark) {
        return values(benchmark, Sample::ratio);
    }

    double[] bytes(final String benchmark) {
        return values(benchmark, Sample::bytes);
    }

    double medianNanos(final String benchmark) {
        return median(values(benchmark, Sample::nanos));
    }

    double medianControl(final String benchmark) {
        return median(values(benchmark, Sample::controlNanos));
    }

    double medianBytes(final String benchmark) {
        return median(bytes(benchmark));
    }

    private static double median(final double[] values) {
        return values.length == 0 ? Double.NaN : PairedRatio.median(values);
    }

    private double[] values(final String benchmark, final ToDoubleFunction<Sample> value) {
        return byBenchmark.getOrDefault(benchmark, List.of()).stream()
                .mapToDouble(value)
                .toArray();
    }
}
