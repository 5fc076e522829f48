package io.ringmaster.report;

import io.ringmaster.report.CapacityResult.Step;
import io.ringmaster.report.plot.Axis;
import io.ringmaster.report.plot.Chart;
import io.ringmaster.report.plot.Panel;
import io.ringmaster.report.plot.Percentile;
import io.ringmaster.report.plot.Point;
import io.ringmaster.report.plot.Quantity;
import io.ringmaster.report.plot.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.HdrHistogram.Histogram;

/** Percentile curves on HdrHistogram's log scale, as far as their samples support them. */
final class PercentileSection {

    private static final int HEIGHT = 300;
    private static final int MOST_RATES = 6;
    private static final int HICCUP_STYLE = 6;
    /** Latencies of a replay that say more of the workflow than of the engine. */
    private static final Set<String> RUNTIMES = Set.of("endToEnd", "run");

    private static final String CAPTION = "Each step to the right is one nine more. A curve ends where fewer than "
            + Support.LEAST_BEYOND + " values lie beyond.";

    private PercentileSection() {}

    static Section of(final String prefix, final Run run) {
        final Latencies latencies = Latencies.of(run);
        final List<Block> blocks = new ArrayList<>();
        if (latencies != null) {
            final List<Series> series = new ArrayList<>();
            latencies.histograms().forEach((key, histogram) -> {
                if (!Latencies.HICCUP.equals(key)
                        && histogram.getMaxValue() > 0
                        && !(run.replay() != null && RUNTIMES.contains(key))) {
                    add(series, Labels.shortLatency(key), Labels.style(key), Support.curve(histogram));
                }
            });
            if (!series.isEmpty()) {
                addHiccups(series, latencies);
                blocks.add(figure(
                        prefix + "percentiles",
                        "Percentiles" + (latencies.where().isEmpty() ? "" : ", " + latencies.where()),
                        CAPTION
                                + (series.stream().anyMatch(each -> each.style() == HICCUP_STYLE)
                                        ? " Machine hiccups are what a thread sees that does nothing but read the clock: no"
                                                + " engine can be better than that."
                                        : ""),
                        series));
            }
        }
        if (run.capacity() != null) {
            addRates(prefix, run.capacity(), blocks);
        }
        return blocks.isEmpty() ? null : new Section(prefix + "percentile-curves", "Percentile curves", blocks);
    }

    /** The whole curve where there is a histogram, else the few points that are known. */
    private static void addHiccups(final List<Series> series, final Latencies latencies) {
        final Histogram histogram = latencies.histograms().get(Latencies.HICCUP);
        if (histogram != null) {
            add(series, Labels.latency(Latencies.HICCUP), HICCUP_STYLE, Support.curve(histogram));
        } else if (latencies.hiccups() != null) {
            final List<Point> points = new ArrayList<>();
            latencies.hiccups().byPercent().forEach((percent, micros) -> points.add(new Point(place(percent), micros)));
            add(series, Labels.latency(Latencies.HICCUP), HICCUP_STYLE, points);
        }
    }

    /** Exactly the place that curves have, so that both stand in one row of the table. */
    private static double place(final double percent) {
        final double x = Percentile.x(percent);
        return Math.abs(x - Math.rint(x)) < 1e-6 * x ? Math.rint(x) : x;
    }

    private static void addRates(final String prefix, final CapacityResult capacity, final List<Block> blocks) {
        final List<Step> steps = capacity.stepsByRate().stream()
                .filter(step -> step.valid() && step.histogram().containsKey("endToEnd"))
                .toList();
        if (steps.size() < 2) {
            return;
        }
        final List<Series> series = new ArrayList<>();
        final int shown = Math.min(MOST_RATES, steps.size());
        for (int i = 0; i < shown; i++) {
            final Step step = steps.get(Math.round((float) i * (steps.size() - 1) / (shown - 1)));
            add(
                    series,
                    Quantity.PER_SECOND.format(step.offeredPerSecond()),
                    i,
                    Support.curve(step.histogram().get("endToEnd")));
        }
        blocks.add(figure(
                prefix + "percentiles-by-rate",
                "End to end, by offered rate",
                "From the intended start of each task. Valid steps only"
                        + (shown < steps.size() ? ", " + shown + " of " + steps.size() : "") + ".",
                series));
    }

    static void add(final List<Series> series, final String name, final int style, final List<Point> points) {
        if (!points.isEmpty()) {
            series.add(Series.line(name, style, points)
                    .markedAt(points.stream()
                            .filter(point -> Support.markedPlaces().contains(point.x()))
                            .toList()));
        }
    }

    static Block.Figure figure(final String id, final String title, final String caption, final List<Series> series) {
        final double[] values = series.stream()
                .flatMap(each -> each.points().stream())
                .mapToDouble(Point::y)
                .toArray();
        final double mostX = series.stream()
                .flatMap(each -> each.points().stream())
                .mapToDouble(Point::x)
                .max()
                .orElse(10);
        final Chart chart = Chart.builder(title, describe(title, series), Axis.percentiles("percentile", mostX))
                .panel(new Panel(Axis.log("latency", Quantity.MICROS, values), HEIGHT, series, List.of()))
                .tableAt(Support.markedPlaces().stream().filter(x -> x <= mostX).toList())
                .build();
        return Block.Figure.of(id, title, caption, chart);
    }

    private static String describe(final String title, final List<Series> series) {
        final StringBuilder text = new StringBuilder(title).append(". Latency over percentile.");
        for (final Series each : series) {
            final Point last = each.points().get(each.points().size() - 1);
            text.append(' ')
                    .append(each.name())
                    .append(": ")
                    .append(Quantity.MICROS.format(last.y()))
                    .append(" at ")
                    .append(Percentile.text(last.x()))
                    .append('.');
        }
        return text.toString();
    }
}
