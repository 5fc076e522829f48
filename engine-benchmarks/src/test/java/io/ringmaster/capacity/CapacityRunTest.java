package io.ringmaster.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.task.Container;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole runs on engines whose capacity is known, in no time. */
class CapacityRunTest {
    private static final int THREADS = 64;
    private static final int SEEDS = 100;
    private static final CapacityObserver NOBODY = new CapacityObserver() {
        @Override
        public void began(final Step.Purpose purpose, final double perSecond, final long nanos) {}

        @Override
        public void looked(final long nanos, final long ended, final long live) {}

        @Override
        public void measured(final Step step) {}
    };

    private Work work = Work.parse("block:100ms");
    private PerfectEngine engine = new PerfectEngine(THREADS, work.nanos());
    private long seed = 42;
    private Slo slo;
    private List<Double> rates = List.of();
    private double rateFrom = engine.capacity() / 32;
    private double rateTo = 1e6;
    private double burst;

    private void block(final String duration) {
        work = Work.parse("block:" + duration);
        engine = new PerfectEngine(THREADS, work.nanos());
        rateFrom = Math.max(1, Math.floor(engine.capacity() / 32));
    }

    private CapacityResult run() throws InterruptedException {
        final CapacitySettings settings = new CapacitySettings(
                WorkMix.parse(work.toString().replace(' ', ':')),
                poisson(),
                seed,
                1,
                Container.AUTO,
                count -> null,
                new CapacitySettings.EngineShape(1, 1, "ADAPTIVE", 16_384, THREADS, 128),
                slo,
                rates,
                rateFrom,
                rateTo,
                5,
                2,
                burst,
                1,
                0,
                1,
                List.of(),
                0,
                "",
                0.4,
                List.of());
        return new CapacityRun(settings, NOBODY, CapacityFiles.of(null, null, 1), () -> false, engine).run();
    }

    private static Arrivals poisson() {
        try {
            return Arrivals.parse("poisson");
        } catch (final io.ringmaster.workflow.WorkflowFormatException e) {
            throw new AssertionError(e);
        }
    }

    // ---- the knee ----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"10ms,0.95,1.03", "100ms,0.93,1.05", "200ms,0.93,1.06", "1s,0.9,1.08", "10s,0.85,1.12"})
    void shouldFindTheKneeOfTasksThatLast(final String duration, final double low, final double high)
            throws InterruptedException {
        final List<Double> found = new ArrayList<>();
        for (seed = 0; seed < SEEDS; seed++) {
            block(duration);

            found.add(run().knee().rate().perSecond() / engine.capacity());
        }

        assertThat(found).allSatisfy(each -> assertThat(each).isBetween(low, high));
    }

    @Test
    void shouldGoUpToTheLastRateOfAnEngineWithoutALimit() throws InterruptedException {
        block("1s");
        engine = new PerfectEngine(100_000, work.nanos());
        rateFrom = 1;
        rateTo = 1_000;
        for (seed = 0; seed < SEEDS; seed++) {
            assertThat(run().knee().rate().perSecond()).as("seed %d", seed).isEqualTo(rateTo);
        }
    }

    @Test
    void shouldDrawAnotherScheduleWhenItMeasuresARateAgain() throws InterruptedException {
        run();

        final double knee = engine.plans.get(engine.plans.size() - 1).perSecond();
        final List<Long> seeds = engine.plans.stream()
                .filter(each -> each.perSecond() == knee)
                .map(StepMeasurement.Plan::seed)
                .toList();
        assertThat(seeds).hasSizeGreaterThan(1).doesNotHaveDuplicates();
        final List<StepMeasurement.Plan> plans = List.copyOf(engine.plans);
        engine.plans.clear();
        run();
        assertThat(engine.plans)
                .extracting(StepMeasurement.Plan::seed)
                .containsExactlyElementsOf(
                        plans.stream().map(StepMeasurement.Plan::seed).toList());
        seed = 43;
        engine.plans.clear();
        run();
        assertThat(engine.plans).extracting(StepMeasurement.Plan::seed).doesNotContainAnyElementsOf(seeds);
    }

    @Test
    void shouldMeasureLongerWhereTasksAreFewAndLong() throws InterruptedException {
        block("1s");
        rates = List.of(64.0);
        run();
        assertThat(engine.plans.get(1).timing().measuredNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(27));
        block("1ms");
        rates = List.of(64_000.0);
        run();
        assertThat(engine.plans.get(1).timing().measuredNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(5));
    }

    // ---- the objective -----------------------------------------------------------------------------------------

