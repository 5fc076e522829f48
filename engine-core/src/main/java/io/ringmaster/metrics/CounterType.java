package io.ringmaster.metrics;

/** How a counter's value is to be read. */
public enum CounterType {
    /** A total since the launch: it only grows, and its growth per second is a rate. */
    COUNTER(1),
    /** A figure of the moment. */
    GAUGE(2);

    private final int code;

    CounterType(final int code) {
        this.code = code;
    }

    /** Returns how it stands in a counters file. */
    public int code() {
        return code;
    }
}
