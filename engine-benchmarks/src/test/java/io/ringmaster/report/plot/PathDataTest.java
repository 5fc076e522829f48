package io.ringmaster.report.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PathDataTest {

    @ParameterizedTest
    @CsvSource({"1.04, 1", "1.05, 1.1", "-0.04, 0", "-0.26, -0.3", "-12.5, -12.5", "1e6, 1000000"})
    void shouldRoundToATenthOfAPixel(final double pixels, final String text) {
        assertThat(PathData.number(pixels)).isEqualTo(text);
    }

    @Test
    void shouldRefuseWhatIsNoPlace() {
        assertThatThrownBy(() -> new PathData().to(1, Double.NaN)).hasMessage("a coordinate must be finite: NaN");
    }

    @Test
    void shouldBeginAnewAfterAGap() {
        assertThat(new PathData().to(0, 0).to(1, 1).gap().to(3, 3).to(4, 4.25)).hasToString("M0 0L1 1M3 3L4 4.3");
    }

    @Test
    void shouldDrawARectangle() {
        assertThat(new PathData().rectangle(1, 2, 3, 4)).hasToString("M1 2h3v4h-3Z");
    }

    @Test
    void shouldHatchWithinItsRectangle() {
        final String data = new PathData().hatching(10, 20, 50, 30, 7).toString();

        final Pattern point = Pattern.compile("[ML](-?[0-9.]+) (-?[0-9.]+)");
        assertThat(point.matcher(data).results().toList())
                .hasSizeGreaterThan(10)
                .allSatisfy(found -> {
                    assertThat(number(found, 1)).isBetween(10.0, 60.0);
                    assertThat(number(found, 2)).isBetween(20.0, 50.0);
                });
    }

    private static double number(final MatchResult found, final int group) {
        return Double.parseDouble(found.group(group));
    }

    @ParameterizedTest
    @EnumSource(Marker.class)
    void shouldDrawEveryMarkerAsAClosedShape(final Marker marker) {
        assertThat(marker.at(10, 10)).startsWith("M").endsWith("Z").doesNotContain("NaN");
    }
}
