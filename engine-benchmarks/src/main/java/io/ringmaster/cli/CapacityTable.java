package io.ringmaster.cli;

import io.ringmaster.capacity.Answer;
import io.ringmaster.capacity.CapacityResult;
import io.ringmaster.capacity.CapacitySettings;
import io.ringmaster.capacity.Percentiles;
import io.ringmaster.capacity.Quantities;
import io.ringmaster.capacity.Step;
import java.io.PrintWriter;
import java.util.Locale;

/** Prints what a capacity run found for a person. */
final class CapacityTable {
    private static final String ROW = "%10s %11s %9s %9s %9s %9s %10s %9s %9s %6s  %s%n";

    private CapacityTable() {}

    /**
     * Prints it.
     *
     * @param result what was found.
     * @param out    where to; flushed.
     */
    static void print(final CapacityResult result, final PrintWriter out) {
        final CapacitySettings settings = result.settings();
        final CapacitySettings.EngineShape shape = settings.shape();
        line(out, "work", settings.work() + ", arrivals " + settings.arrivals() + ", seed " + settings.seed());
        line(
                out,
                "engine",
                shape.fireWorkers() + (shape.fireWorkers() == 1 ? " fire-worker, " : " fire-workers, ")
                        + shape.waitMode() + ", ring " + shape.ringCapacity() + ", " + shape.exclusiveThreads()
                        + " exclusive threads");
        out.printf(
                "%n" + ROW,
                "offered/s",
                "completed/s",
                "refused",
                "p50 us",
                "p99 us",
                "p99.9 us",
                "max us",
                "lag p99.9",
                "hic p99",
                "busy",
                "");
        result.steps().forEach(each -> step(out, each));
        result.otherSteps().forEach(each -> step(out, each));
        out.println();
        line(
                out,
                "knee",
                result.knee() == null
                        ? "none"
                        : Quantities.rate(result.knee().rate().perSecond()) + " tasks/s: "
                                + result.knee().how());
        if (settings.slo() != null) {
            line(
                    out,
                    settings.slo().toString(),
                    result.within() == null
                            ? result.withinReason()
                            : "up to " + Quantities.rate(result.within().perSecond()) + " tasks/s");
        }
        disturbance(out, "burst", result.burst());
        disturbance(out, "overload", result.overload());
        line(out, "scaling", result.usl().describe());
        if (result.verdict() != null) {
            out.println();
            result.verdict().lines().forEach(each -> out.println("* " + each));
        }
        out.flush();
    }

    private static void step(final PrintWriter out, final Step step) {
        final Percentiles latency = step.endToEnd();
        out.printf(
                ROW,
                Quantities.rate(step.load().offeredPerSecond()),
                Quantities.rate(step.load().completedPerSecond()),
                step.load().refused(),
                known(latency.p50()),
                known(latency.p99()),
                known(latency.p999()),
                known(latency.max()),
                known(step.sendLag().p999()),
                known(step.hiccups().p99()),
                String.format(Locale.ROOT, "%.0f %%", 100 * step.usage().fireWorkerBusy()),
                remark(step));
    }

    private static String remark(final Step step) {
        if (!step.isValid()) {
            return "not valid: " + step.complaints().get(0);
        }
        return (step.keepsUp() == Answer.NO ? "does not keep up" : "")
                + (step.meetsSlo() == Answer.NO ? (step.keepsUp() == Answer.NO ? ", " : "") + "too slow" : "");
    }

    private static String known(final double micros) {
        return Double.isNaN(micros) ? "-" : Quantities.rate(micros);
    }

    private static void disturbance(
            final PrintWriter out, final String label, final CapacityResult.Disturbance disturbance) {
        if (disturbance == null) {
            return;
        }
        final Step step = disturbance.step();
        final Step.Load load = step.load();
        line(
                out,
                label,
                String.format(
                        Locale.ROOT,
                        "%s x the knee, %s/s for %s s, amid %s/s: %s/s accepted, %s/s refused, p99 of the accepted %s us, up to"
                                + " %d live; %s; ledger %s%s",
                        Quantities.rate(disturbance.factor()),
                        Quantities.rate(load.offeredPerSecond()),
                        Quantities.rate(load.seconds()),
                        Quantities.rate(disturbance.basePerSecond()),
                        Quantities.rate((load.submitted() - load.refused()) / load.seconds()),
                        Quantities.rate(load.refused() / load.seconds()),
                        known(step.endToEnd().p99()),
                        step.usage().maxLive(),
                        Double.isNaN(disturbance.recovery())
                                ? "not as before within the time measured"
                                : "as before after " + Quantities.rate(disturbance.recovery()) + " s",
                        step.ledger().isBalanced() ? "balanced" : "NOT BALANCED",
                        step.isValid()
                                ? ""
                                : "; not valid: " + step.complaints().get(0)));
    }

    private static void line(final PrintWriter out, final String label, final String text) {
        out.printf("%-14s %s%n", label, text);
    }
}
