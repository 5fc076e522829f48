package io.ringmaster.capacity;

import io.ringmaster.lifecycle.TaskExecutorLifecycleEvent;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEventListener;
import io.ringmaster.task.TaskState;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.IntCountsHistogram;

/**
 * Counts what became of the tasks of one step: how long after it was due each one ended, by the interval of its end. Only
 * tasks that were due in the measured time are counted among the latencies, all of them among the completions.
 *
 * <p>A task's id is its place in a window that holds when it was due; the submitter writes it before it submits the task,
 * and the engine's ring orders the two. Should the window be overrun by newer tasks, that is counted and makes the step
 * invalid.
 *
 * <p>The end is the time of the task's final event, on the engine's clock. Latencies are written by the thread that owns the
 * task's partition; everything is read once the engine has ended.
 */
final class Recorder implements TaskExecutorLifecycleEventListener {
    /** Longer latencies are counted as this one, an hour, and make the step invalid. */
    static final long MOST_NANOS = 3_600_000_000_000L;

    private static final int LONGS = 2;

    private final Timing timing;
    private final int submitterBits;
    private final int mask;
    private final long[][] windows;
    private final Lane[] lanes;
    private long startNanos;

    /**
     * A recorder of one step.
     *
     * @param timing     its intervals.
     * @param submitters how many submit.
     * @param partitions how many partitions the engine has.
     * @param window     how many tasks a submitter may submit while one of its tasks is live; rounded up to a power of two.
     */
    Recorder(final Timing timing, final int submitters, final int partitions, final int window) {
        this.timing = timing;
        this.submitterBits = submitters == 1 ? 0 : Integer.SIZE - Integer.numberOfLeadingZeros(submitters - 1);
        final int slots = window <= 2 ? 2 : Integer.highestOneBit(window - 1) << 1;
        this.mask = slots - 1;
        this.windows = new long[submitters][LONGS * slots];
        for (final long[] each : windows) {
            Arrays.fill(each, -1);
        }
        this.lanes = new Lane[partitions];
        Arrays.setAll(lanes, i -> new Lane());
    }

    /**
     * The step begins. Before the first task is submitted.
     *
     * @param nanos the clock's time that all others count from.
     */
    void start(final long nanos) {
        startNanos = nanos;
    }

    /**
     * Notes when a task is due. The submitter's thread, before it submits the task.
     *
     * @param submitter whose.
     * @param sequence  the task's number among the submitter's own, from 0.
     * @param dueNanos  nanoseconds since the start.
     * @return the task's id.
     */
    long due(final int submitter, final long sequence, final long dueNanos) {
        final long[] window = windows[submitter];
        final int at = LONGS * ((int) sequence & mask);
        window[at] = sequence;
        window[at + 1] = dueNanos;
        return sequence << submitterBits | submitter;
    }

    @Override
    public void onEvent(final TaskExecutorLifecycleEvent event) {
        final TaskState state = event.to();
        if (state == TaskState.SUCCEEDED) {
            ended(event.taskId(), event.timeNanos(), event.partition());
        } else if (state.isFinal()) {
            lanes[event.partition()].failed++;
        }
    }

    /**
     * A task ended well.
     *
     * @param id        its id.
     * @param nanos     when, on the clock.
     * @param partition whose thread calls.
     */
    void ended(final long id, final long nanos, final int partition) {
        final Lane lane = lanes[partition];
        final long time = nanos - startNanos;
        final long sequence = id >>> submitterBits;
        final long[] window = windows[(int) (id - (sequence << submitterBits))];
        final int at = LONGS * ((int) sequence & mask);
        if (window[at] == sequence) {
            lane.record(time, window[at + 1]);
        } else {
            lane.overrun++;
        }
    }

    /** What one partition's tasks did. One writer: the partition's owner. */
    private final class Lane {
        private final IntCountsHistogram[] latencies = new IntCountsHistogram[timing.slots()];
        private final long[] completed = new long[timing.slots()];
        private final long from = timing.warmUpNanos();
        private final long until = timing.endNanos();
        private IntCountsHistogram latency;
        private int slot;
        private long slotEnd = timing.endOf(0);
        private long clamped;
        private long overrun;
        private long failed;

        Lane() {
            // All of them before the start: nothing is allocated while tasks run.
            Arrays.setAll(latencies, i -> new IntCountsHistogram(MOST_NANOS, timing.digits()));
            latency = latencies[0];
        }

        void record(final long time, final long due) {
            if (time >= slotEnd) {
                roll(time);
            }
            completed[slot]++;
            if (due >= from && due < until) {
                final long nanos = time - due;
                if (nanos > MOST_NANOS) {
                    clamped++;
                }
                latency.recordValue(Math.max(0, Math.min(nanos, MOST_NANOS)));
            }
        }

        private void roll(final long time) {
            slot = timing.slot(time);
            slotEnd = timing.endOf(slot);
            latency = latencies[slot];
        }
    }

    // ---- after the end -----------------------------------------------------------------------------------------

    Timing timing() {
        return timing;
    }

    /** Returns how many tasks ended well in an interval. */
    long completed(final int slot) {
        return sum(lane -> lane.completed[slot]);
    }

    /** Returns the latencies of those that ended in an interval, from when they were due. */
    Histogram latencies(final int slot) {
        final Histogram all = new Histogram(MOST_NANOS, timing.digits());
        for (final Lane each : lanes) {
            all.add(each.latencies[slot]);
        }
        return all;
    }

    /** Returns the latencies of all that were due in the measured time. */
    Histogram latencies() {
        final Histogram all = new Histogram(MOST_NANOS, timing.digits());
        for (int i = 0; i < timing.slots(); i++) {
            all.add(latencies(i));
        }
        return all;
    }

    /** Returns how many latencies were longer than can be counted. */
    long clamped() {
        return sum(lane -> lane.clamped);
    }

    /** Returns of how many tasks it was forgotten when they were due. */
    long overrun() {
        return sum(lane -> lane.overrun);
    }

    /** Returns how many tasks ended, but not well. */
    long failed() {
        return sum(lane -> lane.failed);
    }

    private long sum(final java.util.function.ToLongFunction<Lane> figure) {
        return LongStream.of(Arrays.stream(lanes).mapToLong(figure).toArray()).sum();
    }
}
