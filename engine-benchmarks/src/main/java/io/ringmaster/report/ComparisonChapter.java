package io.ringmaster.report;

import io.ringmaster.report.Block.Mood;
import io.ringmaster.report.CapacityResult.Step;
import io.ringmaster.report.plot.Axis;
import io.ringmaster.report.plot.Chart;
import io.ringmaster.report.plot.DataTable;
import io.ringmaster.report.plot.DataTable.Mark;
import io.ringmaster.report.plot.Panel;
import io.ringmaster.report.plot.Point;
import io.ringmaster.report.plot.Quantity;
import io.ringmaster.report.plot.Series;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** Several runs beside each other: figures with their ratios, curves over each other, and what was different. */
final class ComparisonChapter {

    private static final int HEIGHT = 280;
    private static final int MOST_CURVES = 6;
    private static final double LOG_BEYOND = 40;
    private static final double DEFAULT_PERCENT = 99;

    /** What is never the same and explains nothing. */
    private static final Set<String> ALWAYS_DIFFERENT = Set.of("time", "loadAverage", "stolenMillisSinceBoot");

    private final String prefix;
    private final List<Run> runs;

    private ComparisonChapter(final String prefix, final List<Run> runs) {
        this.prefix = prefix;
        this.runs = runs;
    }

    static Chapter of(final String id, final List<Run> runs) {
        final ComparisonChapter chapter = new ComparisonChapter(id + "-", runs);
        final List<Section> sections = new ArrayList<>();
        chapter.addFigures(sections);
        chapter.addCurves(sections);
        chapter.addBenchmarks(sections);
        chapter.addDifferences(sections);
        return sections.isEmpty()
                ? null
                : new Chapter(
                        id,
                        "Comparison",
                        runs.size() + " runs; ratios are to the first, "
                                + runs.get(0).name(),
                        sections);
    }

    // ---- figures -----------------------------------------------------------------------------------------------

    private void addFigures(final List<Section> sections) {
        final DataTable.Builder table = DataTable.builder().text("figure");
        for (final Run run : runs) {
            table.text(run.name());
        }
        for (final Run run : runs.subList(1, runs.size())) {
            table.number("ratio of " + run.name(), Quantity.RATIO);
        }
        row(table, "highest within objective", Quantity.PER_SECOND, ComparisonChapter::withinSlo);
        row(table, "knee", Quantity.PER_SECOND, ComparisonChapter::knee);
        row(table, "most completed", Quantity.PER_SECOND, ComparisonChapter::mostCompleted);
        row(table, "makespan", Quantity.MILLIS, run -> ofReplay(run, ReplayResult::makespanMillis));
        row(table, "overhead", Quantity.MILLIS, run -> ofReplay(run, ReplayResult::overheadMillis));
        row(table, "throughput", Quantity.PER_SECOND, run -> ofReplay(run, ReplayResult::throughputTasksPerSecond));
        final Set<String> keys = new LinkedHashSet<>();
        for (final Run run : runs) {
            final Latencies latencies = run.capacity() == null ? Latencies.of(run) : null;
            if (latencies != null) {
                keys.addAll(latencies.keys());
            }
        }
        for (final String key : keys) {
            for (final double percent : new double[] {50, 99, 99.9}) {
                row(
                        table,
                        Labels.latency(key) + " p" + Quantity.PLAIN.plain(percent),
                        Quantity.MICROS,
                        run -> run.capacity() != null || Latencies.of(run) == null
                                ? Double.NaN
                                : Latencies.of(run).micros(key, percent));
            }
        }
        for (final double rate : commonRates()) {
            for (final double percent : new double[] {50, 99, 99.9}) {
                row(
                        table,
                        "end to end p" + Quantity.PLAIN.plain(percent) + " at " + Quantity.PER_SECOND.format(rate),
                        Quantity.MICROS,
                        run -> atRate(run, rate, percent));
            }
        }
        peers(table);
        if (!table.isEmpty()) {
            sections.add(new Section(
                    prefix + "figures",
                    "Figures and ratios",
                    List.of(
                            new Block.Text(
                                    "One run of each doesn't tell a change from noise: for a verdict on two versions of"
                                            + " the code alternate their forks with scripts/compare."),
                            new Block.Table("Each run beside the first", table.build()))));
        }
    }

