package io.ringmaster.report;

import io.ringmaster.report.Block.Mood;
import io.ringmaster.report.Block.Tile;
import io.ringmaster.report.CapacityResult.Step;
import io.ringmaster.report.plot.Quantity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** What a run comes to: its verdict, its key figures, and what in it doesn't count. */
final class HeadlineSection {

    private static final double PERCENT = 100;

    private HeadlineSection() {}

    static Section of(final String prefix, final Run run) {
        final List<Block> blocks = new ArrayList<>();
        if (run.capacity() != null) {
            capacity(run, blocks);
        }
        if (run.replay() != null) {
            replay(run, blocks);
        }
        if (run.peers() != null) {
            peers(run.peers(), blocks);
        }
        if (!run.jmh().isEmpty()) {
            jmh(run.jmh(), blocks);
        }
        if (blocks.isEmpty()) {
            blocks.add(new Block.Verdict(Mood.NEUTRAL, "Recorded latencies, without a verdict.", List.of()));
        }
        return new Section(prefix + "verdict", "Verdict", blocks);
    }

    // ---- a sweep -----------------------------------------------------------------------------------------------

    private static void capacity(final Run run, final List<Block> blocks) {
        final CapacityResult capacity = run.capacity();
        final List<Step> invalid =
                capacity.steps().stream().filter(step -> !step.valid()).toList();
        final List<String> lines = new ArrayList<>(
                capacity.verdict() == null ? List.of() : capacity.verdict().lines());
        final String sentence = sentence(capacity);
        capacity.shortfalls().stream().filter(line -> !sentence.contains(line)).forEach(lines::add);
        lines.addAll(capacity.warnings());
        blocks.add(new Block.Verdict(mood(capacity, invalid.size()), sentence, lines));
        blocks.add(new Block.Tiles(tiles(run)));
        if (!invalid.isEmpty()) {
            blocks.add(new Block.Notes(
                    Mood.WARNING,
                    invalid.size() + " of " + capacity.steps().size()
                            + (invalid.size() == 1 ? " steps is" : " steps are") + " not valid and not drawn as "
                            + (invalid.size() == 1 ? "a value" : "values"),
                    invalid.stream()
                            .map(step -> Quantity.PER_SECOND.format(step.offeredPerSecond()) + ": " + step.reason())
                            .toList()));
        }
    }

    private static Mood mood(final CapacityResult capacity, final int invalid) {
        if (invalid == capacity.steps().size()) {
            return Mood.BAD;
        }
        final boolean isMet = Double.isFinite(capacity.withinSlo());
        return capacity.slo() == null ? Mood.NEUTRAL : isMet ? Mood.GOOD : Mood.BAD;
    }

    private static String sentence(final CapacityResult capacity) {
        if (capacity.steps().stream().noneMatch(Step::valid)) {
            return "No step is valid: this run says nothing about the engine.";
        } else if (capacity.slo() != null && Double.isFinite(capacity.withinSlo())) {
            return "Keeps " + LoadSection.objective(capacity.slo()) + " up to "
                    + Quantity.PER_SECOND.format(capacity.withinSlo()) + ".";
        } else if (capacity.slo() != null) {
            return "No measured rate keeps " + LoadSection.objective(capacity.slo()) + capacity.withinSloReason() + ".";
        } else if (capacity.knee() != null) {
            return "Keeps up with "
                    + Quantity.PER_SECOND.format(capacity.knee().ratePerSecond())
                    + ", the knee; no objective was set.";
        }
        return "Completes up to "
                + Quantity.PER_SECOND.format(capacity.steps().stream()
                        .filter(Step::valid)
                        .mapToDouble(Step::completedPerSecond)
                        .max()
                        .orElse(0))
                + "; no knee was found, and no objective was set.";
    }

