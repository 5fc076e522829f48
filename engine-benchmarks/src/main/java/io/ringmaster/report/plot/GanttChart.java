package io.ringmaster.report.plot;

import java.util.ArrayList;
import java.util.List;

/** Stretches of time in lanes, none over another; those that matter most joined by a line from end to begin. */
public final class GanttChart implements Drawing {

    /**
     * A stretch.
     *
     * @param lane       its lane, from 0.
     * @param ready      when it could have begun; NaN if that is not to be seen.
     * @param start      when it began.
     * @param end        when it ended.
     * @param isCritical whether it matters most.
     * @param text       what it is.
     */
    public record Stretch(int lane, double ready, double start, double end, boolean isCritical, String text) {}

    private static final double TOP = 4;
    private static final double HEADER = 22;
    private static final double TICKS = 20;
    private static final double AXIS_LABEL = 20;
    private static final double MOST_HEIGHT = 420;
    private static final double LANE = 20;
    private static final double LEAST_LANE = 4;
    private static final int PLAIN_STYLE = 6;
    private static final int CRITICAL_STYLE = 1;
    private static final int WAITING_STYLE = 0;

    private final String title;
    private final String description;
    private final Axis x;
    private final int lanes;
    private final List<Stretch> stretches;

    /**
     * A chart.
     *
     * @param title       what it shows.
     * @param description the same in a sentence, for those who don't see it.
     * @param x           the time.
     * @param stretches   what is in the lanes, by start.
     */
    public GanttChart(final String title, final String description, final Axis x, final List<Stretch> stretches) {
        this.title = title;
        this.description = description;
        this.x = x;
        this.stretches = List.copyOf(stretches);
        this.lanes = 1 + stretches.stream().mapToInt(Stretch::lane).max().orElse(0);
    }

    @Override
    public Plot plot(final Layout layout) {
        final Canvas canvas = new Canvas(layout, title, description);
        final double left = 10;
        final double right = layout.width() - 22;
        final double lane = Math.max(LEAST_LANE, Math.min(LANE, MOST_HEIGHT / lanes));
        final Scale scale = x.scale(left, right);
        final List<Series> key = key();
        final int rows = Key.draw(canvas, key, left, right, TOP + 12);
        final double top = TOP + HEADER + (rows - 1) * Key.ROW_HEIGHT;
        final double bottom = top + lanes * lane;
        grid(canvas, scale, left, right, top, bottom);
        final PathData waits = new PathData();
        final PathData plain = new PathData();
        final PathData critical = new PathData();
        final PathData chain = new PathData();
        for (final Stretch each : stretches) {
            final double y = top + each.lane() * lane;
            final double from = scale.at(each.start());
            final double width = Math.max(0.8, scale.at(each.end()) - from - (lane > 6 ? 0.6 : 0));
            final double thickness = Math.max(1, lane - Math.max(1, lane * 0.24));
            (each.isCritical() ? critical : plain).rectangle(from, y + (lane - thickness) / 2, width, thickness);
            if (each.isCritical()) {
                chain.to(from, y + lane / 2).to(from + width, y + lane / 2);
            }
            if (scale.at(each.start()) - scale.at(each.ready()) >= 1) {
                waits.line(scale.at(each.ready()), y + lane / 2, from, y + lane / 2);
            }
            canvas.tip(from, y, width, lane, each.text());
        }
        canvas.path("mark line thin s" + WAITING_STYLE, waits);
        canvas.path("mark bar s" + PLAIN_STYLE, plain);
        canvas.path("chain", chain);
        canvas.path("mark bar s" + CRITICAL_STYLE, critical);
        return canvas.plot(bottom + TICKS + AXIS_LABEL);
    }

    private List<Series> key() {
        final List<Series> key = new ArrayList<>();
        if (stretches.stream().anyMatch(Stretch::isCritical)) {
            key.add(Series.bars("on the critical path", CRITICAL_STYLE, List.of()));
        }
        if (!stretches.stream().allMatch(Stretch::isCritical)) {
            key.add(Series.bars("other tasks", PLAIN_STYLE, List.of()));
        }
        if (stretches.stream().anyMatch(each -> each.start() > each.ready())) {
            key.add(new Series("ready, waiting", WAITING_STYLE, Series.Kind.LINE, List.of(), List.of()));
        }
        return key;
    }

    private void grid(
            final Canvas canvas,
            final Scale scale,
            final double left,
            final double right,
            final double top,
            final double bottom) {
        final PathData grid = new PathData();
        for (final Tick tick : x.ticks(scale, (int) Math.max(2, (right - left) / 70))) {
            final double place = scale.at(tick.value());
            grid.line(place, top, place, bottom);
            canvas.label(
                    place < 20 ? "tick" : "tick middle", place < 20 ? left : place, bottom + 16, x.text(tick.value()));
        }
        canvas.path("grid", grid);
        canvas.path("axis", new PathData().line(left, bottom, right, bottom));
        canvas.label("title end", right, bottom + TICKS + 13, x.label());
    }

    @Override
    public DataTable table() {
        final DataTable.Builder table = DataTable.builder()
                .text("what")
                .number("lane", Quantity.COUNT)
                .number("ready", Quantity.SECONDS)
                .number("start", Quantity.SECONDS)
                .number("end", Quantity.SECONDS)
                .text("on the critical path");
        for (final Stretch each : stretches) {
            table.row(
                    each.text().lines().findFirst().orElse(""),
                    each.lane() + 1,
                    each.ready(),
                    each.start(),
                    each.end(),
                    each.isCritical() ? "yes" : "");
        }
        return table.build();
    }
}
