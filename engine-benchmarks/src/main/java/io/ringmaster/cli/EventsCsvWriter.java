package io.ringmaster.cli;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Writes what became of each task as CSV: {@code workflow,task,start,end,status}, one line per finished task, times in
 * seconds since the run's start with nine decimals. UTF-8, fields quoted as RFC 4180 asks where an id needs it, lines
 * ended by a line feed.
 *
 * <p>One thread.
 */
final class EventsCsvWriter implements Closeable {

    private static final String HEADER = "workflow,task,start,end,status\n";
    private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int NANOS_DIGITS = 9;
    private static final int BUFFER_CHARS = 1 << 16;

    /** How a task ended. */
    enum Status {
        /** It did what it had to. */
        SUCCESS,
        /** It failed for good. */
        FAILED,
        /** It was killed. */
        KILLED
    }

    private final Writer out;
    private final StringBuilder line = new StringBuilder();

    /**
     * Creates the file, or empties it, and writes the header.
     *
     * @param file where to.
     * @throws IOException when that is not possible.
     */
    EventsCsvWriter(final Path file) throws IOException {
        this(new BufferedWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8), BUFFER_CHARS));
    }

    EventsCsvWriter(final Writer out) throws IOException {
        this.out = out;
        out.write(HEADER);
    }

    /**
     * Writes a finished task.
     *
     * @param workflow   the id of its workflow instance.
     * @param task       its id.
     * @param startNanos when its own code began, since the run's start.
     * @param endNanos   when its own code ended.
     * @param status     how it ended.
     * @throws IOException              when it can't be written.
     * @throws IllegalArgumentException when the times are negative or the end lies before the start.
     */
    void write(
            final String workflow, final String task, final long startNanos, final long endNanos, final Status status)
            throws IOException {
        if (startNanos < 0 || endNanos < startNanos) {
            throw new IllegalArgumentException(
                    "times must be 0 or more and the end not before the start: " + startNanos + " to " + endNanos);
        }
        line.setLength(0);
        appendField(workflow);
        line.append(',');
        appendField(task);
        line.append(',');
        appendSeconds(startNanos);
        line.append(',');
        appendSeconds(endNanos);
        line.append(',').append(status.name()).append('\n');
        out.append(line);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    private void appendField(final String text) {
        if (text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')) {
            line.append(text);
            return;
        }
        line.append('"');
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '"') {
                line.append('"');
            }
            line.append(text.charAt(i));
        }
        line.append('"');
    }

    private void appendSeconds(final long nanos) {
        line.append(nanos / NANOS_PER_SECOND).append('.');
        final String fraction = Long.toString(nanos % NANOS_PER_SECOND);
        line.append("0".repeat(NANOS_DIGITS - fraction.length())).append(fraction);
    }
}
