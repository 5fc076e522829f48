package io.ringmaster.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.report.plot.Percentile;
import io.ringmaster.report.plot.Point;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SupportTest {

    private static Histogram histogram(final int values) {
        final Histogram histogram = new Histogram(3);
        for (int i = 1; i <= values; i++) {
            histogram.recordValue(i * 1_000L);
        }
        return histogram;
    }

    @ParameterizedTest
    @CsvSource({
        "50, 19, false",
        "50, 20, true",
        "90, 99, false",
        "90, 100, true",
        "99, 999, false",
        "99, 1000, true",
        "99.9, 9999, false",
        "99.9, 10000, true",
        "99.99, 100000, true",
        "99.999, 999999, false",
        "99.999, 1000000, true",
        "50, 0, false"
    })
    void shouldTakeTenValuesBeyondAPercentile(final double percent, final long count, final boolean isSupported) {
        assertThat(Support.isSupported(percent, count)).isEqualTo(isSupported);
    }

    @Test
    void shouldEndACurveWhereTheSampleDoes() {
        final List<Point> curve = Support.curve(histogram(3_230));

        assertThat(curve.get(0).x()).isEqualTo(1);
        assertThat(curve.get(curve.size() - 1).x()).isEqualTo(323);
        assertThat(curve).extracting(Point::x).contains(2.0, 10.0, 100.0).isSorted();
        assertThat(curve).extracting(Point::y).isSorted();
        assertThat(curve).filteredOn(point -> point.x() == 100).allSatisfy(point -> assertThat(point.y())
                .isBetween(3_190.0, 3_205.0));
    }

    @Test
    void shouldEndACurveAtFiveNinesWhateverTheSample() {
        final Histogram histogram = new Histogram(3);
        histogram.recordValueWithCount(1_000, 50_000_000);

        final List<Point> curve = Support.curve(histogram);
        assertThat(curve.get(curve.size() - 1).x()).isEqualTo(Percentile.MOST_X);
        assertThat(Percentile.text(Percentile.MOST_X)).startsWith("99.999");
    }

    @Test
    void shouldDrawNothingOfASampleTooSmall() {
        assertThat(Support.curve(histogram(9))).isEmpty();
        assertThat(Support.curve(histogram(0))).isEmpty();
        assertThat(Support.curve(histogram(10))).isNotEmpty();
        assertThat(Support.micros(histogram(19), 50)).isNaN();
        assertThat(Support.micros(histogram(21), 50)).isBetween(10.9, 11.1);
        assertThat(Support.maxMicros(histogram(0))).isNaN();
    }

    @Test
    void shouldLeaveOutPercentilesOfAFileThatItsCountCanNotSupport() {
        final Percentiles few = new Percentiles(323.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0);

        assertThat(few.byPercent()).containsExactly(java.util.Map.entry(50.0, 1.0), java.util.Map.entry(90.0, 2.0));
        assertThat(few.at(99)).isNaN();
        assertThat(few.max()).isEqualTo(6);
    }
}
