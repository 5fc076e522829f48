package io.ringmaster.metrics;

import java.io.IOException;

/** A counters file can't be made or read; the message is one line that names the file and what is wrong. */
public final class CountersFileException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Whether it is a counters file, of which nothing can be read any more. */
    private final boolean broken;

    CountersFileException(final String message) {
        this(message, false);
    }

    CountersFileException(final String message, final Throwable cause) {
        super(message, cause);
        this.broken = false;
    }

    private CountersFileException(final String message, final boolean broken) {
        super(message);
        this.broken = broken;
    }

    /** A counters file of a known layout that was cut short or written over. */
    static CountersFileException broken(final String message) {
        return new CountersFileException(message, true);
    }

    boolean isBroken() {
        return broken;
    }
}
