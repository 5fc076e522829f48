package io.ringmaster.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.benchmarks.PairedRatio;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgeTest {
    private final Judge judge = new Judge(Settings.DEFAULT);

    @ParameterizedTest
    @CsvSource({
        // all of it beyond the noise of 2 %
        "1.03, 1.15, WORSE",
        "1.021, 1.04, WORSE",
        "0.85, 0.97, BETTER",
        // within 5 %, whether 1 is in it or not
        "0.97, 1.04, SAME",
        "1.01, 1.03, SAME",
        "0.953, 1.049, SAME",
        // beyond 1, but not surely beyond the noise, and perhaps beyond 5 %
        "1.01, 1.09, CANT_TELL",
        "0.94, 1.01, CANT_TELL",
        "0.80, 1.20, CANT_TELL",
        "0.0, Infinity, CANT_TELL"
    })
    void shouldDecideByWhereTheIntervalLies(final double low, final double high, final Verdict expected) {
        assertThat(judge.byTime(new PairedRatio(Math.sqrt(low * high), low, high, 6), 0.02))
                .isEqualTo(expected);
    }

    @Test
    void shouldCallNothingAChangeThatIsBelowTheNoise() {
        final PairedRatio ratio = new PairedRatio(1.035, 1.03, 1.04, 6);

        assertThat(judge.byTime(ratio, 0.02)).isEqualTo(Verdict.WORSE);
        assertThat(judge.byTime(ratio, 0.03)).isEqualTo(Verdict.SAME);
    }

    @Test
    void shouldCompareAllocationToHalfAByte() {
        final double[] base = {152, 152, 152.01, 152};

        assertThat(judge.byAllocation(base, new double[] {152.4, 152.4, 152.4, 152.4}))
                .isEqualTo(Verdict.SAME);
        assertThat(judge.byAllocation(base, new double[] {153, 153, 153, 153})).isEqualTo(Verdict.WORSE);
        assertThat(judge.byAllocation(base, new double[] {128, 128, 128, 128})).isEqualTo(Verdict.BETTER);
    }

    @Test
    void shouldSayNothingOfAllocationThatIsNotTheSameInEachFork() {
        final double[] base = {152, 152, 152, 152};

        assertThat(judge.byAllocation(base, new double[] {152, 176, 152, 176})).isEqualTo(Verdict.CANT_TELL);
        assertThat(judge.byAllocation(base, new double[] {Double.NaN, Double.NaN, Double.NaN}))
                .isEqualTo(Verdict.CANT_TELL);
    }

    @Test
    void shouldOverlookOneStrangeForkOfEight() {
        final double[] base = {152, 152, 152, 152, 152, 152, 152, 152};
        final double[] next = {152, 152, 152, 152, 190, 152, 152, 152};

        assertThat(judge.byAllocation(base, next)).isEqualTo(Verdict.SAME);
    }

    @Test
    void shouldBeSurerTheMoreIsJudged() {
        assertThat(Settings.DEFAULT.confidence(1)).isEqualTo(1 - 0.01 / 3);
        assertThat(Settings.DEFAULT.confidence(10)).isEqualTo(1 - 0.01 / 30);
        assertThat(Settings.QUICK.confidence(10)).isEqualTo(1 - 0.01 / 10);
    }
}
