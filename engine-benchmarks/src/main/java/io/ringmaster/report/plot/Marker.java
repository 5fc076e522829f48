package io.ringmaster.report.plot;

/** The shapes that tell series apart without colour; a series' style numbers them. */
enum Marker {
    CIRCLE,
    SQUARE,
    TRIANGLE,
    DIAMOND,
    CROSS,
    BAR;

    private static final double RADIUS = 3.4;
    private static final Marker[] ALL = values();

    /** The shape of a style. */
    static Marker of(final int style) {
        return ALL[style % ALL.length];
    }

    /** The path of a marker about a point. */
    String at(final double x, final double y) {
        return switch (this) {
            case CIRCLE -> circle(x, y);
            case SQUARE ->
                new PathData()
                        .rectangle(x - RADIUS + 0.3, y - RADIUS + 0.3, 2 * RADIUS - 0.6, 2 * RADIUS - 0.6)
                        .toString();
            case TRIANGLE ->
                new PathData()
                        .to(x, y - RADIUS - 0.4)
                        .to(x + RADIUS + 0.4, y + RADIUS - 0.4)
                        .to(x - RADIUS - 0.4, y + RADIUS - 0.4)
                        .close()
                        .toString();
            case DIAMOND ->
                new PathData()
                        .to(x, y - RADIUS - 1)
                        .to(x + RADIUS + 1, y)
                        .to(x, y + RADIUS + 1)
                        .to(x - RADIUS - 1, y)
                        .close()
                        .toString();
            case CROSS -> cross(x, y);
            case BAR ->
                new PathData()
                        .rectangle(x - 1.2, y - RADIUS - 2, 2.4, 2 * RADIUS + 4)
                        .toString();
        };
    }

    /** Two thick strokes, as an area so that all markers are filled alike. */
    private static String cross(final double x, final double y) {
        final double in = 1.1;
        final double out = RADIUS;
        return new PathData()
                .to(x, y - in)
                .to(x + out - in, y - out)
                .to(x + out, y - out + in)
                .to(x + in, y)
                .to(x + out, y + out - in)
                .to(x + out - in, y + out)
                .to(x, y + in)
                .to(x - out + in, y + out)
                .to(x - out, y + out - in)
                .to(x - in, y)
                .to(x - out, y - out + in)
                .to(x - out + in, y - out)
                .close()
                .toString();
    }

    private static String circle(final double x, final double y) {
        final String arc = "a" + PathData.number(RADIUS) + ' ' + PathData.number(RADIUS) + " 0 1 0 ";
        return "M" + PathData.number(x - RADIUS) + ' ' + PathData.number(y) + arc + PathData.number(2 * RADIUS) + " 0"
                + arc + PathData.number(-2 * RADIUS) + " 0Z";
    }
}
