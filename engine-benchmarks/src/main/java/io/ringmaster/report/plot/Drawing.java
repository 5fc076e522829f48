package io.ringmaster.report.plot;

/** A chart that is not yet drawn, and the numbers in it. */
public interface Drawing {

    /**
     * Draws it.
     *
     * @param layout for which width.
     * @return the plot.
     */
    Plot plot(Layout layout);

    /** Returns the numbers that it shows. */
    DataTable table();
}
