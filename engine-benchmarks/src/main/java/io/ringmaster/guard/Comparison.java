package io.ringmaster.guard;

import io.ringmaster.benchmarks.PairedRatio;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Two builds, fork by fork: A B, B A, A B, … for each scenario, all scenarios in each round, so that the pairs of each lie
 * spread over the whole run. After a few pairs there is a look; only the scenarios with an undecided benchmark go on, by
 * time or by allocation.
 */
final class Comparison {
    private final Settings settings;
    private final Judge judge;
    private final Forks forks;
    private final List<String> scenarios;
    private final Consumer<String> progress;

    /**
     * Prepares.
     *
     * @param settings  how to decide.
     * @param forks     where samples come from.
     * @param scenarios what to run.
     * @param progress  told in a line what is being done.
     */
    Comparison(
            final Settings settings, final Forks forks, final List<String> scenarios, final Consumer<String> progress) {
        this.settings = settings;
        this.judge = new Judge(settings);
        this.forks = forks;
        this.scenarios = List.copyOf(scenarios);
        this.progress = progress;
    }

    /** What was measured of one scenario. */
    private static final class Measured {
        private final Samples base = new Samples();
        private final Samples next = new Samples();
        private String baseFailure;
        private String newFailure;

        boolean failed() {
            return baseFailure != null || newFailure != null;
        }

        String failure() {
            return baseFailure == null ? newFailure : baseFailure;
        }
    }

    /**
     * Measures A against A. What the build can't run is left out.
     *
     * @param build A.
     * @return each benchmark's interval.
     * @throws ForkFailedException  if the build can't run any scenario.
     * @throws InterruptedException if the caller is to stop.
     */
    Map<String, Noise.Entry> measureNoise(final Build build) throws ForkFailedException, InterruptedException {
        final Map<String, Measured> measured = start();
        for (int pair = 0; pair < settings.noisePairs(); pair++) {
            progress.accept("A against A, pair " + (pair + 1) + " of " + settings.noisePairs());
            runPair(build, build, pair, measured, measured.keySet());
        }
        final Map<String, Noise.Entry> entries = new TreeMap<>();
        final List<String> failures = new ArrayList<>();
        for (final Measured each : measured.values()) {
            if (each.failed()) {
                failures.add(each.failure());
                continue;
            }
            for (final String benchmark : each.base.benchmarks()) {
                final PairedRatio ratio = judge.noise(each.base.ratios(benchmark), each.next.ratios(benchmark));
                entries.put(
                        benchmark,
                        new Noise.Entry(
                                ratio.low(),
                                ratio.high(),
                                each.base.medianNanos(benchmark),
                                each.base.medianControl(benchmark),
                                each.base.medianBytes(benchmark)));
            }
        }
        if (entries.isEmpty() && !failures.isEmpty()) {
            throw new ForkFailedException(failures.get(0));
        }
        failures.forEach(each -> progress.accept(each + "; its noise is left out"));
        return entries;
    }

    /**
     * Compares.
     *
     * @param base  A.
     * @param next  B.
     * @param noise what A against A showed.
     * @return a judgement of each benchmark, in the order of the scenarios.
     * @throws InterruptedException if the caller is to stop.
     */
    List<Judgement> compare(final Build base, final Build next, final Noise noise) throws InterruptedException {
        final Map<String, Measured> measured = start();
        final Map<String, Judgement> judgements = new LinkedHashMap<>();
        Set<String> open = new LinkedHashSet<>(scenarios);
        int pair = 0;
        for (final int look : settings.looks()) {
            while (pair < look && !open.isEmpty()) {
                progress.accept("pair " + (pair + 1) + " of " + look + ": " + String.join(", ", open));
                runPair(base, next, pair++, measured, open);
            }
            open = judge(measured, open, noise, judgements);
        }
        return List.copyOf(judgements.values());
    }

    private Map<String, Measured> start() {
        final Map<String, Measured> measured = new LinkedHashMap<>();
        for (final String each : scenarios) {
            measured.put(each, new Measured());
        }
        return measured;
    }

