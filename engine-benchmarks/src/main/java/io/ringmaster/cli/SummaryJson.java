package io.ringmaster.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.ringmaster.Ledger;
import io.ringmaster.replay.FaultAudit;
import io.ringmaster.replay.Faults;
import io.ringmaster.replay.LastPath;
import io.ringmaster.replay.ReplayAudit;
import io.ringmaster.replay.ReplayLatency;
import io.ringmaster.replay.Workload;
import io.ringmaster.workflow.Workflow;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Writes a run's figures for programs: one JSON object, times in the unit their field names. */
final class SummaryJson {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_MILLI = 1e6;

    private SummaryJson() {}

    /**
     * Writes a file.
     *
     * @param summary the figures.
     * @param file    the file, written over if it exists.
     * @throws IOException when it can't be written.
     */
    static void write(final ReplaySummary summary, final Path file) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
                JsonGenerator json = FACTORY.createGenerator(out)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            writeRun(summary, json);
            writeOutcome(summary, json);
            writeLastPath(summary.lastPath(), json);
            writeLatencies(summary, json);
            writeLedger(summary.ledger(), json);
            if (summary.isFaulty()) {
                writeFaults(summary, json);
            }
            writeTexts("shortfalls", summary.shortfalls(), json);
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    private static void writeRun(final ReplaySummary summary, final JsonGenerator json) throws IOException {
        final Workload workload = summary.workload();
        writeTexts(
                "workflows",
                workload.workflows().stream().map(Workflow::name).distinct().toList(),
                json);
        json.writeStringField("container", OptionTypes.name(summary.replay().container()));
        json.writeNumberField("speedup", workload.speedup());
        json.writeNumberField("arrivalFactor", workload.arrivalFactor());
        json.writeNumberField("instances", workload.instanceCount());
        json.writeNumberField("tasks", workload.taskCount());
        json.writeNumberField("edges", workload.edgeCount());
    }

    private static void writeTexts(final String name, final List<String> texts, final JsonGenerator json)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (final String each : texts) {
            json.writeString(each);
        }
        json.writeEndArray();
    }

    private static void writeOutcome(final ReplaySummary summary, final JsonGenerator json) throws IOException {
        final Workload workload = summary.workload();
        final ReplayAudit audit = summary.audit();
        json.writeNumberField("succeeded", audit.succeeded());
        json.writeNumberField("failed", audit.failed());
        json.writeNumberField("killed", audit.killed());
        json.writeNumberField("notReleased", audit.notReleased());
        json.writeNumberField("unfinished", audit.unfinished());
        json.writeNumberField("dependencyViolations", audit.dependencyViolations());
        json.writeNumberField("shortRuns", audit.shortRuns());
        json.writeNumberField("doubleEnds", summary.replay().doubleEnds());
        json.writeNumberField("refusals", summary.replay().refusals());
        json.writeBooleanField("stopped", summary.isStopped());
        json.writeNumberField("makespanMillis", audit.makespanNanos() / NANOS_PER_MILLI);
        json.writeNumberField("criticalPathMillis", workload.longestPathNanos() / NANOS_PER_MILLI);
        json.writeNumberField("idealMakespanMillis", workload.idealNanos() / NANOS_PER_MILLI);
        json.writeNumberField("overheadMillis", summary.overheadNanos() / NANOS_PER_MILLI);
        json.writeNumberField("throughputTasksPerSecond", summary.throughputPerSecond());
    }

    private static void writeLastPath(final LastPath path, final JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("lastPath");
        json.writeNumberField("tasks", path.tasks());
        json.writeNumberField("arrivalMillis", path.arrivalNanos() / NANOS_PER_MILLI);
        json.writeNumberField("durationMillis", path.durationNanos() / NANOS_PER_MILLI);
        json.writeNumberField("readyToRunningMillis", path.readyToRunningNanos() / NANOS_PER_MILLI);
        json.writeNumberField("overrunMillis", path.overrunNanos() / NANOS_PER_MILLI);
        json.writeNumberField("endToReadyMillis", path.endToReadyNanos() / NANOS_PER_MILLI);
        json.writeEndObject();
    }

    private static void writeLatencies(final ReplaySummary summary, final JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("latencyMicros");
        for (final ReplayLatency each : ReplayLatency.values()) {
            writePercentiles(each.key(), summary.latency(each), json);
        }
        json.writeEndObject();
        writePercentiles("releaseLagMicros", summary.releaseLag(), json);
        writePercentiles("hiccupMicros", summary.hiccups(), json);
    }

    private static void writePercentiles(final String name, final Histogram histogram, final JsonGenerator json)
            throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("count", histogram.getTotalCount());
        json.writeNumberField("p50", histogram.getValueAtPercentile(50) / NANOS_PER_MICRO);
        json.writeNumberField("p90", histogram.getValueAtPercentile(90) / NANOS_PER_MICRO);
        json.writeNumberField("p99", histogram.getValueAtPercentile(99) / NANOS_PER_MICRO);
        json.writeNumberField("p999", histogram.getValueAtPercentile(99.9) / NANOS_PER_MICRO);
        json.writeNumberField("max", histogram.getMaxValue() / NANOS_PER_MICRO);
        json.writeEndObject();
    }

    private static void writeLedger(final Ledger ledger, final JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("ledger");
        json.writeNumberField("accepted", ledger.accepted());
        json.writeNumberField("finalized", ledger.finalized());
        json.writeNumberField("succeeded", ledger.succeeded());
        json.writeNumberField("failed", ledger.failed());
        json.writeNumberField("killed", ledger.killed());
        json.writeNumberField("abandoned", ledger.abandoned());
        json.writeNumberField("live", ledger.live());
        json.writeNumberField("quarantined", ledger.quarantined());
        json.writeBooleanField("balanced", ledger.isBalanced());
        json.writeEndObject();
    }

    private static void writeFaults(final ReplaySummary summary, final JsonGenerator json) throws IOException {
        final FaultAudit faults = summary.faults();
        json.writeObjectFieldStart("faults");
        json.writeStringField("spec", faults.faults().toString());
        json.writeNumberField("attempts", Faults.ATTEMPTS);
        json.writeNumberField("injectedFailures", faults.failures());
        json.writeNumberField("injectedZombies", faults.zombies());
        json.writeNumberField("injectedBlocks", faults.blocks());
        json.writeNumberField("injectedTimeouts", faults.timeouts());
        json.writeNumberField("zombiesSeen", summary.engineEvents("Zombie"));
        json.writeNumberField("stallsSeen", summary.engineEvents("Stall"));
        json.writeNumberField("handOvers", summary.engineEvents("HandOver"));
        json.writeNumberField("retried", faults.retried());
        json.writeNumberField("recovered", faults.recovered());
        json.writeNumberField("failedForGood", faults.failed());
        json.writeNumberField("notReleasedBelow", summary.audit().notReleased());
        json.writeNumberField("unexplained", faults.unexplained());
        json.writeNumberField("reports", faults.reports());
        json.writeNumberField("reportsRepeated", faults.repeated());
        json.writeBooleanField("exactlyOneFinalState", summary.isEachEndedOnce());
        json.writeEndObject();
    }
}
