package io.ringmaster.report;

import io.ringmaster.report.CapacityResult.Step;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * The latencies that stand for a run: those of the whole run, or for a sweep those of one of its steps.
 *
 * @param where      what they stand for, such as {@code at 100 k/s offered}; empty for a whole run.
 * @param histograms in nanoseconds, by latency, in the order of a task's life.
 * @param summaries  the same in a few numbers.
 * @param hiccups    the machine's own in a few numbers; null if not measured.
 */
record Latencies(
        String where, Map<String, Histogram> histograms, Map<String, Percentiles> summaries, Percentiles hiccups) {

    static final String HICCUP = "hiccup";

    /** Those of a run; null if it has none. */
    static Latencies of(final Run run) {
        if (run.capacity() != null) {
            final Step step = chosen(run.capacity());
            return step == null ? null : of(step);
        } else if (run.latencies() == null && run.replay() == null) {
            return null;
        }
        final Map<String, Histogram> histograms = new LinkedHashMap<>();
        if (run.latencies() != null) {
            for (final String tag : sorted(run.latencies().tags().stream())) {
                final Histogram total = run.latencies().total(tag);
                if (total != null) {
                    histograms.put(tag, total);
                }
            }
        }
        final Map<String, Percentiles> summaries = new LinkedHashMap<>();
        if (run.replay() != null) {
            sorted(run.replay().latencyMicros().keySet().stream())
                    .forEach(key ->
                            summaries.put(key, run.replay().latencyMicros().get(key)));
        }
        return new Latencies(
                "",
                histograms,
                summaries,
                run.replay() == null ? null : run.replay().hiccupMicros());
    }

    private static Latencies of(final Step step) {
        final Map<String, Histogram> histograms = new LinkedHashMap<>();
        for (final String key : sorted(step.histogram().keySet().stream())) {
            if (step.histogram().get(key).getTotalCount() > 0) {
                histograms.put(key, step.histogram().get(key));
            }
        }
        final Map<String, Percentiles> summaries = new LinkedHashMap<>();
        for (final String key : sorted(step.latencyMicros().keySet().stream())) {
            summaries.put(key, step.latencyMicros().get(key));
        }
        return new Latencies(
                "at " + io.ringmaster.report.plot.Quantity.PER_SECOND.format(step.offeredPerSecond()) + " offered",
                histograms,
                summaries,
                step.hiccupMicros());
    }

    private static List<String> sorted(final Stream<String> keys) {
        return keys.sorted(Comparator.comparingInt(Labels::order).thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    /**
     * The step of the highest rate within the objective; else that of the knee; else the last valid one, in the order
     * measured. It is that of the distributions beside the page.
     */
    static Step chosen(final CapacityResult capacity) {
        final CapacityResult.WithinSlo within = capacity.highestRateWithinSlo();
        Step chosen = within == null ? null : valid(capacity, within.step());
        if (chosen == null && capacity.knee() != null) {
            chosen = valid(capacity, capacity.knee().step());
        }
        for (int i = capacity.steps().size() - 1; chosen == null && i >= 0; i--) {
            chosen = valid(capacity, i);
        }
        return chosen;
    }

    /** The step of this number, if there is one and it is valid; else null. */
    private static Step valid(final CapacityResult capacity, final Integer number) {
        if (number == null || number < 0 || number >= capacity.steps().size()) {
            return null;
        }
        final Step step = capacity.steps().get(number);
        return step.valid() ? step : null;
    }

    /** The latency that says how the engine did: without the tasks' own runtimes where they are not the engine's doing. */
    String main() {
        for (final String key : List.of("readyToRunning", "endToEnd")) {
            if (histograms.containsKey(key) || summaries.containsKey(key)) {
                return key;
            }
        }
        return histograms.keySet().stream().findFirst().orElse("endToEnd");
    }

    /** A percentile of a latency in microseconds; NaN if it isn't known. */
    double micros(final String latency, final double percent) {
        final Histogram histogram = histograms.get(latency);
        if (histogram != null) {
            return Support.micros(histogram, percent);
        }
        final Percentiles summary = summaries.get(latency);
        return summary == null ? Double.NaN : summary.at(percent);
    }

    /** The greatest value of a latency in microseconds; NaN if it isn't known. */
    double maxMicros(final String latency) {
        final Histogram histogram = histograms.get(latency);
        if (histogram != null) {
            return Support.maxMicros(histogram);
        }
        final Percentiles summary = summaries.get(latency);
        return summary == null || summary.max() == null ? Double.NaN : summary.max();
    }

    /** Everything that is known, in the order of a task's life. */
    List<String> keys() {
        return sorted(Stream.concat(histograms.keySet().stream(), summaries.keySet().stream())
                .distinct());
    }
}
