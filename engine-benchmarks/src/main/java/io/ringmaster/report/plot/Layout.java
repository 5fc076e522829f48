package io.ringmaster.report.plot;

/** The widths that a plot is drawn for: a page shows the one that fits, at its own size, so that text stays legible. */
public enum Layout {
    /** A desk's screen, paper, and the files. */
    WIDE(760),
    /** A phone held upright. */
    NARROW(358);

    private final int width;

    Layout(final int width) {
        this.width = width;
    }

    /** Returns the width in pixels. */
    public int width() {
        return width;
    }

    /** Returns what style sheets call it. */
    public String css() {
        return this == WIDE ? "wide" : "narrow";
    }
}
