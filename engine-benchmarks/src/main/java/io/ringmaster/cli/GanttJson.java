package io.ringmaster.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import io.ringmaster.replay.Lanes;
import io.ringmaster.replay.LastPath;
import io.ringmaster.replay.Occupancy;
import io.ringmaster.replay.TaskSpans;
import io.ringmaster.replay.Workload;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * Writes a run over time: how many tasks ran and waited, and each finished task with its lane; of a run with very many only
 * those on the critical path, without lanes.
 */
final class GanttJson {

    /** Beyond that a file has megabytes that no eye can tell apart. */
    private static final int MOST_TASKS = 50_000;

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final double NANOS_PER_SECOND = 1e9;

    private GanttJson() {}

    /**
     * Writes a file.
     *
     * @param summary the figures.
     * @param file    the file, written over if it exists.
     * @throws IOException when it can't be written.
     */
    static void write(final ReplaySummary summary, final Path file) throws IOException {
        final TaskSpans spans = new TaskSpans(summary.replay().records());
        final BitSet critical =
                LastPath.tasksOf(summary.workload(), summary.replay().records());
        int finished = 0;
        for (int task = 0; task < spans.count(); task++) {
            finished += spans.isFinished(task) ? 1 : 0;
        }
        final boolean isWhole = finished <= MOST_TASKS;
        final Lanes lanes = isWhole ? new Lanes(spans) : null;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
                JsonGenerator json = FACTORY.createGenerator(out)) {
            json.setPrettyPrinter(new LinePerTask());
            json.writeStartObject();
            json.writeStringField("format", "ringmaster-gantt/1");
            json.writeNumberField("makespanSeconds", spans.last() / NANOS_PER_SECOND);
            json.writeNumberField("taskCount", finished);
            if (isWhole) {
                json.writeNumberField("lanes", lanes.count());
            }
            json.writeNumberField("tasksLeftOut", isWhole ? 0 : finished - critical.cardinality());
            write(new Occupancy(spans), json);
            json.writeArrayFieldStart("tasks");
            for (int task = 0; task < spans.count(); task++) {
                if (spans.isFinished(task) && (isWhole || critical.get(task))) {
                    write(summary.workload(), spans, task, isWhole ? lanes.of(task) : 0, critical.get(task), json);
                }
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    private static void write(final Occupancy occupancy, final JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("occupancy");
        json.writeNumberField("binSeconds", occupancy.binNanos() / NANOS_PER_SECOND);
        write("running", occupancy.running(), json);
        write("peak", occupancy.peak(), json);
        write("waiting", occupancy.waiting(), json);
        json.writeEndObject();
    }

    private static void write(final String name, final double[] values, final JsonGenerator json) throws IOException {
        json.writeFieldName(name);
        json.writeArray(values, 0, values.length);
    }

    private static void write(
            final Workload workload,
            final TaskSpans spans,
            final int task,
            final int lane,
            final boolean isCritical,
            final JsonGenerator json)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("workflow", workload.instanceId(workload.instanceOf(task)));
        json.writeStringField("task", workload.taskId(task));
        json.writeStringField("type", workload.type(task));
        json.writeNumberField("readySeconds", spans.ready(task) / NANOS_PER_SECOND);
        json.writeNumberField("startSeconds", spans.start(task) / NANOS_PER_SECOND);
        json.writeNumberField("endSeconds", spans.end(task) / NANOS_PER_SECOND);
        json.writeNumberField("lane", lane);
        json.writeBooleanField("onCriticalPath", isCritical);
        json.writeEndObject();
    }

    /** An object of the list on each line. */
    private static final class LinePerTask extends MinimalPrettyPrinter {
        private static final long serialVersionUID = 1L;
        private static final SerializedString NEXT = new SerializedString(",\n");
        private int depth;

        @Override
        public void writeStartObject(final JsonGenerator json) throws IOException {
            depth++;
            super.writeStartObject(json);
        }

        @Override
        public void writeEndObject(final JsonGenerator json, final int entries) throws IOException {
            depth--;
            super.writeEndObject(json, entries);
        }

        @Override
        public void writeArrayValueSeparator(final JsonGenerator json) throws IOException {
            if (depth == 1) {
                json.writeRaw(NEXT);
            } else {
                super.writeArrayValueSeparator(json);
            }
        }
    }
}
