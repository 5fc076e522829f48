package io.ringmaster.capacity;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Writes what a run found for programs: one JSON object, each figure in the unit that its name has. */
final class CapacityJson {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final String FORMAT = "ringmaster-capacity/1";

    private CapacityJson() {}

    /**
     * Writes a file.
     *
     * @param result what was found.
     * @param file   the file, written over if it exists.
     * @throws IOException when it can't be written.
     */
    static void write(final CapacityResult result, final Path file) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
                JsonGenerator json = FACTORY.createGenerator(out)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            settings(result, json);
            json.writeArrayFieldStart("steps");
            for (final Step each : result.steps()) {
                json.writeStartObject();
                step(each, json);
                json.writeEndObject();
            }
            json.writeEndArray();
            found(result, json);
            burst(result.burst(), json);
            overload(result.overload(), json);
            usl(result, json);
            cost(result.cost(), json);
            verdict(result.verdict(), json);
            json.writeBooleanField("stopped", result.stopped());
            strings(json, "shortfalls", result.shortfalls());
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    private static void settings(final CapacityResult result, final JsonGenerator json) throws IOException {
        final CapacitySettings settings = result.settings();
        json.writeStringField("format", FORMAT);
        json.writeNumberField("startEpochMillis", result.startEpochMillis());
        json.writeStringField("work", settings.work().toString());
        json.writeStringField("arrivals", settings.arrivals().toString());
        json.writeNumberField("seed", settings.seed());
        json.writeNumberField("submitters", settings.submitters());
        json.writeNumberField("stepSeconds", settings.stepSeconds());
        json.writeNumberField("warmUpSeconds", settings.warmUpSeconds());
        json.writeObjectFieldStart("engine");
        json.writeNumberField("fireWorkers", settings.shape().fireWorkers());
        json.writeStringField("waitMode", settings.shape().waitMode());
        json.writeNumberField("ringCapacity", settings.shape().ringCapacity());
        json.writeNumberField("exclusiveThreads", settings.shape().exclusiveThreads());
        json.writeEndObject();
        if (settings.slo() == null) {
            json.writeNullField("slo");
        } else {
            json.writeObjectFieldStart("slo");
            json.writeNumberField("percentile", settings.slo().percentile());
            json.writeNumberField("micros", settings.slo().micros());
            json.writeEndObject();
        }
        strings(json, "warnings", settings.warnings());
    }

    /** The fields of a step, into an object that is open. */
    private static void step(final Step step, final JsonGenerator json) throws IOException {
        final Step.Load load = step.load();
        json.writeStringField("purpose", step.purpose().name().toLowerCase(Locale.ROOT));
        json.writeNumberField("fireWorkers", step.fireWorkers());
        json.writeNumberField("scheduledPerSecond", load.scheduledPerSecond());
        json.writeNumberField("offeredPerSecond", load.offeredPerSecond());
        json.writeNumberField("seconds", load.seconds());
        json.writeNumberField("submitted", load.submitted());
        json.writeNumberField("completed", load.completed());
        json.writeNumberField("completedPerSecond", load.completedPerSecond());
        json.writeNumberField("refused", load.refused());
        json.writeNumberField("unfinished", load.unfinished());
        json.writeNumberField("liveBefore", load.liveBefore());
        json.writeNumberField("liveAfter", load.liveAfter());
        json.writeBooleanField("valid", step.isValid());
        strings(
                json,
                "complaints",
                step.complaints().stream().map(Complaint::text).toList());
        json.writeStringField("keepsUp", answer(step.keepsUp()));
        json.writeStringField("meetsSlo", answer(step.meetsSlo()));
        json.writeObjectFieldStart("latencyMicros");
        for (final var each : step.latencies().entrySet()) {
            percentiles(json, each.getKey(), each.getValue().percentiles());
        }
        json.writeEndObject();
        percentiles(json, "sendLagMicros", step.sendLag());
        percentiles(json, "hiccupMicros", step.hiccups());
        usage(step.usage(), json);
        json.writeObjectFieldStart("ledger");
        json.writeNumberField("accepted", step.ledger().accepted());
        json.writeNumberField("finalized", step.ledger().finalized());
        json.writeNumberField("succeeded", step.ledger().succeeded());
        json.writeNumberField("killed", step.ledger().killed());
        json.writeBooleanField("balanced", step.ledger().isBalanced());
        json.writeEndObject();
        json.writeObjectFieldStart("histogram");
        for (final var each : step.latencies().entrySet()) {
            json.writeStringField(each.getKey(), each.getValue().encoded());
        }
        json.writeEndObject();
    }

    private static void usage(final Step.Usage usage, final JsonGenerator json) throws IOException {
        json.writeNumberField("stolenMillis", usage.stolenMillis());
        json.writeNumberField("throttledMillis", usage.throttledMillis());
        json.writeNumberField("gcMillis", usage.gcMillis());
        json.writeNumberField("cpuMillis", usage.cpuMillis());
        json.writeNumberField("bytesPerTask", usage.bytesPerTask());
        json.writeNumberField("maxRingUsed", usage.maxRingUsed());
        json.writeNumberField("maxLive", usage.maxLive());
        json.writeNumberField("fireWorkerBusy", usage.fireWorkerBusy());
        json.writeNumberField("submitterBusy", usage.submitterBusy());
        json.writeNumberField("exclusiveBusy", usage.exclusiveBusy());
        json.writeNumberField("busyMicrosPerTask", usage.busyMicros());
        json.writeNumberField("exclusiveMicrosPerTask", usage.exclusiveMicros());
    }

