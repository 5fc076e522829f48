package io.ringmaster.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepTest {
    private static Step step(final long submitted, final long completed, final long refused, final long liveBefore) {
        return new Step(
                Step.Purpose.SWEEP,
                1,
                new Step.Load(submitted / 5.0, 5, submitted, completed, refused, 0, liveBefore),
                Map.of(),
                null,
                null,
                null,
                List.of(),
                Answer.CANNOT_TELL,
                VerdictTest.BOOKS);
    }

    @ParameterizedTest
    @CsvSource({
        // Nothing is live in between: 1 % may be missing.
        "10000, 10000, 0, 0, YES",
        "10000, 9900, 100, 0, YES",
        "10000, 9899, 101, 0, NO",
        // 200 live before and after: 3 x the root of 400 is 60 by chance, beside the 1 %.
        "1000, 1000, 0, 200, YES",
        "1000, 930, 0, 200, YES",
        "1000, 920, 0, 200, NO",
        // Fewer at the end than at the beginning.
        "1000, 1150, 0, 200, YES",
        // Chance is no excuse for refusals.
        "1000, 980, 20, 200, NO",
        // A backlog that grows by a twentieth of the rate.
        "10000, 9500, 0, 100, NO"
    })
    void shouldTellABacklogThatGrowsFromAChance(
            final long submitted,
            final long completed,
            final long refused,
            final long liveBefore,
            final Answer answer) {
        final Step step = step(submitted, completed, refused, liveBefore);

        assertThat(step.load().liveAfter()).isEqualTo(liveBefore + submitted - completed - refused);
        assertThat(step.keepsUp()).isEqualTo(answer);
    }
}
