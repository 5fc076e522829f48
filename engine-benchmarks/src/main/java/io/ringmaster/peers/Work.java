package io.ringmaster.peers;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What each task does: nothing, computing for a while, or blocking for a while. */
final class Work {
    private static final Pattern FORM = Pattern.compile("(spin|block):([1-9][0-9]{0,5})(us|ms)");
    private static final String RULE = "noop, spin:TIME or block:TIME with a TIME such as 1us or 5ms";

    private final String text;
    private final boolean blocks;
    private final long nanos;

    private Work(final String text, final boolean blocks, final long nanos) {
        this.text = text;
        this.blocks = blocks;
        this.nanos = nanos;
    }

    /**
     * Reads it.
     *
     * @param text {@code noop}, {@code spin:1us} or {@code block:1ms}.
     * @return the work.
     * @throws IllegalArgumentException for anything else.
     */
    static Work parse(final String text) {
        if (text.equals("noop")) {
            return new Work(text, false, 0);
        }
        final Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("work must be " + RULE + ": " + text);
        }
        final long time = Long.parseLong(matcher.group(2));
        final TimeUnit unit = matcher.group(3).equals("us") ? TimeUnit.MICROSECONDS : TimeUnit.MILLISECONDS;
        return new Work(text, matcher.group(1).equals("block"), unit.toNanos(time));
    }

    boolean blocks() {
        return blocks;
    }

    /** Does it, on the calling thread. A thread that is interrupted stops to block. */
    void perform() {
        if (nanos == 0) {
            return;
        }
        final long start = System.nanoTime();
        for (long left = nanos; left > 0; left = nanos - (System.nanoTime() - start)) {
            if (!blocks) {
                Thread.onSpinWait();
            } else if (Thread.currentThread().isInterrupted()) {
                return;
            } else {
                LockSupport.parkNanos(this, left);
            }
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
