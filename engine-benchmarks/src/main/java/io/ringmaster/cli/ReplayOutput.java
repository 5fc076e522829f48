package io.ringmaster.cli;

import io.ringmaster.benchmarks.Machine;
import io.ringmaster.replay.TaskRecords;
import io.ringmaster.replay.TaskRecords.Outcome;
import io.ringmaster.replay.TaskSpans;
import io.ringmaster.replay.Workload;
import io.ringmaster.report.ReportWriter;
import io.ringmaster.report.ResultFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files that a replay writes when it has ended: asked for one by one, or all of them into a folder. */
final class ReplayOutput {

    private static final String SUMMARY = "summary.json";
    private static final String LATENCIES = "latency.hlog";
    private static final String EVENTS = "events.csv";
    private static final String GANTT = "gantt.json";
    private static final String TIMELINE = "timeline.jsonl";
    private static final String ENVIRONMENT = "environment.json";
    private static final List<String> REPORT_FILES =
            List.of(SUMMARY, LATENCIES, EVENTS, GANTT, TIMELINE, ENVIRONMENT, ReportWriter.PAGE, ReportWriter.NUMBERS);

    private final Path json;
    private final Path events;
    private final Path report;

    /**
     * What was asked for.
     *
     * @param json   the summary's file, or null.
     * @param events the events' file, or null.
     * @param report the folder for both and the latencies' log, or null.
     */
    ReplayOutput(final Path json, final Path events, final Path report) {
        this.json = json;
        this.events = events;
        this.report = report;
    }

    /**
     * Makes the folder, and looks whether the files could be written, without touching them.
     *
     * @param inputs files that must not be written over.
     * @throws IllegalArgumentException with one line that names the option, if not.
     */
    void prepare(final List<Path> inputs) {
        final Map<Path, String> files = new LinkedHashMap<>();
        if (json != null) {
            files.put(json, "--json");
        }
        if (events != null) {
            files.put(events, "--events");
        }
        if (report != null) {
            makeFolder();
            for (final String name : REPORT_FILES) {
                files.put(report.resolve(name), "--report");
            }
        }
        files.forEach((file, option) -> requireWritable(option, file, inputs));
    }

    private void makeFolder() {
        try {
            Files.createDirectories(report);
        } catch (final IOException e) {
            throw new IllegalArgumentException("--report must be a folder that exists or can be made: " + report);
        }
    }

    /**
     * Looks whether a file could be written, without touching it.
     *
     * @param option the option that names it.
     * @param file   the file.
     * @param inputs files that it must not be.
     * @throws IllegalArgumentException if not.
     */
    static void requireWritable(final String option, final Path file, final List<Path> inputs) {
        final Path folder = file.toAbsolutePath().getParent();
        final boolean writable = Files.exists(file)
                ? !Files.isDirectory(file) && Files.isWritable(file)
                : folder != null && Files.isDirectory(folder) && Files.isWritable(folder);
        if (!writable) {
            throw new IllegalArgumentException(option + " must name a file that can be written: " + file);
        }
        for (final Path input : inputs) {
            if (isSame(file, input)) {
                throw new IllegalArgumentException(option + " must not name the trace itself: " + file);
            }
        }
    }

    private static boolean isSame(final Path file, final Path input) {
        try {
            return Files.exists(file) && Files.isSameFile(file, input);
        } catch (final IOException e) {
            return false;
        }
    }

    /**
     * Writes what was asked for. A file that can't be written does not keep the others from being.
     *
     * @param summary          the figures.
     * @param startEpochMillis when the run started.
     * @param timeline         what each second had.
     * @param command          how the run was started.
     * @return a line for each file that could not be written.
     */
    List<String> write(
            final ReplaySummary summary,
            final long startEpochMillis,
            final ReplayTimeline timeline,
            final String command) {
        final List<String> faults = new ArrayList<>();
        if (json != null) {
            attempt(json, faults, file -> SummaryJson.write(summary, file));
        }
        if (events != null) {
            attempt(events, faults, file -> writeEvents(summary, file));
        }
        if (report != null) {
            attempt(report.resolve(SUMMARY), faults, file -> SummaryJson.write(summary, file));
            attempt(report.resolve(LATENCIES), faults, file -> LatencyLog.write(summary, startEpochMillis, file));
            attempt(report.resolve(EVENTS), faults, file -> writeEvents(summary, file));
            attempt(report.resolve(GANTT), faults, file -> GanttJson.write(summary, file));
            attempt(report.resolve(TIMELINE), faults, timeline::write);
            attempt(report.resolve(ENVIRONMENT), faults, file -> Machine.write(file, command));
            summary.all()
                    .forEach((tag, histogram) -> attempt(
                            report.resolve(tag + ".hgrm"), faults, file -> DistributionFile.write(histogram, file)));
            if (faults.isEmpty()) {
                render(report, faults);
            }
        }
        return faults;
    }

    /**
     * Renders a folder's page into it.
     *
     * @param folder the folder, complete.
     * @param faults gets a line if that can't be done.
     */
    static void render(final Path folder, final List<String> faults) {
        attempt(folder.resolve(ReportWriter.PAGE), faults, page -> {
            try {
                ReportWriter.write(List.of(folder), page);
            } catch (final ResultFormatException e) {
                throw new IOException(e.getMessage(), e);
            }
        });
    }

    private interface Writing {
        void to(Path file) throws IOException;
    }

    private static void attempt(final Path file, final List<String> faults, final Writing writing) {
        try {
            writing.to(file);
        } catch (final IOException e) {
            faults.add(file + ": can't be written: " + e.getMessage());
        }
    }

    /**
     * A row per finished task.
     */
    private static void writeEvents(final ReplaySummary summary, final Path file) throws IOException {
        final Workload workload = summary.workload();
        final TaskRecords records = summary.replay().records();
        final TaskSpans spans = new TaskSpans(records);
        try (EventsCsvWriter csv = new EventsCsvWriter(file)) {
            for (int task = 0; task < records.count(); task++) {
                if (spans.isFinished(task)) {
                    csv.write(
                            workload.instanceId(workload.instanceOf(task)),
                            workload.taskId(task),
                            spans.start(task),
                            spans.end(task),
                            status(records.outcome(task)));
                }
            }
        }
    }

    private static EventsCsvWriter.Status status(final Outcome outcome) {
        return switch (outcome) {
            case SUCCEEDED -> EventsCsvWriter.Status.SUCCESS;
            case KILLED -> EventsCsvWriter.Status.KILLED;
            default -> EventsCsvWriter.Status.FAILED;
        };
    }
}
