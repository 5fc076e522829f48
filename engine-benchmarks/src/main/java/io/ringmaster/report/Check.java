package io.ringmaster.report;

/** What a field of a result must be like; the message names the field, the rule and the value. */
final class Check {

    private Check() {}

    static <T> T given(final String field, final T value) {
        if (value == null) {
            throw new IllegalArgumentException(field + " must be given");
        }
        return value;
    }

    /** A finite number of 0 or more. */
    static Double amount(final String field, final Double value) {
        given(field, value);
        return amountIfGiven(field, value);
    }

    /** A finite number of 0 or more, or nothing. */
    static Double amountIfGiven(final String field, final Double value) {
        if (value != null && (!Double.isFinite(value) || value < 0)) {
            throw new IllegalArgumentException(field + " must be a finite number of 0 or more: " + value);
        }
        return value;
    }

    static void format(final String expected, final String value) {
        if (!expected.equals(value)) {
            throw new IllegalArgumentException("format must be " + expected + ": " + value);
        }
    }
}
