package io.ringmaster.capacity;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations and rates as a person writes them: {@code 5us}, {@code 1.5ms}, {@code 200k}, {@code 50M/day}. */
public final class Quantities {
    private static final Pattern QUANTITY = Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,9})?)([a-zA-Zµ]*)(/[a-z]+)?");
    private static final Map<String, Long> NANOS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "µs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "min", 60_000_000_000L);
    private static final Map<String, Double> MULTIPLES = Map.of("", 1.0, "k", 1e3, "M", 1e6, "G", 1e9);
    private static final Map<String, Double> SECONDS = Map.of("/s", 1.0, "/min", 60.0, "/h", 3_600.0, "/day", 86_400.0);
    private static final double LONGEST_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final double MOST_PER_SECOND = 1e9;
    private static final double NANOS_PER_SECOND = 1e9;

    private Quantities() {}

    /**
     * Reads a duration.
     *
     * @param text a number and its unit: ns, us, ms, s or min.
     * @return nanoseconds, from 1 to an hour.
     * @throws IllegalArgumentException with the rule and the value, for anything else.
     */
    public static long nanos(final String text) {
        final Matcher parts = QUANTITY.matcher(text);
        if (parts.matches() && parts.group(3) == null && NANOS.containsKey(parts.group(2))) {
            final double nanos = Double.parseDouble(parts.group(1)) * NANOS.get(parts.group(2));
            if (nanos >= 1 && nanos <= LONGEST_NANOS) {
                return Math.round(nanos);
            }
        }
        throw new IllegalArgumentException("must be a duration from 1ns to 60min, such as 5us, 1.5ms or 2s: " + text);
    }

    /**
     * Reads a rate.
     *
     * @param text a number, k, M or G after it if so, and per what: /s (as without), /min, /h or /day.
     * @return per second, above 0.
     * @throws IllegalArgumentException with the rule and the value, for anything else.
     */
    public static double perSecond(final String text) {
        final Matcher parts = QUANTITY.matcher(text);
        if (parts.matches() && MULTIPLES.containsKey(parts.group(2))) {
            final Double per = parts.group(3) == null ? Double.valueOf(1) : SECONDS.get(parts.group(3));
            if (per != null) {
                final double rate = Double.parseDouble(parts.group(1)) * MULTIPLES.get(parts.group(2)) / per;
                if (rate > 0 && rate <= MOST_PER_SECOND) {
                    return rate;
                }
            }
        }
        throw new IllegalArgumentException(
                "must be a rate above 0 and up to 1G per second, such as 500, 200k or 50M/day: " + text);
    }

    /**
     * A duration in the largest unit that leaves it at 1 or more.
     *
     * @param nanos the duration.
     * @return such as 5us or 1.5ms; what {@link #nanos} takes back.
     */
    public static String duration(final double nanos) {
        if (nanos >= NANOS_PER_SECOND) {
            return number(nanos / NANOS_PER_SECOND) + "s";
        } else if (nanos >= 1e6) {
            return number(nanos / 1e6) + "ms";
        } else if (nanos >= 1e3) {
            return number(nanos / 1e3) + "us";
        }
        return number(nanos) + "ns";
    }

    /**
     * A rate for people.
     *
     * @param perSecond the rate.
     * @return to three digits, without an exponent.
     */
    public static String rate(final double perSecond) {
        return number(perSecond);
    }

    /** Three significant digits, all of those before the point kept; no trailing zeros after it. */
    static String number(final double value) {
        final int decimals = value >= 100 || value == 0 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
        final BigDecimal rounded = new BigDecimal(String.format(Locale.ROOT, "%." + decimals + "f", value));
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }
}
