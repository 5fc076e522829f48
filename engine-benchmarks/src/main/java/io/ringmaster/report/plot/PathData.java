package io.ringmaster.report.plot;

/** Builds the data of an SVG path, coordinates rounded to a tenth of a pixel. Mutable. */
final class PathData {

    private static final double TENTHS = 10;

    private final StringBuilder data = new StringBuilder();
    private boolean penDown;

    /** A coordinate as it is written. */
    static String number(final double pixels) {
        if (!Double.isFinite(pixels)) {
            throw new IllegalArgumentException("a coordinate must be finite: " + pixels);
        }
        final long tenths = Math.round(pixels * TENTHS);
        final String whole = (tenths < 0 ? "-" : "") + Math.abs(tenths) / 10;
        return tenths % 10 == 0 ? (tenths == 0 ? "0" : whole) : whole + '.' + Math.abs(tenths % 10);
    }

    /** Goes on to a point, or begins there after a gap. */
    PathData to(final double x, final double y) {
        data.append(penDown ? 'L' : 'M').append(number(x)).append(' ').append(number(y));
        penDown = true;
        return this;
    }

    /** The next point begins a new line. */
    PathData gap() {
        penDown = false;
        return this;
    }

    /** Closes the line to an area. */
    PathData close() {
        data.append('Z');
        penDown = false;
        return this;
    }

    PathData line(final double x1, final double y1, final double x2, final double y2) {
        return gap().to(x1, y1).to(x2, y2).gap();
    }

    PathData rectangle(final double x, final double y, final double width, final double height) {
        gap().to(x, y);
        data.append('h').append(number(width));
        data.append('v').append(number(height));
        data.append('h').append(number(-width));
        return close();
    }

    /** Diagonal lines that fill a rectangle. */
    PathData hatching(final double x, final double y, final double width, final double height, final double step) {
        for (double offset = step; offset < width + height; offset += step) {
            // From the left or lower edge up to the upper or right one.
            final double startX = x + Math.max(0, offset - height);
            final double startY = y + Math.min(height, offset);
            final double endX = x + Math.min(width, offset);
            final double endY = y + Math.max(0, offset - width);
            line(startX, startY, endX, endY);
        }
        return this;
    }

    @Override
    public String toString() {
        return data.toString();
    }
}