    private void row(
            final DataTable.Builder table,
            final String name,
            final Quantity quantity,
            final Function<Run, Double> value) {
        final List<Double> values = runs.stream().map(value).toList();
        if (values.stream()
                        .filter(each -> each != null && Double.isFinite(each))
                        .count()
                < 2) {
            return;
        }
        final List<Object> cells = new ArrayList<>();
        cells.add(name);
        values.forEach(each -> cells.add(each == null ? "–" : quantity.format(each)));
        final Double first = values.get(0);
        for (final Double each : values.subList(1, values.size())) {
            cells.add(first == null || each == null || first == 0 ? null : (Object) (each / first));
        }
        table.row(cells.toArray());
    }

    private static Double ofReplay(final Run run, final Function<ReplayResult, Double> field) {
        return run.replay() == null ? null : field.apply(run.replay());
    }

    private static Double withinSlo(final Run run) {
        return run.capacity() == null ? null : (Double) run.capacity().withinSlo();
    }

    private static Double knee(final Run run) {
        return run.capacity() == null || run.capacity().knee() == null
                ? null
                : run.capacity().knee().ratePerSecond();
    }

    private static Double mostCompleted(final Run run) {
        return run.capacity() == null
                ? null
                : run.capacity().steps().stream()
                        .filter(Step::valid)
                        .map(Step::completedPerSecond)
                        .max(Comparator.naturalOrder())
                        .orElse(null);
    }

    /** Offered rates at which more than one run has a valid step; a few of them. */
    private List<Double> commonRates() {
        final Map<Double, Integer> counts = new java.util.TreeMap<>();
        for (final Run run : runs) {
            if (run.capacity() != null) {
                run.capacity().steps().stream()
                        .filter(Step::valid)
                        .map(Step::offeredPerSecond)
                        .distinct()
                        .forEach(rate -> counts.merge(rate, 1, Integer::sum));
            }
        }
        final List<Double> common = counts.entrySet().stream()
                .filter(each -> each.getValue() > 1)
                .map(Map.Entry::getKey)
                .toList();
        if (common.size() <= 3) {
            return common;
        }
        return List.of(common.get(0), common.get(common.size() / 2), common.get(common.size() - 1));
    }

    private static double atRate(final Run run, final double rate, final double percent) {
        return run.capacity() == null
                ? Double.NaN
                : run.capacity().steps().stream()
                        .filter(step -> step.valid() && step.offeredPerSecond() == rate)
                        .mapToDouble(step -> step.micros("endToEnd", percent))
                        .findFirst()
                        .orElse(Double.NaN);
    }

    private void peers(final DataTable.Builder table) {
        final Set<String> names = new LinkedHashSet<>();
        for (final Run run : runs) {
            if (run.peers() != null) {
                run.peers().rows().forEach(row -> names.add(row.peer()));
            }
        }
        for (final String name : names) {
            row(
                    table,
                    "throughput of " + name,
                    Quantity.PER_SECOND,
                    run -> run.peers() == null
                            ? null
                            : run.peers().rows().stream()
                                    .filter(row -> row.valid() && row.peer().equals(name))
                                    .map(PeersResult.Row::tasksPerSecond)
                                    .filter(Objects::nonNull)
                                    .findFirst()
                                    .orElse(null));
        }
    }

    // ---- curves ------------------------------------------------------------------------------------------------

    private void addCurves(final List<Section> sections) {
        final List<Block> blocks = new ArrayList<>();
        addLoad(blocks);
        addPercentiles(blocks);
        if (!blocks.isEmpty()) {
            sections.add(new Section(prefix + "curves", "Curves over each other", blocks));
        }
    }

