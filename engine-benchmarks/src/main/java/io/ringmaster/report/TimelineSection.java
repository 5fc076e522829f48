package io.ringmaster.report;

import io.ringmaster.report.CapacityResult.Phase;
import io.ringmaster.report.IntervalLog.Interval;
import io.ringmaster.report.TimeBins.Fold;
import io.ringmaster.report.plot.Axis;
import io.ringmaster.report.plot.Band;
import io.ringmaster.report.plot.Chart;
import io.ringmaster.report.plot.Panel;
import io.ringmaster.report.plot.Point;
import io.ringmaster.report.plot.Quantity;
import io.ringmaster.report.plot.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/** Latencies second by second, above what may have caused them: pauses, steal, a full ring, stalls. */
final class TimelineSection {

    private static final int LATENCY_HEIGHT = 190;
    private static final int RATE_HEIGHT = 110;
    private static final int CAUSE_HEIGHT = 64;
    private static final double PERCENT = 100;
    /** How far an interval may reach into a second that is not its own, in seconds. */
    private static final double EDGE = 0.2;

    private final Run run;
    private final TimeBins bins;
    private final List<TimelineSecond> seconds;
    private final List<String> quiet = new ArrayList<>();
    private final List<Band> invalid = new ArrayList<>();
    private Chart.Builder chart;
    private int panels;

    private TimelineSection(final Run run, final double end) {
        this.run = run;
        this.bins = new TimeBins(end);
        this.seconds = run.timeline();
    }

    static Section of(final String prefix, final Run run) {
        final String tag = tag(run);
        if (run.timeline().isEmpty() && tag == null) {
            return null;
        }
        double end = run.timeline().stream()
                .mapToDouble(each -> each.second() + 1)
                .max()
                .orElse(0);
        if (tag != null) {
            // An interval's end may lie beyond the last second by how long it took to write it.
            end = Math.max(
                    end,
                    run.latencies().intervals(tag).stream()
                            .mapToDouble(Interval::from)
                            .max()
                            .orElse(0));
        }
        return new TimelineSection(run, end).section(prefix, tag);
    }

    /** The latency that is drawn; null if there are no intervals. */
    private static String tag(final Run run) {
        if (run.latencies() == null) {
            return null;
        }
        final List<String> tags = run.latencies().tags();
        return tags.contains("readyToRunning")
                ? "readyToRunning"
                : tags.contains("endToEnd") ? "endToEnd" : tags.get(0);
    }

    private Section section(final String prefix, final String tag) {
        final String title = "Second by second";
        final String per = bins.width() == 1 ? "" : ", " + bins.width() + " s each";
        chart = Chart.builder(
                title,
                "Interval percentiles of latency above rates, pauses, ring occupancy and stalls, over "
                        + Quantity.SECONDS.format(bins.end()) + ".",
                Axis.between("time since the start", Quantity.SECONDS, 0, bins.end()));
        addBands();
        final String thin = tag == null ? "" : addLatency(tag, per);
        addRates(per);
        addCauses();
        if (panels == 0) {
            return null;
        }
        final String left = invalid.isEmpty() ? "" : "Hatched: a step that is not valid; its latencies are left out. ";
        final String caption =
                (left + thin + (quiet.isEmpty() ? "" : "Not seen at all: " + String.join(", ", quiet) + ".")).strip();
        return new Section(
                prefix + "over-time",
                "Over time",
                List.of(Block.Figure.of(prefix + "timeline", title + per, caption, chart.build())));
    }

    private void add(final Panel panel) {
        chart.panel(panel);
        panels++;
    }

    /** The steps of a sweep. */
    private void addBands() {
        int i = 0;
        while (i < seconds.size()) {
            final Integer step = seconds.get(i).step();
            int k = i;
            while (k + 1 < seconds.size()
                    && java.util.Objects.equals(seconds.get(k + 1).step(), step)) {
                k++;
            }
            final Phase phase = step == null || run.capacity() == null
                    ? null
                    : run.capacity().phase(step);
            if (phase != null) {
                final Band band =
                        new Band(seconds.get(i).second(), seconds.get(k).second() + 1, phase.label(), phase.isValid());
                chart.band(band);
                if (!band.isValid()) {
                    invalid.add(band);
                }
            }
            i = k + 1;
        }
    }

