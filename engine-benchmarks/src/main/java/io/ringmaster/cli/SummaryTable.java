package io.ringmaster.cli;

import io.ringmaster.Ledger;
import io.ringmaster.replay.FaultAudit;
import io.ringmaster.replay.LastPath;
import io.ringmaster.replay.ReplayAudit;
import io.ringmaster.replay.ReplayLatency;
import io.ringmaster.replay.Workload;
import io.ringmaster.workflow.Workflow;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** Prints a run's figures for a person. */
final class SummaryTable {

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int SHOWN_NAMES = 3;

    private SummaryTable() {}

    /**
     * Prints them.
     *
     * @param summary the figures.
     * @param out     where to; flushed.
     */
    static void print(final ReplaySummary summary, final PrintWriter out) {
        final Workload workload = summary.workload();
        final ReplayAudit audit = summary.audit();
        line(
                out,
                "workflow",
                names(workload.workflows())
                        + (workload.instanceCount() == 1 ? "" : ", " + workload.instanceCount() + " instances"));
        line(out, "tasks", tasks(workload, audit));
        line(out, "edges", workload.edgeCount() + ", " + audit.dependencyViolations() + " dependency violations");
        makespan(summary, out);
        lastPath(summary.lastPath(), out);
        line(out, "throughput", String.format(Locale.ROOT, "%.0f tasks/s", summary.throughputPerSecond()));
        line(out, "refusals", summary.replay().refusals() + " dispatches refused for the moment and repeated");
        line(out, "ledger", ledger(summary.ledger()));
        if (summary.isFaulty()) {
            faults(summary, out);
        }
        out.printf(
                "%n%-18s %10s %10s %10s %10s %10s %10s%n", "latency, µs", "count", "p50", "p90", "p99", "p99.9", "max");
        for (final ReplayLatency each : ReplayLatency.values()) {
            latency(out, each.label(), summary.latency(each));
        }
        if (workload.hasArrivals()) {
            latency(out, "release lag", summary.releaseLag());
        }
        latency(out, "machine hiccups", summary.hiccups());
        out.flush();
    }

    private static String names(final List<Workflow> workflows) {
        final String names = workflows.stream()
                .limit(SHOWN_NAMES)
                .map(workflow -> workflow.name() + (workflow.copies() == 1 ? "" : " x " + workflow.copies()))
                .collect(Collectors.joining(", "));
        final int more = workflows.size() - SHOWN_NAMES;
        return more > 0 ? names + " and " + more + " more" : names;
    }

    private static String tasks(final Workload workload, final ReplayAudit audit) {
        final StringBuilder text = new StringBuilder()
                .append(audit.succeeded())
                .append(" of ")
                .append(workload.taskCount())
                .append(" succeeded");
        append(text, audit.failed(), "failed");
        append(text, audit.killed(), "killed");
        append(text, audit.notReleased(), "not released");
        append(text, audit.unfinished(), "without an outcome");
        append(text, audit.shortRuns(), "shorter than their runtime");
        return text.toString();
    }

    private static void append(final StringBuilder text, final int count, final String what) {
        if (count > 0) {
            text.append(", ").append(count).append(' ').append(what);
        }
    }

    private static void makespan(final ReplaySummary summary, final PrintWriter out) {
        final Workload workload = summary.workload();
        final double ideal = workload.idealNanos();
        final String speed = "speedup " + plain(workload.speedup())
                + (workload.arrivalFactor() == 1 ? "" : ", arrival factor " + plain(workload.arrivalFactor()));
        line(
                out,
                "critical path",
                String.format(Locale.ROOT, "%.3f s as recorded", workload.longestPathNanos() / NANOS_PER_SECOND));
        line(
                out,
                "ideal",
                String.format(
                        Locale.ROOT,
                        "%.3f s at %s%s",
                        ideal / NANOS_PER_SECOND,
                        speed,
                        workload.hasArrivals() ? ": last arrival and its critical path" : ""));
        line(
                out,
                "makespan",
                String.format(Locale.ROOT, "%.3f s", summary.audit().makespanNanos() / NANOS_PER_SECOND)
                        + (summary.audit().succeeded() < workload.taskCount() ? "" : overhead(summary)));
    }

    private static String overhead(final ReplaySummary summary) {
        final double ideal = summary.workload().idealNanos();
        final double overhead = summary.overheadNanos();
        return String.format(Locale.ROOT, ", overhead %.3f ms", overhead / NANOS_PER_MILLI)
                + (ideal == 0 ? "" : String.format(Locale.ROOT, " (%.3f %%)", 100 * overhead / ideal));
    }

    private static void lastPath(final LastPath path, final PrintWriter out) {
        line(
                out,
                "last path",
                String.format(
                        Locale.ROOT,
                        "%d tasks; ready to running %.3f ms, overrun %.3f ms, end to ready %.3f ms",
                        path.tasks(),
                        path.readyToRunningNanos() / NANOS_PER_MILLI,
                        path.overrunNanos() / NANOS_PER_MILLI,
                        path.endToReadyNanos() / NANOS_PER_MILLI));
    }

    private static String ledger(final Ledger ledger) {
        return ledger.accepted() + " accepted = " + ledger.succeeded() + " succeeded + " + ledger.failed()
                + " failed + " + ledger.killed() + " killed + " + ledger.abandoned() + " abandoned + " + ledger.live()
                + " live" + (ledger.isBalanced() ? ": balanced" : ": NOT BALANCED");
    }

    private static void faults(final ReplaySummary summary, final PrintWriter out) {
        final FaultAudit faults = summary.faults();
        line(out, "faults", faults.faults().toString());
        line(
                out,
                "injected",
                faults.failures() + " failures, " + faults.zombies() + " zombies, " + faults.blocks() + " blocks, "
                        + faults.timeouts() + " timeouts; the engine saw " + summary.engineEvents("Zombie")
                        + " zombies, " + summary.engineEvents("Stall") + " stalls, " + summary.engineEvents("HandOver")
                        + " hand-overs");
        line(
                out,
                "retries",
                faults.retried() + " tasks tried again, " + faults.recovered() + " of them succeeded; "
                        + faults.failed() + " failed for good, "
                        + summary.audit().notReleased()
                        + " below them were not released");
        if (faults.faults().slowMasterMillis() > 0) {
            line(
                    out,
                    "slow master",
                    faults.reports() + " reports acknowledged after "
                            + faults.faults().slowMasterMillis() + " ms, " + faults.repeated() + " sent again");
        }
        final int released = summary.workload().taskCount() - summary.audit().notReleased();
        line(
                out,
                "final states",
                summary.isEachEndedOnce()
                        ? "each of " + released + " released tasks has ended in exactly one"
                        : "NOT each of " + released + " released tasks has ended in exactly one");
    }

    private static void latency(final PrintWriter out, final String label, final Histogram histogram) {
        out.printf(
                Locale.ROOT,
                "%-18s %10d %10.1f %10.1f %10.1f %10.1f %10.1f%n",
                label,
                histogram.getTotalCount(),
                micros(histogram.getValueAtPercentile(50)),
                micros(histogram.getValueAtPercentile(90)),
                micros(histogram.getValueAtPercentile(99)),
                micros(histogram.getValueAtPercentile(99.9)),
                micros(histogram.getMaxValue()));
    }

    private static double micros(final long nanos) {
        return nanos / 1e3;
    }

    private static String plain(final double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    private static void line(final PrintWriter out, final String label, final String text) {
        out.printf("%-14s %s%n", label, text);
    }
}
