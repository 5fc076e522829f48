package io.ringmaster.report.plot;

import java.util.List;

/**
 * A drawn plot.
 *
 * @param layout      what it was drawn for.
 * @param width       pixels.
 * @param height      pixels.
 * @param title       what it shows.
 * @param description the same in a sentence, for those who don't see it.
 * @param elements    from back to front.
 */
public record Plot(Layout layout, int width, int height, String title, String description, List<Element> elements) {}
