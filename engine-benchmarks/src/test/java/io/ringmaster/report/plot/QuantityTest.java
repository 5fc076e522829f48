package io.ringmaster.report.plot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantityTest {

    @ParameterizedTest
    @CsvSource({
        "MICROS, 0, 0",
        "MICROS, 0.0256, 25.6 ns",
        "MICROS, 12.345, 12.3 µs",
        "MICROS, 999.4, 999 µs",
        "MICROS, 999.6, 1 ms",
        "MICROS, 1500000, 1.5 s",
        "MICROS, 7200000000, 7200 s",
        "MILLIS, 0.5, 500 µs",
        "SECONDS, 0.25, 250 ms",
        "PER_SECOND, 319, 319/s",
        "PER_SECOND, 9999, 9 999/s",
        "PER_SECOND, 125000, 125 k/s",
        "PER_SECOND, 1450000, 1.45 M/s",
        "COUNT, 16384, 16 384",
        "COUNT, 250000, 250 k",
        "BYTES, 112.3, 112 B",
        "BYTES, 120000000, 120 MB",
        "PERCENT, 0.0932, 0.0932 %",
        "RATIO, 1.2345, 1.23×",
        "PLAIN, 20, 20",
        "PLAIN, 99.9, 99.9"
    })
    void shouldWriteThreeDigitsAndAFittingUnit(final Quantity quantity, final double value, final String text) {
        assertThat(quantity.format(value).replace('\u00a0', ' ')).isEqualTo(text);
    }

    @Test
    void shouldWriteADashForWhatIsNotANumber() {
        for (final Quantity each : Quantity.values()) {
            assertThat(each.format(Double.NaN)).isEqualTo("–");
            assertThat(each.plain(Double.POSITIVE_INFINITY)).isEqualTo("–");
            assertThat(each.column(Double.NaN, 1)).isEqualTo("–");
        }
    }

    @Test
    void shouldGiveAColumnTheDecimalsThatItsLeastValueNeeds() {
        assertThat(Quantity.MICROS.decimals(12.34, 67.1)).isEqualTo(1);
        assertThat(Quantity.MICROS.decimals(0.798, 5)).isEqualTo(3);
        assertThat(Quantity.MICROS.decimals(307.2, 486)).isZero();
        assertThat(Quantity.MICROS.decimals(0.001, 192_544.8)).isEqualTo(1);
        assertThat(Quantity.COUNT.decimals(1, 2, 0)).isZero();
        assertThat(Quantity.COUNT.decimals()).isZero();
        assertThat(Quantity.MICROS.column(1234567.891, 1)).isEqualTo("1\u00a0234\u00a0567.9");
    }
}
