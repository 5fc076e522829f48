package io.ringmaster.report;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/** Reads a histogram from its compressed form in Base64. */
final class HistogramReader extends JsonDeserializer<Histogram> {

    @Override
    public Histogram deserialize(final JsonParser parser, final DeserializationContext context) throws IOException {
        final String text = parser.getValueAsString("");
        try {
            return Histogram.decodeFromCompressedByteBuffer(
                    ByteBuffer.wrap(Base64.getDecoder().decode(text)), 0);
        } catch (final DataFormatException | RuntimeException e) {
            // The decoder answers damage with whatever exception it runs into.
            return (Histogram) context.handleWeirdStringValue(Histogram.class, text, "damaged");
        }
    }
}
