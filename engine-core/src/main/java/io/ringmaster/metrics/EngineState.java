package io.ringmaster.metrics;

/** What an engine is up to, as its counters file has it. */
public enum EngineState {
    /** The file is there and the launch has not returned yet. */
    STARTING(1),
    /** It takes tasks. */
    RUNNING(2),
    /** It refuses tasks from outside and takes children of live ones. */
    DRAINING(3),
    /** It takes nothing more: a close is under way, or an internal error has stopped it, as the log says. */
    CLOSING(4),
    /** It has been closed: the figures are the last ones. */
    CLOSED(5);

    private final int code;

    EngineState(final int code) {
        this.code = code;
    }

    /** Returns how it stands in a counters file. */
    public int code() {
        return code;
    }

    /** Finds a state by its code; null if there is none. */
    static EngineState of(final long code) {
        for (final EngineState each : values()) {
            if (each.code == code) {
                return each;
            }
        }
        return null;
    }
}
