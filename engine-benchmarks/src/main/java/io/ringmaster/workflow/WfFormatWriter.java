package io.ringmaster.workflow;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a workflow as a WfFormat 1.5 document that {@link WorkflowReader} reads back as it was: ids, parents, order,
 * runtimes to the nanosecond, and types where they are one word (written as the program). The same workflow gives the same bytes.
 */
public final class WfFormatWriter {

    private static final int NANOS_DIGITS = 9;
    /** The format asks for when a workflow was executed; a generated one never was. */
    private static final String NEVER = "1970-01-01T00:00:00+00:00";

    /** Its own line end: the default is the platform's. */
    private static final DefaultIndenter INDENTER = new DefaultIndenter("  ", "\n");

    private WfFormatWriter() {}

    /**
     * Writes a file, compressed with gzip if its name ends in {@code .gz}.
     *
     * @param workflow the workflow, of one instance: the format has one execution per file.
     * @param file     the file, written over if it exists.
     * @throws IOException              when it can't be written.
     * @throws IllegalArgumentException when the workflow has several instances.
     */
    public static void write(final Workflow workflow, final Path file) throws IOException {
        checkOneInstance(workflow);
        final boolean isGzip = file.toString().toLowerCase(Locale.ROOT).endsWith(".gz");
        try (OutputStream raw = new BufferedOutputStream(Files.newOutputStream(file));
                OutputStream out = isGzip ? new GZIPOutputStream(raw) : raw) {
            write(workflow, out);
        }
    }

    /**
     * Writes to a stream, which stays open.
     *
     * @param workflow the workflow, of one instance.
     * @param out      where to; UTF-8.
     * @throws IOException              when it can't be written.
     * @throws IllegalArgumentException when the workflow has several instances.
     */
    public static void write(final Workflow workflow, final OutputStream out) throws IOException {
        checkOneInstance(workflow);
        try (JsonGenerator json = Json.FACTORY.createGenerator(out, Json.ENCODING)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.setPrettyPrinter(
                    new DefaultPrettyPrinter().withObjectIndenter(INDENTER).withArrayIndenter(INDENTER));
            json.writeStartObject();
            json.writeStringField("name", workflow.name());
            json.writeStringField("description", "Written by Ringmaster");
            json.writeStringField("createdAt", NEVER);
            json.writeStringField("schemaVersion", "1.5");
            json.writeObjectFieldStart("workflow");
            writeSpecification(workflow, json);
            writeExecution(workflow, json);
            json.writeEndObject();
            json.writeEndObject();
        }
    }

    private static void writeSpecification(final Workflow workflow, final JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("specification");
        json.writeArrayFieldStart("tasks");
        for (int task = 0; task < workflow.taskCount(); task++) {
            json.writeStartObject();
            json.writeStringField("name", workflow.taskId(task));
            json.writeStringField("id", workflow.taskId(task));
            json.writeArrayFieldStart("parents");
            for (int i = 0; i < workflow.parentCount(task); i++) {
                json.writeString(workflow.taskId(workflow.parent(task, i)));
            }
            json.writeEndArray();
            json.writeArrayFieldStart("children");
            for (int i = 0; i < workflow.childCount(task); i++) {
                json.writeString(workflow.taskId(workflow.child(task, i)));
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("files");
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void writeExecution(final Workflow workflow, final JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("execution");
        json.writeFieldName("makespanInSeconds");
        writeSeconds(CriticalPath.of(workflow).longestNanos(), json);
        json.writeStringField("executedAt", NEVER);
        json.writeArrayFieldStart("tasks");
        for (int task = 0; task < workflow.taskCount(); task++) {
            json.writeStartObject();
            json.writeStringField("id", workflow.taskId(task));
            json.writeFieldName("runtimeInSeconds");
            writeSeconds(workflow.runtimeNanos(task), json);
            json.writeObjectFieldStart("command");
            json.writeStringField("program", workflow.type(task));
            json.writeArrayFieldStart("arguments");
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("machines");
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void writeSeconds(final long nanos, final JsonGenerator json) throws IOException {
        json.writeNumber(
                BigDecimal.valueOf(nanos, NANOS_DIGITS).stripTrailingZeros().toPlainString());
    }

    private static void checkOneInstance(final Workflow workflow) {
        if (workflow.instanceCount() != 1) {
            throw new IllegalArgumentException(
                    "WfFormat holds one workflow instance per file: " + workflow.instanceCount());
        }
    }
}
