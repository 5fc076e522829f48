package io.ringmaster.report.plot;

import java.util.ArrayList;
import java.util.List;

/** Draws one chart once. */
final class ChartPainter {

    private static final double TOP = 4;
    private static final double HEADER = 27;
    private static final double RULE_NAME = 17;
    private static final double PANEL_GAP = 14;
    private static final double TICKS = 20;
    private static final double AXIS_LABEL = 20;
    private static final double STRIP = 28;
    private static final double CROSS_FROM_END = 12;
    private static final double BAND_LABELS = 22;
    private static final double LABEL_GAP = 14;
    private static final double LEAST_MARGIN = 34;
    private static final double MOST_LABEL = 170;
    private static final double NARROW_HEIGHT = 0.85;
    private static final double TICK_ROOM = 64;
    private static final double TICK_PITCH = 28;
    private static final double HATCH = 7;
    private static final String INVALID = "invalid";

    private final Chart chart;
    private final Canvas canvas;
    private final double left;
    private final double right;
    private final Scale x;

    ChartPainter(final Chart chart, final Layout layout) {
        this.chart = chart;
        this.canvas = new Canvas(layout, chart.title(), chart.description());
        this.left = leftMargin();
        this.right = layout.width() - rightMargin();
        this.x = chart.x().scale(left, right);
    }

    Plot paint() {
        double y = TOP;
        if (!chart.bands().isEmpty()
                && chart.bands().stream().anyMatch(band -> !band.label().isEmpty())) {
            y += BAND_LABELS;
        }
        bandNames(y);
        final List<double[]> spans = new ArrayList<>();
        for (final Panel panel : chart.panels()) {
            y += header(panel, y);
            if (spans.isEmpty()) {
                y += RULE_NAME * chart.rules().size();
            }
            final double bottom = y + height(panel);
            spans.add(new double[] {y, bottom});
            y = bottom + PANEL_GAP;
        }
        double bottom = y - PANEL_GAP;
        for (int i = 0; i < spans.size(); i++) {
            bands(spans.get(i)[0], spans.get(i)[1]);
            panel(chart.panels().get(i), spans.get(i)[0], spans.get(i)[1]);
        }
        verticalRules(spans.get(0)[0], bottom);
        if (!chart.invalid().isEmpty()) {
            bottom += STRIP;
            strip(bottom);
        }
        horizontalAxis(bottom);
        tips(spans.get(0)[0], bottom);
        return canvas.plot(bottom + TICKS + AXIS_LABEL);
    }

    // ---- margins -----------------------------------------------------------------------------------------------

    private double leftMargin() {
        double widest = chart.invalid().isEmpty() ? LEAST_MARGIN : TextWidth.of(INVALID, Canvas.FONT) + 8;
        for (final Panel panel : chart.panels()) {
            for (final Tick tick : panel.y().ticks(panel.y().scale(height(panel), 0), yTicks(panel))) {
                if (tick.major()) {
                    widest = Math.max(widest, TextWidth.of(panel.y().text(tick.value()), Canvas.FONT) + 8);
                }
            }
        }
        return widest;
    }

    private double rightMargin() {
        final double half = TextWidth.of(chart.x().text(chart.x().high()), Canvas.FONT) / 2;
        double widest = Math.max(12, half);
        for (final Panel panel : chart.panels()) {
            if (isLabelledAtEnds(panel)) {
                for (final Series series : panel.series()) {
                    widest = Math.max(widest, TextWidth.of(endLabel(series), Canvas.FONT) + 12);
                }
            }
        }
        return widest;
    }

    private static String endLabel(final Series series) {
        return TextWidth.fit(series.name(), Canvas.FONT, MOST_LABEL);
    }

    private double height(final Panel panel) {
        return canvas.isWide() ? panel.height() : Math.round(Math.max(48, panel.height() * NARROW_HEIGHT));
    }

    private int yTicks(final Panel panel) {
        return (int) Math.max(2, height(panel) / TICK_PITCH);
    }

    /** Lines are named where they end; on a narrow plot there is no room for that. */
    private boolean isLabelledAtEnds(final Panel panel) {
        return canvas.isWide()
                && panel.series().stream().allMatch(series -> series.kind() == Series.Kind.LINE)
                && panel.series().stream()
                        .anyMatch(series -> series.points().stream().anyMatch(Point::isKnown));
    }

    // ---- one panel ---------------------------------------------------------------------------------------------

    private static boolean isNamedByAxis(final Panel panel) {
        return panel.series().size() == 1
                && panel.series().get(0).name().equals(panel.y().label());
    }

    /** The panel's title, and the key where series are not named at their ends. Returns its height. */
    private double header(final Panel panel, final double top) {
        final double baseLine = top + 12;
        canvas.label("title", 0, baseLine, panel.y().label());
        if (isLabelledAtEnds(panel) || isNamedByAxis(panel)) {
            return HEADER;
        }
        final double width = TextWidth.of(panel.y().label(), Canvas.FONT) + 20;
        final double end = canvas.layout().width();
        if (Key.rows(panel.series(), end - width) == 1) {
            Key.draw(canvas, panel.series(), width, end, baseLine);
            return HEADER;
        }
        return HEADER + Key.ROW_HEIGHT * Key.draw(canvas, panel.series(), 0, end, baseLine + Key.ROW_HEIGHT);
    }

