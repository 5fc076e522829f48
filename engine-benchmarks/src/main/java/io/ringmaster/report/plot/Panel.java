package io.ringmaster.report.plot;

import java.util.List;

/**
 * One of the areas of a chart, which lie above each other and share the horizontal axis.
 *
 * @param y      the vertical axis; its label is the panel's title.
 * @param height pixels between the axes, when drawn wide.
 * @param series what is drawn.
 * @param rules  values of the vertical axis that mean something.
 */
public record Panel(Axis y, int height, List<Series> series, List<Rule> rules) {

    /** Takes copies. */
    public Panel {
        series = List.copyOf(series);
        rules = List.copyOf(rules);
    }

    /**
     * A panel without rules.
     *
     * @param y      the vertical axis.
     * @param height pixels.
     * @param series what is drawn.
     * @return the panel.
     */
    public static Panel of(final Axis y, final int height, final Series... series) {
        return new Panel(y, height, List.of(series), List.of());
    }
}
