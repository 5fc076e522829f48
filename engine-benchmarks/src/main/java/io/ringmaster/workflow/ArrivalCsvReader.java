package io.ringmaster.workflow;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Reads an arrival trace: many workflow instances, one line per task, in one of two layouts told by the header. Columns
 * may stand in any order, and those without a use here are skipped; so may the lines of different instances.
 *
 * <p>An instance arrives when the first of its tasks was ready or submitted. Of the recorded times only this and the
 * runtime are used: the others are delays of the system that was recorded.
 */
final class ArrivalCsvReader {

    private static final Layout SECONDS = new Layout(DecimalTime.SECONDS, "run_id", "ready", "runtime");
    private static final Layout MILLISECONDS =
            new Layout(DecimalTime.MILLISECONDS, "workflow_id", "submit_ms", "runtime_ms");

    private final String file;
    private final CsvReader csv;
    private final TaskTable table;
    private final Map<String, Integer> instances = new HashMap<>();
    private final Map<String, Integer> columns = new HashMap<>();

    ArrivalCsvReader(final String file, final InputStream in) throws IOException {
        this.file = file;
        this.csv = new CsvReader(file, in);
        this.table = new TaskTable(file);
    }

    /**
     * Reads and checks the trace.
     *
     * @param name the workflow's name.
     */
    Workflow read(final String name) throws IOException, WorkflowFormatException {
        final Layout layout = readHeader();
        while (csv.next()) {
            requireAllFields();
            readTask(layout);
        }
        return WorkflowAssembler.assemble(table, name, ParentNaming.IDS);
    }

    /** Reads when each task arrived, and nothing else: nanoseconds in ascending order. */
    long[] readArrivals() throws IOException, WorkflowFormatException {
        final Layout layout = readHeader();
        final LongStream.Builder arrivals = LongStream.builder();
        while (csv.next()) {
            requireAllFields();
            arrivals.add(time(layout, layout.arrival, field("task_id")));
        }
        return arrivals.build().sorted().toArray();
    }

    private void requireAllFields() throws WorkflowFormatException {
        if (csv.fieldCount() != columns.size()) {
            throw csv.fault(
                    "a line must have " + columns.size() + " fields as the header has, found " + csv.fieldCount());
        }
    }

    private Layout readHeader() throws IOException, WorkflowFormatException {
        if (!csv.next()) {
            throw table.fault("the file is empty");
        }
        for (int i = 0; i < csv.fieldCount(); i++) {
            if (columns.put(csv.field(i), i) != null) {
                throw csv.fault("wrong header: the column " + Texts.quote(csv.field(i)) + " comes twice");
            }
        }
        if (SECONDS.fits(columns)) {
            return SECONDS;
        }
        if (MILLISECONDS.fits(columns)) {
            return MILLISECONDS;
        }
        throw csv.fault("wrong header: expected the columns " + SECONDS + " or " + MILLISECONDS + ", found "
                + Texts.quote(IntStream.range(0, csv.fieldCount())
                        .mapToObj(csv::field)
                        .collect(Collectors.joining(","))));
    }

    private void readTask(final Layout layout) throws WorkflowFormatException {
        final String task = required("task_id");
        final int instance = instance(required(layout.instance), time(layout, layout.arrival, task));
        final long runtime = time(layout, layout.runtime, task);
        for (final String parent : field("parents").split(" ")) {
            if (!parent.isEmpty()) {
                table.addParent(table.symbol(parent));
            }
        }
        final String program = columns.containsKey("program") ? field("program") : "";
        table.addTask(instance, table.symbol(task), TaskTable.NO_SYMBOL, table.shared(program), runtime, csv.line());
    }

    private int instance(final String id, final long arrival) {
        final int instance = instances.computeIfAbsent(id, added -> table.addInstance(added, arrival));
        table.arrivedBy(instance, arrival);
        return instance;
    }

    private long time(final Layout layout, final String column, final String task) throws WorkflowFormatException {
        final String text = field(column);
        try {
            if (text.isEmpty()) {
                throw new IllegalArgumentException("is missing");
            }
            return column.equals(layout.runtime) ? layout.unit.runtimeNanos(text) : layout.unit.pointNanos(text);
        } catch (final IllegalArgumentException e) {
            throw new WorkflowFormatException(
                    file, "line " + csv.line() + ", task " + Texts.quote(task), column + " " + e.getMessage());
        }
    }

    private String required(final String column) throws WorkflowFormatException {
        final String text = field(column);
        if (text.isEmpty()) {
            throw csv.fault(column + " must not be empty");
        }
        return text;
    }

    private String field(final String column) {
        return csv.field(columns.get(column));
    }

    /** What the columns in use are called, and which unit their times are in. */
    private record Layout(DecimalTime unit, String instance, String arrival, String runtime) {

        boolean fits(final Map<String, Integer> columns) {
            return columns.containsKey(instance)
                    && columns.containsKey("task_id")
                    && columns.containsKey("parents")
                    && columns.containsKey(arrival)
                    && columns.containsKey(runtime);
        }

        @Override
        public String toString() {
            return String.join(",", instance, "task_id", "parents", arrival, runtime);
        }
    }
}
