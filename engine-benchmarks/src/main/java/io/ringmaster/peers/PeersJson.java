package io.ringmaster.peers;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes {@code peers.json}. */
final class PeersJson {
    private static final double THOUSANDTH = 1e3;

    private PeersJson() {}

    static void write(final Path file, final Work work, final List<PeerRow> rows) throws IOException {
        try (JsonGenerator json = new JsonFactory()
                .createGenerator(file.toFile(), JsonEncoding.UTF8)
                .useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeStringField("format", "ringmaster-peers/1");
            json.writeStringField("work", work.toString());
            json.writeArrayFieldStart("rows");
            for (final PeerRow each : rows) {
                write(json, each, work);
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    private static void write(final JsonGenerator json, final PeerRow row, final Work work) throws IOException {
        final PeerKind kind = row.kind();
        json.writeStartObject();
        json.writeStringField("peer", kind.label());
        json.writeStringField("version", Versions.of(kind.component()));
        json.writeObjectFieldStart("guarantees");
        json.writeBooleanField("orderPerKey", kind.guarantees().orderPerKey());
        json.writeBooleanField("tracked", kind.guarantees().tracked());
        json.writeBooleanField("lifecycle", kind.guarantees().lifecycle());
        json.writeBooleanField("bounded", kind.guarantees().bounded());
        json.writeEndObject();
        writeFigures(json, new TreeMap<>(row.figures()));
        json.writeBooleanField("available", kind.isAvailable());
        json.writeBooleanField("valid", row.valid());
        json.writeArrayFieldStart("complaints");
        for (final String each : row.complaints()) {
            json.writeString(each);
        }
        json.writeEndArray();
        json.writeStringField("note", kind.note(work));
        json.writeObjectFieldStart("rounds");
        for (final Map.Entry<String, List<Double>> each : row.rounds().entrySet()) {
            json.writeArrayFieldStart(each.getKey());
            for (final double value : each.getValue()) {
                json.writeNumber(rounded(value));
            }
            json.writeEndArray();
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    /** A figure {@code a.b} is the field b of an object a; sorted, all of one object follow each other. */
    private static void writeFigures(final JsonGenerator json, final TreeMap<String, Double> figures)
            throws IOException {
        String open = "";
        for (final Map.Entry<String, Double> each : figures.entrySet()) {
            final int dot = each.getKey().indexOf('.');
            final String object = dot < 0 ? "" : each.getKey().substring(0, dot);
            if (!object.equals(open)) {
                if (!open.isEmpty()) {
                    json.writeEndObject();
                }
                if (!object.isEmpty()) {
                    json.writeObjectFieldStart(object);
                }
                open = object;
            }
            json.writeNumberField(each.getKey().substring(dot + 1), rounded(each.getValue()));
        }
        if (!open.isEmpty()) {
            json.writeEndObject();
        }
    }

    private static double rounded(final double value) {
        return Math.round(value * THOUSANDTH) / THOUSANDTH;
    }
}
