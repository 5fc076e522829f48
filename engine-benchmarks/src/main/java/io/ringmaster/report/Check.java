package io.ringmaster.report;

/** What a field of a result must be like; the message names the field, the rule and the value. */
final class Check {

    private static final double MOST = 1e18;

    private Check() {}

    static <T> T given(final String field, final T value) {
        if (value == null) {
            throw new IllegalArgumentException(field + " must be given");
        }
        return value;
    }

    /** A number from 0 to 1e18. */
    static Double amount(final String field, final Double value) {
        given(field, value);
        return amountIfGiven(field, value);
    }

    /** The same, or nothing. */
    static Double amountIfGiven(final String field, final Double value) {
        if (value != null && !(value >= 0 && value <= MOST)) {
            throw new IllegalArgumentException(field + " must be a number from 0 to 1e18: " + value);
        }
        return value;
    }

    static void format(final String expected, final String value) {
        if (!expected.equals(value)) {
            throw new IllegalArgumentException("format must be " + expected + ": " + value);
        }
    }
}
