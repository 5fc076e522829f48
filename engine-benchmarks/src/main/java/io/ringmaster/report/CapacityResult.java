package io.ringmaster.report;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.ringmaster.report.plot.Quantity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** What {@code capacity.json} holds. What was not measured is null. */
record CapacityResult(
        String format,
        Double startEpochMillis,
        String work,
        String arrivals,
        Double seed,
        Map<String, Object> engine,
        Slo slo,
        List<Step> steps,
        Knee knee,
        WithinSlo highestRateWithinSlo,
        String highestRateWithinSloReason,
        Burst burst,
        Step overload,
        Scaling usl,
        Verdict verdict,
        List<String> warnings,
        List<String> shortfalls) {

    static final String FORMAT = "ringmaster-capacity/1";

    CapacityResult {
        Check.format(FORMAT, format);
        work = work == null ? "" : work;
        arrivals = arrivals == null ? "" : arrivals;
        engine = engine == null ? Map.of() : engine;
        warnings = warnings == null ? List.of() : warnings;
        shortfalls = shortfalls == null ? List.of() : shortfalls;
        Check.given("steps", steps);
    }

    /** The steps in ascending order of their rate. */
    List<Step> stepsByRate() {
        return steps.stream()
                .sorted(Comparator.comparingDouble(Step::offeredPerSecond))
                .toList();
    }

    /**
     * What the timeline calls a step: a step, or what follows them.
     *
     * @param label   what it is.
     * @param isValid whether it counts.
     */
    record Phase(String label, boolean isValid) {}

    /** By the timeline's number: the steps, then the burst, the overload, and the steps with other fire-workers; null beyond. */
    Phase phase(final int number) {
        final List<Phase> phases = new ArrayList<>();
        for (final Step step : steps) {
            phases.add(new Phase(Quantity.PER_SECOND.format(step.offeredPerSecond()), step.valid()));
        }
        if (burst != null) {
            phases.add(new Phase("burst", burst.valid()));
        }
        if (overload != null) {
            phases.add(new Phase("overload", overload.valid()));
        }
        if (usl != null) {
            for (final Step step : usl.steps()) {
                phases.add(new Phase(
                        step.fireWorkers() == null
                                ? "other"
                                : Quantity.COUNT.plain(step.fireWorkers()) + " fire-workers",
                        step.valid()));
            }
        }
        return number >= 0 && number < phases.size() ? phases.get(number) : null;
    }

    /** The highest rate that kept the objective; NaN if there is none. */
    double withinSlo() {
        return highestRateWithinSlo == null || highestRateWithinSlo.ratePerSecond() == null
                ? Double.NaN
                : highestRateWithinSlo.ratePerSecond();
    }

    /** Why no rate kept the objective, as a part of a sentence; may be empty. */
    String withinSloReason() {
        final String reason = highestRateWithinSloReason != null
                ? highestRateWithinSloReason
                : highestRateWithinSlo == null ? null : highestRateWithinSlo.reason();
        return reason == null || reason.isEmpty() ? "" : ": " + reason;
    }

    /** What a latency must stay below. */
    record Slo(Double percentile, Double micros) {
        Slo {
            Check.amount("slo.percentile", percentile);
            Check.amount("slo.micros", micros);
        }
    }

    /** One offered rate. */
    record Step(
            Double offeredPerSecond,
            Double fireWorkers,
            Double seconds,
            Double submitted,
            Double completed,
            Double completedPerSecond,
            Double refused,
            Boolean valid,
            List<String> complaints,
            Map<String, Percentiles> latencyMicros,
            Percentiles sendLagMicros,
            Percentiles hiccupMicros,
            Double stolenMillis,
            Double throttledMillis,
            Double gcMillis,
            Double cpuMillis,
            Double bytesPerTask,
            Double maxRingUsed,

            @JsonDeserialize(contentUsing = HistogramReader.class)
            Map<String, Histogram> histogram,

            Double factor,
            Double acceptedPerSecond,
            Double refusedPerSecond,
            Double recoverySeconds) {

        Step {
            Check.amount("offeredPerSecond", offeredPerSecond);
            Check.amount("completedPerSecond", completedPerSecond);
            Check.given("valid", valid);
            complaints = complaints == null ? List.of() : complaints;
            latencyMicros = latencyMicros == null ? Map.of() : latencyMicros;
            histogram = histogram == null ? Map.of() : histogram;
        }

        /** A percentile of a latency; NaN if it isn't there. */
        double micros(final String latency, final double percent) {
            final Percentiles percentiles = latencyMicros.get(latency);
            return percentiles == null ? Double.NaN : percentiles.at(percent);
        }

        /** Why it doesn't count; empty if it does. */
        String reason() {
            return valid ? "" : complaints.isEmpty() ? "no reason given" : String.join("; ", complaints);
        }
    }

    /** Where latency begins to rise. */
    record Knee(Double ratePerSecond, Integer step, String how) {
        Knee {
            Check.amount("knee.ratePerSecond", ratePerSecond);
            Check.given("knee.step", step);
            how = how == null ? "" : how;
        }
    }

    /** The highest rate that kept the objective, or why there is none. */
    record WithinSlo(Double ratePerSecond, Integer step, String reason) {}

    /** How a burst was digested. */
    record Burst(
            Double ratePerSecond,
            Double burstRatePerSecond,
            Double burstSeconds,
            Double recoverySeconds,
            Boolean valid,
            List<String> complaints) {
        Burst {
            valid = valid == null || valid;
            complaints = complaints == null ? List.of() : complaints;
        }
    }

    /** The Universal Scalability Law, fitted or not. */
    record Scaling(
            Boolean fitted,
            String reason,
            Double perWorkerPerSecond,
            Map<String, Double> lambda,
            Map<String, Double> sigma,
            Map<String, Double> kappa,
            List<Measured> points,
            List<Step> steps) {
        /** What so many fire-workers did. */
        record Measured(Double fireWorkers, Double ratePerSecond) {}

        Scaling {
            fitted = fitted != null && fitted;
            points = points == null ? List.of() : points;
            steps = steps == null ? List.of() : steps;
        }
    }

    /** What a planner wants to know. */
    record Verdict(
            Double targetRatePerSecond,
            Double masters,
            Double fireWorkers,
            Double ringCapacity,
            Double heapMebibytes,
            Double headroom,
            String nextBottleneck,
            List<String> lines) {
        Verdict {
            lines = lines == null ? List.of() : lines;
        }
    }
}
