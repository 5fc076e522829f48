package io.ringmaster.report.plot;

import java.util.ArrayList;
import java.util.List;

/** Collects a plot's elements. Mutable. */
final class Canvas {

    /** The size of text that is measured; the style sheet's own. */
    static final double FONT = 12;

    /** Bold text is wider, by about as much as this size is larger. */
    static final double BOLD_FONT = 13.6;

    private final Layout layout;
    private final String title;
    private final String description;
    private final List<Element> elements = new ArrayList<>();
    private final List<Element> tips = new ArrayList<>();

    Canvas(final Layout layout, final String title, final String description) {
        this.layout = layout;
        this.title = title;
        this.description = description;
    }

    Layout layout() {
        return layout;
    }

    boolean isWide() {
        return layout == Layout.WIDE;
    }

    void path(final String css, final Object data) {
        if (!data.toString().isEmpty()) {
            elements.add(new Element.Path(css, data.toString()));
        }
    }

    void label(final String css, final double x, final double y, final String text) {
        elements.add(new Element.Label(css, PathData.number(x), PathData.number(y), text));
    }

    /** Tips lie above everything else. */
    void tip(final double x, final double y, final double width, final double height, final String text) {
        tips.add(new Element.Tip(
                PathData.number(x),
                PathData.number(y),
                PathData.number(Math.max(0.5, width)),
                PathData.number(Math.max(0.5, height)),
                text));
    }

    Plot plot(final double height) {
        elements.addAll(tips);
        return new Plot(layout, layout.width(), (int) Math.ceil(height), title, description, List.copyOf(elements));
    }
}
