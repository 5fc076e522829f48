package io.ringmaster.resilience;

/** A moving average that weighs older values less and less. One thread. */
final class Average {
    /** How many values back the weight has fallen to 1/e. */
    private static final double MEMORY = 32;

    private double value;
    private long count;

    /** Adds the mean of some values. */
    void add(final double mean, final long values) {
        final double weight = count == 0 ? 1 : 1 - Math.exp(-values / Math.min(MEMORY, count));
        value += (mean - value) * weight;
        count += values;
    }

    /** Keeps the value, but what comes next counts anew. */
    void restart() {
        count = 0;
    }

    double value() {
        return value;
    }

    /** How many values there were since the start or restart. */
    long count() {
        return count;
    }
}