    private static List<Tile> tiles(final Run run) {
        final CapacityResult capacity = run.capacity();
        final List<Tile> tiles = new ArrayList<>();
        if (capacity.slo() != null && Double.isFinite(capacity.withinSlo())) {
            tiles.add(new Tile(
                    "highest within objective",
                    Quantity.PER_SECOND.format(capacity.withinSlo()),
                    LoadSection.objective(capacity.slo())));
        }
        if (capacity.knee() != null) {
            tiles.add(
                    new Tile("knee", Quantity.PER_SECOND.format(capacity.knee().ratePerSecond()), ""));
        }
        capacity.steps().stream()
                .filter(Step::valid)
                .max(Comparator.comparingDouble(Step::completedPerSecond))
                .ifPresent(most -> tiles.add(new Tile(
                        "most completed",
                        Quantity.PER_SECOND.format(most.completedPerSecond()),
                        "at " + Quantity.PER_SECOND.format(most.offeredPerSecond()) + " offered")));
        final Latencies latencies = Latencies.of(run);
        if (latencies != null) {
            addLatency(tiles, latencies, "endToEnd", 50, "p50");
            addLatency(tiles, latencies, "endToEnd", 99, "p99");
            addLatency(tiles, latencies, "endToEnd", 99.9, "p99.9");
        }
        if (capacity.verdict() != null) {
            addPlan(tiles, capacity.verdict());
        }
        tiles.add(
                new Tile("work", capacity.work().isEmpty() ? "–" : capacity.work(), capacity.arrivals() + " arrivals"));
        return tiles;
    }

    private static void addLatency(
            final List<Tile> tiles,
            final Latencies latencies,
            final String key,
            final double percent,
            final String name) {
        final double micros = latencies.micros(key, percent);
        if (Double.isFinite(micros)) {
            tiles.add(
                    new Tile(Labels.shortLatency(key) + ' ' + name, Quantity.MICROS.format(micros), latencies.where()));
        }
    }

    private static void addPlan(final List<Tile> tiles, final CapacityResult.Verdict verdict) {
        if (verdict.masters() != null && verdict.targetRatePerSecond() != null) {
            tiles.add(new Tile(
                    "masters for " + Quantity.PER_SECOND.format(verdict.targetRatePerSecond()),
                    Quantity.COUNT.plain(verdict.masters()),
                    verdict.headroom() == null
                            ? ""
                            : "with " + Quantity.PERCENT.format(PERCENT * verdict.headroom()) + " headroom"));
        }
        if (verdict.fireWorkers() != null) {
            tiles.add(new Tile(
                    "fire-workers each",
                    Quantity.COUNT.plain(verdict.fireWorkers()),
                    verdict.ringCapacity() == null ? "" : "rings of " + Quantity.COUNT.plain(verdict.ringCapacity())));
        }
        if (verdict.heapMebibytes() != null) {
            tiles.add(new Tile("heap each", Quantity.COUNT.plain(verdict.heapMebibytes()) + "\u00a0MiB", ""));
        }
        if (verdict.nextBottleneck() != null) {
            // The verdict's line has the others too.
            final String[] busiest = verdict.nextBottleneck().split(", ", 3);
            tiles.add(new Tile("next bottleneck", busiest[0], busiest.length > 1 ? busiest[1] : ""));
        }
    }

    // ---- a replay ----------------------------------------------------------------------------------------------

    private static void replay(final Run run, final List<Block> blocks) {
        final ReplayResult replay = run.replay();
        final List<String> shortfalls = replay.shortfalls() == null ? List.of() : replay.shortfalls();
        final boolean isWhole = shortfalls.isEmpty()
                && (replay.faults() != null || replay.succeeded().equals(replay.tasks()));
        final String what = replay.workflows().isEmpty() ? "" : " of " + String.join(", ", replay.workflows());
        final String tasks = Quantity.COUNT.plain(replay.succeeded()) + " of " + Quantity.COUNT.plain(replay.tasks())
                + " tasks" + what + " succeeded";
        final List<String> lines = new ArrayList<>(shortfalls);
        if (replay.dependencyViolations() != null) {
            lines.add(Quantity.COUNT.plain(replay.dependencyViolations()) + " violations of "
                    + (replay.edges() == null ? "" : Quantity.COUNT.plain(replay.edges()) + " ") + "dependencies.");
        }
        if (replay.ledger() != null) {
            lines.add(
                    Boolean.TRUE.equals(replay.ledger().get("balanced"))
                            ? "The engine's ledger balances: nothing was lost."
                            : "The engine's ledger does not balance.");
        }
        if (replay.faults() != null) {
            lines.add("With injected faults: " + replay.faults().get("spec") + '.');
        }
        blocks.add(new Block.Verdict(
                isWhole ? Mood.GOOD : Mood.BAD, (isWhole ? tasks : "Fell short: " + tasks) + '.', lines));
        final List<Tile> tiles = new ArrayList<>();
        addMillis(tiles, "makespan", replay.makespanMillis(), overhead(replay));
        addMillis(
                tiles,
                "ideal makespan",
                replay.idealMakespanMillis(),
                replay.speedup() == null ? "" : "at speedup " + Quantity.PLAIN.plain(replay.speedup()));
        if (replay.throughputTasksPerSecond() != null) {
            tiles.add(new Tile("throughput", Quantity.PER_SECOND.format(replay.throughputTasksPerSecond()), ""));
        }
        final Latencies latencies = Latencies.of(run);
        addLatency(tiles, latencies, "readyToRunning", 50, "p50");
        addLatency(tiles, latencies, "readyToRunning", 99, "p99");
        addLatency(tiles, latencies, "readyToRunning", 99.9, "p99.9");
        if (replay.lastPath().get("tasks") != null) {
            tiles.add(new Tile(
                    "critical path",
                    Quantity.COUNT.plain(replay.lastPath().get("tasks")) + " tasks",
                    "that the end was waiting for"));
        }
        if (replay.container() != null) {
            tiles.add(new Tile("container", replay.container(), ""));
        }
        blocks.add(new Block.Tiles(tiles));
    }

