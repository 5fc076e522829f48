package io.ringmaster.report;

import io.ringmaster.report.CapacityResult.Step;
import io.ringmaster.report.plot.Axis;
import io.ringmaster.report.plot.Chart;
import io.ringmaster.report.plot.Panel;
import io.ringmaster.report.plot.Point;
import io.ringmaster.report.plot.Quantity;
import io.ringmaster.report.plot.RowChart;
import io.ringmaster.report.plot.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/** Where the time goes: the latencies of the stages of a task's life beside each other. */
final class StageSection {

    private static final double[] PERCENTS = {50, 99, 99.9};
    private static final List<String> NAMES = List.of("p50", "p99", "p99.9", "max");
    private static final int HEIGHT = 240;
    private static final double MIDDLE = 50;

    private StageSection() {}

    static Section of(final String prefix, final Run run) {
        final Latencies latencies = Latencies.of(run);
        if (latencies == null) {
            return null;
        }
        final List<RowChart.Row> rows = new ArrayList<>();
        for (final String key : latencies.keys()) {
            final double[] values = DoubleStream.concat(
                            Arrays.stream(PERCENTS).map(percent -> latencies.micros(key, percent)),
                            DoubleStream.of(latencies.maxMicros(key)))
                    .toArray();
            if (DoubleStream.of(values).anyMatch(Double::isFinite)) {
                rows.add(new RowChart.Row(Labels.latency(key), "endToEnd".equals(key), "", List.of(values)));
            }
        }
        if (!latencies.keys().contains(Latencies.HICCUP) && latencies.hiccups() != null) {
            final Percentiles hiccups = latencies.hiccups();
            rows.add(new RowChart.Row(Labels.latency(Latencies.HICCUP), false, "", List.of(new double[] {
                hiccups.at(50), hiccups.at(99), hiccups.at(99.9), hiccups.max() == null ? Double.NaN : hiccups.max()
            })));
        }
        if (rows.isEmpty()) {
            return null;
        }
        final double[] all = rows.stream()
                .flatMapToDouble(row -> DoubleStream.of(row.values().get(0)))
                .toArray();
        final String title = "Stages of a task's life" + (latencies.where().isEmpty() ? "" : ", " + latencies.where());
        final List<Block> blocks = new ArrayList<>();
        blocks.add(Block.Figure.of(
                prefix + "stages",
                title,
                "Percentiles of different stages don't add up: the slow ones of one stage need not be those of another.",
                new RowChart(
                        title,
                        describe(title, rows),
                        "stage",
                        List.of(new RowChart.Facet("latency", Axis.log("latency", Quantity.MICROS, all), NAMES)),
                        rows)));
        if (run.capacity() != null) {
            addByLoad(prefix, run.capacity(), blocks);
        }
        return new Section(prefix + "stage-split", "Where the time goes", blocks);
    }

    private static String describe(final String title, final List<RowChart.Row> rows) {
        final StringBuilder text = new StringBuilder(title).append(", median and 99th percentile.");
        for (final RowChart.Row row : rows) {
            text.append(' ')
                    .append(row.label())
                    .append(": ")
                    .append(Quantity.MICROS.format(row.values().get(0)[0]))
                    .append(", ")
                    .append(Quantity.MICROS.format(row.values().get(0)[1]))
                    .append('.');
        }
        return text.toString();
    }

    private static void addByLoad(final String prefix, final CapacityResult capacity, final List<Block> blocks) {
        final List<Step> steps = capacity.stepsByRate();
        if (steps.stream().filter(Step::valid).count() < 2) {
            return;
        }
        final List<Series> series = new ArrayList<>();
        for (final String key : List.of("endToEnd", "submitToHandled", "submitToRunning", "run", "runningToFinal")) {
            final List<Point> points = LoadSection.curve(steps, step -> step.micros(key, MIDDLE));
            if (points.stream().anyMatch(point -> point.isKnown() && point.y() > 0)) {
                series.add(Series.line(Labels.shortLatency(key), Labels.style(key), points));
            }
        }
        if (series.size() < 2) {
            return;
        }
        final String title = "Median of each stage over offered load";
        final Chart.Builder chart = Chart.builder(title, title + ", valid steps only.", LoadSection.offered(steps))
                .panel(new Panel(Axis.log("median", Quantity.MICROS, series), HEIGHT, series, List.of()));
        LoadSection.addInvalid(chart, steps);
        blocks.add(Block.Figure.of(prefix + "stages-by-load", title, "", chart.build()));
    }
}
