package io.ringmaster.report.plot;

/**
 * A value at a place. Where y is NaN nothing was measured: a line has a gap there.
 *
 * @param x along the horizontal axis.
 * @param y along the vertical axis.
 */
public record Point(double x, double y) {

    /** Returns whether there is something to draw. */
    public boolean isKnown() {
        return Double.isFinite(x) && Double.isFinite(y);
    }
}
