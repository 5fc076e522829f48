package io.ringmaster.report.plot;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * HdrHistogram's scale of percentiles: {@code x = 1 / (1 - percentile)}, on a log axis, so that each further nine is as far
 * as the one before.
 */
public final class Percentile {

    /** The last one that is drawn: 99.999 %. */
    public static final double MOST_X = 1e5;

    private static final double HUNDRED = 100;

    private Percentile() {}

    /**
     * The place of a percentile.
     *
     * @param percent 0 or more, below 100.
     * @return 1 or more.
     */
    public static double x(final double percent) {
        return HUNDRED / (HUNDRED - percent);
    }

    /**
     * The percentile at a place.
     *
     * @param x 1 or more.
     * @return 0 or more, below 100.
     */
    public static double percent(final double x) {
        return HUNDRED - HUNDRED / x;
    }

    /**
     * How a percentile is written.
     *
     * @param x its place.
     * @return such as {@code 99.9 %}.
     */
    public static String text(final double x) {
        final int decimals = Math.max(1, (int) Math.ceil(Math.log10(x) - 1e-9) - 2);
        final BigDecimal percent = BigDecimal.valueOf(percent(x))
                .setScale(decimals, RoundingMode.HALF_EVEN)
                .stripTrailingZeros();
        return (percent.scale() < 0 ? percent.setScale(0) : percent).toPlainString() + "\u00a0%";
    }
}
