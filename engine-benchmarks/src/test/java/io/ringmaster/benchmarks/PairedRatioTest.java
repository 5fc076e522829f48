package io.ringmaster.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairedRatioTest {
    private static final long SEED = Long.getLong("ringmaster.seed", 20_260_101L);

    @Test
    void shouldFindARatioThatEachPairHas() {
        final double[] under = {10, 11, 30, 12, 10, 13};
        final double[] over = new double[under.length];
        for (int i = 0; i < over.length; i++) {
            over[i] = 1.1 * under[i];
        }

        final PairedRatio ratio = PairedRatio.ofTrimmedMean(over, under, 0.999, 1);

        assertThat(ratio.ratio()).isCloseTo(1.1, within(1e-9));
        assertThat(ratio.low()).isCloseTo(1.1, within(1e-6));
        assertThat(ratio.high()).isCloseTo(1.1, within(1e-6));
        assertThat(ratio.pairs()).isEqualTo(6);
    }

    @Test
    void shouldBeSureOfNothingWithLessThanThreePairs() {
        final PairedRatio ratio = PairedRatio.ofTrimmedMean(new double[] {2, 2}, new double[] {1, 1}, 0.95, 1);

        assertThat(ratio.ratio()).isCloseTo(2, within(1e-9));
        assertThat(ratio.low()).isZero();
        assertThat(ratio.high()).isInfinite();
    }

    @Test
    void shouldBeWiderTheSurerItIsToBe() {
        final Random random = new Random(SEED);
        final double[] over = samples(10, () -> 0.01 * random.nextGaussian());
        final double[] under = samples(10, () -> 0.01 * random.nextGaussian());

        final PairedRatio sure = PairedRatio.ofTrimmedMean(over, under, 0.95, 1);
        final PairedRatio surer = PairedRatio.ofTrimmedMean(over, under, 0.9999, 1);

        assertThat(surer.high() / surer.low()).isGreaterThan(1.5 * sure.high() / sure.low() - 0.5);
        assertThat(surer.low()).isLessThan(sure.low());
    }

    @Test
    void shouldGiveTheSameForTheSameSeed() {
        final Random random = new Random(SEED);
        final double[] over = samples(12, random::nextGaussian);
        final double[] under = samples(12, random::nextGaussian);

        assertThat(PairedRatio.ofTrimmedMean(over, under, 0.99, 7))
                .isEqualTo(PairedRatio.ofTrimmedMean(over, under, 0.99, 7));
    }

    @Test
    void shouldNotFollowOnePairOfEight() {
        final double[] under = {1, 1, 1, 1, 1, 1, 1, 1};
        final double[] over = {1.01, 0.99, 1.0, 1.02, 0.98, 1.0, 1.0, 3.0};

        assertThat(PairedRatio.ofTrimmedMean(over, under, 0.95, 1).ratio()).isCloseTo(1, within(0.02));
    }

    /** How often an interval of two equal builds misses 1, for noise as it is seen: even, with strangers, of two kinds. */
    @ParameterizedTest
    @CsvSource({"even, 6", "even, 10", "even, 16", "strangers, 6", "strangers, 10", "two kinds, 10", "two kinds, 16"})
    void shouldMissNoMoreOftenThanItsConfidenceSays(final String kind, final int pairs) {
        final Random random = new Random(SEED);
        final DoubleSupplier noise =
                switch (kind) {
                    case "even" -> () -> 0.01 * random.nextGaussian();
                    case "strangers" -> () -> 0.01 * random.nextGaussian() + (random.nextInt(10) == 0 ? 0.2 : 0);
                    default -> () -> 0.005 * random.nextGaussian() + (random.nextInt(5) < 2 ? 0.03 : 0);
                };
        final int times = 3_000;
        int missed = 0;
        for (int i = 0; i < times; i++) {
            final PairedRatio ratio = PairedRatio.ofTrimmedMean(samples(pairs, noise), samples(pairs, noise), 0.99, i);
            if (ratio.low() > 1 || ratio.high() < 1) {
                missed++;
            }
        }

        // 1 % of them, and four standard deviations
        assertThat(missed).as("seed %d", SEED).isLessThanOrEqualTo(30 + 22);
    }

    private static double[] samples(final int count, final DoubleSupplier noise) {
        final double[] samples = new double[count];
        for (int i = 0; i < count; i++) {
            samples[i] = 50 * Math.exp(noise.getAsDouble());
        }
        return samples;
    }
}
