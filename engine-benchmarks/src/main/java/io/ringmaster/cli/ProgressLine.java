package io.ringmaster.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Tells a person how far a run is: tasks done, the rate since the last line, tasks live, and the time left. On a
 * terminal one line is written over and over, otherwise plain lines follow each other at a longer interval.
 *
 * <p>One thread, which calls {@link #update} as often as it likes; time is passed in.
 */
final class ProgressLine {

    private static final long TERMINAL_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long PLAIN_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final String UNKNOWN = "?";

    private final PrintWriter out;
    private final boolean isTerminal;
    private final long totalTasks;
    private final long startNanos;
    private final long intervalNanos;

    private long lastNanos;
    private long lastDone;
    private int shownChars;

    /**
     * A line for one run.
     *
     * @param out        where to write; flushed after each line.
     * @param isTerminal whether a line can be written over.
     * @param totalTasks how many tasks the run has.
     * @param startNanos the clock's time at the run's start.
     */
    ProgressLine(final PrintWriter out, final boolean isTerminal, final long totalTasks, final long startNanos) {
        this.out = out;
        this.isTerminal = isTerminal;
        this.totalTasks = totalTasks;
        this.startNanos = startNanos;
        this.lastNanos = startNanos;
        this.intervalNanos = isTerminal ? TERMINAL_INTERVAL_NANOS : PLAIN_INTERVAL_NANOS;
    }

    /**
     * Shows the state, unless the last line is too young.
     *
     * @param nowNanos the clock's time.
     * @param done     tasks finalized so far.
     * @param live     tasks accepted and not finalized.
     */
    void update(final long nowNanos, final long done, final long live) {
        if (nowNanos - lastNanos < intervalNanos) {
            return;
        }
        final double rate = (done - lastDone) * NANOS_PER_SECOND / (nowNanos - lastNanos);
        show(String.format(
                Locale.ROOT,
                "%d of %d tasks (%.0f %%), %s/s, %d live, %s elapsed, %s left",
                done,
                totalTasks,
                totalTasks == 0 ? 100.0 : Math.floor(100.0 * done / totalTasks),
                rate(rate),
                live,
                time(nowNanos - startNanos),
                left(done, nowNanos)));
        lastNanos = nowNanos;
        lastDone = done;
    }

    /** Removes the line from a terminal, so that what comes next begins where it stood. */
    void clear() {
        if (isTerminal && shownChars > 0) {
            out.print('\r' + " ".repeat(shownChars) + '\r');
            out.flush();
            shownChars = 0;
        }
    }

    private void show(final String text) {
        if (isTerminal) {
            out.print('\r' + text + " ".repeat(Math.max(0, shownChars - text.length())));
            shownChars = text.length();
        } else {
            out.println(text);
        }
        out.flush();
    }

    /** By the mean rate so far: the rate of one interval jumps about with the widths of a workflow. */
    private String left(final long done, final long nowNanos) {
        return done == 0 ? UNKNOWN : time(Math.round((double) (nowNanos - startNanos) / done * (totalTasks - done)));
    }

    private static String rate(final double perSecond) {
        return String.format(Locale.ROOT, perSecond < 10 ? "%.1f" : "%.0f", perSecond);
    }

    private static String time(final long nanos) {
        final long seconds = Math.round(nanos / NANOS_PER_SECOND);
        return seconds < 3_600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    }
}
