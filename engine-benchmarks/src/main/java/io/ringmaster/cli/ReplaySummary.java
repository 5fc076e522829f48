package io.ringmaster.cli;

import io.ringmaster.EngineMetrics;
import io.ringmaster.Ledger;
import io.ringmaster.metrics.Stage;
import io.ringmaster.replay.FaultAudit;
import io.ringmaster.replay.LastPath;
import io.ringmaster.replay.Replay;
import io.ringmaster.replay.ReplayAudit;
import io.ringmaster.replay.ReplayLatency;
import io.ringmaster.replay.Workload;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
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
    private final FaultAudit faults;
    private final Map<String, Long> engineEvents;
    private final boolean acknowledged;
    private final Histogram hiccups;
    private final boolean stopped;
    private final Map<ReplayLatency, Histogram> latencies = new EnumMap<>(ReplayLatency.class);
    private final Histogram releaseLag;
    private final Map<Stage, Histogram> stages;

    /**
     * Works the figures out.
     *
     * @param replay       a run that has ended.
     * @param engine       what its engine measured.
     * @param hiccups      how much longer than asked for a thread was parked meanwhile, in nanoseconds.
     * @param stopped      whether a signal ended it.
     * @param acknowledged whether nothing is live and every report was acknowledged.
     */
    ReplaySummary(
            final Replay replay,
            final EngineMetrics engine,
            final Histogram hiccups,
            final boolean stopped,
            final boolean acknowledged) {
        this.replay = replay;
        this.audit = ReplayAudit.of(replay.workload(), replay.records());
        this.lastPath = LastPath.of(replay.workload(), replay.records());
        this.ledger = engine.ledger();
        this.faults = replay.faultAudit();
        this.engineEvents = engine.engineEvents();
        this.acknowledged = acknowledged;
        this.hiccups = hiccups;
        this.stopped = stopped;
        for (final ReplayLatency each : ReplayLatency.values()) {
            latencies.put(each, each.of(replay.workload(), replay.records()));
        }
        this.releaseLag = ReplayLatency.releaseLag(replay);
        this.stages = engine.latencies();
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

    /** What concerns the whole run and not one interval of it, by tag, in nanoseconds; what has no value is left out. */
    Map<String, Histogram> wholeRun() {
        final Map<String, Histogram> found = new LinkedHashMap<>();
        found.put("submitToHandled", stages.get(Stage.SUBMIT_TO_HANDLED));
        found.put("run", stages.get(Stage.RUN));
        found.put("runningToFinal", stages.get(Stage.RUNNING_TO_FINAL));
        found.put("finalToAcknowledged", replay.acknowledgements());
        found.put("releaseLag", releaseLag);
        found.put("hiccup", hiccups);
        found.values().removeIf(each -> each == null || each.getTotalCount() == 0);
        return found;
    }

    /** Every latency by its tag, in nanoseconds; what has no value is left out. */
    Map<String, Histogram> all() {
        final Map<String, Histogram> found = new LinkedHashMap<>();
        latencies.forEach((latency, histogram) -> {
            if (histogram.getTotalCount() > 0) {
                found.put(latency.key(), histogram);
            }
        });
        found.putAll(wholeRun());
        return found;
    }

    /** How much longer than ideal it took. */
    long overheadNanos() {
        return audit.makespanNanos() - workload().idealNanos();
    }

    double throughputPerSecond() {
        return audit.makespanNanos() == 0 ? 0 : audit.succeeded() * NANOS_PER_SECOND / audit.makespanNanos();
    }

    FaultAudit faults() {
        return faults;
    }

    /** Whether anything was to go wrong. */
    boolean isFaulty() {
        return replay.faults().isAny();
    }

    /** How often the engine said something of a kind. */
    long engineEvents(final String kind) {
        return engineEvents.getOrDefault(kind, 0L);
    }

    /** Whether each task that was released has ended once, in a state that the engine's books agree with. */
    boolean isEachEndedOnce() {
        return audit.unfinished() == 0 && replay.doubleEnds() == 0 && ledger.isBalanced() && booksAgree();
    }

    /** A task that was refused for good has failed without the engine's books. */
    private boolean booksAgree() {
        return !isFaulty()
                || stopped
                || ledger.succeeded() == audit.succeeded()
                        && ledger.failed() <= audit.failed()
                        && ledger.killed() + ledger.abandoned() == audit.killed();
    }

    /** What is not as it should be; empty if all is. */
    List<String> shortfalls() {
        final List<String> found = new ArrayList<>();
        if (stopped) {
            found.add("stopped by a signal");
        }
        if (isFaulty()) {
            note(found, faults.unexplained(), "failed or not released without an injected fault");
        } else {
            note(found, audit.failed(), "failed");
        }
        note(found, audit.killed(), "killed");
        if (!isFaulty()) {
            note(found, audit.notReleased(), "not released");
        }
        note(found, audit.unfinished(), "without an outcome");
        note(found, audit.shortRuns(), "shorter than their runtime");
        note(found, replay.doubleEnds(), "ended twice");
        if (audit.dependencyViolations() > 0) {
            found.add(audit.dependencyViolations() + " dependency violations");
        }
        if (!ledger.isBalanced()) {
            found.add("the engine's ledger does not balance: " + ledger);
        }
        if (!booksAgree()) {
            found.add("the engine's ledger does not agree with the tasks' ends: " + ledger);
        }
        if (!acknowledged && !stopped) {
            found.add("reports were not acknowledged");
        }
        if (replay.firstFailure() != null && (!isFaulty() || faults.unexplained() > 0)) {
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
