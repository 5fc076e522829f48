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
        assertThat(new StepLength(WorkMix.parse(work), 5).seconds(rate, purpose))
                .isEqualTo(seconds);
    }

    @ParameterizedTest
    @CsvSource({"60, 60", "1, 1"})
    void shouldBeAsLongAsTheUserWantsAtLeast(final int wanted, final int seconds) {
        assertThat(new StepLength(WorkMix.parse("noop"), wanted).seconds(100, Step.Purpose.REPEAT))
                .isEqualTo(seconds);
    }
}