    private static void addMillis(
            final List<Tile> tiles, final String label, final Double millis, final String detail) {
        if (millis != null) {
            tiles.add(new Tile(label, Quantity.MILLIS.format(millis), detail));
        }
    }

    private static String overhead(final ReplayResult replay) {
        if (replay.overheadMillis() == null
                || replay.idealMakespanMillis() == null
                || replay.idealMakespanMillis() == 0) {
            return "";
        }
        return Quantity.PERCENT.format(PERCENT * replay.overheadMillis() / replay.idealMakespanMillis())
                + " over the ideal";
    }

    // ---- others ------------------------------------------------------------------------------------------------

    private static void peers(final PeersResult peers, final List<Block> blocks) {
        final List<String> lines = peers.rows().stream()
                .filter(row -> !row.valid())
                .map(row -> (row.available() ? "Not valid: " : "Not measured: ") + row.peer() + ": " + row.why())
                .toList();
        final boolean isDoubtful = peers.rows().stream().anyMatch(PeersResult.Row::isInvalid);
        blocks.add(new Block.Verdict(isDoubtful ? Mood.WARNING : Mood.NEUTRAL, throughput(peers), lines));
    }

    /** The engine's own throughput, and how far the others' reach: one run doesn't rank what is close together. */
    private static String throughput(final PeersResult peers) {
        final List<PeersResult.Row> measured = peers.rows().stream()
                .filter(row -> row.valid() && row.tasksPerSecond() != null && !PeersSection.isFloor(row))
                .toList();
        if (measured.isEmpty()) {
            return "No peer's throughput is valid.";
        }
        final List<String> parts = new ArrayList<>();
        final String own = measured.stream()
                .filter(PeersSection::isOurs)
                .map(row -> row.peer() + ' ' + Quantity.PER_SECOND.format(row.tasksPerSecond()))
                .collect(Collectors.joining(", "));
        if (!own.isEmpty()) {
            parts.add(own);
        }
        final double[] others = measured.stream()
                .filter(row -> !PeersSection.isOurs(row))
                .mapToDouble(PeersResult.Row::tasksPerSecond)
                .sorted()
                .toArray();
        if (others.length == 1) {
            parts.add("1 peer on the same work at " + Quantity.PER_SECOND.format(others[0]));
        } else if (others.length > 1) {
            parts.add(others.length + " peers on the same work from " + Quantity.PER_SECOND.format(others[0]) + " to "
                    + Quantity.PER_SECOND.format(others[others.length - 1]));
        }
        return "Throughput: " + String.join("; ", parts) + ".";
    }

    private static void jmh(final List<JmhResult> results, final List<Block> blocks) {
        final int least = results.stream().mapToInt(JmhResult::forkCount).min().orElse(0);
        blocks.add(
                new Block.Verdict(
                        least > 1 ? Mood.NEUTRAL : Mood.WARNING,
                        results.size() + (results.size() == 1 ? " benchmark" : " benchmarks") + ", " + least
                                + (least == 1 ? " fork" : " forks") + " of each.",
                        least > 1
                                ? List.of()
                                : List.of(
                                        "One fork says nothing of its spread: it shows that a benchmark runs, not how fast it is.")));
    }
}
