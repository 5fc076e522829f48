package io.ringmaster.report.plot;

import java.util.List;

/**
 * Values of one thing along an axis.
 *
 * @param name   what it is called.
 * @param style  its colour, dashes and marker, from 0; see the style sheet.
 * @param kind   how it is drawn.
 * @param points in ascending order of x; a point without a y is a gap.
 * @param marks  those that get a marker.
 */
public record Series(String name, int style, Kind kind, List<Point> points, List<Point> marks) {

    /** How a series is drawn. */
    public enum Kind {
        /** A line from point to point. */
        LINE,
        /** An area down to the axis. */
        AREA,
        /** A bar for each point. */
        BARS
    }

    private static final int MOST_MARKED = 40;

    /** Takes copies. */
    public Series {
        points = List.copyOf(points);
        marks = List.copyOf(marks);
    }

    /**
     * A line, with a marker at each point unless they are many.
     *
     * @param name   what it is called.
     * @param style  its style.
     * @param points where it goes.
     * @return the series.
     */
    public static Series line(final String name, final int style, final List<Point> points) {
        return new Series(name, style, Kind.LINE, points, points.size() > MOST_MARKED ? List.of() : points);
    }

    /**
     * An area down to the axis.
     *
     * @param name   what it is called.
     * @param style  its style.
     * @param points its upper edge.
     * @return the series.
     */
    public static Series area(final String name, final int style, final List<Point> points) {
        return new Series(name, style, Kind.AREA, points, List.of());
    }

    /**
     * Bars.
     *
     * @param name   what it is called.
     * @param style  its style.
     * @param points their upper ends.
     * @return the series.
     */
    public static Series bars(final String name, final int style, final List<Point> points) {
        return new Series(name, style, Kind.BARS, points, List.of());
    }

    /**
     * The same with markers elsewhere.
     *
     * @param marked the points that get one.
     * @return a new series.
     */
    public Series markedAt(final List<Point> marked) {
        return new Series(name, style, kind, points, marked);
    }

    /** Returns the y of the point at an x; NaN if there is none. */
    double at(final double x) {
        int low = 0;
        int high = points.size() - 1;
        while (low <= high) {
            final int middle = (low + high) >>> 1;
            final double found = points.get(middle).x();
            if (found == x) {
                return points.get(middle).y();
            } else if (found < x) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return Double.NaN;
    }
}
