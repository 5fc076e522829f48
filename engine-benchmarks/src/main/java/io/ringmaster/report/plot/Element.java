package io.ringmaster.report.plot;

/** What a plot is made of, from back to front. Colours, strokes and anchors are the style sheet's, by class. */
public sealed interface Element {

    /**
     * A line or an area.
     *
     * @param css  its classes.
     * @param data the path's data.
     */
    record Path(String css, String data) implements Element {}

    /**
     * A text.
     *
     * @param css  its classes.
     * @param x    where it is anchored.
     * @param y    its base line.
     * @param text what it says, plain.
     */
    record Label(String css, String x, String y, String text) implements Element {}

    /**
     * An area that tells the values under it when it is pointed at.
     *
     * @param x      its left side.
     * @param y      its upper side.
     * @param width  its width.
     * @param height its height.
     * @param text   what it tells, plain; lines are separated by line feeds.
     */
    record Tip(String x, String y, String width, String height, String text) implements Element {}
}
