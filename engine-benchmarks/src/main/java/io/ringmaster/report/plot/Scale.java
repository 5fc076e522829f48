package io.ringmaster.report.plot;

import java.util.List;

/** Where a value lies along an axis. */
public sealed interface Scale permits LinearScale, LogScale {

    /**
     * The place of a value; what lies outside of the axis is put at its end.
     *
     * @param value any value.
     * @return pixels; NaN for NaN.
     */
    double at(double value);

    /**
     * Round values within the axis, in ascending order.
     *
     * @param most how many labels there is room for, 2 or more.
     * @return at least one of them labelled.
     */
    List<Tick> ticks(int most);
}
