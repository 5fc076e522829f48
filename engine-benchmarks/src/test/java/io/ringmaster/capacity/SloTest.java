package io.ringmaster.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SloTest {
    private static final long FAST = 100_000;
    private static final long SLOW = 2_000_000;

    private static Histogram latencies(final long fast, final long slow) {
        final Histogram histogram = new Histogram(Recorder.MOST_NANOS, 3);
        histogram.recordValueWithCount(FAST, fast);
        histogram.recordValueWithCount(SLOW, slow);
        return histogram;
    }

    @ParameterizedTest
    @CsvSource({"p99.9=1ms,99.9,1000000", "p50=5us,50,5000", "p99.999=2s,99.999,2000000000"})
    void shouldReadAnObjective(final String text, final double percentile, final long nanos) {
        assertThat(Slo.parse(text)).isEqualTo(new Slo(percentile, nanos));
    }

    @Test
    void shouldShowWhatItRead() {
        assertThat(Slo.parse("p99.999=1.5ms")).hasToString("p99.999 within 1.5ms");
        assertThat(Slo.parse("p50=1ms")).hasToString("p50 within 1ms");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "p99", "p99=", "p99=1", "99=1ms", "p49.9=1ms", "p100=1ms", "p99.9999=1ms", "p99=-1ms"})
    void shouldNameTheRuleAndTheValueOfABadObjective(final String text) {
        assertThatThrownBy(() -> Slo.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("must be a percentile from p50 to p99.999 and a duration, such as p99.9=1ms: " + text);
    }

    @Test
    void shouldBeMetUpToTheShareThatMayMissIt() {
        final Slo slo = Slo.parse("p99.9=1ms");
        final Histogram lags = latencies(10_000, 0);

        assertThat(slo.isMetBy(latencies(9_990, 10), lags, 10_000, 0)).isEqualTo(Answer.YES);
        assertThat(slo.isMetBy(latencies(9_989, 11), lags, 10_000, 0)).isEqualTo(Answer.NO);
    }

    @Test
    void shouldCountARefusedTaskAsOneThatMissesIt() {
        final Slo slo = Slo.parse("p99.9=1ms");
        final Histogram lags = latencies(10_000, 0);

        assertThat(slo.isMetBy(latencies(9_990, 0), lags, 10_000, 10)).isEqualTo(Answer.YES);
        assertThat(slo.isMetBy(latencies(9_985, 5), lags, 10_000, 10)).isEqualTo(Answer.NO);
    }

    @Test
    void shouldNotBlameTheTargetForWhatTheSubmitterDelayed() {
        final Slo slo = Slo.parse("p99.9=1ms");

        assertThat(slo.isMetBy(latencies(9_900, 100), latencies(9_900, 100), 10_000, 0))
                .isEqualTo(Answer.CANNOT_TELL);
    }

    @ParameterizedTest
    @CsvSource({"50,20", "90,100", "99,1000", "99.9,10000", "99.99,100000", "99.999,1000000"})
    void shouldSupportAPercentileFromTenValuesBeyondItOn(final double percentile, final long least) {
        assertThat(Percentiles.leastCount(percentile)).isEqualTo(least);
        assertThat(Percentiles.isSupported(least, percentile)).isTrue();
        assertThat(Percentiles.isSupported(least - 1, percentile)).isFalse();
    }

    @Test
    void shouldLeaveOutPercentilesThatTheSampleDoesNotSupport() {
        final Percentiles percentiles = Percentiles.of(latencies(999, 1));

        assertThat(percentiles.count()).isEqualTo(1_000);
        assertThat(percentiles.p50()).isBetween(99.0, 101.0);
        assertThat(percentiles.p99()).isBetween(99.0, 101.0);
        assertThat(percentiles.p999()).isNaN();
        assertThat(percentiles.p9999()).isNaN();
        assertThat(percentiles.max()).isBetween(1_990.0, 2_010.0);
    }
}