    private static String answer(final Answer answer) {
        return answer.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static void percentiles(final JsonGenerator json, final String name, final Percentiles percentiles)
            throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("count", percentiles.count());
        ifKnown(json, "p50", percentiles.p50());
        ifKnown(json, "p90", percentiles.p90());
        ifKnown(json, "p99", percentiles.p99());
        ifKnown(json, "p999", percentiles.p999());
        ifKnown(json, "p9999", percentiles.p9999());
        json.writeNumberField("max", percentiles.max());
        json.writeNumberField("mean", percentiles.mean());
        json.writeEndObject();
    }

    private static void ifKnown(final JsonGenerator json, final String name, final double value) throws IOException {
        if (!Double.isNaN(value)) {
            json.writeNumberField(name, value);
        }
    }

    private static void orNull(final JsonGenerator json, final String name, final double value) throws IOException {
        if (Double.isNaN(value)) {
            json.writeNullField(name);
        } else {
            json.writeNumberField(name, value);
        }
    }

    private static void strings(final JsonGenerator json, final String name, final List<String> texts)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (final String each : texts) {
            json.writeString(each);
        }
        json.writeEndArray();
    }

    private static void found(final CapacityResult result, final JsonGenerator json) throws IOException {
        if (result.knee() == null) {
            json.writeNullField("knee");
        } else {
            json.writeObjectFieldStart("knee");
            json.writeNumberField("ratePerSecond", result.knee().rate().perSecond());
            json.writeNumberField("step", result.knee().rate().step());
            json.writeBooleanField("saturated", result.knee().saturated());
            json.writeStringField("how", result.knee().how());
            json.writeEndObject();
        }
        if (result.within() != null) {
            json.writeObjectFieldStart("highestRateWithinSlo");
            json.writeNumberField("ratePerSecond", result.within().perSecond());
            json.writeNumberField("step", result.within().step());
            json.writeEndObject();
        } else {
            json.writeNullField("highestRateWithinSlo");
            json.writeStringField("highestRateWithinSloReason", result.withinReason());
        }
    }

    private static void burst(final CapacityResult.Disturbance burst, final JsonGenerator json) throws IOException {
        if (burst == null) {
            json.writeNullField("burst");
            return;
        }
        final Step step = burst.step();
        json.writeObjectFieldStart("burst");
        json.writeNumberField("ratePerSecond", burst.basePerSecond());
        json.writeNumberField("burstRatePerSecond", step.load().scheduledPerSecond());
        json.writeNumberField("burstSeconds", step.load().seconds());
        orNull(json, "recoverySeconds", burst.recovery());
        json.writeNumberField("factor", burst.factor());
        step(step, json);
        json.writeEndObject();
    }

    private static void overload(final CapacityResult.Disturbance overload, final JsonGenerator json)
            throws IOException {
        if (overload == null) {
            json.writeNullField("overload");
            return;
        }
        final Step.Load load = overload.step().load();
        json.writeObjectFieldStart("overload");
        json.writeNumberField("factor", overload.factor());
        json.writeNumberField("acceptedPerSecond", (load.submitted() - load.refused()) / load.seconds());
        json.writeNumberField("refusedPerSecond", load.refused() / load.seconds());
        orNull(json, "recoverySeconds", overload.recovery());
        json.writeNumberField("basePerSecond", overload.basePerSecond());
        step(overload.step(), json);
        json.writeEndObject();
    }

    private static void usl(final CapacityResult result, final JsonGenerator json) throws IOException {
        final Usl usl = result.usl();
        json.writeObjectFieldStart("usl");
        json.writeBooleanField("fitted", usl.fitted());
        if (usl.fitted()) {
            estimate(json, "lambda", usl.lambda());
            estimate(json, "sigma", usl.sigma());
            estimate(json, "kappa", usl.kappa());
        }
        if (!usl.reason().isEmpty()) {
            json.writeStringField("reason", usl.reason());
        }
        orNull(json, "perWorkerPerSecond", usl.perWorker());
        json.writeArrayFieldStart("points");
        for (final Usl.Point each : usl.points()) {
            json.writeStartObject();
            json.writeNumberField("fireWorkers", each.fireWorkers());
            json.writeNumberField("ratePerSecond", each.ratePerSecond());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("steps");
        for (final Step each : result.otherSteps()) {
            json.writeStartObject();
            step(each, json);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void estimate(final JsonGenerator json, final String name, final Usl.Estimate estimate)
            throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("value", estimate.value());
        json.writeNumberField("low", estimate.low());
        json.writeNumberField("high", estimate.high());
        json.writeEndObject();
    }

    private static void cost(final LiveTaskCost cost, final JsonGenerator json) throws IOException {
        if (cost == null) {
            json.writeNullField("liveTasks");
            return;
        }
        json.writeObjectFieldStart("liveTasks");
        json.writeNumberField("bytesPerLiveTask", cost.bytesPerTask());
        json.writeNumberField("heapBytesWithoutTasks", cost.baseBytes());
        json.writeEndObject();
    }

    private static void verdict(final Verdict verdict, final JsonGenerator json) throws IOException {
        if (verdict == null) {
            json.writeNullField("verdict");
            return;
        }
        json.writeObjectFieldStart("verdict");
        json.writeNumberField("targetRatePerSecond", verdict.targetPerSecond());
        json.writeNumberField("masters", verdict.masters());
        json.writeNumberField("fireWorkers", verdict.fireWorkers());
        json.writeNumberField("exclusiveThreads", verdict.exclusiveThreads());
        json.writeNumberField("ringCapacity", verdict.ringCapacity());
        json.writeNumberField("heapMebibytes", verdict.heapMebibytes());
        json.writeNumberField("headroom", verdict.headroom());
        json.writeStringField("nextBottleneck", verdict.nextBottleneck());
        strings(json, "lines", verdict.lines());
        json.writeEndObject();
    }
}
