package io.ringmaster.report;

import io.ringmaster.report.plot.Axis;
import io.ringmaster.report.plot.DataTable;
import io.ringmaster.report.plot.Quantity;
import io.ringmaster.report.plot.RowChart;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/** Benchmarks: the median of their forks, and how far the forks lie apart. */
final class JmhSection {

    private static final double PERCENT = 100;
    /** More rows than that are in the table only: those whose forks lie apart most are drawn. */
    private static final int MOST_DRAWN = 40;

    private JmhSection() {}

    static Section of(final String prefix, final Run run) {
        if (run.jmh().isEmpty()) {
            return null;
        }
        final List<Block> blocks = new ArrayList<>();
        blocks.add(new Block.Table("Scores", table(run.jmh())));
        final List<JmhResult> spread = run.jmh().stream()
                .filter(each -> each.primaryMetric().forkMeans().length > 1)
                .sorted((one, other) -> Double.compare(widest(other), widest(one)))
                .toList();
        if (!spread.isEmpty()) {
            blocks.add(spread(prefix, spread));
        }
        return new Section(prefix + "benchmarks", "Benchmarks", blocks);
    }

    private static double widest(final JmhResult result) {
        return DoubleStream.of(deviations(result)).map(Math::abs).max().orElse(0);
    }

    /** How far each fork is from the median, in percent. */
    private static double[] deviations(final JmhResult result) {
        final double median = result.primaryMetric().median();
        return median == 0
                ? new double[0]
                : Arrays.stream(result.primaryMetric().forkMeans())
                        .map(mean -> PERCENT * (mean - median) / median)
                        .toArray();
    }

    private static Block.Figure spread(final String prefix, final List<JmhResult> results) {
        final List<JmhResult> shown = results.subList(0, Math.min(MOST_DRAWN, results.size()));
        final double most = Math.max(
                1,
                Math.ceil(shown.stream().mapToDouble(JmhSection::widest).max().orElse(1)));
        final boolean isOne =
                results.stream().map(JmhResult::benchmark).distinct().count() == 1;
        final Axis axis = Axis.between("distance from the median", Quantity.PERCENT, -most, most);
        final List<RowChart.Row> rows = shown.stream()
                .map(each -> new RowChart.Row(name(each, isOne), false, "", List.of(deviations(each))))
                .toList();
        final String title = "Spread of the forks";
        return Block.Figure.of(
                prefix + "forks",
                title,
                "Each dot is a fork's mean, as its distance from the median of the forks; widest first"
                        + (shown.size() < results.size() ? ", " + shown.size() + " of " + results.size() : "") + ".",
                new RowChart(
                        title,
                        "Distance of each fork from the median, up to " + Quantity.PERCENT.format(most) + ".",
                        "benchmark",
                        List.of(new RowChart.Facet("distance from the median", axis, List.of("fork"))),
                        rows));
    }

    /** Of one benchmark alone the parameters tell the rows apart. */
    static String name(final JmhResult result, final boolean isOne) {
        final String parameters = result.parameters();
        if (parameters.isEmpty()) {
            return result.shortName();
        }
        return isOne ? parameters : result.shortName() + ' ' + parameters;
    }

    private static DataTable table(final List<JmhResult> results) {
        final boolean hasBytes = results.stream().anyMatch(each -> Double.isFinite(each.bytesPerOperation()));
        final DataTable.Builder table = DataTable.builder()
                .text("benchmark")
                .text("parameters")
                .number("median", Quantity.PLAIN)
                .text("unit")
                .number("least fork", Quantity.PLAIN)
                .number("greatest fork", Quantity.PLAIN)
                .number("spread", Quantity.PERCENT)
                .number("forks", Quantity.COUNT);
        if (hasBytes) {
            table.number("allocated", Quantity.BYTES);
        }
        for (final JmhResult each : results) {
            final double[] means = each.primaryMetric().forkMeans();
            final double median = each.primaryMetric().median();
            final double least = DoubleStream.of(means).min().orElse(Double.NaN);
            final double greatest = DoubleStream.of(means).max().orElse(Double.NaN);
            final List<Object> cells = new ArrayList<>(Arrays.asList(
                    each.shortName(),
                    each.parameters(),
                    median,
                    each.primaryMetric().scoreUnit(),
                    means.length > 1 ? least : Double.NaN,
                    means.length > 1 ? greatest : Double.NaN,
                    means.length > 1 && median != 0 ? PERCENT * (greatest - least) / Math.abs(median) : Double.NaN,
                    each.forkCount()));
            if (hasBytes) {
                cells.add(each.bytesPerOperation());
            }
            table.row(cells.toArray());
        }
        return table.build();
    }
}
