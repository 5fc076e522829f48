package io.ringmaster.report.plot;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelsTest {

    @Test
    void shouldMoveLabelsApartAndKeepTheirOrder() {
        assertThat(LabelSpread.spread(new double[] {50, 48, 10}, 14, 0, 100)).containsExactly(62, 48, 10);
        assertThat(LabelSpread.spread(new double[] {99, 98}, 14, 0, 100)).containsExactly(100, 86);
        assertThat(LabelSpread.spread(new double[0], 14, 0, 100)).isEmpty();
    }

    @Property(tries = 300)
    void shouldNeverLetTwoLabelsCoverEachOther(
            @ForAll @Size(min = 1, max = 9) final double[] any,
            @ForAll @DoubleRange(min = 5, max = 20) final double gap) {
        final double[] wanted = new double[any.length];
        for (int i = 0; i < any.length; i++) {
            wanted[i] = Math.abs(any[i]) % 100;
        }
        final double[] placed = LabelSpread.spread(wanted, gap, 0, 100);

        java.util.Arrays.sort(placed);
        for (int i = 1; i < placed.length; i++) {
            assertThat(placed[i] - placed[i - 1]).isGreaterThanOrEqualTo(gap - 1e-9);
        }
        assertThat(placed[0]).isGreaterThanOrEqualTo(-1e-9);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0 %",
        "2, 50 %",
        "10, 90 %",
        "32.3, 96.9 %",
        "100, 99 %",
        "1000, 99.9 %",
        "2000, 99.95 %",
        "10000, 99.99 %",
        "100000, 99.999 %"
    })
    void shouldNameThePercentileAtAPlace(final double x, final String text) {
        assertThat(Percentile.text(x).replace('\u00a0', ' ')).isEqualTo(text);
    }

    @Test
    void shouldPlaceAPercentileByItsDistanceFromTheWhole() {
        assertThat(Percentile.x(50)).isEqualTo(2);
        assertThat(Percentile.percent(Percentile.x(99.9)))
                .isCloseTo(99.9, org.assertj.core.api.Assertions.within(1e-9));
    }

    @Test
    void shouldCutATextThatDoesNotFit() {
        assertThat(TextWidth.fit("short", 12, 100)).isEqualTo("short");
        final String cut = TextWidth.fit("a name that is far too long for its place", 12, 100);
        assertThat(cut).startsWith("a name").endsWith("…");
        assertThat(TextWidth.of(cut, 12)).isLessThanOrEqualTo(105);
        assertThat(TextWidth.fit("\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00", 12, 25))
                .isEqualTo("\ud83d\ude00…");
    }

    @Test
    void shouldLineUpTheNumbersOfAColumn() {
        final DataTable table = DataTable.builder()
                .text("what")
                .number("time", Quantity.MICROS)
                .row("a", 1.5)
                .row("b", Double.NaN)
                .row("c", 1_234)
                .mark(DataTable.Mark.INVALID)
                .build();

        assertThat(table.texts())
                .containsExactly(
                        java.util.List.of("a", "1.50"),
                        java.util.List.of("b", "–"),
                        java.util.List.of("c", "1\u00a0234.00"));
        assertThat(table.columns().get(1).heading()).isEqualTo("time, µs");
        assertThat(table.rows().get(1)).containsExactly("b", null);
        assertThat(table.marks()).containsExactly(DataTable.Mark.NONE, DataTable.Mark.NONE, DataTable.Mark.INVALID);
    }
}
