package io.ringmaster.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepLengthTest {
    @ParameterizedTest
    @CsvSource({
        "noop, 1, BISECTION, 5",
        "spin:20us, 10000, BISECTION, 5",
        "block:100ms, 640, BISECTION, 5",
        // 150 x the root of 2 x 1 s / 64
        "block:1s, 64, BISECTION, 27",
        "block:1s, 64, REPEAT, 27",
        "block:1s, 64, GIVEN, 27",
        // 12 x that
        "block:1s, 64, SWEEP, 5",
        "block:1s, 2, SWEEP, 12",
        "block:1s, 2, BISECTION, 30",
        "block:10s, 6.4, BISECTION, 100"
    })
    void shouldBeAsLongAsItTakesForChanceToBeSmall(
            final String work, final double rate, final Step.Purpose purpose, final int seconds) {
        assertThat(new StepLength(WorkMix.parse(work), 5).seconds(rate, purpose, null))
                .isEqualTo(seconds);
    }

    @ParameterizedTest
    @CsvSource({"60, 60", "1, 1"})
    void shouldBeAsLongAsTheUserWantsAtLeast(final int wanted, final int seconds) {
        assertThat(new StepLength(WorkMix.parse("noop"), wanted).seconds(100, Step.Purpose.REPEAT, null))
                .isEqualTo(seconds);
    }

    @ParameterizedTest
    @CsvSource({
        // 10 000 and five standard deviations
        "p99.9=1ms, 2100, 5, 350",
        "p99.9=1ms, 1050, 10, 350",
        "p99.9=1ms, 350, 30, 350",
        // Half a minute has too few: no longer for that.
        "p99.9=1ms, 340, 5, 350",
        "p50=1ms, 100, 5, 1.4"
    })
    void shouldHaveTasksEnoughForTheObjective(
            final String slo, final double rate, final int seconds, final double leastRate) {
        final StepLength length = new StepLength(WorkMix.parse("noop"), 5);

        assertThat(length.seconds(rate, Step.Purpose.SWEEP, Slo.parse(slo))).isEqualTo(seconds);
        assertThat(length.leastRate(Slo.parse(slo))).isBetween(leastRate, leastRate + 0.02);
    }
}
