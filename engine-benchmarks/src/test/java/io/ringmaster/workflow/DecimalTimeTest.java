package io.ringmaster.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalTimeTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, 0",
        "2694, 2694000000000",
        "2694.0, 2694000000000",
        "0.021895, 21895000",
        "21720.926, 21720926000000",
        "1e-9, 1",
        "0.0000000005, 1",
        "0.00000000049, 0",
        "1E+2, 100000000000",
        "1e-999999999, 0",
        "1e-2147483647, 0",
        "3155760000, 3155760000000000000"
    })
    void shouldReadSecondsToTheNearestNanosecond(final String text, final long nanos) {
        assertThat(DecimalTime.SECONDS.runtimeNanos(text)).isEqualTo(nanos);
    }

    @Test
    void shouldReadPointsInTimeExactly() {
        assertThat(DecimalTime.SECONDS.pointNanos("1673006350.000000001")).isEqualTo(1_673_006_350_000_000_001L);
        assertThat(DecimalTime.MILLISECONDS.pointNanos("417000")).isEqualTo(TimeUnit.SECONDS.toNanos(417));
    }

    @ParameterizedTest
    @Timeout(10)
    @ValueSource(strings = {"1e999999999", "1e2147483647", "3155760000.000000001", "1e10"})
    void shouldRefuseMoreThanAHundredYearsAtOnce(final String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DecimalTime.SECONDS.runtimeNanos(text))
                .withMessage("must be at most 100 years: " + text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "1 ", "1,5", "0x1", "1d", "one", "--1", "1e", "1e99999999999"})
    void shouldRefuseWhatIsNoDecimalNumber(final String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DecimalTime.SECONDS.runtimeNanos(text))
                .withMessage("must be a number: \"" + text + '"');
    }

    @Test
    void shouldRefuseMoreDigitsThanAnybodyWrites() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DecimalTime.SECONDS.runtimeNanos("0." + "1".repeat(1_000_000)))
                .withMessageStartingWith("must be a number: ")
                .withMessageEndingWith("(1000002 characters)");
    }
}
