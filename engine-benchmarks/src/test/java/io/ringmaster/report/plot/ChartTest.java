package io.ringmaster.report.plot;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.report.plot.GanttChart.Stretch;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChartTest {

    private static Stream<Element.Path> paths(final Plot plot, final String css) {
        return plot.elements().stream()
                .filter(Element.Path.class::isInstance)
                .map(Element.Path.class::cast)
                .filter(path -> List.of(path.css().split(" ")).containsAll(List.of(css.split(" "))));
    }

    private static String path(final Plot plot, final String css) {
        return paths(plot, css).map(Element.Path::data).reduce("", String::concat);
    }

    private static long count(final String data, final char command) {
        return data.chars().filter(c -> c == command).count();
    }

    private static List<String> labels(final Plot plot) {
        return plot.elements().stream()
                .filter(Element.Label.class::isInstance)
                .map(each -> ((Element.Label) each).text().replace('\u00a0', ' '))
                .toList();
    }

    private static List<Element.Tip> tips(final Plot plot) {
        return plot.elements().stream()
                .filter(Element.Tip.class::isInstance)
                .map(Element.Tip.class::cast)
                .toList();
    }

    private static Chart.Builder chart(final Series... series) {
        return Chart.builder("title", "description", Axis.fromZero("load", Quantity.PER_SECOND, 100))
                .panel(new Panel(
                        Axis.log("latency", Quantity.MICROS, 1, 1_000),
                        200,
                        List.of(series),
                        List.of(new Rule(100, "objective", "slo"))));
    }

    private static final Series WITH_A_GAP = Series.line(
            "p99",
            0,
            List.of(new Point(10, 2), new Point(20, 3), new Point(30, Double.NaN), new Point(40, 5), new Point(50, 8)));

    @ParameterizedTest
    @EnumSource(Layout.class)
    void shouldBreakALineWhereNothingIsKnown(final Layout layout) {
        final Plot plot = chart(WITH_A_GAP).build().plot(layout);

        final String line = path(plot, "mark line s0");
        assertThat(count(line, 'M')).isEqualTo(2);
        assertThat(count(line, 'L')).isEqualTo(2);
        assertThat(count(path(plot, "mark dot s0"), 'Z')).isEqualTo(4);
    }

    @Test
    void shouldMarkWhatIsInvalidInAStripOfItsOwnAndNotAsAValue() {
        final Chart chart = chart(WITH_A_GAP).invalid(30, "generator late").build();
        final Plot plot = chart.plot(Layout.WIDE);

        assertThat(count(path(plot, "mark invalid"), 'Z')).isEqualTo(1);
        assertThat(count(path(plot, "mark dot s0"), 'Z')).isEqualTo(4);
        assertThat(labels(plot)).contains("invalid");
        assertThat(tips(plot)).anySatisfy(tip -> assertThat(tip.text()).contains("not valid: generator late"));
        final DataTable table = chart.table();
        assertThat(table.rows().get(2)).containsExactly(30.0, null, "generator late");
        assertThat(table.marks().get(2)).isEqualTo(DataTable.Mark.INVALID);
    }

    @Test
    void shouldShowALonelyPointOfALineWithoutMarkers() {
        final Series lonely = Series.line(
                        "max", 2, List.of(new Point(1, Double.NaN), new Point(2, 3), new Point(3, Double.NaN)))
                .markedAt(List.of());

        assertThat(count(path(chart(lonely).build().plot(Layout.WIDE), "mark dot s2"), 'Z'))
                .isEqualTo(1);
    }

    @Test
    void shouldNameLinesAtTheirEndsWhereThereIsRoomAndInAKeyWhereNot() {
        final Plot wide = chart(WITH_A_GAP).build().plot(Layout.WIDE);
        final Plot narrow = chart(WITH_A_GAP).build().plot(Layout.NARROW);

        assertThat(wide.width()).isEqualTo(760);
        assertThat(narrow.width()).isEqualTo(358);
        assertThat(labels(wide)).contains("p99", "objective", "1 ms", "load");
        assertThat(labels(narrow)).contains("p99", "objective", "1 ms", "load");
        assertThat(paths(wide, "line s0").count()).isEqualTo(1);
        assertThat(paths(narrow, "line s0").count())
                .as("the line and its swatch")
                .isEqualTo(2);
    }

    @Test
    void shouldTellEveryValueOfAPlaceInOneTip() {
        final Plot plot = chart(WITH_A_GAP, Series.line("p50", 1, List.of(new Point(10, 1))))
                .build()
                .plot(Layout.WIDE);

        assertThat(tips(plot)).hasSize(4);
        assertThat(tips(plot).get(0).text().replace('\u00a0', ' ')).isEqualTo("load 10/s\np99: 2 µs\np50: 1 µs");
        assertThat(tips(plot).get(3).text()).doesNotContain("p50");
    }

    @Test
    void shouldHatchABandThatIsNotValid() {
        final Plot plot = chart(WITH_A_GAP)
                .band(new Band(0, 20, "25/s", true))
                .band(new Band(20, 60, "50/s", false))
                .build()
                .plot(Layout.WIDE);

        assertThat(paths(plot, "hatch").count()).isEqualTo(1);
        assertThat(labels(plot)).contains("25/s", "× 50/s");
    }

    @Test
    void shouldDrawABarForEveryValueAboveZero() {
        final Plot plot = chart(Series.bars("GC", 3, List.of(new Point(10, 5), new Point(20, 0), new Point(30, 7))))
                .build()
                .plot(Layout.WIDE);

        assertThat(count(path(plot, "mark bar s3"), 'Z')).isEqualTo(2);
    }

    @Test
    void shouldCloseAnAreaAtEachGap() {
        final Plot plot = chart(Series.area(
                        "live",
                        0,
                        List.of(
                                new Point(10, 5),
                                new Point(20, 6),
                                new Point(30, Double.NaN),
                                new Point(40, 7),
                                new Point(50, 7))))
                .build()
                .plot(Layout.WIDE);

        assertThat(count(path(plot, "mark area s0"), 'Z')).isEqualTo(2);
        assertThat(count(path(plot, "edge s0"), 'M')).isEqualTo(2);
    }

    // ---- rows --------------------------------------------------------------------------------------------------

    private static RowChart.Row row(final String name, final String invalid, final double value) {
        return new RowChart.Row(name, "ours".equals(name), invalid, List.of(new double[] {value}));
    }

    private static RowChart bars(final Axis axis, final RowChart.Row... rows) {
        return new RowChart("title", "description", "peer", List.of(RowChart.Facet.bars("rate", axis)), List.of(rows));
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void shouldDrawNoBarForARowThatIsNotValid(final Layout layout) {
        final RowChart chart = bars(
                Axis.fromZero("rate", Quantity.PER_SECOND, 100),
                row("ours", "", 80),
                row("theirs", "stolen CPU", 90),
                row("others", "", Double.NaN));
        final Plot plot = chart.plot(layout);

        assertThat(count(path(plot, "mark bar s0"), 'Z')).isEqualTo(1);
        assertThat(path(plot, "mark bar s6")).isEmpty();
        assertThat(labels(plot)).contains("80/s", "× not valid", "not measured").doesNotContain("90/s");
        assertThat(chart.table().rows().get(1)).containsExactly("theirs", null, "stolen CPU");
        assertThat(tips(plot)).hasSize(3);
    }

    @Test
    void shouldDrawADotOnAStemWhereTheScaleHasNoZero() {
        final Plot plot = bars(
                        Axis.log("rate", Quantity.PER_SECOND, 1, 1_000),
                        row("ours", "", 10),
                        row("theirs", "", 1_000),
                        row("none", "", 0))
                .plot(Layout.WIDE);

        assertThat(count(path(plot, "mark dot s0"), 'Z')).isEqualTo(1);
        assertThat(count(path(plot, "mark dot s6"), 'Z')).isEqualTo(1);
        assertThat(labels(plot)).contains("10/s", "1 000/s", "0");
    }

    @Test
    void shouldSpanTheDotsOfARow() {
        final RowChart chart = new RowChart(
                "title",
                "description",
                "stage",
                List.of(new RowChart.Facet(
                        "latency", Axis.log("latency", Quantity.MICROS, 1, 100), List.of("p50", "p99"))),
                List.of(
                        new RowChart.Row("queued", false, "", List.of(new double[] {2, 50})),
                        new RowChart.Row("never slow", false, "", List.of(new double[] {0, 0}))));
        final Plot plot = chart.plot(Layout.WIDE);

        assertThat(count(path(plot, "span"), 'M')).isEqualTo(1);
        assertThat(labels(plot))
                .as("zero has no place on a log scale, so it is written")
                .contains("0");
        assertThat(chart.table().rows()).containsExactly(List.of("queued", 2.0, 50.0), List.of("never slow", 0.0, 0.0));
    }

    @Test
    void shouldGiveTheRangeOfARowOfManyDots() {
        final RowChart chart = new RowChart(
                "title",
                "description",
                "benchmark",
                List.of(new RowChart.Facet("spread", Axis.between("spread", Quantity.PERCENT, -5, 5), List.of("fork"))),
                List.of(new RowChart.Row("a", false, "", List.of(new double[] {1, -2, 0}))));

        assertThat(chart.table().columns())
                .extracting(DataTable.Column::name)
                .containsExactly("benchmark", "least fork", "greatest fork");
        assertThat(chart.table().rows()).containsExactly(List.of("a", -2.0, 1.0));
        assertThat(count(path(chart.plot(Layout.NARROW), "mark dot s0"), 'Z')).isEqualTo(3);
    }

    // ---- lanes -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(Layout.class)
    void shouldDrawTasksInLanesAndTheCriticalOnesApart(final Layout layout) {
        final Plot plot = new GanttChart(
                        "title",
                        "description",
                        Axis.between("time", Quantity.SECONDS, 0, 10),
                        List.of(
                                new Stretch(0, 0, 0.1, 4, true, "a"),
                                new Stretch(1, 0, 2, 3, false, "b"),
                                new Stretch(0, 4, 4.1, 10, true, "c")))
                .plot(layout);

        assertThat(count(path(plot, "mark bar s1"), 'Z')).isEqualTo(2);
        assertThat(count(path(plot, "mark bar s6"), 'Z')).isEqualTo(1);
        assertThat(count(path(plot, "chain"), 'M')).isEqualTo(1);
        assertThat(path(plot, "mark line s0")).isNotEmpty();
        assertThat(tips(plot)).extracting(Element.Tip::text).containsExactly("a", "b", "c");
    }
}