    private void panel(final Panel panel, final double top, final double bottom) {
        final Scale y = panel.y().scale(bottom, top);
        grid(panel, y, top, bottom);
        for (final Series series : panel.series()) {
            switch (series.kind()) {
                case AREA -> area(panel, series, y, bottom);
                case BARS -> bars(panel, series, y, bottom);
                default -> line(panel, series, y);
            }
        }
        for (final Rule rule : panel.rules()) {
            final double place = y.at(rule.value());
            canvas.path("rule " + rule.css(), new PathData().line(left, place, right, place));
            canvas.label("halo rule-name " + rule.css(), left + 6, place - 5, rule.label());
        }
        if (isLabelledAtEnds(panel)) {
            endLabels(panel, y, top, bottom);
        }
    }

    private void grid(final Panel panel, final Scale y, final double top, final double bottom) {
        final PathData major = new PathData();
        final PathData minor = new PathData();
        for (final Tick tick : panel.y().ticks(y, yTicks(panel))) {
            final double place = y.at(tick.value());
            (tick.major() ? major : minor).line(left, place, right, place);
            if (tick.major()) {
                canvas.label("tick end", left - 8, place + 4, panel.y().text(tick.value()));
            }
        }
        for (final Tick tick : chart.x().ticks(x, xTicks())) {
            if (tick.major()) {
                major.line(x.at(tick.value()), top, x.at(tick.value()), bottom);
            }
        }
        canvas.path("grid minor", minor);
        canvas.path("grid", major);
        canvas.path("axis", new PathData().line(left, bottom, right, bottom));
    }

    private void line(final Panel panel, final Series series, final Scale y) {
        final PathData data = new PathData();
        final StringBuilder markers = new StringBuilder();
        final Marker marker = Marker.of(series.style());
        final List<Point> points = series.points();
        for (int i = 0; i < points.size(); i++) {
            final Point point = points.get(i);
            if (!isShown(panel, point)) {
                data.gap();
                continue;
            }
            data.to(x.at(point.x()), y.at(point.y()));
            final boolean isLonely = (i == 0 || !isShown(panel, points.get(i - 1)))
                    && (i == points.size() - 1 || !isShown(panel, points.get(i + 1)));
            if (isLonely && series.marks().isEmpty()) {
                markers.append(marker.at(x.at(point.x()), y.at(point.y())));
            }
        }
        for (final Point point : series.marks()) {
            if (isShown(panel, point)) {
                markers.append(marker.at(x.at(point.x()), y.at(point.y())));
            }
        }
        canvas.path("mark line s" + series.style(), data);
        canvas.path("mark dot s" + series.style(), markers);
    }

    private static boolean isShown(final Panel panel, final Point point) {
        return point.isKnown() && panel.y().takes(point.y());
    }

    private void area(final Panel panel, final Series series, final Scale y, final double bottom) {
        final PathData data = new PathData();
        final PathData edge = new PathData();
        double lastX = Double.NaN;
        for (final Point point : series.points()) {
            if (!isShown(panel, point)) {
                closeArea(data, lastX, bottom);
                edge.gap();
                lastX = Double.NaN;
                continue;
            }
            final double place = x.at(point.x());
            if (Double.isNaN(lastX)) {
                data.to(place, bottom);
            }
            data.to(place, y.at(point.y()));
            edge.to(place, y.at(point.y()));
            lastX = place;
        }
        closeArea(data, lastX, bottom);
        canvas.path("mark area s" + series.style(), data);
        canvas.path("edge s" + series.style(), edge);
    }

    private static void closeArea(final PathData data, final double lastX, final double bottom) {
        if (!Double.isNaN(lastX)) {
            data.to(lastX, bottom).close();
        }
    }

    /** As wide as the points lie apart; a bar that stands for something is at least a pixel high. */
    private void bars(final Panel panel, final Series series, final Scale y, final double bottom) {
        final List<Point> points = series.points();
        double apart = right - left;
        for (int i = 1; i < points.size(); i++) {
            apart = Math.min(
                    apart, x.at(points.get(i).x()) - x.at(points.get(i - 1).x()));
        }
        final double width = Math.max(1, Math.min(apart - 1, 24));
        final PathData data = new PathData();
        for (final Point point : points) {
            if (isShown(panel, point) && point.y() > 0) {
                final double top = Math.min(bottom - 1, y.at(point.y()));
                data.rectangle(x.at(point.x()) - width / 2, top, width, bottom - top);
            }
        }
        canvas.path("mark bar s" + series.style(), data);
    }