    private void addLoad(final List<Block> blocks) {
        final List<Run> sweeps = runs.stream()
                .filter(run -> run.capacity() != null
                        && run.capacity().steps().stream().anyMatch(Step::valid))
                .limit(MOST_CURVES)
                .toList();
        if (sweeps.size() < 2) {
            return;
        }
        final CapacityResult.Slo slo = sweeps.get(0).capacity().slo();
        final double percent = slo == null ? DEFAULT_PERCENT : slo.percentile();
        final List<Series> series = new ArrayList<>();
        final List<Double> rates = new ArrayList<>();
        for (int i = 0; i < sweeps.size(); i++) {
            final List<Point> points =
                    LoadSection.curve(sweeps.get(i).capacity().stepsByRate(), step -> step.micros("endToEnd", percent));
            if (points.stream().anyMatch(Point::isKnown)) {
                series.add(Series.line(sweeps.get(i).name(), i, points));
                points.stream().filter(Point::isKnown).forEach(point -> rates.add(point.x()));
            }
        }
        if (series.size() < 2) {
            return;
        }
        final String name = "p" + Quantity.PLAIN.plain(percent);
        final String title = name + " over offered load, by run";
        blocks.add(Block.Figure.of(
                prefix + "load-latency",
                title,
                "Valid steps only: a gap in a curve is a step that doesn't count.",
                Chart.builder(
                                title,
                                title + ".",
                                Axis.logBeyond(
                                        "offered",
                                        Quantity.PER_SECOND,
                                        LOG_BEYOND,
                                        rates.stream()
                                                .mapToDouble(Double::doubleValue)
                                                .toArray()))
                        .panel(new Panel(
                                Axis.log(
                                        "end to end " + name,
                                        Quantity.MICROS,
                                        series.stream()
                                                .flatMap(each -> each.points().stream())
                                                .mapToDouble(Point::y)
                                                .toArray()),
                                HEIGHT,
                                series,
                                List.of()))
                        .build()));
    }

    private void addPercentiles(final List<Block> blocks) {
        final List<Series> series = new ArrayList<>();
        String key = null;
        for (final Run run : runs) {
            final Latencies latencies = Latencies.of(run);
            if (latencies == null || series.size() == MOST_CURVES) {
                continue;
            }
            key = key == null ? latencies.main() : key;
            final Histogram histogram = latencies.histograms().get(key);
            if (histogram != null) {
                PercentileSection.add(
                        series,
                        run.name() + (latencies.where().isEmpty() ? "" : ", " + latencies.where()),
                        series.size(),
                        Support.curve(histogram));
            }
        }
        if (series.size() > 1) {
            blocks.add(PercentileSection.figure(
                    prefix + "percentiles",
                    "Percentiles of " + Labels.latency(key) + ", by run",
                    "A curve ends where fewer than " + Support.LEAST_BEYOND + " values lie beyond.",
                    series));
        }
    }

    // ---- benchmarks --------------------------------------------------------------------------------------------

    private void addBenchmarks(final List<Section> sections) {
        final Map<String, JmhResult> known = new LinkedHashMap<>();
        for (final Run run : runs) {
            run.jmh().forEach(each -> known.putIfAbsent(each.key(), each));
        }
        final DataTable.Builder table =
                DataTable.builder().text("benchmark").text("parameters").text("unit");
        for (final Run run : runs) {
            table.number(run.name(), Quantity.PLAIN);
        }
        for (final Run run : runs.subList(1, runs.size())) {
            table.number("ratio of " + run.name(), Quantity.RATIO);
        }
        known.forEach((key, result) -> {
            final List<Double> medians = runs.stream()
                    .map(run -> run.jmh().stream()
                            .filter(each -> each.key().equals(key))
                            .map(each -> each.primaryMetric().median())
                            .findFirst()
                            .orElse(Double.NaN))
                    .toList();
            if (medians.stream().filter(Double::isFinite).count() > 1) {
                final List<Object> cells = new ArrayList<>(List.of(
                        result.shortName(),
                        result.parameters(),
                        result.primaryMetric().scoreUnit()));
                cells.addAll(medians);
                medians.subList(1, medians.size()).forEach(each -> cells.add(each / medians.get(0)));
                table.row(cells.toArray());
            }
        });
        final List<Block> blocks = new ArrayList<>();
        if (!table.isEmpty()) {
            blocks.add(new Block.Table("Medians of the forks, and their ratios", table.build()));
        }
        final List<String> apart = inSeveralUnits(known.values());
        if (!apart.isEmpty()) {
            blocks.add(
                    new Block.Notes(Mood.WARNING, "Measured in several units, between which there is no ratio", apart));
        }
        if (!blocks.isEmpty()) {
            sections.add(new Section(prefix + "benchmarks", "Benchmarks", blocks));
        }
    }