    /** Returns what has to be said about percentiles that are left out. */
    private String addLatency(final String tag, final String per) {
        final List<Histogram> histograms = bins.histograms(run.latencies().intervals(tag).stream()
                .filter(interval -> invalid.stream()
                        .noneMatch(band -> interval.from() < band.to() - EDGE && interval.to() > band.from() + EDGE))
                .toList());
        final List<Series> series = new ArrayList<>();
        final List<Point> p50 = bins.points(histograms, each -> Support.micros(each, 50));
        final List<Point> p99 = bins.points(histograms, each -> Support.micros(each, 99));
        final List<Point> most = bins.points(histograms, Support::maxMicros);
        addIfKnown(series, Series.line("p50", 0, p50));
        addIfKnown(series, Series.line("p99", 1, p99));
        addIfKnown(series, Series.line("max", 2, most));
        if (series.isEmpty()) {
            return "";
        }
        add(new Panel(
                Axis.log(
                        Labels.latency(tag) + ", each interval" + per,
                        Quantity.MICROS,
                        series.stream()
                                .flatMap(each -> each.points().stream())
                                .mapToDouble(Point::y)
                                .toArray()),
                LATENCY_HEIGHT,
                series,
                List.of()));
        final long filled =
                histograms.stream().filter(java.util.Objects::nonNull).count();
        final long supported = p99.stream().filter(Point::isKnown).count();
        return supported < filled
                ? "p99 is left out in " + (filled - supported) + " of " + filled + " intervals, which have fewer than "
                        + Support.LEAST_BEYOND + " values beyond it. "
                : "";
    }

    private static void addIfKnown(final List<Series> series, final Series one) {
        if (one.points().stream().anyMatch(Point::isKnown)) {
            series.add(one.points().size() > 1 ? one.markedAt(List.of()) : one);
        }
    }

    private void addRates(final String per) {
        final List<Series> series = new ArrayList<>();
        addIfKnown(series, Series.line("submitted", 6, bins.fold(seconds, TimelineSecond::submitted, Fold.MEAN)));
        addIfKnown(series, Series.line("completed", 0, bins.fold(seconds, TimelineSecond::completed, Fold.MEAN)));
        final List<Point> refused = bins.fold(seconds, TimelineSecond::refused, Fold.MEAN);
        if (refused.stream().anyMatch(point -> point.y() > 0)) {
            addIfKnown(series, Series.line("refused", 1, refused));
        }
        if (!series.isEmpty()) {
            add(new Panel(
                    Axis.fromZero("tasks a second", Quantity.PER_SECOND, values(series)),
                    RATE_HEIGHT,
                    series,
                    List.of()));
        }
    }

    private static double[] values(final List<Series> series) {
        return series.stream()
                .flatMap(each -> each.points().stream())
                .mapToDouble(Point::y)
                .toArray();
    }

    private void addCauses() {
        addBars("GC pauses", Quantity.MILLIS, 3, TimelineSecond::gcMillis, Fold.SUM);
        addBars("CPU time stolen by other machines", Quantity.MILLIS, 1, TimelineSecond::stolenMillis, Fold.SUM);
        addBars("CPU time withheld by the limit", Quantity.MILLIS, 1, TimelineSecond::throttledMillis, Fold.SUM);
        addBars("longest machine hiccup", Quantity.MICROS, 6, TimelineSecond::hiccupMaxMicros, Fold.MOST);
        if (seconds.stream().anyMatch(each -> each.ringCapacity() != null)) {
            addArea("ring slots in use", Quantity.PERCENT, 2, TimelineSection::ringPercent);
        } else {
            addArea("ring slots in use", Quantity.COUNT, 2, TimelineSecond::ringUsed);
        }
        addArea("live tasks", Quantity.COUNT, 0, TimelineSecond::live);
        addBars("stalls", Quantity.COUNT, 1, TimelineSecond::stalls, Fold.SUM);
        addBars("hand-overs", Quantity.COUNT, 3, TimelineSecond::handOvers, Fold.SUM);
        addArea("heap in use", Quantity.BYTES, 4, TimelineSecond::heapUsedBytes);
    }

    private static Double ringPercent(final TimelineSecond second) {
        return second.ringUsed() == null || second.ringCapacity() == null || second.ringCapacity() == 0
                ? null
                : PERCENT * second.ringUsed() / second.ringCapacity();
    }

    private void addBars(
            final String name,
            final Quantity quantity,
            final int style,
            final Function<TimelineSecond, Double> field,
            final Fold fold) {
        addCause(name, quantity, Series.bars(name, style, bins.fold(seconds, field, fold)));
    }

    private void addArea(
            final String name, final Quantity quantity, final int style, final Function<TimelineSecond, Double> field) {
        addCause(name, quantity, Series.area(name, style, bins.fold(seconds, field, Fold.MOST)));
    }

    /** What never happened is said once, and takes no room. */
    private void addCause(final String name, final Quantity quantity, final Series series) {
        if (series.points().stream().noneMatch(Point::isKnown)) {
            return;
        }
        if (series.points().stream().noneMatch(point -> point.y() > 0)) {
            quiet.add(name);
            return;
        }
        add(Panel.of(Axis.fromZero(name, quantity, values(List.of(series))), CAUSE_HEIGHT, series));
    }
}
