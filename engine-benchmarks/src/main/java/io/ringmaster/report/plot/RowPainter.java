package io.ringmaster.report.plot;

import io.ringmaster.report.plot.RowChart.Facet;
import io.ringmaster.report.plot.RowChart.Row;
import java.util.List;
import java.util.stream.DoubleStream;

/** Draws one chart of rows once: measures beside each other where there is room, else one below the other. */
final class RowPainter {

    private static final double ROW = 24;
    private static final double LABEL_ABOVE = 17;
    private static final double HEADER = 24;
    private static final double TICKS = 22;
    private static final double BAND_GAP = 14;
    private static final double BAR = 13;
    private static final double FACET_GAP = 22;
    private static final double VALUE_ROOM = 70;
    private static final double EDGE = 8;
    private static final double MOST_LABEL = 190;
    private static final double MOST_LABEL_ALONE = 330;
    private static final double MOST_LABEL_NARROW = 140;
    private static final double TICK_ROOM = 56;
    private static final int MOST_BESIDE = 3;
    private static final int OTHER_STYLE = 6;
    private static final String NOT_VALID = "× not valid";

    private final RowChart chart;
    private final Canvas canvas;
    private final List<Facet> facets;
    private final List<Row> rows;
    /** Long labels on a narrow plot stand above their rows. */
    private final boolean areLabelsAbove;

    private final double labels;
    private final double rowHeight;

    RowPainter(final RowChart chart, final Layout layout) {
        this.chart = chart;
        this.canvas = new Canvas(layout, chart.title(), chart.description());
        this.facets = chart.facets();
        this.rows = chart.rows();
        final double widest = rows.stream()
                .mapToDouble(row -> TextWidth.of(row.label(), row.isMain() ? Canvas.BOLD_FONT : Canvas.FONT))
                .max()
                .orElse(0);
        this.areLabelsAbove = !canvas.isWide() && widest > MOST_LABEL_NARROW;
        this.labels = areLabelsAbove ? 0 : Math.min(widest, facets.size() == 1 ? MOST_LABEL_ALONE : MOST_LABEL);
        this.rowHeight = areLabelsAbove ? ROW + LABEL_ABOVE : ROW;
    }

    Plot paint() {
        final int beside = canvas.isWide() ? MOST_BESIDE : 1;
        double y = 2;
        for (int first = 0; first < facets.size(); first += beside) {
            y = band(first, Math.min(beside, facets.size() - first), y) + BAND_GAP;
        }
        return canvas.plot(y - BAND_GAP + 4);
    }

    /** The place in a row where its values are drawn. */
    private double middle(final double top, final int row) {
        return top + (row + 1) * rowHeight - ROW / 2;
    }

    private double band(final int first, final int count, final double top) {
        final double width = (canvas.layout().width() - labels) / count;
        final double inset = areLabelsAbove ? 0 : FACET_GAP / 2;
        double rowsTop = top + HEADER;
        for (int i = 0; i < count; i++) {
            final double left = labels + i * width + inset;
            rowsTop = Math.max(rowsTop, header(facets.get(first + i), left, left + width - FACET_GAP, top));
        }
        double bottom = rowsTop;
        for (int i = 0; i < count; i++) {
            final double left = labels + i * width + inset;
            bottom = Math.max(bottom, facet(first + i, left, left + width - FACET_GAP, rowsTop));
        }
        for (int r = 0; r < rows.size(); r++) {
            final Row row = rows.get(r);
            final double middle = middle(rowsTop, r);
            canvas.label(
                    "row" + (areLabelsAbove ? " halo" : " end") + (row.isMain() ? " main" : ""),
                    labels,
                    areLabelsAbove ? middle - ROW / 2 : middle + 4,
                    TextWidth.fit(
                            row.label(),
                            Canvas.FONT,
                            areLabelsAbove ? canvas.layout().width() : labels));
        }
        return bottom;
    }

    /** The measure's name and those of its dots. Returns where the rows may begin. */
    private double header(final Facet facet, final double left, final double right, final double top) {
        canvas.label("title", left, top + 12, facet.title());
        if (facet.dots().size() < 2) {
            return top + HEADER;
        }
        double x = left + TextWidth.of(facet.title(), Canvas.FONT) + 18;
        double y = top + 12;
        for (int i = 0; i < facet.dots().size(); i++) {
            final double width = 12 + TextWidth.of(facet.dots().get(i), Canvas.FONT);
            if (x + width > right) {
                x = left;
                y += Key.ROW_HEIGHT;
            }
            canvas.path("dot s" + i, Marker.of(i).at(x + 4, y - 4));
            canvas.label("name s" + i, x + 12, y, facet.dots().get(i));
            x += width + 14;
        }
        return y + HEADER - 12;
    }

