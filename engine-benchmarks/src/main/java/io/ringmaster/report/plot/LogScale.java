package io.ringmaster.report.plot;

import java.util.ArrayList;
import java.util.List;

/**
 * Equal steps for equal ratios.
 *
 * @param low  the value at the axis' begin, above 0.
 * @param high the value at its end, above {@code low}.
 * @param from the pixel of its begin.
 * @param to   the pixel of its end; before {@code from} for an axis that points up.
 */
public record LogScale(double low, double high, double from, double to) implements Scale {

    private static final double LABELLED_WITHIN_DECADES = 2.1;

    /** Checks the bounds. */
    public LogScale {
        if (!(low > 0) || !(high > low) || !Double.isFinite(high)) {
            throw new IllegalArgumentException(
                    "a log axis must have a finite begin above 0 and below its end: " + low + ", " + high);
        }
    }

    @Override
    public double at(final double value) {
        final double inside = Math.min(high, Math.max(low, value));
        return from + Math.log(inside / low) / Math.log(high / low) * (to - from);
    }

    /** Powers of ten, with 2 and 5 times each where the axis is short; the lines between them are not labelled. */
    @Override
    public List<Tick> ticks(final int most) {
        final double decades = Math.log10(high / low);
        final boolean isShort = decades <= LABELLED_WITHIN_DECADES && 3 * decades + 1 <= most;
        final int every = isShort ? 1 : (int) Math.max(1, Math.ceil((Math.floor(decades + 1e-9) + 1) / most));
        final List<Tick> ticks = new ArrayList<>();
        final int first = (int) Math.floor(Math.log10(low) + 1e-9);
        final int last = (int) Math.floor(Math.log10(high) + 1e-9);
        for (int exponent = first; exponent <= last; exponent++) {
            for (int factor = 1; factor < 10; factor++) {
                final double value = factor * power(exponent);
                if (value < low * (1 - 1e-9) || value > high * (1 + 1e-9)) {
                    continue;
                }
                final boolean isLabelled =
                        factor == 1 && Math.floorMod(exponent, every) == 0 || isShort && (factor == 2 || factor == 5);
                if (factor == 1 || isLabelled || every == 1) {
                    ticks.add(new Tick(value, isLabelled));
                }
            }
        }
        return ticks.stream().anyMatch(Tick::major) ? ticks : List.of(new Tick(low, true), new Tick(high, true));
    }

    /** 10 to the power of the exponent, exact where a double is. */
    static double power(final int exponent) {
        return exponent >= 0 ? Math.pow(10, exponent) : 1 / Math.pow(10, -exponent);
    }
}