    private void runPair(
            final Build base,
            final Build next,
            final int pair,
            final Map<String, Measured> measured,
            final Set<String> open)
            throws InterruptedException {
        for (final String scenario : open) {
            final Measured each = measured.get(scenario);
            final boolean baseFirst = pair % 2 == 0;
            for (int half = 0; half < 2 && !each.failed(); half++) {
                final boolean isBase = half == 0 == baseFirst;
                try {
                    (isBase ? each.base : each.next).add(measure(isBase ? base : next, scenario));
                } catch (final ForkFailedException e) {
                    if (isBase) {
                        each.baseFailure = e.getMessage();
                    } else {
                        each.newFailure = e.getMessage();
                    }
                }
            }
        }
    }

    /** A fork that fails is run once more: a machine that stood still for a while is no fault of the build's. */
    private List<Sample> measure(final Build build, final String scenario)
            throws ForkFailedException, InterruptedException {
        try {
            return forks.run(build, scenario);
        } catch (final ForkFailedException e) {
            progress.accept(e.getMessage() + "; once more");
            return forks.run(build, scenario);
        }
    }

    /** Judges the open scenarios' undecided benchmarks; returns the scenarios that have some left. */
    private Set<String> judge(
            final Map<String, Measured> measured,
            final Set<String> open,
            final Noise noise,
            final Map<String, Judgement> judgements) {
        final int judged = (int) noise.benchmarks().keySet().stream()
                .filter(each -> noise.guards(each, settings))
                .count();
        final Set<String> undecided = new LinkedHashSet<>();
        for (final String scenario : open) {
            final Measured each = measured.get(scenario);
            if (each.failed()) {
                final boolean broken = each.newFailure != null;
                final Verdict verdict = broken ? Verdict.BROKEN : Verdict.NOT_COMPARABLE;
                judgements.put(scenario, failed(scenario, verdict, broken ? each.newFailure : each.baseFailure));
                continue;
            }
            for (final String benchmark : benchmarks(each)) {
                final Judgement before = judgements.get(benchmark);
                if (before == null || before.isOpen()) {
                    Judgement now = judge(benchmark, each, noise, judged);
                    if (before != null && before.time() != Verdict.CANT_TELL) {
                        now = before.withAllocationOf(now); // what was told by time stays
                    }
                    judgements.put(benchmark, now);
                    if (now.isOpen()) {
                        undecided.add(scenario);
                    }
                }
            }
        }
        return undecided;
    }

    private static List<String> benchmarks(final Measured measured) {
        final List<String> both = new ArrayList<>(measured.base.benchmarks());
        both.retainAll(measured.next.benchmarks());
        return both;
    }

    private static Judgement failed(final String scenario, final Verdict verdict, final String why) {
        return new Judgement(scenario, verdict, verdict, null, Double.NaN, Double.NaN, Double.NaN, Double.NaN, why);
    }

    private Judgement judge(final String benchmark, final Measured measured, final Noise noise, final int judged) {
        final PairedRatio ratio = judge.ratio(measured.base.ratios(benchmark), measured.next.ratios(benchmark), judged);
        final Noise.Entry entry = noise.benchmarks().get(benchmark);
        final boolean guarded = noise.guards(benchmark, settings);
        final String remark;
        if (guarded) {
            remark = "";
        } else if (entry == null) {
            remark = "its noise was never measured on this machine";
        } else {
            remark = String.format(Locale.ROOT, "its A/A interval is %.1f %% wide", 100 * entry.width());
        }
        return new Judgement(
                benchmark,
                guarded ? judge.byTime(ratio, entry.reach()) : Verdict.NOT_GUARDED,
                judge.byAllocation(measured.base.bytes(benchmark), measured.next.bytes(benchmark)),
                ratio,
                measured.base.medianNanos(benchmark),
                measured.next.medianNanos(benchmark),
                measured.base.medianBytes(benchmark),
                measured.next.medianBytes(benchmark),
                remark);
    }
}