    private double facet(final int index, final double left, final double right, final double top) {
        final Facet facet = facets.get(index);
        final boolean isScaled = !facet.isBars() || facet.axis().kind() == Axis.Kind.LOG;
        final double end = facet.isBars() ? right - VALUE_ROOM : right - EDGE;
        final double begin = facet.isBars() ? left : left + EDGE;
        final double bottom = top + rows.size() * rowHeight;
        final Scale x = facet.axis().scale(begin, end);
        if (isScaled) {
            ticks(facet.axis(), x, begin, end, top, bottom);
        }
        final boolean hasZeroInside = facet.axis().low() < 0 && facet.axis().high() > 0;
        final double base = hasZeroInside ? x.at(0) : begin;
        canvas.path("axis", new PathData().line(base, top, base, bottom));
        if (facet.isBars()) {
            bars(index, x, begin, top);
        } else {
            dots(index, x, begin, top);
        }
        for (int r = 0; r < rows.size(); r++) {
            if (!rows.get(r).isValid()) {
                canvas.label("mark invalid text", begin + 6, middle(top, r) + 4, NOT_VALID);
            }
            canvas.tip(left, top + r * rowHeight, right - left, rowHeight, chart.tipText(rows.get(r), index));
        }
        return isScaled ? bottom + TICKS : bottom;
    }

    private void ticks(
            final Axis axis,
            final Scale x,
            final double begin,
            final double end,
            final double top,
            final double bottom) {
        final PathData grid = new PathData();
        double free = Double.NEGATIVE_INFINITY;
        for (final Tick tick : axis.ticks(x, (int) Math.max(2, (end - begin) / TICK_ROOM))) {
            if (!tick.major()) {
                continue;
            }
            final double place = x.at(tick.value());
            final String text = axis.text(tick.value());
            final double half = TextWidth.of(text, Canvas.FONT) / 2;
            grid.line(place, top, place, bottom);
            if (place - half >= free) {
                canvas.label("tick middle", place, bottom + 15, text);
                free = place + half + 4;
            }
        }
        canvas.path("grid", grid);
    }

    /** A log axis has no zero that a bar could stand on: a dot on a stem says where the value lies, and no more. */
    private void bars(final int index, final Scale x, final double begin, final double top) {
        final Facet facet = facets.get(index);
        final boolean isLog = facet.axis().kind() == Axis.Kind.LOG;
        final PathData[] bars = {new PathData(), new PathData()};
        final StringBuilder[] heads = {new StringBuilder(), new StringBuilder()};
        for (int r = 0; r < rows.size(); r++) {
            final Row row = rows.get(r);
            final double value = row.values().get(index)[0];
            final double middle = middle(top, r);
            final int style = row.isMain() ? 0 : 1;
            if (!row.isValid()) {
                continue;
            }
            if (!Double.isFinite(value)) {
                canvas.label("tick", begin + 6, middle + 4, "not measured");
                continue;
            }
            final double place = x.at(value);
            if (isLog && value > 0) {
                bars[style].rectangle(begin, middle - 1, place - begin, 2);
                heads[style].append(Marker.CIRCLE.at(place, middle));
            } else if (value > 0) {
                bars[style].rectangle(begin, middle - BAR / 2, Math.max(1, place - begin), BAR);
            }
            canvas.label(
                    "value",
                    (value > 0 ? place : begin) + (isLog ? 9 : 6),
                    middle + 4,
                    facet.axis().text(value));
        }
        for (int i = 0; i < bars.length; i++) {
            final String style = " s" + (i == 0 ? 0 : OTHER_STYLE);
            canvas.path("mark bar" + style, bars[i]);
            canvas.path("mark dot" + style, heads[i]);
        }
    }

    private void dots(final int index, final Scale x, final double begin, final double top) {
        final Facet facet = facets.get(index);
        final PathData spans = new PathData();
        final StringBuilder[] dots = new StringBuilder[facet.width()];
        for (int i = 0; i < dots.length; i++) {
            dots[i] = new StringBuilder();
        }
        for (int r = 0; r < rows.size(); r++) {
            final double middle = middle(top, r);
            double least = Double.POSITIVE_INFINITY;
            double most = Double.NEGATIVE_INFINITY;
            final double[] values = rows.get(r).isValid() ? rows.get(r).values().get(index) : new double[0];
            for (int i = 0; i < values.length; i++) {
                if (facet.axis().takes(values[i])) {
                    final int style = Math.min(i, dots.length - 1);
                    least = Math.min(least, x.at(values[i]));
                    most = Math.max(most, x.at(values[i]));
                    dots[style].append(Marker.of(style).at(x.at(values[i]), middle));
                }
            }
            if (most > least) {
                spans.line(least, middle, most, middle);
            } else if (Double.isInfinite(least) && DoubleStream.of(values).anyMatch(value -> value == 0)) {
                canvas.label("mark value", begin + 6, middle + 4, "0");
            }
        }
        canvas.path("span", spans);
        for (int i = 0; i < dots.length; i++) {
            canvas.path("mark dot s" + i, dots[i]);
        }
    }
}
