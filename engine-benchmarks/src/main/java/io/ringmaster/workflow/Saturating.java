package io.ringmaster.workflow;

/** Arithmetic on durations of 0 or more that stops at {@link Long#MAX_VALUE} instead of turning negative. */
final class Saturating {

    private Saturating() {}

    static long add(final long a, final long b) {
        final long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    static long multiply(final long a, final long b) {
        return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
    }
}
