package io.ringmaster.metrics;

/** Whose counter it is. An engine has as many groups of values of a kind as there are owners of it. */
public enum CounterOwner {
    /** The engine: one group. */
    ENGINE(0),
    /** A partition, by its index from 0. */
    PARTITION(1),
    /** A fire-worker thread, by its index from 0; in invoker mode there are none. */
    THREAD(2);

    private final int code;

    CounterOwner(final int code) {
        this.code = code;
    }

    /** Returns how it stands in a counters file. */
    public int code() {
        return code;
    }
}
