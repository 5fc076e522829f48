package io.ringmaster.report.plot;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** What a number measures, and so how it is written: for people with a scaled unit, in tables in one unit throughout. */
public enum Quantity {
    /** A time, in microseconds. */
    MICROS("µs"),
    /** A time, in milliseconds. */
    MILLIS("ms"),
    /** A time, in seconds. */
    SECONDS("s"),
    /** A rate, in events a second. */
    PER_SECOND("/s"),
    /** A number of things. */
    COUNT(""),
    /** Memory, in bytes. */
    BYTES("B"),
    /** A share, in percent. */
    PERCENT("%"),
    /** One figure over another. */
    RATIO("×"),
    /** A number whose unit is told elsewhere. */
    PLAIN("");

    /** Between a number and its unit: a line never breaks there. */
    private static final char GAP = '\u00a0';

    private static final MathContext THREE_DIGITS = new MathContext(3, RoundingMode.HALF_EVEN);
    private static final String[] TIMES = {"ns", "µs", "ms", "s"};
    private static final String[] THOUSANDS = {"", "k", "M", "G", "T"};
    private static final double THOUSAND = 1e3;
    /** From here on a number of things is scaled. */
    private static final double MANY = 1e5;

    private static final int RATIO_DECIMALS = 3;
    private static final int MOST_DECIMALS = 3;

    private final String unit;

    Quantity(final String unit) {
        this.unit = unit;
    }

    /** Returns the unit that values are in; empty for none. */
    public String unit() {
        return unit;
    }

    /**
     * A value for a person: three digits that count, and a unit of a fitting size.
     *
     * @param value a value in {@link #unit()}.
     * @return such as {@code 12.5 ms}; a dash for what is not a finite number.
     */
    public String format(final double value) {
        if (!Double.isFinite(value)) {
            return "–";
        }
        return switch (this) {
            case MICROS -> time(value * THOUSAND);
            case MILLIS -> time(value * THOUSAND * THOUSAND);
            case SECONDS -> time(value * THOUSAND * THOUSAND * THOUSAND);
            case PER_SECOND -> scaled(value, MANY / 10, "/s");
            case COUNT, PLAIN -> scaled(value, MANY, "");
            case BYTES -> scaled(value, MANY / 10, "B");
            case PERCENT -> digits(value) + GAP + unit;
            case RATIO -> digits(value) + unit;
        };
    }

    /**
     * A value for a column of a table, where all have the same unit and as many decimals.
     *
     * @param value    a value in {@link #unit()}.
     * @param decimals how many.
     * @return the number alone, with blanks between its thousands.
     */
    public String column(final double value, final int decimals) {
        if (!Double.isFinite(value)) {
            return "–";
        }
        final String number =
                String.format(Locale.ROOT, "%,." + decimals + "f", value).replace(',', GAP);
        return this == RATIO ? number + unit : number;
    }

    /**
     * How many decimals a column needs for three digits of its least value, within reason.
     *
     * @param values what is in it.
     * @return 0 to 3.
     */
    public int decimals(final double... values) {
        double least = Double.POSITIVE_INFINITY;
        double most = 0;
        boolean areWhole = true;
        for (final double value : values) {
            if (Double.isFinite(value) && value != 0) {
                least = Math.min(least, Math.abs(value));
                most = Math.max(most, Math.abs(value));
                areWhole &= value == Math.rint(value);
            }
        }
        if (this == RATIO) {
            return RATIO_DECIMALS;
        } else if (areWhole) {
            return 0;
        }
        final int wanted = 2 - (int) Math.floor(Math.log10(least));
        return Math.max(0, Math.min(wanted, most >= MANY / 10 ? 1 : most >= THOUSAND ? 2 : MOST_DECIMALS));
    }

    /**
     * A value without its unit, for the middle of a text.
     *
     * @param value a value in {@link #unit()}.
     * @return the number alone, with blanks between its thousands.
     */
    public String plain(final double value) {
        if (!Double.isFinite(value)) {
            return "–";
        }
        return this == RATIO ? format(value) : grouped(value);
    }

    private static String time(final double nanos) {
        int step = 0;
        double scaled = nanos;
        while (Math.abs(scaled) >= 999.5 && step < TIMES.length - 1) {
            scaled /= THOUSAND;
            step++;
        }
        return scaled == 0 ? "0" : digits(scaled) + GAP + TIMES[step];
    }

    private static String scaled(final double value, final double from, final String suffix) {
        if (Math.abs(value) < from) {
            return grouped(value) + (suffix.isEmpty() || suffix.startsWith("/") ? "" : GAP) + suffix;
        }
        int step = 0;
        double scaled = value;
        while (Math.abs(scaled) >= 999.5 && step < THOUSANDS.length - 1) {
            scaled /= THOUSAND;
            step++;
        }
        return digits(scaled) + GAP + THOUSANDS[step] + suffix;
    }

    /** Three digits that count, without a tail of zeros. */
    private static String digits(final double value) {
        final BigDecimal rounded = BigDecimal.valueOf(value).round(THREE_DIGITS).stripTrailingZeros();
        return (rounded.scale() < 0 ? rounded.setScale(0) : rounded).toPlainString();
    }

    /** Whole from a hundred on, three digits below. */
    private static String grouped(final double value) {
        if (Math.abs(value) >= 100 || value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%,d", Math.round(value)).replace(',', GAP);
        }
        return digits(value);
    }
}
