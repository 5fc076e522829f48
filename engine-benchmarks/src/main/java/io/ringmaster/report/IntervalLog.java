package io.ringmaster.report;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;

/** The histograms of an interval log, values in nanoseconds, by tag and in the order of the file. */
final class IntervalLog {

    /** One interval, in seconds since the log's start. */
    record Interval(double from, double to, Histogram histogram) {}

    private static final double MILLIS_PER_SECOND = 1e3;
    private static final String START_TIME = "#[StartTime:";
    private static final int SIGNIFICANT_DIGITS = 3;

    private final Map<String, List<Interval>> byTag = new LinkedHashMap<>();

    private IntervalLog() {}

    /**
     * Reads a file, line by line with HdrHistogram's own reader: given a whole file it doesn't say where a fault is, and
     * takes a line that it can't read for the end.
     */
    static IntervalLog read(final Path file) throws ResultFormatException {
        final IntervalLog log = new IntervalLog();
        final StringBuilder head = new StringBuilder();
        int number = 0;
        try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                number++;
                if (line.startsWith(START_TIME)) {
                    head.append(line).append('\n');
                } else if (!line.isBlank() && !line.startsWith("#") && !line.startsWith("\"")) {
                    log.add(file, number, head, line);
                }
            }
        } catch (final CharacterCodingException e) {
            throw new ResultFormatException(file, "", "is not UTF-8 text");
        } catch (final IOException e) {
            throw new ResultFormatException(file, "", "can't be read: " + e.getMessage());
        }
        if (log.byTag.isEmpty()) {
            throw new ResultFormatException(file, "", "holds no interval");
        }
        return log;
    }

    private void add(final Path file, final int number, final CharSequence head, final String line)
            throws ResultFormatException {
        EncodableHistogram read;
        double start = 0;
        try (HistogramLogReader reader = new HistogramLogReader(
                new ByteArrayInputStream((head + line + '\n').getBytes(StandardCharsets.UTF_8)))) {
            read = reader.nextIntervalHistogram();
            start = head.isEmpty() ? 0 : reader.getStartTimeSec();
        } catch (final RuntimeException e) {
            read = null; // whatever the reader says of it, to programmers
        }
        if (!(read instanceof Histogram histogram)) {
            throw new ResultFormatException(
                    file, "line " + number, "is not an interval of HdrHistogram's log: is the file damaged?");
        }
        byTag.computeIfAbsent(read.getTag() == null ? "" : read.getTag(), tag -> new ArrayList<>())
                .add(new Interval(
                        histogram.getStartTimeStamp() / MILLIS_PER_SECOND - start,
                        histogram.getEndTimeStamp() / MILLIS_PER_SECOND - start,
                        histogram));
    }

    /** The tags, in the order in which they first come. */
    List<String> tags() {
        return List.copyOf(byTag.keySet());
    }

    /** The intervals of a tag; empty if there is no such tag. */
    List<Interval> intervals(final String tag) {
        return byTag.getOrDefault(tag, List.of());
    }

    /** All values of a tag; null if there are none. */
    Histogram total(final String tag) {
        final Histogram total = empty();
        for (final Interval each : intervals(tag)) {
            total.add(each.histogram());
        }
        return total.getTotalCount() == 0 ? null : total;
    }

    /** A histogram of nanoseconds that grows as it must. */
    static Histogram empty() {
        return new Histogram(SIGNIFICANT_DIGITS);
    }
}