    @Test
    void shouldTellTheObjectiveAtLowRatesToo() throws InterruptedException {
        work = Work.parse("block:10ms");
        engine = new PerfectEngine(32, work.nanos());
        rateFrom = 100;
        slo = Slo.parse("p99.9=11ms");
        final CapacityResult result = run();

        // No step of 5 s with 1600/s or less has 10 000 tasks, and with 3200/s it waits for ever longer.
        assertThat(result.withinReason()).isEmpty();
        assertThat(result.within().perSecond()).isBetween(1_600.0, 3_000.0);
        assertThat(result.knee().rate().perSecond())
                .isGreaterThan(result.within().perSecond());
    }

    @Test
    void shouldLookBelowTheRateThatItBeginsWith() throws InterruptedException {
        work = Work.parse("block:10ms");
        engine = new PerfectEngine(32, work.nanos());
        rateFrom = 3_100;
        slo = Slo.parse("p99.9=11ms");

        assertThat(run().within().perSecond()).isBetween(1_600.0, 3_000.0);
    }

    @Test
    void shouldSayAtWhichRatesTheObjectiveWasMissedAndWhereItCannotBeTold() throws InterruptedException {
        block("10ms");
        engine.faults = (plan, number) ->
                plan.perSecond() == 1_000 ? List.of(new Complaint(Complaint.Cause.MACHINE, "stolen")) : List.of();
        slo = Slo.parse("p99.99=9ms");
        rates = List.of(500.0, 1_000.0, 5_000.0);

        assertThat(run().withinReason())
                .matches(
                        "no rate met p99.99 within 9ms: it was missed at 5000/s; it takes 100000 tasks in a step, and at"
                                + " 500/s the largest had 2[0-9]{3} \\(--step-seconds\\); no step at 1000/s is valid");
        rates = List.of(500.0);
        assertThat(run().withinReason())
                .startsWith(
                        "can't tell whether p99.99 within 9ms is met: it takes 100000 tasks in a step, and at 500/s");
    }

    // ---- the burst ---------------------------------------------------------------------------------------------

    private List<StepMeasurement.Plan> bursts() {
        return engine.plans.stream()
                .filter(each -> each.purpose() == Step.Purpose.BURST)
                .toList();
    }

    @Test
    void shouldMeasureADisturbedBurstAgain() throws InterruptedException {
        burst = 1.5;
        engine.faults = (plan, number) -> plan.purpose() == Step.Purpose.BURST && bursts().size() < 3
                ? List.of(new Complaint(Complaint.Cause.MACHINE, "stolen"))
                : List.of();
        final CapacityResult result = run();

        assertThat(result.burst().step().isValid()).isTrue();
        assertThat(bursts()).hasSize(3).extracting(StepMeasurement.Plan::seed).doesNotHaveDuplicates();
    }

    @Test
    void shouldGiveUpOnABurstThatIsDisturbedEachTime() throws InterruptedException {
        burst = 1.5;
        engine.faults = (plan, number) -> plan.purpose() == Step.Purpose.BURST
                ? List.of(new Complaint(Complaint.Cause.MACHINE, "stolen"))
                : List.of();
        final CapacityResult result = run();

        assertThat(result.burst().step().isValid()).isFalse();
        assertThat(bursts()).hasSize(3);
    }

    @Test
    void shouldNotRepeatABurstThatSaysSomething() throws InterruptedException {
        burst = 1.5;
        run();

        assertThat(bursts()).hasSize(1);
    }

    // ---- scaling -----------------------------------------------------------------------------------------------

    @Test
    void shouldNotFitTheScalingThroughARateThatIsOnlyTheLeast() throws InterruptedException {
        rateTo = 400;
        final Usl open = run().usl();

        assertThat(open.points()).isEmpty();
        assertThat(open.perWorker()).isNaN();
        assertThat(open.describe())
                .endsWith("left out: 1 fire-worker with at least 400/s, since no valid step above shows the end");
        rateTo = 1e6;
        final Usl ended = run().usl();
        assertThat(ended.points()).hasSize(1);
        assertThat(ended.perWorker()).isBetween(600.0, 650.0);
        assertThat(ended.reason()).doesNotContain("left out");
    }

    @Test
    void shouldNotFitTheScalingThroughTheSubmittersEnd() throws InterruptedException {
        engine.faults = (plan, number) ->
                plan.perSecond() > 300 ? List.of(new Complaint(Complaint.Cause.SUBMITTER, "behind")) : List.of();
        final CapacityResult result = run();

        assertThat(result.knee().saturated()).isFalse();
        assertThat(result.usl().points()).isEmpty();
        assertThat(result.usl().reason()).contains("left out: 1 fire-worker with at least 2");
    }
}
