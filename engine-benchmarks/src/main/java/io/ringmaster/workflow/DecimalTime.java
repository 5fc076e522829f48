package io.ringmaster.workflow;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.concurrent.TimeUnit;

/**
 * Decimal numbers of seconds or milliseconds to nanoseconds, exactly: a trace may hold 0.021895 beside 21720.926, or
 * seconds since 1970, for which a double has no nanoseconds left.
 */
enum DecimalTime {
    /** The text counts seconds. */
    SECONDS(9),
    /** The text counts milliseconds. */
    MILLISECONDS(6);

    /** No task ran longer than a hundred years. */
    static final long LONGEST_RUNTIME_NANOS = TimeUnit.DAYS.toNanos(36_525);

    private static final int LONGEST_TEXT = 1_000;
    private static final BigDecimal HALF = new BigDecimal("0.5");
    private static final BigDecimal LONGEST_RUNTIME = BigDecimal.valueOf(LONGEST_RUNTIME_NANOS);
    private static final BigDecimal LATEST = BigDecimal.valueOf(Long.MAX_VALUE);

    private final int nanosExponent;

    DecimalTime(final int nanosExponent) {
        this.nanosExponent = nanosExponent;
    }

    /**
     * Reads a runtime.
     *
     * @param text a decimal number.
     * @return nanoseconds, rounded to the nearest.
     * @throws IllegalArgumentException with the rule and the value, when it isn't a number from 0 to 100 years.
     */
    long runtimeNanos(final String text) {
        return nanos(text, LONGEST_RUNTIME, "at most 100 years");
    }

    /**
     * Reads a point in time.
     *
     * @param text a decimal number, counted from any origin.
     * @return nanoseconds since that origin, rounded to the nearest.
     * @throws IllegalArgumentException with the rule and the value, when it isn't a number from 0 to 292 years.
     */
    long pointNanos(final String text) {
        return nanos(text, LATEST, "at most 292 years");
    }

    private long nanos(final String text, final BigDecimal most, final String mostRule) {
        final BigDecimal number = number(text);
        if (number.signum() < 0) {
            throw new IllegalArgumentException("must be 0 or more: " + Texts.brief(text));
        }
        // Compared before anything is scaled or rounded: both fail or write out a billion digits for 1e999999999 and
        // its inverse, to compare them is cheap.
        if (number.compareTo(most.scaleByPowerOfTen(-nanosExponent)) > 0) {
            throw new IllegalArgumentException("must be " + mostRule + ": " + Texts.brief(text));
        }
        if (number.compareTo(HALF.scaleByPowerOfTen(-nanosExponent)) < 0) {
            return 0;
        }
        return number.scaleByPowerOfTen(nanosExponent)
                .setScale(0, RoundingMode.HALF_UP)
                .longValueExact();
    }

    private static BigDecimal number(final String text) {
        if (isNonFinite(text)) {
            throw new IllegalArgumentException("must be a finite number: " + text);
        }
        try {
            if (text.length() <= LONGEST_TEXT) {
                return new BigDecimal(text);
            }
        } catch (final NumberFormatException e) {
            // Said below, in our words.
        }
        throw new IllegalArgumentException("must be a number: " + Texts.quote(text));
    }

    private static boolean isNonFinite(final String text) {
        final int sign = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        return switch (text.substring(sign)) {
            case "NaN", "nan", "Infinity", "INF", "inf" -> true;
            default -> false;
        };
    }
}
