package io.ringmaster.replay;

/**
 * How many tasks ran, and how many were ready and waited, over a run's time: looked at {@value #LOOKS_PER_BIN} times in each of
 * at most {@value #MOST_BINS} bins. Takes the same memory for any number of tasks.
 */
public final class Occupancy {

    private static final int MOST_BINS = 300;
    private static final int LOOKS_PER_BIN = 64;

    private final long binNanos;
    private final double[] running;
    private final double[] peak;
    private final double[] waiting;

    /**
     * Looks at a run.
     *
     * @param spans when the tasks ran.
     */
    public Occupancy(final TaskSpans spans) {
        final long last = spans.last();
        final long lookNanos = Math.max(1, last / (MOST_BINS * LOOKS_PER_BIN) + 1);
        final int looks = (int) (last / lookNanos) + 1;
        final int bins = (looks + LOOKS_PER_BIN - 1) / LOOKS_PER_BIN;
        binNanos = lookNanos * LOOKS_PER_BIN;
        // Changes from one look to the next; their sums are what a look sees.
        final int[] runs = new int[bins * LOOKS_PER_BIN + 1];
        final int[] waits = new int[bins * LOOKS_PER_BIN + 1];
        for (int task = 0; task < spans.count(); task++) {
            if (spans.isFinished(task)) {
                add(waits, spans.ready(task), spans.start(task), lookNanos);
                add(runs, spans.start(task), spans.end(task), lookNanos);
            }
        }
        running = new double[bins];
        peak = new double[bins];
        waiting = new double[bins];
        int nowRunning = 0;
        int nowWaiting = 0;
        for (int look = 0; look < bins * LOOKS_PER_BIN; look++) {
            nowRunning += runs[look];
            nowWaiting += waits[look];
            final int bin = look / LOOKS_PER_BIN;
            running[bin] += (double) nowRunning / LOOKS_PER_BIN;
            waiting[bin] += (double) nowWaiting / LOOKS_PER_BIN;
            peak[bin] = Math.max(peak[bin], nowRunning);
        }
    }

    /** Seen by the looks from the first one at or after its begin to the last one before its end. */
    private static void add(final int[] changes, final long from, final long to, final long lookNanos) {
        changes[(int) ((from + lookNanos - 1) / lookNanos)]++;
        changes[(int) ((to + lookNanos - 1) / lookNanos)]--;
    }

    /** Returns how long a bin is, in nanoseconds. */
    public long binNanos() {
        return binNanos;
    }

    /** Returns for each bin the mean number of tasks that ran. */
    public double[] running() {
        return running.clone();
    }

    /** Returns for each bin the most tasks that ran at one of the looks. */
    public double[] peak() {
        return peak.clone();
    }

    /** Returns for each bin the mean number of tasks that were ready and waited. */
    public double[] waiting() {
        return waiting.clone();
    }
}
