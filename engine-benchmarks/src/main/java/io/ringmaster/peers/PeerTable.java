package io.ringmaster.peers;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Prints the rows for a person, aligned, and below them why some are not to be trusted. */
final class PeerTable {
    private static final String NONE = "-";
    private static final double MICROS_PER_MILLI = 1e3;
    private static final double MICROS_PER_SECOND = 1e6;

    /** A column: its title in two lines, and what it says of a row. */
    private record Column(String above, String below, Function<PeerRow, String> cell) {
        static Column of(final String above, final String below, final String figure, final int decimals) {
            return new Column(above, below, row -> number(row.figure(figure), decimals));
        }
    }

    private static final List<Column> COLUMNS = List.of(
            new Column("", "peer", row -> row.kind().label() + (row.valid() ? "" : " *")),
            new Column("per", "key", row -> yes(row.kind().guarantees().orderPerKey())),
            new Column("end", "told", row -> yes(row.kind().guarantees().tracked())),
            new Column("life-", "cycle", row -> yes(row.kind().guarantees().lifecycle())),
            new Column("boun-", "ded", row -> yes(row.kind().guarantees().bounded())),
            Column.of("", "tasks/s", "tasksPerSecond", 0),
            Column.of("B per", "task", "bytesPerTask", 0),
            Column.of("CPU µs", "per task", "cpuMicrosPerTask", 2),
            Column.of("to the end", "p50 µs", "latencyMicros.p50", 1),
            Column.of("of the code", "p99 µs", "latencyMicros.p99", 1),
            Column.of("", "p99.9 µs", "latencyMicros.p999", 1),
            Column.of("end told", "p50 µs", "toldEndedMicros.p50", 1),
            Column.of("CPU µs", "at rate", "cpuMicrosPerTaskAtRate", 1),
            Column.of("idle", "CPU %", "idleCpuPercent", 1),
            Column.of("tasks", "waiting", "idleTasks", 0),
            Column.of("heap B", "each", "heapBytesPerLiveTask", 0),
            Column.of("kill", "p50 µs", "killMicros.p50", 1));

    private PeerTable() {}

    static void print(final Work work, final List<PeerRow> rows, final PrintWriter out) {
        final List<List<String>> lines = new ArrayList<>();
        lines.add(COLUMNS.stream().map(Column::above).toList());
        lines.add(COLUMNS.stream().map(Column::below).toList());
        for (final PeerRow row : rows) {
            lines.add(COLUMNS.stream().map(each -> each.cell().apply(row)).toList());
        }
        // What nobody has is not worth a column.
        final List<Integer> shown = new ArrayList<>();
        for (int column = 0; column < COLUMNS.size(); column++) {
            final int at = column;
            if (lines.stream().skip(2).anyMatch(line -> !line.get(at).equals(NONE))) {
                shown.add(column);
            }
        }
        out.printf("work: %s%n", work);
        for (final List<String> line : lines) {
            final StringBuilder text = new StringBuilder();
            for (final int column : shown) {
                final int width = lines.stream()
                        .mapToInt(each -> each.get(column).length())
                        .max()
                        .orElse(0);
                final String cell = line.get(column);
                final String padding = " ".repeat(width - cell.length());
                text.append(column == 0 ? cell + padding : "  " + padding + cell);
            }
            out.println(text.toString().stripTrailing());
        }
        for (final PeerRow row : rows) {
            if (!row.valid()) {
                out.printf(
                        "* %s: %s%n",
                        row.kind().label(),
                        row.complaints().isEmpty() ? "nothing was measured" : String.join("; ", row.complaints()));
            }
        }
        rows.stream().filter(row -> row.kind() == PeerKind.POLLING).forEach(row -> original(work, row, out));
        out.flush();
    }

    /** What was seen of the design itself, beside what its model does. */
    private static void original(final Work work, final PeerRow row, final PrintWriter out) {
        out.printf("%n%-46s %16s %16s%n", "the polling design", "itself, seen", "its model, now");
        if (work.blocks()) {
            beside(out, "exclusive tasks/s, 64 threads", "319", number(row.figure("tasksPerSecond"), 0));
            return;
        }
        beside(out, "submit to started told, p50 ms", "76", scaled(row, "toldStartedMicros.p50", MICROS_PER_MILLI));
        beside(out, "submit to success told, p50 ms", "127", scaled(row, "toldEndedMicros.p50", MICROS_PER_MILLI));
        beside(out, "shared tasks/s", "25000-30000", number(row.figure("tasksPerSecond"), 0));
        beside(out, "kill to killed told, p50 s", "5.4", scaled(row, "killMicros.p50", MICROS_PER_SECOND));
        beside(out, "cores idle, 100000 tasks live", "1.7", scaled(row, "idleCpuPercent", 100));
        beside(out, "heap per live task, kB", "1.0-1.3", scaled(row, "heapBytesPerLiveTask", 1e3));
    }

    private static void beside(final PrintWriter out, final String what, final String seen, final String now) {
        out.printf("%-46s %16s %16s%n", what, seen, now);
    }

    private static String scaled(final PeerRow row, final String figure, final double unit) {
        return number(row.figure(figure) / unit, 2);
    }

    private static String yes(final boolean value) {
        return value ? "yes" : "no";
    }

    private static String number(final double value, final int decimals) {
        return Double.isNaN(value) ? NONE : String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
