package io.ringmaster.report;

import io.ringmaster.report.plot.Percentile;
import io.ringmaster.report.plot.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.HdrHistogram.AbstractHistogram;

/** Which percentiles a sample can support: those with at least ten values beyond them. */
final class Support {

    /** Values beyond a percentile, without which it is an anecdote. */
    static final int LEAST_BEYOND = 10;

    private static final double HUNDRED = 100;
    private static final double NANOS_PER_MICRO = 1e3;
    /** Points of a curve for each nine. */
    private static final int POINTS_PER_NINE = 24;
    /** Guards against 1000 * (1 - 0.99) being 9.999. */
    private static final double ROUNDING = 1e-9;

    private Support() {}

    /** Whether a sample of this size says something about a percentile. */
    static boolean isSupported(final double percent, final long count) {
        return count * (HUNDRED - percent) / HUNDRED >= LEAST_BEYOND * (1 - ROUNDING);
    }

    /** The place of the last percentile that a sample of this size supports, see {@link Percentile}; below 1 for none. */
    static double mostX(final long count) {
        return Math.min(Percentile.MOST_X, (double) count / LEAST_BEYOND);
    }

    /**
     * The percentile curve of a histogram of nanoseconds, in microseconds, as far as it is supported. The places are the
     * same for all histograms, but for the last one.
     */
    static List<Point> curve(final AbstractHistogram nanos) {
        final double mostX = mostX(nanos.getTotalCount());
        final List<Point> points = new ArrayList<>();
        for (final double x : places(mostX)) {
            points.add(new Point(x, nanos.getValueAtPercentile(Percentile.percent(x)) / NANOS_PER_MICRO));
        }
        return points;
    }

    private static TreeSet<Double> places(final double mostX) {
        final TreeSet<Double> places = new TreeSet<>();
        if (mostX < 1) {
            return places;
        }
        for (int i = 0; Math.pow(10, (double) i / POINTS_PER_NINE) < mostX * (1 - ROUNDING); i++) {
            // The powers of ten themselves, exactly: they are marked and looked up.
            places.add(
                    i % POINTS_PER_NINE == 0
                            ? Math.rint(Math.pow(10, i / POINTS_PER_NINE))
                            : Math.pow(10, (double) i / POINTS_PER_NINE));
        }
        places.add(2.0 <= mostX ? 2.0 : 1.0);
        places.add(mostX);
        return places;
    }

    /** The places that get a marker and a row in the table: 50 %, 90 %, 99 % and so on. */
    static List<Double> markedPlaces() {
        return List.of(2.0, 10.0, 100.0, 1e3, 1e4, 1e5);
    }

    /** A percentile in microseconds of a histogram of nanoseconds; NaN if it isn't supported. */
    static double micros(final AbstractHistogram nanos, final double percent) {
        return isSupported(percent, nanos.getTotalCount())
                ? nanos.getValueAtPercentile(percent) / NANOS_PER_MICRO
                : Double.NaN;
    }

    /** The greatest value in microseconds of a histogram of nanoseconds; NaN for an empty one. */
    static double maxMicros(final AbstractHistogram nanos) {
        return nanos.getTotalCount() == 0 ? Double.NaN : nanos.getMaxValue() / NANOS_PER_MICRO;
    }
}
