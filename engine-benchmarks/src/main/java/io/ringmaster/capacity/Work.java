package io.ringmaster.capacity;

import java.util.concurrent.TimeUnit;

/**
 * What one kind of task does.
 *
 * @param kind  what.
 * @param nanos for how long; 0 for {@link Kind#NOOP}.
 */
public record Work(Kind kind, long nanos) {
    private static final long LONGEST_SPIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final String RULE = "must be noop, spin:D, step-and-wait:D or block:D, where D is a duration: ";

    /** The kinds of work. */
    public enum Kind {
        /** A shared task of one step that does nothing. */
        NOOP("noop", false),
        /** A shared task of one step that keeps its thread's CPU busy. */
        SPIN("spin", false),
        /** A shared task that steps, asks to be called again later, and ends then. */
        STEP_AND_WAIT("step-and-wait", false),
        /** An exclusive task that blocks its thread. */
        BLOCK("block", true);

        private final String label;
        private final boolean blocks;

        Kind(final String label, final boolean blocks) {
            this.label = label;
            this.blocks = blocks;
        }

        boolean blocks() {
            return blocks;
        }
    }

    /**
     * Reads what the command line, or a line of a mix, says.
     *
     * @param text such as noop or spin:5us.
     * @return the work.
     * @throws IllegalArgumentException with the rule and the value, if there is no such work.
     */
    public static Work parse(final String text) {
        if (text.equals(Kind.NOOP.label)) {
            return new Work(Kind.NOOP, 0);
        }
        for (final Kind kind : Kind.values()) {
            if (kind != Kind.NOOP && text.startsWith(kind.label + ':')) {
                return timed(kind, text, text.substring(kind.label.length() + 1));
            }
        }
        throw new IllegalArgumentException(RULE + text);
    }

    private static Work timed(final Kind kind, final String text, final String duration) {
        final long nanos;
        try {
            nanos = Quantities.nanos(duration);
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException(RULE + text, e);
        }
        if (kind == Kind.SPIN && nanos > LONGEST_SPIN_NANOS) {
            throw new IllegalArgumentException(
                    "must spin for at most 50ms, since a longer step is taken for a stall: " + text);
        } else if (nanos > LONGEST_NANOS) {
            throw new IllegalArgumentException("must take at most 60s: " + text);
        }
        return new Work(kind, nanos);
    }

    @Override
    public String toString() {
        return kind == Kind.NOOP ? kind.label : kind.label + ' ' + Quantities.duration(nanos);
    }
}
