package io.ringmaster.report.plot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisTest {

    @ParameterizedTest
    @CsvSource({"87, 100", "100, 100", "101, 150", "0.3, 0.3", "0, 1", "NaN, 1"})
    void shouldEndAtARoundNumberFromZero(final double most, final double high) {
        final Axis axis = Axis.fromZero("a", Quantity.COUNT, 0, most);

        assertThat(axis.low()).isZero();
        assertThat(axis.high()).isEqualTo(high);
    }

    @ParameterizedTest
    @CsvSource({"3, 700, 2, 1000", "10, 100, 10, 100", "5, 5, 5, 50", "0.04, 0.06, 0.02, 0.1"})
    void shouldLieBetweenRoundNumbersOnALogAxis(
            final double least, final double most, final double low, final double high) {
        final Axis axis = Axis.log("a", Quantity.MICROS, most, least, 0, Double.NaN);

        assertThat(axis.low()).isEqualTo(low);
        assertThat(axis.high()).isEqualTo(high);
    }

    @Test
    void shouldHaveALogAxisEvenWithoutAnyValue() {
        assertThat(Axis.log("a", Quantity.MICROS).scale(0, 100).at(5)).isBetween(0.0, 100.0);
    }

    @Test
    void shouldTurnLogOnlyWhereValuesAreFarApart() {
        assertThat(Axis.logBeyond("a", Quantity.COUNT, 30, 1, 30).kind()).isEqualTo(Axis.Kind.LINEAR);
        assertThat(Axis.logBeyond("a", Quantity.COUNT, 30, 1, 31, 0).kind()).isEqualTo(Axis.Kind.LOG);
        assertThat(Axis.logBeyond("a", Quantity.COUNT, 30, 0, 0).kind()).isEqualTo(Axis.Kind.LINEAR);
    }

    @ParameterizedTest
    @CsvSource({"1, 10", "11, 100", "100, 100", "32300, 100000", "1e9, 100000"})
    void shouldReachToTheNextNineAndNoFurtherThanFive(final double mostX, final double high) {
        assertThat(Axis.percentiles("p", mostX).high()).isEqualTo(high);
    }

    @Test
    void shouldLeaveRoomBeforeTheLeastValueOfALogAxis() {
        assertThat(Axis.log("a", Quantity.MICROS, 10, 100).withRoom().low()).isEqualTo(5);
        assertThat(Axis.fromZero("a", Quantity.MICROS, 10).withRoom().low()).isZero();
    }

    @Test
    void shouldCountThingsInWholeNumbers() {
        final Axis axis = Axis.fromZero("stalls", Quantity.COUNT, 1);

        assertThat(axis.ticks(axis.scale(0, 100), 5)).extracting(Tick::value).containsExactly(0.0, 1.0);
    }

    @Test
    void shouldNotTakeOntoALogAxisWhatHasNoPlaceThere() {
        final Axis log = Axis.log("a", Quantity.MICROS, 1, 10);

        assertThat(log.takes(0)).isFalse();
        assertThat(log.takes(-1)).isFalse();
        assertThat(log.takes(Double.POSITIVE_INFINITY)).isFalse();
        assertThat(log.takes(1e-9)).isTrue();
        assertThat(Axis.fromZero("a", Quantity.MICROS, 1).takes(0)).isTrue();
    }
}
