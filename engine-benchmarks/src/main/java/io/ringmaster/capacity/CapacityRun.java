package io.ringmaster.capacity;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A whole run: the search for the knee and for the highest rate within the objective, a burst, an overload, other counts of
 * fire-workers, and the verdict.
 *
 * <p>Each step has an engine of its own. So a step that was too much leaves no backlog to the next one, the books of each are
 * exact after its end, and no order of the rates favours any; code that is compiled stays so.
 */
public final class CapacityRun {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double LONGEST_TASKS_IN_WARM_UP = 1.5;
    private static final int DIGITS = 3;
    private static final int COARSE_DIGITS = 2;
    private static final int MOST_RETRIES = 2;
    private static final double CEILING_BUSY = 0.9;
    private static final double BASE_SHARE = 0.5;
    private static final double BEFORE_SECONDS = 2;
    private static final double AFTER_SECONDS = 3;
    private static final int LEAST_BEFORE = 10;
    private static final int LEAST_AFTER = 15;
    private static final long[] INTERVAL_MILLIS = {10, 20, 50, 100, 200, 500, 1_000};
    private static final double LEAST_PER_INTERVAL = 1_000;
    private static final double WARM_UP_FACTOR = 4;

    private final CapacitySettings settings;
    private final CapacityObserver observer;
    private final CapacityFiles output;
    private final BooleanSupplier stop;
    private final Bench bench;
    private final StepLength length;
    private final long startEpochMillis = System.currentTimeMillis();
    private final List<Step> steps = new ArrayList<>();
    private final List<Step> otherSteps = new ArrayList<>();
    private int outputs;

    /**
     * A run, not started.
     *
     * @param settings what it does.
     * @param observer told how it goes.
     * @param output   takes each step as soon as it is measured.
     * @param stop     whether it is to come to an end.
     */
    public CapacityRun(
            final CapacitySettings settings,
            final CapacityObserver observer,
            final CapacityFiles output,
            final BooleanSupplier stop) {
        this(settings, observer, output, stop, new EngineBench(settings, System.nanoTime(), observer, stop));
    }

    CapacityRun(
            final CapacitySettings settings,
            final CapacityObserver observer,
            final CapacityFiles output,
            final BooleanSupplier stop,
            final Bench bench) {
        this.settings = settings;
        this.observer = observer;
        this.output = output;
        this.stop = stop;
        this.bench = bench;
        this.length = new StepLength(settings.work(), settings.stepSeconds());
    }

    /**
     * Runs it, on the calling thread.
     *
     * @return what was found, up to a stop if there was one.
     * @throws InterruptedException if the calling thread was interrupted.
     */
    public CapacityResult run() throws InterruptedException {
        output.begin(startEpochMillis);
        warmUp();
        final RateSearch search = new RateSearch(
                (rate, purpose) -> attempt(rate, purpose, settings.shape().fireWorkers(), settings.slo(), steps),
                settings.slo() == null ? Double.POSITIVE_INFINITY : length.leastRate(settings.slo()));
        final Found found = search(search, settings.slo() != null);
        final CapacityResult.Knee knee = knee(search, found.knee());
        CapacityResult.Disturbance burst = null;
        CapacityResult.Disturbance overload = null;
        LiveTaskCost cost = null;
        if (knee != null && !stop.getAsBoolean()) {
            burst = disturb(Step.Purpose.BURST, settings.burst(), knee.rate().perSecond(), settings.burstSeconds());
        }
        if (knee != null && !stop.getAsBoolean()) {
            overload = disturb(
                    Step.Purpose.OVERLOAD, settings.overload(), knee.rate().perSecond(), settings.overloadSeconds());
        }
        if (knee != null && !stop.getAsBoolean()) {
            cost = bench.cost();
        }
        final Usl usl = usl(knee);
        final CapacityResult.Rate within = rate(found.within());
        return new CapacityResult(
                settings,
                startEpochMillis,
                steps,
                otherSteps,
                knee,
                within,
                within == null && settings.slo() != null
                        ? ObjectiveReason.of(
                                settings.slo(), steps, settings.rates().isEmpty())
                        : "",
                burst,
                overload,
                usl,
                cost,
                Verdict.of(settings, steps, knee, within, burst, cost),
                stop.getAsBoolean());
    }

    /** What a search found; null for what it did not. */
    private record Found(RateSearch.Found knee, RateSearch.Found within) {}

