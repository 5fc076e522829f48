package io.ringmaster.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class ComparisonTest {
    private static final long SEED = Long.getLong("ringmaster.seed", 20_260_101L);
    private static final List<String> SCENARIOS = List.of("a", "b", "c", "d", "e");
    /** As measured with the forks' flags: forks of one build differ by 1 %. */
    private static final double NOISE = 0.01;

    @Test
    void shouldRaiseNoAlarmInMoreThanOneOfAHundredComparisonsOfEqualBuilds() throws Exception {
        final int times = 1_000;
        int alarms = 0;
        int undecided = 0;
        for (int i = 0; i < times; i++) {
            final SimulatedForks forks = new SimulatedForks(SEED + i, NOISE, 1, 0);
            final List<Judgement> judgements = compare(forks, SimulatedForks.SAME);
            final Outcome outcome = Outcome.of(judgements, Settings.DEFAULT);
            alarms += outcome == Outcome.WORSE ? 1 : 0;
            undecided += outcome == Outcome.UNDECIDED ? 1 : 0;
        }

        assertThat(alarms).as("alarms, seed %d", SEED).isLessThanOrEqualTo(times / 100);
        assertThat(undecided).as("undecided, seed %d", SEED).isLessThanOrEqualTo(times / 20);
    }

    @Test
    void shouldCatchASlowDownOfATenthInNineteenOfTwentyComparisonsAtLeast() throws Exception {
        final int times = 300;
        int caught = 0;
        int guarded = 0;
        int all = 0;
        for (int i = 0; i < times; i++) {
            final SimulatedForks forks = new SimulatedForks(SEED + i, NOISE, 1.1, 0);
            for (final Judgement each : compare(forks, SimulatedForks.SLOW)) {
                if (each.benchmark().endsWith(".0")) {
                    all++;
                    guarded += each.time() == Verdict.NOT_GUARDED ? 0 : 1;
                    caught += each.time() == Verdict.WORSE ? 1 : 0;
                }
            }
        }

        // "can't tell" is not caught; what a stranger among the A/A forks kept from being guarded is listed, and
        // bounded
        assertThat((double) caught / guarded).as("caught, seed %d", SEED).isGreaterThanOrEqualTo(0.95);
        assertThat((double) guarded / all).as("guarded, seed %d", SEED).isGreaterThanOrEqualTo(0.9);
    }

    @Test
    void shouldSayBetterOfAGainAndBlameNobodyForIt() throws Exception {
        final SimulatedForks forks = new SimulatedForks(SEED, NOISE / 2, 0.85, -24);

        final List<Judgement> judgements = compare(forks, SimulatedForks.SLOW);

        assertThat(judgements)
                .filteredOn(each -> each.benchmark().endsWith(".0"))
                .allMatch(each -> each.time() == Verdict.BETTER && each.allocation() == Verdict.BETTER);
        assertThat(Outcome.of(judgements, Settings.DEFAULT)).isEqualTo(Outcome.PASSED);
    }

    @Test
    void shouldCatchTwentyFourBytesAndNotAHalf() throws Exception {
        final List<Judgement> more = compare(new SimulatedForks(SEED, NOISE, 1, 24), SimulatedForks.SLOW);
        final List<Judgement> hardly = compare(new SimulatedForks(SEED, NOISE, 1, 0.3), SimulatedForks.SLOW);

        assertThat(more).filteredOn(each -> each.benchmark().endsWith(".0")).allMatch(Judgement::isAlarm);
        assertThat(Outcome.of(more, Settings.DEFAULT)).isEqualTo(Outcome.WORSE);
        assertThat(hardly).noneMatch(each -> each.allocation().isAlarm());
    }

    @Test
    void shouldAlternateWhoGoesFirst() throws Exception {
        final List<String> order = new ArrayList<>();
        final SimulatedForks forks = new SimulatedForks(SEED, 0.001, 1, 0);
        final Noise noise = noise(forks);
        final Comparison comparison = new Comparison(
                Settings.QUICK,
                (build, scenario) -> {
                    order.add(build.name());
                    return forks.run(build, scenario);
                },
                List.of("a"),
                line -> {});

        comparison.compare(SimulatedForks.BASE, SimulatedForks.SAME, noise);

        assertThat(order.subList(0, 8)).containsExactly("base", "same", "same", "base", "base", "same", "same", "base");
    }

    @Test
    void shouldGoOnOnlyWithWhatIsUndecided() throws Exception {
        final SimulatedForks calm = new SimulatedForks(SEED, 0.002, 1, 0);
        final Noise noise = noise(calm);
        final int before = calm.runs();

        comparison(calm).compare(SimulatedForks.BASE, SimulatedForks.SAME, noise);

        assertThat(calm.runs() - before)
                .isEqualTo(2 * SCENARIOS.size() * Settings.DEFAULT.looks().get(0));
    }

    @Test
    void shouldGoOnWhileAllocationIsUndecidedAndKeepWhatWasToldByTime() throws Exception {
        final SimulatedForks calm = new SimulatedForks(SEED, 0.002, 1, 0);
        final Noise noise = noise(calm);
        final int before = calm.runs();
        final int pairs = Settings.DEFAULT.looks().get(0);

        final Comparison comparison = comparison(allocatingAtFirst(calm, "c"));
        final List<Judgement> judgements = comparison.compare(SimulatedForks.BASE, SimulatedForks.SAME, noise);

        assertThat(calm.runs() - before).isEqualTo(runsWithASecondLookAtOneScenario());
        assertThat(judgements).allMatch(each -> each.allocation() == Verdict.SAME);
        assertThat(judgements).allMatch(each -> each.ratio().pairs() == pairs);
    }

    @Test
    void shouldGoOnForTheAllocationOfWhatIsNotGuarded() throws Exception {
        final SimulatedForks calm = new SimulatedForks(SEED, 0.002, 1, 0);
        final Noise noise = new Noise("machine", "commit", "now", List.of(), 12, 0.95, Map.of());

        final Comparison comparison = comparison(allocatingAtFirst(calm, "c"));
        final List<Judgement> judgements = comparison.compare(SimulatedForks.BASE, SimulatedForks.SAME, noise);

        assertThat(calm.runs()).isEqualTo(runsWithASecondLookAtOneScenario());
        assertThat(judgements).allMatch(each -> each.time() == Verdict.NOT_GUARDED);
        assertThat(judgements).allMatch(each -> each.allocation() == Verdict.SAME);
    }

    @Test
    void shouldNotGoOnWhereTheJvmDoesNotCountBytes() throws Exception {
        final SimulatedForks calm = new SimulatedForks(SEED, 0.002, 1, 0);
        final Noise noise = noise(calm);
        final int before = calm.runs();
        final Forks uncounted = (build, scenario) -> withMoreBytes(calm.run(build, scenario), Double.NaN);

        final Comparison comparison = comparison(uncounted);
        final List<Judgement> judgements = comparison.compare(SimulatedForks.BASE, SimulatedForks.SAME, noise);

        assertThat(calm.runs() - before)
                .isEqualTo(2 * SCENARIOS.size() * Settings.DEFAULT.looks().get(0));
        assertThat(judgements).allMatch(each -> each.allocation() == Verdict.CANT_TELL);
    }

    @Test
    void shouldListWhatIsTooNoisyAndJudgeOnlyItsAllocation() throws Exception {
        final SimulatedForks wild = new SimulatedForks(SEED, 0.2, 1.5, 24);

        final List<Judgement> judgements = compare(wild, SimulatedForks.SLOW);

        assertThat(judgements).allMatch(each -> each.time() == Verdict.NOT_GUARDED);
        assertThat(judgements).allMatch(each -> each.remark().contains("A/A interval"));
        assertThat(judgements)
                .filteredOn(each -> each.benchmark().endsWith(".0"))
                .allMatch(each -> each.allocation() == Verdict.WORSE);
    }

    @Test
    void shouldSayUndecidedWhenNothingIsGuarded() throws Exception {
        final List<Judgement> judgements = compare(new SimulatedForks(SEED, 0.2, 1, 0), SimulatedForks.SAME);

        assertThat(Outcome.of(judgements, Settings.DEFAULT)).isEqualTo(Outcome.UNDECIDED);
    }

    @Test
    void shouldTakeANewBuildThatCantRunForBrokenAndAnOldOneForIncomparable() throws Exception {
        final SimulatedForks forks = new SimulatedForks(SEED, 0.002, 1, 0);
        final Noise noise = noise(forks);
        final Comparison comparison = new Comparison(
                Settings.DEFAULT,
                (build, scenario) -> {
                    if (scenario.equals("a") && build == SimulatedForks.SAME
                            || scenario.equals("b") && build == SimulatedForks.BASE) {
                        throw new ForkFailedException(build.name() + " can't");
                    }
                    return forks.run(build, scenario);
                },
                SCENARIOS,
                line -> {});

        final List<Judgement> judgements = comparison.compare(SimulatedForks.BASE, SimulatedForks.SAME, noise);

        assertThat(judgements).anyMatch(each -> each.benchmark().equals("a") && each.time() == Verdict.BROKEN);
        assertThat(judgements)
                .anyMatch(each -> each.benchmark().equals("b")
                        && each.time() == Verdict.NOT_COMPARABLE
                        && each.remark().equals("base can't"));
        assertThat(Outcome.of(judgements, Settings.DEFAULT)).isEqualTo(Outcome.WORSE);
    }

    @Test
    void shouldForgiveAForkThatFailsOnce() throws Exception {
        final SimulatedForks forks = new SimulatedForks(SEED, 0.002, 1, 0);
        final Noise noise = noise(forks);
        final List<String> failed = new ArrayList<>();
        final Comparison comparison = new Comparison(
                Settings.DEFAULT,
                (build, scenario) -> {
                    if (failed.isEmpty() && build == SimulatedForks.SAME) {
                        failed.add(scenario);
                        throw new ForkFailedException("stood still");
                    }
                    return forks.run(build, scenario);
                },
                SCENARIOS,
                line -> {});

        final List<Judgement> judgements = comparison.compare(SimulatedForks.BASE, SimulatedForks.SAME, noise);

        assertThat(failed).hasSize(1);
        assertThat(Outcome.of(judgements, Settings.DEFAULT)).isEqualTo(Outcome.PASSED);
    }

    @Test
    void shouldLeaveOutOfTheNoiseWhatTheBaseCantRunAndCallItIncomparable() throws Exception {
        final SimulatedForks forks = new SimulatedForks(SEED, 0.002, 1, 0);
        final List<String> told = new ArrayList<>();
        final Comparison comparison = new Comparison(
                Settings.DEFAULT,
                (build, scenario) -> {
                    if (scenario.equals("b") && build == SimulatedForks.BASE) {
                        throw new ForkFailedException("base can't");
                    }
                    return forks.run(build, scenario);
                },
                SCENARIOS,
                told::add);

        final Noise noise = noise(comparison);
        final List<Judgement> judgements = comparison.compare(SimulatedForks.BASE, SimulatedForks.SAME, noise);

        assertThat(noise.benchmarks()).hasSize(2 * (SCENARIOS.size() - 1));
        assertThat(noise.benchmarks()).doesNotContainKeys("b.0", "b.1");
        assertThat(told).contains("base can't; its noise is left out");
        assertThat(Outcome.count(judgements, Verdict.NOT_COMPARABLE)).isEqualTo(1);
        assertThat(Outcome.of(judgements, Settings.DEFAULT)).isEqualTo(Outcome.PASSED);
    }

    @Test
    void shouldMeasureNoNoiseOfABuildThatCantRun() {
        final Comparison comparison = new Comparison(
                Settings.DEFAULT,
                (build, scenario) -> {
                    throw new ForkFailedException("no main class");
                },
                SCENARIOS,
                line -> {});

        assertThatThrownBy(() -> comparison.measureNoise(SimulatedForks.BASE))
                .isInstanceOf(ForkFailedException.class)
                .hasMessage("no main class");
    }

    private static List<Judgement> compare(final SimulatedForks forks, final Build next) throws Exception {
        return comparison(forks).compare(SimulatedForks.BASE, next, noise(forks));
    }

    /** The new build's first two forks of a scenario allocate 24 B more than its others. */
    private static Forks allocatingAtFirst(final Forks forks, final String scenario) {
        final AtomicInteger runs = new AtomicInteger();
        return (build, each) -> {
            final List<Sample> samples = forks.run(build, each);
            if (build != SimulatedForks.SAME || !each.equals(scenario) || runs.getAndIncrement() >= 2) {
                return samples;
            }
            return withMoreBytes(samples, 24);
        };
    }

    private static List<Sample> withMoreBytes(final List<Sample> samples, final double more) {
        return samples.stream()
                .map(each -> new Sample(each.benchmark(), each.nanos(), each.controlNanos(), each.bytes() + more))
                .toList();
    }

    private static int runsWithASecondLookAtOneScenario() {
        final List<Integer> looks = Settings.DEFAULT.looks();
        return 2 * ((SCENARIOS.size() - 1) * looks.get(0) + looks.get(1));
    }

    private static Comparison comparison(final Forks forks) {
        return new Comparison(Settings.DEFAULT, forks, SCENARIOS, line -> {});
    }

    private static Noise noise(final SimulatedForks forks) throws Exception {
        return noise(comparison(forks));
    }

    private static Noise noise(final Comparison comparison) throws Exception {
        return new Noise(
                "machine",
                "commit",
                "now",
                List.of(),
                Settings.DEFAULT.noisePairs(),
                0.999,
                comparison.measureNoise(SimulatedForks.BASE));
    }
}
