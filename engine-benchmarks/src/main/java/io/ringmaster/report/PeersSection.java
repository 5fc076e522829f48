package io.ringmaster.report;

import io.ringmaster.report.PeersResult.Row;
import io.ringmaster.report.plot.Axis;
import io.ringmaster.report.plot.DataTable;
import io.ringmaster.report.plot.Quantity;
import io.ringmaster.report.plot.RowChart;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The engine beside others on the same work. */
final class PeersSection {

    private static final double LOG_BEYOND = 30;

    private PeersSection() {}

    static Section of(final String prefix, final Run run) {
        final PeersResult peers = run.peers();
        if (peers == null || peers.rows().isEmpty()) {
            return null;
        }
        final List<RowChart.Facet> facets = new ArrayList<>();
        final List<ToDoubleFunction<Row>> values = new ArrayList<>();
        add(facets, values, peers, "throughput", Quantity.PER_SECOND, row -> known(row.tasksPerSecond()));
        add(facets, values, peers, "latency p50", Quantity.MICROS, row -> at(row.latencyMicros(), 50));
        add(facets, values, peers, "latency p99", Quantity.MICROS, row -> at(row.latencyMicros(), 99));
        add(facets, values, peers, "allocated a task", Quantity.BYTES, row -> known(row.bytesPerTask()));
        add(facets, values, peers, "CPU a task", Quantity.MICROS, row -> known(row.cpuMicrosPerTask()));
        add(facets, values, peers, "CPU when idle", Quantity.PERCENT, row -> known(row.idleCpuPercent()));
        add(facets, values, peers, "told of the end p50", Quantity.MICROS, row -> at(row.toldEndedMicros(), 50));
        add(facets, values, peers, "kill p50", Quantity.MICROS, row -> at(row.killMicros(), 50));
        add(facets, values, peers, "heap a live task", Quantity.BYTES, row -> known(row.heapBytesPerLiveTask()));
        final List<Block> blocks = new ArrayList<>();
        if (!facets.isEmpty()) {
            final List<RowChart.Row> rows = peers.rows().stream()
                    .map(row -> new RowChart.Row(
                            row.peer(),
                            isOurs(row),
                            row.reason(),
                            values.stream()
                                    .map(each -> new double[] {each.applyAsDouble(row)})
                                    .toList()))
                    .toList();
            final String title = "Peers on the same work" + (peers.work().isEmpty() ? "" : ": " + peers.work());
            blocks.add(Block.Figure.of(
                    prefix + "peers",
                    title,
                    caption(peers),
                    new RowChart(title, describe(peers), "peer", facets, rows)));
        }
        blocks.add(new Block.Table("Peers in numbers", table(peers)));
        return new Section(prefix + "peers-section", "Peers", blocks);
    }

    static boolean isOurs(final Row row) {
        return row.peer().toLowerCase(Locale.ROOT).startsWith("ringmaster");
    }

    /** Whether it is no peer: the submitter runs each task itself, which shows what the rig and the machine take. */
    static boolean isFloor(final Row row) {
        return "inline".equals(row.peer());
    }

    private static double known(final Double value) {
        return value == null ? Double.NaN : value;
    }

    private static double at(final Percentiles percentiles, final double percent) {
        return percentiles == null ? Double.NaN : percentiles.at(percent);
    }

    /** What a peer promises, in words. */
    private static String guarantees(final Row row) {
        return row.guarantees().entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(each -> Labels.words(each.getKey()))
                .collect(Collectors.joining(", "));
    }

    private static void add(
            final List<RowChart.Facet> facets,
            final List<ToDoubleFunction<Row>> values,
            final PeersResult peers,
            final String title,
            final Quantity quantity,
            final ToDoubleFunction<Row> value) {
        final double[] all = peers.rows().stream()
                .filter(Row::valid)
                .mapToDouble(value)
                .filter(Double::isFinite)
                .toArray();
        if (all.length > 0) {
            final Axis axis = Axis.logBeyond(title, quantity, LOG_BEYOND, all).withRoom();
            facets.add(RowChart.Facet.bars(axis.kind() == Axis.Kind.LOG ? title + " (log scale)" : title, axis));
            values.add(value);
        }
    }

    private static String caption(final PeersResult peers) {
        final String rates = peers.rows().stream()
                .map(Row::latencyRatePerSecond)
                .filter(java.util.Objects::nonNull)
                .distinct()
                .map(Quantity.PER_SECOND::format)
                .collect(Collectors.joining(", "));
        return "All in one run of one machine."
                + (rates.isEmpty() ? "" : " Latencies at " + rates + ", from the intended start.");
    }

    private static String describe(final PeersResult peers) {
        return "Bars for each peer. "
                + peers.rows().stream()
                        .filter(row -> row.valid() && row.tasksPerSecond() != null)
                        .map(row -> row.peer() + ": " + Quantity.PER_SECOND.format(row.tasksPerSecond()) + ".")
                        .collect(Collectors.joining(" "));
    }

    private static DataTable table(final PeersResult peers) {
        final DataTable.Builder table = DataTable.builder()
                .text("peer")
                .text("version")
                .number("throughput", Quantity.PER_SECOND)
                .number("latency at", Quantity.PER_SECOND)
                .number("p50", Quantity.MICROS)
                .number("p99", Quantity.MICROS)
                .number("p99.9", Quantity.MICROS)
                .number("allocated a task", Quantity.BYTES)
                .number("CPU a task", Quantity.MICROS)
                .number("idle CPU", Quantity.PERCENT)
                .number("told of the start p50", Quantity.MICROS)
                .number("told of the end p50", Quantity.MICROS)
                .number("kill p50", Quantity.MICROS)
                .number("heap a live task", Quantity.BYTES)
                .text("gives")
                .text("valid")
                .text("note");
        for (final Row row : peers.rows()) {
            table.row(
                    row.peer(),
                    row.version(),
                    row.tasksPerSecond(),
                    row.latencyRatePerSecond(),
                    at(row.latencyMicros(), 50),
                    at(row.latencyMicros(), 99),
                    at(row.latencyMicros(), 99.9),
                    row.bytesPerTask(),
                    row.cpuMicrosPerTask(),
                    row.idleCpuPercent(),
                    at(row.toldStartedMicros(), 50),
                    at(row.toldEndedMicros(), 50),
                    at(row.killMicros(), 50),
                    row.heapBytesPerLiveTask(),
                    guarantees(row),
                    row.valid() ? "yes" : (row.available() ? "no: " : "not measured: ") + row.why(),
                    row.note());
            if (row.isInvalid()) {
                table.mark(DataTable.Mark.INVALID);
            }
        }
        return table.build();
    }
}