    private void endLabels(final Panel panel, final Scale y, final double top, final double bottom) {
        final List<Series> shown = new ArrayList<>();
        final List<Point> ends = new ArrayList<>();
        for (final Series series : panel.series()) {
            Point end = null;
            for (final Point point : series.points()) {
                end = isShown(panel, point) ? point : end;
            }
            if (end != null) {
                shown.add(series);
                ends.add(end);
            }
        }
        final double[] wanted = ends.stream().mapToDouble(end -> y.at(end.y())).toArray();
        final double[] placed = LabelSpread.spread(wanted, LABEL_GAP, top + 4, bottom);
        for (int i = 0; i < placed.length; i++) {
            canvas.label(
                    "halo name s" + shown.get(i).style(),
                    x.at(ends.get(i).x()) + 9,
                    placed[i] + 4,
                    endLabel(shown.get(i)));
        }
    }

    // ---- what all panels share ---------------------------------------------------------------------------------

    private int xTicks() {
        return (int) Math.max(2, (right - left) / TICK_ROOM);
    }

    private void bands(final double top, final double bottom) {
        for (int i = 0; i < chart.bands().size(); i++) {
            final Band band = chart.bands().get(i);
            final double from = x.at(band.from());
            final double width = Math.max(0.5, x.at(band.to()) - from);
            if (i % 2 == 0) {
                canvas.path("band", new PathData().rectangle(from, top, width, bottom - top));
            }
            if (!band.isValid()) {
                canvas.path("hatch", new PathData().hatching(from, top, width, bottom - top, HATCH));
            }
        }
    }

    /** As many of them as there is room for. */
    private void bandNames(final double baseLine) {
        double end = Double.NEGATIVE_INFINITY;
        for (final Band band : chart.bands()) {
            final String text = (band.isValid() ? "" : "× ") + band.label();
            final double width = TextWidth.of(text, Canvas.FONT);
            final double from = x.at(band.from()) + 2;
            if (!band.label().isEmpty()
                    && from >= end
                    && from + width <= canvas.layout().width()) {
                canvas.label(band.isValid() ? "tick" : "tick bad", from, baseLine - 9, text);
                end = from + width + 8;
            }
        }
    }

    /** Named above the plot, a row for each, so that no name lies over a curve. */
    private void verticalRules(final double top, final double bottom) {
        for (int i = 0; i < chart.rules().size(); i++) {
            final Rule rule = chart.rules().get(i);
            final double place = x.at(rule.value());
            final double row = top - RULE_NAME * (chart.rules().size() - i);
            canvas.path("rule " + rule.css(), new PathData().line(place, row + RULE_NAME - 3, place, bottom));
        }
        for (int i = 0; i < chart.rules().size(); i++) {
            final Rule rule = chart.rules().get(i);
            final double half = TextWidth.of(rule.label(), Canvas.BOLD_FONT) / 2;
            final double middle = Math.min(canvas.layout().width() - half, Math.max(half, x.at(rule.value())));
            final double row = top - RULE_NAME * (chart.rules().size() - i);
            canvas.label("halo rule-name middle " + rule.css(), middle, row + RULE_NAME - 6, rule.label());
        }
    }

    /** Crosses for what doesn't count, where no value could be read off. */
    private void strip(final double bottom) {
        final PathData line = new PathData().line(left, bottom, right, bottom);
        canvas.path("axis", line);
        canvas.label("tick bad end", left - 8, bottom - CROSS_FROM_END + 5, INVALID);
        final StringBuilder crosses = new StringBuilder();
        for (final double each : chart.invalid().keySet()) {
            crosses.append(Marker.CROSS.at(x.at(each), bottom - CROSS_FROM_END));
        }
        canvas.path("mark invalid", crosses);
    }

    private void horizontalAxis(final double bottom) {
        double end = Double.NEGATIVE_INFINITY;
        for (final Tick tick : chart.x().ticks(x, xTicks())) {
            if (!tick.major()) {
                continue;
            }
            final String text = chart.x().text(tick.value());
            final double half = TextWidth.of(text, Canvas.FONT) / 2;
            final double place = x.at(tick.value());
            if (place - half >= end) {
                canvas.label("tick middle", place, bottom + 16, text);
                end = place + half + 6;
            }
        }
        canvas.label("title end", right, bottom + TICKS + 13, chart.x().label());
    }

    /** Strips from half-way to the neighbours, over all panels. */
    private void tips(final double top, final double bottom) {
        final List<Double> xs = new ArrayList<>(chart.xs());
        for (int i = 0; i < xs.size(); i++) {
            final double place = x.at(xs.get(i));
            final double from = i == 0 ? left : (place + x.at(xs.get(i - 1))) / 2;
            final double to = i == xs.size() - 1 ? right : (place + x.at(xs.get(i + 1))) / 2;
            canvas.tip(from, top, to - from, bottom - top, tipText(xs.get(i)));
        }
    }

    private String tipText(final double value) {
        final StringBuilder text = new StringBuilder(chart.x().label())
                .append(' ')
                .append(chart.x().text(value));
        for (final Panel panel : chart.panels()) {
            for (final Series series : panel.series()) {
                final double y = series.at(value);
                if (Double.isFinite(y)) {
                    text.append('\n')
                            .append(series.name())
                            .append(": ")
                            .append(panel.y().text(y));
                }
            }
        }
        final String reason = chart.invalid().get(value);
        if (reason != null) {
            text.append("\nnot valid: ").append(reason);
        }
        return text.toString();
    }
}
