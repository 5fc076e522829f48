package io.ringmaster.cli;

import io.ringmaster.replay.Replay;
import io.ringmaster.replay.ReplayLatency;
import io.ringmaster.replay.TaskRecords;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * Writes a run's latencies as an interval log in HdrHistogram's format: values in nanoseconds, a tag for each latency,
 * a task in the interval in which its end was told. What the engine or another thread has counted is one interval over
 * the whole run.
 */
final class LatencyLog {

    private static final long SHORTEST_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MOST_INTERVALS = 1_000;
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private LatencyLog() {}

    /**
     * Writes a file.
     *
     * @param summary        the figures.
     * @param startEpochMillis when the run started.
     * @param file           the file, written over if it exists.
     * @throws IOException when it can't be written.
     */
    static void write(final ReplaySummary summary, final long startEpochMillis, final Path file) throws IOException {
        try (PrintStream out =
                new PrintStream(new BufferedOutputStream(Files.newOutputStream(file)), false, StandardCharsets.UTF_8)) {
            final HistogramLogWriter log = new HistogramLogWriter(out);
            log.outputLogFormatVersion();
            log.outputComment("[ringmaster replay: values in nanoseconds, maxima in milliseconds]");
            log.outputStartTime(startEpochMillis);
            log.outputLegend();
            writeIntervals(summary.replay(), log);
            summary.wholeRun()
                    .forEach((tag, histogram) ->
                            write(log, tag, 0, summary.replay().elapsedNanos(), histogram));
            if (out.checkError()) {
                throw new IOException(file + ": could not be written to its end");
            }
        }
    }

    private static void writeIntervals(final Replay replay, final HistogramLogWriter log) {
        final TaskRecords records = replay.records();
        long last = 0;
        for (int task = 0; task < records.count(); task++) {
            last = Math.max(last, records.done(task));
        }
        final long interval = Math.max(SHORTEST_INTERVAL_NANOS, last / MOST_INTERVALS + 1);
        final int intervals = (int) (last / interval) + 1;
        final int[] begin = new int[intervals + 1];
        final int[] tasks = byInterval(records, interval, begin);
        for (int i = 0; i < intervals; i++) {
            for (final ReplayLatency latency : ReplayLatency.values()) {
                final Histogram histogram = ReplayLatency.newHistogram();
                for (int k = begin[i]; k < begin[i + 1]; k++) {
                    latency.record(replay.workload(), records, tasks[k], histogram);
                }
                write(log, latency.key(), i * interval, (i + 1) * interval, histogram);
            }
        }
    }

    /** The tasks that have ended, by the interval of their end: a counting sort. */
    private static int[] byInterval(final TaskRecords records, final long interval, final int[] begin) {
        for (int task = 0; task < records.count(); task++) {
            if (records.done(task) != TaskRecords.NEVER) {
                begin[(int) (records.done(task) / interval) + 1]++;
            }
        }
        Arrays.parallelPrefix(begin, Integer::sum);
        final int[] next = begin.clone();
        final int[] tasks = new int[begin[begin.length - 1]];
        for (int task = 0; task < records.count(); task++) {
            if (records.done(task) != TaskRecords.NEVER) {
                tasks[next[(int) (records.done(task) / interval)]++] = task;
            }
        }
        return tasks;
    }

    private static void write(
            final HistogramLogWriter log,
            final String tag,
            final long fromNanos,
            final long toNanos,
            final Histogram histogram) {
        histogram.setTag(tag);
        log.outputIntervalHistogram(
                fromNanos / NANOS_PER_SECOND, toNanos / NANOS_PER_SECOND, histogram, NANOS_PER_MILLI);
    }
}
