package io.ringmaster.report.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaleTest {

    private static List<Double> labelled(final Scale scale, final int most) {
        return scale.ticks(most).stream().filter(Tick::major).map(Tick::value).toList();
    }

    @Test
    void shouldPlaceValuesInProportionAndKeepThemOnTheAxis() {
        final Scale up = new LinearScale(0, 50, 200, 100);

        assertThat(up.at(0)).isEqualTo(200);
        assertThat(up.at(25)).isEqualTo(150);
        assertThat(up.at(50)).isEqualTo(100);
        assertThat(up.at(51)).isEqualTo(100);
        assertThat(up.at(-1)).isEqualTo(200);
        assertThat(up.at(Double.NaN)).isNaN();
    }

    @Test
    void shouldPlaceEqualRatiosAtEqualDistances() {
        final Scale scale = new LogScale(1, 1e4, 0, 400);

        assertThat(scale.at(10)).isCloseTo(100, within(1e-9));
        assertThat(scale.at(1e3)).isCloseTo(300, within(1e-9));
        assertThat(scale.at(1e4)).isCloseTo(400, within(1e-9));
        assertThat(scale.at(0)).isZero();
        assertThat(scale.at(1e5)).isCloseTo(400, within(1e-9));
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 5, 0.2", "0, 100, 5, 20", "0, 99, 5, 20", "0, 101, 5, 50", "-6, 6, 6, 2", "3, 3.01, 4, 0.005"})
    void shouldStepByOneTwoOrFive(final double low, final double high, final int most, final double step) {
        final List<Double> ticks = labelled(new LinearScale(low, high, 0, 1), most);

        assertThat(ticks.get(1) - ticks.get(0)).isCloseTo(step, within(1e-9));
    }

    @Test
    void shouldHitTheGridExactlyWhereSumsWouldNot() {
        assertThat(labelled(new LinearScale(0, 1, 0, 1), 10)).contains(0.3, 0.7);
    }

    @Test
    void shouldLabelPowersOfTenOfALongLogAxisAndLinesBetween() {
        final Scale scale = new LogScale(1, 1e4, 0, 1);

        assertThat(labelled(scale, 8)).containsExactly(1.0, 10.0, 100.0, 1e3, 1e4);
        assertThat(scale.ticks(8)).hasSize(37).contains(new Tick(20, false), new Tick(9_000, false));
    }

    @Test
    void shouldLabelTwoAndFiveOfAShortLogAxis() {
        assertThat(labelled(new LogScale(20, 500, 0, 1), 8)).containsExactly(20.0, 50.0, 100.0, 200.0, 500.0);
    }

    @Test
    void shouldLabelFewerPowersWhereThereIsNoRoom() {
        assertThat(labelled(new LogScale(1, 1e9, 0, 1), 4)).containsExactly(1.0, 1e3, 1e6, 1e9);
    }

    @Test
    void shouldLabelTheEndsOfALogAxisWithoutAPowerOfTen() {
        assertThat(labelled(new LogScale(21, 29, 0, 1), 2)).containsExactly(21.0, 29.0);
    }

    @Property(tries = 500)
    void shouldKeepTicksInOrderWithinTheAxisAndAtMostSoMany(
            @ForAll @DoubleRange(min = -1e6, max = 1e6) final double low,
            @ForAll @DoubleRange(min = 0.01, max = 1e6) final double length,
            @ForAll @IntRange(min = 2, max = 20) final int most) {
        final List<Double> ticks = labelled(new LinearScale(low, low + length, 0, 1), most);

        assertThat(ticks).isSorted().doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(most + 1);
        assertThat(ticks)
                .allSatisfy(tick -> assertThat(tick).isBetween(low - 1e-6 * length, low + length * (1 + 1e-6)));
    }

    @Property(tries = 500)
    void shouldAlwaysLabelSomethingOnALogAxis(
            @ForAll @DoubleRange(min = 0.01, max = 1e6) final double low,
            @ForAll @DoubleRange(min = 1.01, max = 1e9) final double ratio,
            @ForAll @IntRange(min = 2, max = 20) final int most) {
        final List<Double> ticks = labelled(new LogScale(low, low * ratio, 0, 1), most);

        assertThat(ticks).isNotEmpty().isSorted().doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(most + 1);
    }

    @Test
    void shouldRefuseAnAxisWithoutLength() {
        assertThatThrownBy(() -> new LinearScale(1, 1, 0, 1))
                .hasMessage("an axis must have a finite begin below its end: 1.0, 1.0");
        assertThatThrownBy(() -> new LogScale(0, 1, 0, 1))
                .hasMessage("a log axis must have a finite begin above 0 and below its end: 0.0, 1.0");
        assertThatThrownBy(() -> new LinearScale(0, Double.NaN, 0, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
