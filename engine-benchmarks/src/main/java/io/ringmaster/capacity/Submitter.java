package io.ringmaster.capacity;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Submits each task when it is due, whatever became of those before: it never waits for the target. A refused task is
 * counted and not tried again. One thread, which spins between two tasks; allocates nothing of its own. Its figures are
 * read once it has ended.
 */
final class Submitter implements Runnable {
    /** What a submitter may take for a task before it counts as behind: many tasks may be due at one instant. */
    private static final double ALLOWED_NANOS = 250;

    private static final double ALLOWED_SHARE = 0.5;
    private static final long TOLERANCE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private final int index;
    private final Recorder recorder;
    private final LoadTarget target;
    private final ArrivalProcess arrivals;
    private final WorkMix mix;
    private final SplittableRandom random;
    private final long startNanos;
    private final long endNanos;
    private final double allowedNanos;
    private final Timing timing;
    private final long[] due;
    private final long[] refused;
    private final long[] busyNanos;
    private final Histogram lags = new Histogram(Recorder.MOST_NANOS, 3);
    private long late;
    private volatile boolean stopped;

    /**
     * A submitter, not started.
     *
     * @param index       which of the recorder's submitters.
     * @param recorder    told when each task is due.
     * @param target      takes the tasks.
     * @param arrivals    when they are due.
     * @param mix         what they do.
     * @param seed        what that is drawn from.
     * @param startNanos  the clock's time that everything counts from.
     * @param endNanos    since then: tasks that are due later are not submitted.
     * @param peakPerNano the highest rate at which tasks are due to this submitter.
     */
    Submitter(
            final int index,
            final Recorder recorder,
            final LoadTarget target,
            final ArrivalProcess arrivals,
            final WorkMix mix,
            final long seed,
            final long startNanos,
            final long endNanos,
            final double peakPerNano) {
        this.index = index;
        this.recorder = recorder;
        this.target = target;
        this.arrivals = arrivals;
        this.mix = mix;
        // Others than the gaps', which come from the seed itself: a long gap says nothing of the work after it.
        this.random = new SplittableRandom(~seed + index);
        this.startNanos = startNanos;
        this.endNanos = endNanos;
        this.allowedNanos = Math.min(ALLOWED_NANOS, ALLOWED_SHARE / peakPerNano);
        this.timing = recorder.timing();
        this.due = new long[timing.slots()];
        this.refused = new long[timing.slots()];
        this.busyNanos = new long[timing.slots()];
    }

    @Override
    public void run() {
        final long from = timing.warmUpNanos();
        final long until = timing.endNanos();
        long sequence = 0;
        int slot = 0;
        long slotEnd = timing.endOf(0);
        long sentAt = System.nanoTime() - startNanos;
        // When a submitter that takes what is allowed for each task would be ready for the next one.
        double ideal = 0;
        for (long next = arrivals.nextNanos(); next < endNanos && !stopped; next = arrivals.nextNanos()) {
            long now = System.nanoTime() - startNanos;
            busyNanos[slot] += now - sentAt;
            while (now < next) {
                Thread.onSpinWait();
                now = System.nanoTime() - startNanos;
            }
            if (next >= slotEnd) {
                slot = timing.slot(next);
                slotEnd = timing.endOf(slot);
            }
            ideal = Math.max(ideal, next) + allowedNanos;
            if (next >= from && next < until) {
                lags.recordValue(Math.min(now - next, Recorder.MOST_NANOS));
                if (now - ideal > TOLERANCE_NANOS) {
                    late++;
                }
            }
            due[slot]++;
            sentAt = now;
            final long id = recorder.due(index, sequence, next);
            if (target.submit(id, mix.pick(random))) {
                sequence++;
            } else {
                refused[slot]++;
            }
        }
    }

    /** Asks it to end before its time. Any thread. */
    void stop() {
        stopped = true;
    }

    /** Returns how many tasks were due in an interval. */
    long due(final int slot) {
        return due[slot];
    }

    /** Returns how many of these were refused. */
    long refused(final int slot) {
        return refused[slot];
    }

    /** Returns how much later than due the measured tasks were submitted, in nanoseconds. */
    Histogram lags() {
        return lags;
    }

    /** Returns how many measured tasks were submitted too late. */
    long late() {
        return late;
    }

    /** Returns how long it did anything but wait, for the tasks that were due in an interval. */
    long busyNanos(final int slot) {
        return busyNanos[slot];
    }
}
