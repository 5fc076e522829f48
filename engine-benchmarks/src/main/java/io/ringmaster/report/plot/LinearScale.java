package io.ringmaster.report.plot;

import java.util.ArrayList;
import java.util.List;

/**
 * Equal steps for equal differences.
 *
 * @param low  the value at the axis' begin.
 * @param high the value at its end, above {@code low}.
 * @param from the pixel of its begin.
 * @param to   the pixel of its end; before {@code from} for an axis that points up.
 */
public record LinearScale(double low, double high, double from, double to) implements Scale {

    /** Checks the bounds. */
    public LinearScale {
        if (!(high > low) || !Double.isFinite(high - low)) {
            throw new IllegalArgumentException("an axis must have a finite begin below its end: " + low + ", " + high);
        }
    }

    @Override
    public double at(final double value) {
        return from + (Math.min(high, Math.max(low, value)) - low) / (high - low) * (to - from);
    }

    @Override
    public List<Tick> ticks(final int most) {
        final double step = step(low, high, most);
        final List<Tick> ticks = new ArrayList<>();
        // Multiples of the step, not sums: 0.1 + 0.2 is not on the grid.
        final long first = (long) Math.ceil(low / step - 1e-9);
        final long last = (long) Math.floor(high / step + 1e-9);
        for (long i = first; i <= last; i++) {
            ticks.add(new Tick(multiple(i, step), true));
        }
        return ticks;
    }

    /** Below 1 by division: 3 * 0.1 is not 0.3, 3 / 10 is. */
    static double multiple(final double times, final double step) {
        return step < 1 ? times / Math.rint(1 / step) : times * step;
    }

    /** The smallest of 1, 2, 5, 10 and so on that leaves at most so many multiples between the bounds. */
    static double step(final double low, final double high, final int most) {
        final double least = (high - low) / most;
        final double decade = Math.pow(10, Math.floor(Math.log10(least)));
        for (final int factor : new int[] {1, 2, 5}) {
            if (decade * factor >= least * (1 - 1e-9)) {
                return decade * factor;
            }
        }
        return decade * 10;
    }
}