    private Found search(final RateSearch search, final boolean hasSlo) throws InterruptedException {
        if (!settings.rates().isEmpty()) {
            search.tryAll(settings.rates());
            return new Found(
                    search.best(RateSearch.Trial::keepsUp), hasSlo ? search.best(RateSearch.Trial::meetsSlo) : null);
        }
        final boolean complete = search.sweep(settings.rateFrom(), settings.rateTo())
                && (!hasSlo || search.lower(RateSearch.Trial::meetsSlo) && search.bisect(RateSearch.Trial::meetsSlo))
                && search.bisect(RateSearch.Trial::keepsUp);
        if (!complete) {
            return new Found(
                    search.best(RateSearch.Trial::keepsUp), hasSlo ? search.best(RateSearch.Trial::meetsSlo) : null);
        }
        return new Found(
                confirmed(search, RateSearch.Trial::keepsUp),
                hasSlo ? confirmed(search, RateSearch.Trial::meetsSlo) : null);
    }

    /** When the run is ended in between, the answer is what it would have repeated. */
    private RateSearch.Found confirmed(final RateSearch search, final Function<RateSearch.Trial, Answer> question)
            throws InterruptedException {
        final RateSearch.Found confirmed = search.confirm(question);
        return confirmed == null && stop.getAsBoolean() ? search.best(question) : confirmed;
    }

    private CapacityResult.Knee knee(final RateSearch search, final RateSearch.Found found) {
        if (found == null) {
            return null;
        }
        final boolean saturated = search.isSaturatedAbove(found.rate());
        final String above = saturated
                ? "; above it, steps did not"
                : search.trials().stream().anyMatch(each -> each.rate() > found.rate() && each.isCeiling())
                        ? "; at least: above it the rig's own submitter fell behind"
                        : "; at least: no valid step above it shows the end";
        return new CapacityResult.Knee(
                new CapacityResult.Rate(found.rate(), found.step()),
                saturated,
                "the highest rate at which refusals and the backlog's growth took no more than 1 % of the tasks that were"
                        + " due in the measured time, beyond what the count of live tasks varies by chance"
                        + (settings.rates().isEmpty() ? ", twice" : "")
                        + above);
    }

    private static CapacityResult.Rate rate(final RateSearch.Found found) {
        return found == null ? null : new CapacityResult.Rate(found.rate(), found.step());
    }

    // ---- steps -------------------------------------------------------------------------------------------------

    private StepMeasurement.Plan plan(
            final Step.Purpose purpose, final double perSecond, final long seed, final int seconds) {
        return new StepMeasurement.Plan(
                purpose,
                perSecond,
                seed,
                settings.arrivals().profile(perSecond),
                settings.arrivals()::gaps,
                new Timing(warmUpNanos(), TimeUnit.SECONDS.toNanos(1), seconds, DIGITS),
                null);
    }

    /** Long enough for the longest task to end before anything is measured. */
    private long warmUpNanos() {
        final double longest = settings.work().longestNanos() / NANOS_PER_SECOND;
        return (long) (NANOS_PER_SECOND * Math.max(settings.warmUpSeconds(), longest * LONGEST_TASKS_IN_WARM_UP));
    }

    private void warmUp() throws InterruptedException {
        if (settings.warmUpSeconds() > 0 && !stop.getAsBoolean()) {
            final double rate = settings.rates().isEmpty()
                    ? Math.min(settings.rateTo(), settings.rateFrom() * WARM_UP_FACTOR)
                    : settings.rates().get(0);
            bench.measure(
                    plan(Step.Purpose.WARM_UP, rate, settings.seed(), 1),
                    settings.shape().fireWorkers(),
                    null);
        }
    }

    /** One for each time that something is measured: what chance did to it once it does not do again. */
    private long seed(final long times) {
        final SplittableRandom seeds = new SplittableRandom(settings.seed());
        long seed = settings.seed();
        for (long i = 0; i < times; i++) {
            seed = seeds.nextLong();
        }
        return seed;
    }

    private static long times(final double rate, final int fireWorkers, final List<Step> kept) {
        return kept.stream()
                .filter(each -> each.load().scheduledPerSecond() == rate && each.fireWorkers() == fireWorkers)
                .count();
    }

    /** Measures a rate, again if machine or submitter were disturbed. */
    private RateSearch.Trial attempt(
            final double rate, final Step.Purpose purpose, final int fireWorkers, final Slo slo, final List<Step> kept)
            throws InterruptedException {
        Step.Purpose why = purpose;
        for (int i = 0; ; i++) {
            if (stop.getAsBoolean()) {
                return null;
            }
            final StepMeasurement.Plan plan =
                    plan(why, rate, seed(times(rate, fireWorkers, kept)), length.seconds(rate, purpose, slo));
            final Step step = keep(bench.measure(plan, fireWorkers, slo), kept);
            if (step.isInvalidBy(Complaint.Cause.STOPPED)) {
                return null;
            }
            if (!isDisturbed(step) || i == MOST_RETRIES) {
                return new RateSearch.Trial(
                        rate,
                        kept.size() - 1,
                        step.keepsUp(),
                        step.meetsSlo(),
                        step.isInvalidBy(Complaint.Cause.SUBMITTER));
            }
            why = Step.Purpose.REPEAT;
        }
    }

