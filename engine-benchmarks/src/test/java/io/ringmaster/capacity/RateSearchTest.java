package io.ringmaster.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.workflow.TestSeed;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The search against targets whose capacity is known. */
class RateSearchTest {
    private final List<Double> tried = new ArrayList<>();
    private double leastRate = Double.POSITIVE_INFINITY;

    /** A target that keeps up below one rate and meets its objective below another. */
    private RateSearch search(final double capacity, final double within) {
        return search(
                rate -> rate <= capacity ? Answer.YES : Answer.NO, rate -> rate <= within ? Answer.YES : Answer.NO);
    }

    private RateSearch search(final DoubleFunction<Answer> keepsUp, final DoubleFunction<Answer> meetsSlo) {
        return search((rate, purpose) -> {
            tried.add(rate);
            return new RateSearch.Trial(rate, tried.size() - 1, keepsUp.apply(rate), meetsSlo.apply(rate), false);
        });
    }

    private RateSearch search(final RateSearch.Probe probe) {
        return new RateSearch(probe, leastRate);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1_000, 1_001, 3_333, 50_000, 99_999, 765_432})
    void shouldFindTheKneeAndTheHighestRateWithinTheObjective(final double capacity) throws InterruptedException {
        final RateSearch search = search(capacity, 0.6 * capacity);

        assertThat(search.sweep(1_000, 1e7)).isTrue();
        assertThat(search.bisect(RateSearch.Trial::meetsSlo)).isTrue();
        assertThat(search.bisect(RateSearch.Trial::keepsUp)).isTrue();

        final RateSearch.Found knee = search.confirm(RateSearch.Trial::keepsUp);
        assertThat(knee.rate()).isBetween(capacity / RateSearch.PRECISION, capacity);
        assertThat(search.isSaturatedAbove(knee.rate())).isTrue();
        if (0.6 * capacity >= 1_000) {
            assertThat(search.confirm(RateSearch.Trial::meetsSlo).rate())
                    .isBetween(0.6 * capacity / RateSearch.PRECISION, 0.6 * capacity);
        }
        assertThat(tried).hasSizeLessThan(40);
    }

    @Test
    void shouldRepeatWhatItFound() throws InterruptedException {
        final RateSearch search = search(5_000, 5_000);
        search.sweep(1_000, 1e6);
        search.bisect(RateSearch.Trial::keepsUp);

        final RateSearch.Found found = search.confirm(RateSearch.Trial::keepsUp);

        assertThat(tried.stream().filter(each -> each == found.rate())).hasSize(2);
        assertThat(found.step()).isEqualTo(tried.size() - 1);
    }

    @Test
    void shouldFindTheCapacityOfANoisyTarget() {
        TestSeed.forEach(200, random -> {
            final double capacity = 1_000 * Math.pow(1_000, random.nextDouble());
            tried.clear();
            // Each step sees a capacity of its own, some percent off.
            final RateSearch search = search(
                    rate -> rate <= capacity * (1 + 0.03 * noise(random)) ? Answer.YES : Answer.NO,
                    rate -> Answer.CANNOT_TELL);
            try {
                search.sweep(500, 1e7);
                search.bisect(RateSearch.Trial::keepsUp);
                final RateSearch.Found found = search.confirm(RateSearch.Trial::keepsUp);
                assertThat(found.rate()).isBetween(0.8 * capacity, 1.15 * capacity);
                assertThat(search.confirm(RateSearch.Trial::meetsSlo)).isNull();
            } catch (final InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static double noise(final SplittableRandom random) {
        return random.nextGaussian();
    }

    @Test
    void shouldNotBeStoppedByOneDisturbedStep() throws InterruptedException {
        final int[] count = {0};
        // The second step of all fails for a reason of its own.
        final RateSearch search =
                search(rate -> rate <= 40_000 && count[0]++ != 1 ? Answer.YES : Answer.NO, rate -> Answer.CANNOT_TELL);

        search.sweep(1_000, 1e6);
        search.bisect(RateSearch.Trial::keepsUp);

        assertThat(search.confirm(RateSearch.Trial::keepsUp).rate()).isBetween(37_000.0, 40_000.0);
    }

    @Test
    void shouldGiveTheNextRateBelowWhenTheRepetitionFails() throws InterruptedException {
        final RateSearch search = search(
                rate -> rate <= 4_000
                                || rate == 8_000
                                        && !tried.subList(0, tried.size() - 1).contains(rate)
                        ? Answer.YES
                        : Answer.NO,
                rate -> Answer.CANNOT_TELL);
        search.sweep(1_000, 8_000);

        final RateSearch.Found found = search.confirm(RateSearch.Trial::keepsUp);

        assertThat(found.rate()).isEqualTo(4_000);
    }

    @Test
    void shouldNeverAnswerWithARateOfWhichNothingCanBeTold() throws InterruptedException {
        final RateSearch search =
                search(rate -> rate <= 8_000 ? Answer.YES : Answer.CANNOT_TELL, rate -> Answer.CANNOT_TELL);
        search.sweep(1_000, 64_000);
        search.bisect(RateSearch.Trial::keepsUp);

        final RateSearch.Found found = search.confirm(RateSearch.Trial::keepsUp);

        assertThat(found.rate()).isBetween(7_500.0, 8_000.0);
        assertThat(search.isSaturatedAbove(found.rate())).isFalse();
        assertThat(search.confirm(RateSearch.Trial::meetsSlo)).isNull();
    }

    @Test
    void shouldGoDownWhenNotEvenTheFirstRateIsKeptUpWith() throws InterruptedException {
        final RateSearch search = search(30, 30);
        search.sweep(1_000, 1e6);
        search.bisect(RateSearch.Trial::keepsUp);

        assertThat(search.confirm(RateSearch.Trial::keepsUp).rate()).isBetween(28.0, 30.0);
    }

    @Test
    void shouldFindNothingForATargetThatNeverKeepsUp() throws InterruptedException {
        final RateSearch search = search(0, 0);

        assertThat(search.sweep(1_000, 1e6)).isTrue();
        assertThat(search.bisect(RateSearch.Trial::keepsUp)).isTrue();

        assertThat(search.confirm(RateSearch.Trial::keepsUp)).isNull();
        assertThat(tried).hasSizeLessThan(20);
    }

    @Test
    void shouldGiveUpWhereNothingCanBeTold() throws InterruptedException {
        final RateSearch search = search((rate, purpose) -> {
            tried.add(rate);
            return new RateSearch.Trial(rate, tried.size() - 1, Answer.CANNOT_TELL, Answer.CANNOT_TELL, true);
        });

        assertThat(search.sweep(1_000, 1e6)).isTrue();

        assertThat(tried).hasSize(4);
        assertThat(search.confirm(RateSearch.Trial::keepsUp)).isNull();
    }

    @Test
    void shouldEndAtTheHighestRateThatMayBeTried() throws InterruptedException {
        final RateSearch search = search(1e9, 1e9);
        search.sweep(1_000, 50_000);
        search.bisect(RateSearch.Trial::keepsUp);

        final RateSearch.Found found = search.confirm(RateSearch.Trial::keepsUp);

        assertThat(found.rate()).isEqualTo(50_000);
        assertThat(search.isSaturatedAbove(found.rate())).isFalse();
    }

    @Test
    void shouldEndWhereAHigherRateCannotBeOffered() throws InterruptedException {
        final RateSearch search = search((rate, purpose) -> {
            tried.add(rate);
            final boolean behind = rate > 20_000;
            return new RateSearch.Trial(
                    rate, tried.size() - 1, behind ? Answer.CANNOT_TELL : Answer.YES, Answer.CANNOT_TELL, behind);
        });
        search.sweep(1_000, 1e7);

        assertThat(tried).containsExactly(1_000.0, 2_000.0, 4_000.0, 8_000.0, 16_000.0, 32_000.0);
        search.bisect(RateSearch.Trial::keepsUp);
        assertThat(search.confirm(RateSearch.Trial::keepsUp).rate()).isBetween(18_800.0, 20_000.0);
    }

    @Test
    void shouldEndAtOnceWhenItIsToldTo() throws InterruptedException {
        final RateSearch search = search((rate, purpose) -> {
            tried.add(rate);
            return tried.size() > 3
                    ? null
                    : new RateSearch.Trial(rate, tried.size() - 1, Answer.YES, Answer.CANNOT_TELL, false);
        });

        assertThat(search.sweep(1_000, 1e6)).isFalse();

        assertThat(tried).hasSize(4);
        assertThat(search.best(RateSearch.Trial::keepsUp).rate()).isEqualTo(4_000);
    }

    @Test
    void shouldLookBelowARateThatMissedTheObjectiveAsFarDownAsItCanBeTold() throws InterruptedException {
        leastRate = 350;
        final RateSearch search = search(
                rate -> rate <= 6_000 ? Answer.YES : Answer.NO,
                rate -> rate < 350 ? Answer.CANNOT_TELL : rate <= 800 ? Answer.YES : Answer.NO);
        search.sweep(1_000, 1e6);

        assertThat(search.lower(RateSearch.Trial::meetsSlo)).isTrue();
        assertThat(search.bisect(RateSearch.Trial::meetsSlo)).isTrue();

        assertThat(tried).contains(350.0);
        assertThat(search.confirm(RateSearch.Trial::meetsSlo).rate()).isBetween(754.0, 800.0);
    }

    @Test
    void shouldNotLookWhereItCannotBeTold() throws InterruptedException {
        leastRate = 1_000;
        final RateSearch search = search(6_000, 500);
        search.sweep(1_000, 1e6);
        final int swept = tried.size();

        assertThat(search.lower(RateSearch.Trial::meetsSlo)).isTrue();
        assertThat(search.confirm(RateSearch.Trial::meetsSlo)).isNull();

        assertThat(tried).hasSize(swept);
    }

    @Test
    void shouldTryGivenRatesAndNoOthers() throws InterruptedException {
        final RateSearch search = search(2_500, 1_500);

        assertThat(search.tryAll(List.of(1_000.0, 2_000.0, 3_000.0))).isTrue();

        assertThat(tried).containsExactly(1_000.0, 2_000.0, 3_000.0);
        assertThat(search.best(RateSearch.Trial::keepsUp).rate()).isEqualTo(2_000);
        assertThat(search.best(RateSearch.Trial::meetsSlo).rate()).isEqualTo(1_000);
    }
}
