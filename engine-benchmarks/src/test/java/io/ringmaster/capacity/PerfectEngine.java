package io.ringmaster.capacity;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.HdrHistogram.Histogram;

/**
 * An engine without a fault, in a time of its own: threads that take tasks in their order, each for exactly as long as the
 * task lasts. What it keeps up with is known: threads by duration.
 */
final class PerfectEngine implements Bench {
    private static final double NANOS_PER_SECOND = 1e9;

    private final int threads;
    private final long taskNanos;
    /** Every step that was measured, in order. */
    final List<StepMeasurement.Plan> plans = new ArrayList<>();
    /** What is wrong with a step, by its plan and its number; nothing by default. */
    BiFunction<StepMeasurement.Plan, Integer, List<Complaint>> faults = (plan, number) -> List.of();

    /**
     * An engine.
     *
     * @param threads   how many, for each fire-worker.
     * @param taskNanos how long each task takes one.
     */
    PerfectEngine(final int threads, final long taskNanos) {
        this.threads = threads;
        this.taskNanos = taskNanos;
    }

    /** Returns the rate that it keeps up with. */
    double capacity() {
        return threads * NANOS_PER_SECOND / taskNanos;
    }

    @Override
    public Measured measure(final StepMeasurement.Plan plan, final int fireWorkers, final Slo slo) {
        plans.add(plan);
        final Timing timing = plan.timing();
        final int first = plan.overload() == null ? 1 : plan.overload()[0] + 1;
        final int last = plan.overload() == null ? timing.intervals() : plan.overload()[1];
        final ArrivalProcess arrivals =
                new ArrivalProcess(plan.profile(), plan.gaps().apply(plan.seed()), 0, 1);
        final long[] free = new long[threads * fireWorkers];
        final Histogram endToEnd = new Histogram(Recorder.MOST_NANOS, timing.digits());
        long liveBefore = 0;
        long due = 0;
        long completed = 0;
        long number = 0;
        for (long next = arrivals.nextNanos(); next < timing.endNanos(); next = arrivals.nextNanos()) {
            // All last equally long, so that threads become free in the order in which they were taken.
            final int thread = (int) (number++ % free.length);
            final long end = Math.max(next, free[thread]) + taskNanos;
            free[thread] = end;
            final int from = timing.slot(next);
            final int to = timing.slot(end);
            if (from >= first && from <= last) {
                due++;
                endToEnd.recordValue(end - next);
            }
            if (to >= first && to <= last) {
                completed++;
            }
            if (from < first && to >= first) {
                liveBefore++;
            }
        }
        final double seconds = timing.intervalNanos() * (last - first + 1) / NANOS_PER_SECOND;
        final List<Complaint> complaints = faults.apply(plan, plans.size() - 1);
        // Without the histogram itself: nobody writes it, and to encode it takes longer than the step.
        final Latency latency = new Latency(Percentiles.of(endToEnd), "");
        final Step step = new Step(
                plan.purpose(),
                fireWorkers,
                new Step.Load(plan.perSecond(), seconds, due, completed, 0, 0, liveBefore),
                Map.of(Step.END_TO_END, latency),
                latency.percentiles(),
                latency.percentiles(),
                new Step.Usage(0, 0, 0, 0, 0, 0, 0, 0.5, 0.5, 0.5, 1, 0),
                complaints,
                slo == null || !complaints.isEmpty() || !Percentiles.isSupported(due, slo.percentile())
                        ? Answer.CANNOT_TELL
                        : slo.isMetBy(endToEnd, new Histogram(Recorder.MOST_NANOS, 2), due, 0),
                VerdictTest.BOOKS);
        return new Measured(step, 0, List.of(), List.of(), Map.of(), 0);
    }

    @Override
    public LiveTaskCost cost() {
        return new LiveTaskCost(20 << 20, 500);
    }
}
