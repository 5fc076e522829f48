package io.ringmaster.report.plot;

import java.util.List;

/** The names of series beside the swatches of their styles, in as many rows as it takes. */
final class Key {

    static final double ROW_HEIGHT = 18;
    private static final double SWATCH = 22;
    private static final double GAP = 16;

    private Key() {}

    /**
     * Draws it.
     *
     * @return how many rows it took.
     */
    static int draw(
            final Canvas canvas, final List<Series> series, final double left, final double right, final double y) {
        double x = left;
        int rows = 1;
        for (final Series each : series) {
            final double width = SWATCH + TextWidth.of(each.name(), Canvas.FONT);
            if (x > left && x + width > right) {
                x = left;
                rows++;
            }
            swatch(canvas, each, x, y + (rows - 1) * ROW_HEIGHT);
            x += width + GAP;
        }
        return rows;
    }

    /** How many rows it will take. */
    static int rows(final List<Series> series, final double width) {
        return draw(new Canvas(Layout.WIDE, "", ""), series, 0, width, 0);
    }

    private static void swatch(final Canvas canvas, final Series series, final double x, final double baseLine) {
        final double middle = baseLine - 4;
        final String style = " s" + series.style();
        if (series.kind() == Series.Kind.LINE) {
            canvas.path("line" + style, new PathData().line(x, middle, x + 16, middle));
            if (!series.marks().isEmpty()) {
                canvas.path("dot" + style, Marker.of(series.style()).at(x + 8, middle));
            }
        } else {
            canvas.path(
                    (series.kind() == Series.Kind.AREA ? "area" : "bar") + style,
                    new PathData().rectangle(x + 2, middle - 5, 12, 10));
        }
        canvas.label("name" + style, x + SWATCH, baseLine, series.name());
    }
}
