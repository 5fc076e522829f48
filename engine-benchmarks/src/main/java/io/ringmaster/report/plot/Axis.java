package io.ringmaster.report.plot;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * What an axis shows and from where to where; where on the paper is another matter.
 *
 * @param label    what it shows.
 * @param quantity what its numbers measure.
 * @param kind     how they are spread.
 * @param low      the value at its begin.
 * @param high     the value at its end.
 */
public record Axis(String label, Quantity quantity, Kind kind, double low, double high) {

    /** How values are spread. */
    public enum Kind {
        /** Equal steps for equal differences. */
        LINEAR,
        /** Equal steps for equal ratios. */
        LOG,
        /** Equal steps for each nine of a percentile, see {@link Percentile}. */
        PERCENTILE
    }

    private static final int[] ROUND = {1, 2, 5, 10};
    private static final int STEPS = 5;

    /**
     * An axis from 0 to a round number that no value exceeds.
     *
     * @param label    what it shows.
     * @param quantity what its numbers measure.
     * @param values   what it must have room for.
     * @return the axis.
     */
    public static Axis fromZero(final String label, final Quantity quantity, final double... values) {
        final double most =
                DoubleStream.of(values).filter(Double::isFinite).max().orElse(0);
        if (most <= 0) {
            return new Axis(label, quantity, Kind.LINEAR, 0, 1);
        }
        final double step = LinearScale.step(0, most, STEPS);
        return new Axis(label, quantity, Kind.LINEAR, 0, LinearScale.multiple(Math.ceil(most / step - 1e-9), step));
    }

    /**
     * An axis between exactly two values.
     *
     * @param label    what it shows.
     * @param quantity what its numbers measure.
     * @param low      its begin.
     * @param high     its end; where it is not above the begin, it is put there.
     * @return the axis.
     */
    public static Axis between(final String label, final Quantity quantity, final double low, final double high) {
        return new Axis(label, quantity, Kind.LINEAR, low, high > low ? high : low + 1);
    }

    /**
     * A log axis between round numbers with all values between them. What isn't above 0 has no place on it.
     *
     * @param label    what it shows.
     * @param quantity what its numbers measure.
     * @param values   what it must have room for.
     * @return the axis.
     */
    public static Axis log(final String label, final Quantity quantity, final double... values) {
        final double[] positive = Arrays.stream(values)
                .filter(value -> value > 0 && Double.isFinite(value))
                .sorted()
                .toArray();
        if (positive.length == 0) {
            return new Axis(label, quantity, Kind.LOG, 1, 10);
        }
        final double low = roundDown(positive[0]);
        final double high = roundUp(positive[positive.length - 1]);
        return new Axis(label, quantity, Kind.LOG, low, high > low ? high : low * 10);
    }

    /**
     * A log axis for all points of some series.
     *
     * @param label    what it shows.
     * @param quantity what its numbers measure.
     * @param series   what it must have room for.
     * @return the axis.
     */
    public static Axis log(final String label, final Quantity quantity, final List<Series> series) {
        return log(
                label,
                quantity,
                series.stream()
                        .flatMap(each -> each.points().stream())
                        .mapToDouble(Point::y)
                        .toArray());
    }

    /**
     * A log axis if the values differ by more than a factor, else one from 0.
     *
     * @param label    what it shows.
     * @param quantity what its numbers measure.
     * @param factor   by how much they may differ on an axis from 0.
     * @param values   what it must have room for.
     * @return the axis.
     */
    public static Axis logBeyond(
            final String label, final Quantity quantity, final double factor, final double... values) {
        final double[] positive = Arrays.stream(values)
                .filter(value -> value > 0 && Double.isFinite(value))
                .sorted()
                .toArray();
        return positive.length > 1 && positive[positive.length - 1] > factor * positive[0]
                ? log(label, quantity, positive)
                : fromZero(label, quantity, values);
    }

    /**
     * An axis of percentiles from 0 % to the next power of ten.
     *
     * @param label what it shows.
     * @param mostX the place of the last percentile to be shown, see {@link Percentile#x(double)}.
     * @return the axis.
     */
    public static Axis percentiles(final String label, final double mostX) {
        final double decades = Math.ceil(Math.log10(Math.min(mostX, Percentile.MOST_X)) - 1e-9);
        return new Axis(label, Quantity.PLAIN, Kind.PERCENTILE, 1, LogScale.power((int) Math.max(1, decades)));
    }

    /**
     * The same axis with room before the least value, so that none lies on the axis itself.
     *
     * @return a log axis that begins at half of what this one does or below; any other as it is.
     */
    public Axis withRoom() {
        return kind == Kind.LOG ? new Axis(label, quantity, kind, roundDown(low / 2), high) : this;
    }

    private static double roundDown(final double value) {
        final double decade = LogScale.power((int) Math.floor(Math.log10(value) + 1e-9));
        double found = decade;
        for (final int each : ROUND) {
            found = decade * each <= value * (1 + 1e-9) ? decade * each : found;
        }
        return found;
    }

    private static double roundUp(final double value) {
        final double decade = LogScale.power((int) Math.floor(Math.log10(value) + 1e-9));
        for (final int each : ROUND) {
            if (decade * each >= value * (1 - 1e-9)) {
                return decade * each;
            }
        }
        return decade * 10;
    }

    /**
     * Puts the axis on paper.
     *
     * @param from the pixel of its begin.
     * @param to   the pixel of its end.
     * @return the scale.
     */
    public Scale scale(final double from, final double to) {
        return kind == Kind.LINEAR ? new LinearScale(low, high, from, to) : new LogScale(low, high, from, to);
    }

    /**
     * The lines of its grid: of a number of things only whole ones.
     *
     * @param scale the axis on paper.
     * @param most  how many labels there is room for, 2 or more.
     * @return in ascending order.
     */
    public List<Tick> ticks(final Scale scale, final int most) {
        return scale.ticks(most).stream()
                .filter(tick -> quantity != Quantity.COUNT || kind != Kind.LINEAR || isWhole(tick.value()))
                .toList();
    }

    private static boolean isWhole(final double value) {
        return Math.abs(value - Math.rint(value)) < 1e-9;
    }

    /**
     * Whether a value can be shown at all.
     *
     * @param value any value.
     * @return false for what is not finite, and on a log axis for what is not above 0.
     */
    public boolean takes(final double value) {
        return Double.isFinite(value) && (kind == Kind.LINEAR || value > 0);
    }

    /**
     * A value of this axis for a person.
     *
     * @param value the value.
     * @return with its unit.
     */
    public String text(final double value) {
        if (kind == Kind.PERCENTILE) {
            return Percentile.text(value);
        }
        return value == 0 ? "0" : quantity.format(value);
    }
}
