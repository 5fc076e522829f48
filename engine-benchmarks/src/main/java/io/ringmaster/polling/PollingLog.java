package io.ringmaster.polling;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.LongAdder;

/** Renders what the design renders for its log, whether or not the log is written. Any thread. */
final class PollingLog {
    private final JsonFactory factory = new JsonFactory();
    private final boolean on;
    /** Of all texts, so that none of them is in vain. */
    private final LongAdder characters = new LongAdder();

    PollingLog(final boolean on) {
        this.on = on;
    }

    void raised(final PollingEvent event) {
        if (on) {
            characters.add(render(event, true).length());
        }
    }

    void fired(final PollingEvent event) {
        if (on) {
            characters.add(render(event, false).length());
        }
    }

    void reported(final PollingEvent event) {
        raised(event);
    }

    void starting(final DispatchContext context) {
        if (on) {
            characters.add(render(context).length());
        }
    }

    long characters() {
        return characters.sum();
    }

    private String render(final PollingEvent event, final boolean pretty) {
        final StringWriter text = new StringWriter();
        try (JsonGenerator json = factory.createGenerator(text)) {
            if (pretty) {
                json.useDefaultPrettyPrinter();
            }
            json.writeStartObject();
            json.writeStringField("type", event.type().name());
            json.writeNumberField("taskInstanceId", event.executor().id());
            json.writeNumberField("createTimeInNano", event.raisedNanos());
            json.writeStringField("state", event.executor().state().name());
            json.writeEndObject();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private String render(final DispatchContext context) {
        final StringWriter text = new StringWriter();
        try (JsonGenerator json = factory.createGenerator(text)) {
            context.write(json.useDefaultPrettyPrinter());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
