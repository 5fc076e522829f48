package io.ringmaster.capacity;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * One latency of a step: its percentiles, and the whole histogram as small as it gets.
 *
 * @param percentiles in microseconds.
 * @param encoded     HdrHistogram's own compressed form in Base64, as in an interval log; nanoseconds.
 */
public record Latency(Percentiles percentiles, String encoded) {
    static Latency of(final Histogram nanos) {
        final ByteBuffer buffer = ByteBuffer.allocate(nanos.getNeededByteBufferCapacity());
        final int length = nanos.encodeIntoCompressedByteBuffer(buffer);
        final ByteBuffer base64 = Base64.getEncoder().encode(ByteBuffer.wrap(buffer.array(), 0, length));
        return new Latency(
                Percentiles.of(nanos),
                StandardCharsets.ISO_8859_1.decode(base64).toString());
    }

    /** Returns the histogram, in nanoseconds. */
    Histogram histogram() {
        try {
            return Histogram.decodeFromCompressedByteBuffer(
                    ByteBuffer.wrap(Base64.getDecoder().decode(encoded)), 0);
        } catch (final DataFormatException e) {
            throw new IllegalStateException("not a histogram: " + encoded, e);
        }
    }
}
