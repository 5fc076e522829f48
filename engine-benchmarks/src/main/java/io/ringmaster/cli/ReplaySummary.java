package io.ringmaster.cli;

import io.ringmaster.Ledger;
import io.ringmaster.replay.LastPath;
import io.ringmaster.replay.Replay;
import io.ringmaster.replay.ReplayAudit;
import io.ringmaster.replay.ReplayLatency;
import io.ringmaster.replay.Workload;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** All figures of a run that has ended, for whoever prints them. Immutable but for its histograms; one thread. */
final class ReplaySummary {

    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Replay replay;
    private final ReplayAudit audit;
    private final LastPath lastPath;
    private final Ledger ledger;
    private final Histogram hiccups;
    private final boolean stopped;
    private final Map<ReplayLatency, Histogram> latencies = new EnumMap<>(ReplayLatency.class);
    private final Histogram releaseLag;

    /**
     * Works the figures out.
     *
     * @param replay  a run that has ended.
     * @param ledger  the engine's books after it.
     * @param hiccups how much longer than asked for a thread was parked meanwhile, in nanoseconds.
     * @param stopped whether a signal ended it.
     */
    ReplaySummary(final Replay replay, final Ledger ledger, final Histogram hiccups, final boolean stopped) {
        this.replay = replay;
        this.audit = ReplayAudit.of(replay.workload(), replay.records());
        this.lastPath = LastPath.of(replay.workload(), replay.records());
        this.ledger = ledger;
        this.hiccups = hiccups;
        this.stopped = stopped;
        for (final ReplayLatency each : ReplayLatency.values()) {
            latencies.put(each, each.of(replay.workload(), replay.records()));
        }
        this.releaseLag = ReplayLatency.releaseLag(replay);
    }

    Replay replay() {
        return replay;
    }

    Workload workload() {
        return replay.workload();
    }

    ReplayAudit audit() {
        return audit;
    }

    LastPath lastPath() {
        return lastPath;
    }

    Ledger ledger() {
        return ledger;
    }

    boolean isStopped() {
        return stopped;
    }

    Histogram latency(final ReplayLatency latency) {
        return latencies.get(latency);
    }

    Histogram releaseLag() {
        return releaseLag;
    }

    Histogram hiccups() {
        return hiccups;
    }

    /** How much longer than ideal it took. */
    long overheadNanos() {
        return audit.makespanNanos() - workload().idealNanos();
    }

    double throughputPerSecond() {
        return audit.makespanNanos() == 0 ? 0 : audit.succeeded() * NANOS_PER_SECOND / audit.makespanNanos();
    }

    /** What is not as it should be; empty if all is. */
    List<String> shortfalls() {
        final List<String> found = new ArrayList<>();
        if (stopped) {
            found.add("stopped by a signal");
        }
        note(found, audit.failed(), "failed");
        note(found, audit.killed(), "killed");
        note(found, audit.notReleased(), "not released");
        note(found, audit.unfinished(), "without an outcome");
        note(found, audit.shortRuns(), "shorter than their runtime");
        note(found, replay.doubleEnds(), "ended twice");
        if (audit.dependencyViolations() > 0) {
            found.add(audit.dependencyViolations() + " dependency violations");
        }
        if (!ledger.isBalanced()) {
            found.add("the engine's ledger does not balance: " + ledger);
        }
        if (replay.firstFailure() != null) {
            found.add("first: " + replay.firstFailure());
        }
        return found;
    }

    private static void note(final List<String> found, final long tasks, final String what) {
        if (tasks > 0) {
            found.add(tasks + (tasks == 1 ? " task " : " tasks ") + what);
        }
    }
}
