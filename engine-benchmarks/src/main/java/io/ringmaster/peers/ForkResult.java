package io.ringmaster.peers;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one fork has measured: one line of JSON.
 *
 * @param peer       its label.
 * @param measure    what was measured.
 * @param work       what tasks did.
 * @param jdk        the JDK's version.
 * @param settings   threads, rate and whatever else was chosen; null in a line of before there were any.
 * @param figures    by name.
 * @param complaints why they are not to be trusted; none: they are.
 */
record ForkResult(
        String peer,
        String measure,
        String work,
        String jdk,
        String settings,
        Map<String, Double> figures,
        List<String> complaints) {

    /** Returns what the running JDK is called in {@link #jdk}. */
    static String thisJdk() {
        return System.getProperty("java.runtime.version");
    }

    static ForkResult of(
            final PeerKind kind,
            final Measure measure,
            final Work work,
            final String settings,
            final Findings findings) {
        return new ForkResult(
                kind.label(),
                measure.name(),
                work.toString(),
                thisJdk(),
                settings,
                findings.figures(),
                findings.complaints());
    }

    boolean isValid() {
        return complaints.isEmpty();
    }

    /**
     * Appends the line, in place of one that a stopped fork has left unfinished.
     *
     * @param file the file; made if there is none.
     * @throws IOException if it can't be written.
     */
    void append(final Path file) throws IOException {
        final StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("peer", peer);
            json.writeStringField("measure", measure);
            json.writeStringField("work", work);
            json.writeStringField("jdk", jdk);
            json.writeStringField("settings", settings);
            json.writeObjectFieldStart("figures");
            for (final Map.Entry<String, Double> each : figures.entrySet()) {
                json.writeNumberField(each.getKey(), each.getValue());
            }
            json.writeEndObject();
            json.writeArrayFieldStart("complaints");
            for (final String each : complaints) {
                json.writeString(each);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        dropUnfinished(file);
        Files.writeString(file, text.toString() + '\n', StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static void dropUnfinished(final Path file) throws IOException {
        final String text = Files.exists(file) ? Files.readString(file) : "";
        if (!text.isEmpty() && !text.endsWith("\n")) {
            Files.writeString(file, text.substring(0, text.lastIndexOf('\n') + 1));
        }
    }

    /**
     * Reads all lines. One that a stopped fork has left unfinished, at the end, is none.
     *
     * @param file the file; none is no line.
     * @return in the order of the file.
     * @throws IOException if it can't be read, or a line is something else; the message names it.
     */
    static List<ForkResult> readAll(final Path file) throws IOException {
        final List<ForkResult> all = new ArrayList<>();
        if (!Files.exists(file)) {
            return all;
        }
        final String text = Files.readString(file);
        final List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (i < lines.size() - 1 || text.endsWith("\n")) {
                all.add(read(lines.get(i), file + ", line " + (i + 1)));
            }
        }
        return all;
    }

    private static ForkResult read(final String line, final String where) throws IOException {
        try (JsonParser json = new JsonFactory().createParser(line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException(where + " is no fork's result");
            }
            return read(json);
        } catch (final JsonProcessingException e) {
            throw new IOException(where + " is no fork's result: " + e.getOriginalMessage(), e);
        }
    }

    private static ForkResult read(final JsonParser json) throws IOException {
        final Map<String, String> texts = new LinkedHashMap<>();
        final Map<String, Double> figures = new LinkedHashMap<>();
        final List<String> complaints = new ArrayList<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            final String name = json.currentName();
            final JsonToken value = json.nextToken();
            if (value == JsonToken.START_OBJECT) {
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    final String figure = json.currentName();
                    json.nextToken();
                    figures.put(figure, json.getDoubleValue());
                }
            } else if (value == JsonToken.START_ARRAY) {
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    complaints.add(json.getText());
                }
            } else {
                texts.put(name, json.getText());
            }
        }
        return new ForkResult(
                texts.get("peer"),
                texts.get("measure"),
                texts.get("work"),
                texts.get("jdk"),
                texts.get("settings"),
                figures,
                complaints);
    }
}
