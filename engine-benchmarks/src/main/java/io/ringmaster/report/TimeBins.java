package io.ringmaster.report;

import io.ringmaster.report.plot.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/** A run's seconds, several of them together where they are too many for a page. */
final class TimeBins {

    private static final int MOST = 300;
    /** A century; what claims to be longer is put into its last bin. */
    private static final double LONGEST = 2e9;

    private final int width;
    private final int count;

    /**
     * Bins over so many seconds.
     *
     * @param seconds how long the run was.
     */
    TimeBins(final double seconds) {
        final int whole = (int) Math.max(1, Math.min(LONGEST, Math.ceil(seconds)));
        this.width = (whole - 1) / MOST + 1;
        this.count = (whole - 1) / width + 1;
    }

    /** Seconds in a bin. */
    int width() {
        return width;
    }

    /** The end of the last bin. */
    double end() {
        return (double) count * width;
    }

    private int bin(final double second) {
        return Math.min(count - 1, (int) Math.max(0, second / width));
    }

    private double middle(final int bin) {
        return (bin + 0.5) * width;
    }

    /** How several seconds become one value. */
    enum Fold {
        /** A count a second. */
        MEAN,
        /** A count in the bin. */
        SUM,
        /** A gauge. */
        MOST
    }

    /** A field of the timeline; bins in which no second has it are gaps. */
    List<Point> fold(
            final List<TimelineSecond> seconds, final Function<TimelineSecond, Double> field, final Fold fold) {
        final double[] values = new double[count];
        final int[] counts = new int[count];
        for (final TimelineSecond each : seconds) {
            final Double value = field.apply(each);
            if (value != null) {
                final int bin = bin(each.second());
                values[bin] = fold == Fold.MOST ? Math.max(values[bin], value) : values[bin] + value;
                counts[bin]++;
            }
        }
        final List<Point> points = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final double value = fold == Fold.MEAN ? values[i] / counts[i] : values[i];
            points.add(new Point(middle(i), counts[i] == 0 ? Double.NaN : value));
        }
        return points;
    }

    /** What the values of a tag were in each bin, by when their intervals ended; null where there are none. */
    List<Histogram> histograms(final List<IntervalLog.Interval> intervals) {
        final Histogram[] bins = new Histogram[count];
        for (final IntervalLog.Interval each : intervals) {
            if (each.histogram().getTotalCount() == 0) {
                continue;
            }
            final int bin = bin((each.from() + each.to()) / 2);
            if (bins[bin] == null) {
                bins[bin] = IntervalLog.empty();
            }
            bins[bin].add(each.histogram());
        }
        return java.util.Arrays.asList(bins);
    }

    /** Points from what a function makes of each histogram. */
    List<Point> points(final List<Histogram> histograms, final Function<Histogram, Double> value) {
        final List<Point> points = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            points.add(new Point(middle(i), histograms.get(i) == null ? Double.NaN : value.apply(histograms.get(i))));
        }
        return points;
    }
}
