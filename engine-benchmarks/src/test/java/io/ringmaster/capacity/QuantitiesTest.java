package io.ringmaster.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantitiesTest {
    @ParameterizedTest
    @CsvSource({"1ns,1", "5us,5000", "5µs,5000", "1.5ms,1500000", "2s,2000000000", "60min,3600000000000"})
    void shouldReadADuration(final String text, final long nanos) {
        assertThat(Quantities.nanos(text)).isEqualTo(nanos);
    }

    @ParameterizedTest
    @CsvSource({"500,500", "200k,200000", "1.5M,1500000", "10/s,10", "60/min,1", "3600/h,1", "50M/day,578.7037"})
    void shouldReadARate(final String text, final double perSecond) {
        assertThat(Quantities.perSecond(text)).isCloseTo(perSecond, within(1e-4));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "5", "us", "-5us", "0us", "5 us", "5US", "61min", "1e3us", "NaN", "5us/s", ".5ms", "0.1ns"})
    void shouldNameTheRuleAndTheValueOfABadDuration(final String text) {
        assertThatThrownBy(() -> Quantities.nanos(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("must be a duration from 1ns to 60min, such as 5us, 1.5ms or 2s: " + text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "k", "5x", "5k/week", "2G", "1e3", "NaN", "1_000", "5/"})
    void shouldNameTheRuleAndTheValueOfABadRate(final String text) {
        assertThatThrownBy(() -> Quantities.perSecond(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("must be a rate above 0 and up to 1G per second, such as 500, 200k or 50M/day: " + text);
    }

    @ParameterizedTest
    @CsvSource({"999,999ns", "5000,5us", "1500000,1.5ms", "2000000000,2s", "12345,12.3us"})
    void shouldShowADurationInTheLargestUnitThatFits(final double nanos, final String text) {
        assertThat(Quantities.duration(nanos)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1234567.8,1234568", "99.96,100", "12.34,12.3", "1.004,1", "0.1234,0.123", "100,100"})
    void shouldShowThreeDigitsAndNoExponent(final double rate, final String text) {
        assertThat(Quantities.rate(rate)).isEqualTo(text);
    }
}