    private static List<String> inSeveralUnits(final Collection<JmhResult> results) {
        final Map<String, List<JmhResult>> byName = new LinkedHashMap<>();
        for (final JmhResult each : results) {
            byName.computeIfAbsent(each.measured(), name -> new ArrayList<>()).add(each);
        }
        return byName.values().stream()
                .filter(each -> each.size() > 1)
                .map(each -> JmhSection.name(each.get(0), false) + ": "
                        + each.stream()
                                .map(result -> result.primaryMetric().scoreUnit())
                                .collect(Collectors.joining(", ")))
                .toList();
    }

    // ---- what was different ------------------------------------------------------------------------------------

    private void addDifferences(final List<Section> sections) {
        final Map<String, List<String>> fields = new LinkedHashMap<>();
        for (final Run run : runs) {
            settings(run).keySet().forEach(field -> fields.putIfAbsent(field, new ArrayList<>()));
        }
        final List<Map<String, Object>> settings =
                runs.stream().map(ComparisonChapter::settings).toList();
        fields.forEach((field, values) -> settings.forEach(
                each -> values.add(each.containsKey(field) ? MachineSection.text(each.get(field)) : "–")));
        if (fields.isEmpty()) {
            return;
        }
        final DataTable.Builder table = DataTable.builder().text("what");
        runs.forEach(run -> table.text(run.name()));
        int different = 0;
        for (final boolean wanted : new boolean[] {true, false}) {
            for (final Map.Entry<String, List<String>> field : fields.entrySet()) {
                final boolean differs = !ALWAYS_DIFFERENT.contains(field.getKey())
                        && field.getValue().stream().distinct().count() > 1;
                if (differs != wanted) {
                    continue;
                }
                final List<Object> cells = new ArrayList<>();
                cells.add(Labels.words(field.getKey()));
                cells.addAll(field.getValue());
                table.row(cells.toArray());
                if (differs) {
                    table.mark(Mark.DIFFERS);
                    different++;
                }
            }
        }
        sections.add(new Section(
                prefix + "differences",
                "What was different",
                List.of(
                        new Block.Text(
                                different == 0
                                        ? "The runs were made under the same recorded conditions."
                                        : different + (different == 1 ? " condition differs" : " conditions differ")
                                                + " between the runs; a ratio may come from "
                                                + (different == 1 ? "it" : "any of them") + "."),
                        new Block.Table("Settings and machines; what differs comes first", table.build()))));
    }

    /** What a run was made with: the work, the engine's settings, the machine. */
    private static Map<String, Object> settings(final Run run) {
        final Map<String, Object> settings = new LinkedHashMap<>();
        if (run.capacity() != null) {
            settings.put("work", run.capacity().work());
            settings.put("arrivals", run.capacity().arrivals());
            settings.put(
                    "objective",
                    run.capacity().slo() == null
                            ? "none"
                            : LoadSection.objective(run.capacity().slo()));
            run.capacity().engine().forEach((field, value) -> settings.put("engine " + Labels.words(field), value));
        }
        if (run.replay() != null) {
            settings.put("workflows", String.join(", ", run.replay().workflows()));
            settings.put("container", run.replay().container());
            settings.put("speedup", run.replay().speedup());
        }
        if (run.peers() != null) {
            settings.put("work of the peers", run.peers().work());
        }
        settings.putAll(run.environment());
        return settings;
    }
}
