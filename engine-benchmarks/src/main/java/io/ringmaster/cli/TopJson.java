package io.ringmaster.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.ringmaster.metrics.CounterDescriptor;
import io.ringmaster.metrics.CounterOwner;
import io.ringmaster.metrics.CounterType;
import io.ringmaster.metrics.CountersHeader;
import io.ringmaster.metrics.EngineCounter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** A look for programs: one JSON object in one line, with every counter that the file has, by its label. */
final class TopJson {

    private static final JsonFactory FACTORY = new JsonFactory();

    private TopJson() {}

    /**
     * Renders a look.
     *
     * @param look the look.
     * @return one line, without its end.
     */
    static String render(final TopLook look) {
        final StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            writeEngine(look, json);
            json.writeObjectFieldStart("counters");
            writeOwner(look, CounterOwner.ENGINE, 0, json);
            json.writeEndObject();
            writeOwners(
                    look, "partitions", CounterOwner.PARTITION, look.header().partitions(), json);
            writeOwners(look, "threads", CounterOwner.THREAD, look.header().threads(), json);
            json.writeEndObject();
        } catch (final IOException e) {
            throw new UncheckedIOException("a text in memory can't be written", e);
        }
        return text.toString();
    }

    private static void writeEngine(final TopLook look, final JsonGenerator json) throws IOException {
        final CountersHeader header = look.header();
        json.writeStringField("engine", header.engine());
        json.writeNumberField("pid", header.pid());
        json.writeStringField("liveness", look.liveness().name());
        json.writeStringField("state", String.valueOf(look.now().state()));
        json.writeNumberField("engineStartEpochMillis", header.engineStart());
        json.writeNumberField("copyEpochMillis", look.now().epochMillis());
        json.writeNumberField("copyAgeMillis", look.ageMillis());
        json.writeNumberField("copies", look.now().copies());
        json.writeNumberField("copyNanos", look.now().lastedNanos());
        json.writeBooleanField("torn", look.now().isTorn());
        json.writeNumberField("perSecondOverSeconds", look.seconds());
        json.writeBooleanField("perSecondSinceStart", look.isSinceStart());
        if (!Double.isNaN(look.cpus())) {
            json.writeNumberField("cpus", look.cpus());
        }
        json.writeNumberField("live", look.live());
    }

    private static void writeOwners(
            final TopLook look, final String name, final CounterOwner owner, final int count, final JsonGenerator json)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (int i = 0; i < count; i++) {
            json.writeStartObject();
            if (owner == CounterOwner.PARTITION) {
                json.writeNumberField("live", look.live(i));
                json.writeStringField("callName", EngineCounter.callName(look.value(EngineCounter.PARTITION_CALL, i)));
                json.writeStringField(
                        "blockedName", EngineCounter.blockedName(look.value(EngineCounter.PARTITION_BLOCKED, i)));
            }
            writeOwner(look, owner, i, json);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeOwner(
            final TopLook look, final CounterOwner owner, final int index, final JsonGenerator json)
            throws IOException {
        for (final CounterDescriptor each : look.header().counters()) {
            if (each.owner() == owner) {
                json.writeNumberField(each.label(), look.now().value(each, index));
            }
        }
        json.writeObjectFieldStart("perSecond");
        for (final CounterDescriptor each : look.header().counters()) {
            if (each.owner() == owner && each.type() == CounterType.COUNTER && look.seconds() > 0) {
                json.writeNumberField(each.label(), look.rate(each, index));
            }
        }
        json.writeEndObject();
    }
}