    /** Whether another try may do better: not where a submitter that is always busy is behind. */
    private static boolean isDisturbed(final Step step) {
        return step.isInvalidBy(Complaint.Cause.MACHINE)
                || step.isInvalidBy(Complaint.Cause.SUBMITTER) && step.usage().submitterBusy() < CEILING_BUSY;
    }

    private Step keep(final Measured measured, final List<Step> kept) {
        kept.add(measured.step());
        output.add(outputs++, measured);
        observer.measured(measured.step());
        return measured.step();
    }

    // ---- burst and overload ------------------------------------------------------------------------------------

    /** Measures it, again if machine or submitter were disturbed; what is said and written is the last try. */
    private CapacityResult.Disturbance disturb(
            final Step.Purpose purpose, final double factor, final double knee, final double seconds)
            throws InterruptedException {
        if (factor == 0) {
            return null;
        }
        final double base = knee * BASE_SHARE;
        long interval = INTERVAL_MILLIS[INTERVAL_MILLIS.length - 1];
        for (int i = INTERVAL_MILLIS.length - 1; i >= 0; i--) {
            if (base * INTERVAL_MILLIS[i] / 1_000 >= LEAST_PER_INTERVAL) {
                interval = INTERVAL_MILLIS[i];
            }
        }
        final double intervalSeconds = interval / 1e3;
        final int begin = (int) Math.ceil(Math.max(BEFORE_SECONDS / intervalSeconds, LEAST_BEFORE));
        final int end = begin + (int) Math.max(1, Math.round(seconds / intervalSeconds));
        final int after = (int) Math.ceil(Math.max(AFTER_SECONDS / intervalSeconds, LEAST_AFTER));
        final long intervalNanos = TimeUnit.MILLISECONDS.toNanos(interval);
        final long warmUp = warmUpNanos();
        final RateProfile profile = RateProfile.phases(
                new double[] {warmUp + (double) begin * intervalNanos, (double) (end - begin) * intervalNanos, 0},
                new double[] {base, factor * knee, base});
        Measured measured = null;
        for (int i = 0; i == 0 || i <= MOST_RETRIES && isDisturbed(measured.step()) && !stop.getAsBoolean(); i++) {
            final StepMeasurement.Plan plan = new StepMeasurement.Plan(
                    purpose,
                    factor * knee,
                    seed(i),
                    profile,
                    settings.arrivals()::gaps,
                    new Timing(warmUp, intervalNanos, end + after, COARSE_DIGITS),
                    new int[] {begin, end});
            measured = bench.measure(plan, settings.shape().fireWorkers(), null);
            observer.measured(measured.step());
        }
        output.add(outputs++, measured);
        return new CapacityResult.Disturbance(factor, base, measured.step(), measured.recovery());
    }

    // ---- scaling -----------------------------------------------------------------------------------------------

    private Usl usl(final CapacityResult.Knee knee) throws InterruptedException {
        final List<Usl.Point> points = new ArrayList<>();
        final List<Usl.Point> open = new ArrayList<>();
        final List<Integer> without = new ArrayList<>();
        final int cpus = Runtime.getRuntime().availableProcessors();
        for (final int count : settings.fireWorkersSweep()) {
            if (count + settings.submitters() > cpus) {
                without.add(count);
                continue;
            }
            if (count == settings.shape().fireWorkers() && knee != null) {
                (knee.saturated() ? points : open)
                        .add(new Usl.Point(count, knee.rate().perSecond()));
                continue;
            }
            final RateSearch search = new RateSearch(
                    (rate, purpose) -> attempt(rate, purpose, count, null, otherSteps), Double.POSITIVE_INFINITY);
            final RateSearch.Found found = search(search, false).knee();
            if (found != null) {
                (search.isSaturatedAbove(found.rate()) ? points : open).add(new Usl.Point(count, found.rate()));
            }
        }
        if (settings.fireWorkersSweep().isEmpty() && knee != null) {
            (knee.saturated() ? points : open)
                    .add(new Usl.Point(
                            settings.shape().fireWorkers(), knee.rate().perSecond()));
        }
        return Usl.fit(points, settings.seed())
                .because(
                        without.isEmpty()
                                ? ""
                                : "the machine's " + cpus + " CPUs leave none for " + without + " of the counts beside "
                                        + settings.submitters() + " submitting")
                .because(open.isEmpty() ? "" : leftOut(open));
    }

    private static String leftOut(final List<Usl.Point> open) {
        return open.stream()
                .map(each -> each.fireWorkers() + (each.fireWorkers() == 1 ? " fire-worker" : " fire-workers")
                        + " with at least " + Quantities.rate(each.ratePerSecond()) + "/s")
                .collect(Collectors.joining(", ", "left out: ", ", since no valid step above shows the end"));
    }
}
