package io.ringmaster.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;

/** Writes a histogram as HdrHistogram's percentile distribution, {@code .hgrm}, which its plotters read. */
final class DistributionFile {

    private static final int TICKS_PER_HALF_DISTANCE = 5;
    private static final double NANOS_PER_MICRO = 1e3;

    private DistributionFile() {}

    /**
     * Writes a file, values in microseconds.
     *
     * @param nanos the histogram, of nanoseconds.
     * @param file  the file, written over if it exists.
     * @throws IOException when it can't be written.
     */
    static void write(final Histogram nanos, final Path file) throws IOException {
        try (PrintStream out =
                new PrintStream(new BufferedOutputStream(Files.newOutputStream(file)), false, StandardCharsets.UTF_8)) {
            nanos.outputPercentileDistribution(out, TICKS_PER_HALF_DISTANCE, NANOS_PER_MICRO);
            if (out.checkError()) {
                throw new IOException("could not be written to its end");
            }
        }
    }
}
