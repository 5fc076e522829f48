package io.ringmaster.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UslTest {
    private static final double[] LAW = {1_200_000, 0.03, 0.0008};

    private static List<Usl.Point> points(final int count, final double noise, final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final List<Usl.Point> points = new ArrayList<>();
        IntStream.rangeClosed(1, count)
                .forEach(n -> points.add(
                        new Usl.Point(2 * n - 1, Usl.rate(LAW, 2 * n - 1) * (1 + noise * random.nextGaussian()))));
        return points;
    }

    @Test
    void shouldFindTheParametersOfAnExactLaw() {
        final Usl usl = Usl.fit(points(8, 0, 1), 5);

        assertThat(usl.fitted()).isTrue();
        assertThat(usl.lambda().value()).isCloseTo(LAW[0], within(LAW[0] * 1e-4));
        assertThat(usl.sigma().value()).isCloseTo(LAW[1], within(1e-5));
        assertThat(usl.kappa().value()).isCloseTo(LAW[2], within(1e-6));
        assertThat(usl.sigma().high() - usl.sigma().low()).isLessThan(1e-4);
    }

    @Test
    void shouldHoldTheParametersInItsIntervalsAboutAsOftenAsItSays() {
        int inside = 0;
        final int laws = 40;
        for (int seed = 0; seed < laws; seed++) {
            final Usl usl = Usl.fit(points(10, 0.02, seed), seed);
            inside += isInside(usl.lambda(), LAW[0]) ? 1 : 0;
            inside += isInside(usl.sigma(), LAW[1]) ? 1 : 0;
            inside += isInside(usl.kappa(), LAW[2]) ? 1 : 0;
        }

        // 95 % is meant; a bootstrap of ten residuals is somewhat short of it.
        assertThat((double) inside / (3 * laws)).isBetween(0.8, 1.0);
    }

    private static boolean isInside(final Usl.Estimate estimate, final double value) {
        return estimate.low() <= value && value <= estimate.high();
    }

    @Test
    void shouldFitATargetThatScalesPerfectly() {
        final List<Usl.Point> points = IntStream.rangeClosed(1, 6)
                .mapToObj(n -> new Usl.Point(n, 500_000.0 * n))
                .toList();

        final Usl usl = Usl.fit(points, 1);

        assertThat(usl.lambda().value()).isCloseTo(500_000, within(500.0));
        assertThat(usl.sigma().value()).isCloseTo(0, within(1e-4));
        assertThat(usl.kappa().value()).isCloseTo(0, within(1e-4));
    }

    @Test
    void shouldRefuseToFitFewerThanSixPointsAndGiveTheCapacityPerWorker() {
        final Usl usl = Usl.fit(points(5, 0, 1), 1);

        assertThat(usl.fitted()).isFalse();
        assertThat(usl.reason())
                .isEqualTo("it takes 6 counts of fire-workers that the machine has CPUs for, and 5 were measured");
        assertThat(usl.lambda()).isNull();
        assertThat(usl.perWorker()).isCloseTo(LAW[0], within(1e-3));
        assertThat(usl.because("the rest have none").reason()).endsWith("5 were measured; the rest have none");
    }

    @Test
    void shouldSayWhatWasLeftOutOfAFit() {
        final Usl usl = Usl.fit(points(6, 0, 1), 1).because("left out: 13");

        assertThat(usl.fitted()).isTrue();
        assertThat(usl.reason()).isEqualTo("left out: 13");
        assertThat(usl.describe()).startsWith("lambda ").endsWith("; left out: 13");
        assertThat(Usl.fit(points(6, 0, 1), 1).because("").describe()).doesNotContain(";");
    }

    @Test
    void shouldSayThatNothingWasMeasured() {
        final Usl usl = Usl.fit(List.of(), 1);

        assertThat(usl.reason()).endsWith("and none was measured");
        assertThat(usl.perWorker()).isNaN();
    }
}
