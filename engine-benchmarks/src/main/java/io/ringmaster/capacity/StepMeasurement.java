package io.ringmaster.capacity;

import io.ringmaster.Ledger;
import io.ringmaster.benchmarks.HiccupMeter;
import io.ringmaster.benchmarks.Machine;
import io.ringmaster.benchmarks.MachineSample;
import io.ringmaster.benchmarks.ThreadAllocations;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;

/**
 * Measures one step: submitters offer a load by schedule, while the calling thread looks at machine and target fifty
 * times a second or more. What is counted is counted by the threads that see it, and read once they have ended.
 */
final class StepMeasurement {
    private static final long LEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long HICCUP_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long TOTALS_LEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long GRACE_MILLIS = 500;
    private static final long JOIN_MILLIS = 10_000;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double P99 = 99;

    private final Rig rig;
    private final long runStartNanos;
    private final CapacityObserver observer;
    private final BooleanSupplier stop;

    /**
     * What is the same for every step.
     *
     * @param mix              what tasks do.
     * @param submitters       how many threads submit.
     * @param slo              the objective, or null.
     * @param partitions       how many partitions the target has at the most.
     * @param fireWorkers      how many fire-workers.
     * @param exclusiveThreads how many exclusive threads.
     * @param windowTasks      how many tasks a submitter may submit while one of its tasks is live.
     * @param drainNanos       how long to wait for the last task.
     */
    record Rig(
            WorkMix mix,
            int submitters,
            Slo slo,
            int partitions,
            int fireWorkers,
            int exclusiveThreads,
            int windowTasks,
            long drainNanos) {}

    /**
     * One step.
     *
     * @param purpose   why.
     * @param perSecond the mean rate in the measured time.
     * @param seed      what random gaps and works are drawn from.
     * @param profile   the rate by time.
     * @param gaps      the arrivals' form.
     * @param timing    the intervals.
     * @param overload  the first interval of an overload and the first after it, counted from 0 in the measured time; null
     *                  if there is none. The step's load and latencies are those of the overload's time, then.
     */
    record Plan(
            Step.Purpose purpose,
            double perSecond,
            long seed,
            RateProfile profile,
            java.util.function.LongFunction<Gaps> gaps,
            Timing timing,
            int[] overload) {}

    /** Launches what is measured. */
    @FunctionalInterface
    interface Opener {
        /**
         * Launches it.
         *
         * @param recorder to be told of each task's end.
         * @return the target.
         */
        LoadTarget open(Recorder recorder);
    }

    StepMeasurement(
            final Rig rig, final long runStartNanos, final CapacityObserver observer, final BooleanSupplier stop) {
        this.rig = rig;
        this.runStartNanos = runStartNanos;
        this.observer = observer;
        this.stop = stop;
    }

    /**
     * Measures a step on a target of its own.
     *
     * @param plan   which.
     * @param opener launches the target.
     * @return what was measured.
     * @throws InterruptedException if the calling thread was interrupted; everything was ended.
     */
    Measured measure(final Plan plan, final Opener opener) throws InterruptedException {
        observer.began(plan.purpose(), plan.perSecond(), plan.timing().endNanos());
        final Recorder recorder = new Recorder(plan.timing(), rig.submitters(), rig.partitions(), rig.windowTasks());
        try (LoadTarget target = opener.open(recorder)) {
            // What lives by now is old from here on, as in an engine that runs for days: with G1 a reference that is
            // stored
            // into an old object costs a fence, of which a young heap shows nothing.
            System.gc();
            return new Run(plan, recorder, target).measure();
        }
    }

    /** A step that is under way. The calling thread. */
    private final class Run {
        private final Plan plan;
        private final Timing timing;
        private final Recorder recorder;
        private final LoadTarget target;
        private final long start = System.nanoTime() + LEAD_NANOS;
        private final Submitter[] submitters = new Submitter[rig.submitters()];
        private final Thread[] threads = new Thread[rig.submitters()];
        private final AtomicReference<Throwable> defect = new AtomicReference<>();
        private final long lookNanos;
        private final long[] maxLive;
        private final List<TimelineSecond> seconds = new ArrayList<>();
        private LoadTarget.Gauges gauges = new LoadTarget.Gauges(0, 0, 0, 0, 0);
        private long maxRingUsed;
        private boolean stopped;

        Run(final Plan plan, final Recorder recorder, final LoadTarget target) {
            this.plan = plan;
            this.timing = plan.timing();
            this.recorder = recorder;
            this.target = target;
            this.lookNanos = Math.min(LOOK_NANOS, timing.intervalNanos());
            this.maxLive = new long[timing.slots()];
        }

        Measured measure() throws InterruptedException {
            recorder.start(start);
            startSubmitters();
            try {
                lookUntil(timing.warmUpNanos() - TOTALS_LEAD_NANOS, null);
                final LoadTarget.Totals before = target.totals();
                final ThreadAllocations allocated = ThreadAllocations.take();
                lookUntil(timing.warmUpNanos(), null);
                final long from = System.nanoTime();
                final MachineSample machine = MachineSample.take();
                final HiccupMeter hiccups = new HiccupMeter(HICCUP_NANOS);
                try (hiccups) {
                    lookUntil(timing.endNanos(), hiccups);
                }
                final MachineSample used = MachineSample.take().since(machine);
                final LoadTarget.Totals after = target.totals();
                final long nanos = System.nanoTime() - from;
                final long bytes = ThreadAllocations.take().since(allocated);
                end();
                final boolean drained = target.drain(stopped ? 0 : rig.drainNanos());
                final long live = target.gauges().live();
                final Map<String, Histogram> stages = stages(before, target.totals());
                target.close();
                return result(hiccups.histogram(), used, before, after, nanos, bytes, drained, live, stages);
            } finally {
                for (final Submitter each : submitters) {
                    each.stop();
                }
            }
        }

        private void startSubmitters() {
            for (int i = 0; i < submitters.length; i++) {
                submitters[i] = new Submitter(
                        i,
                        recorder,
                        target,
                        new ArrivalProcess(plan.profile(), plan.gaps().apply(plan.seed()), i, submitters.length),
                        rig.mix(),
                        plan.seed(),
                        start,
                        timing.endNanos(),
                        plan.profile().peakPerNano() / submitters.length);
                final Thread thread = new Thread(submitters[i], "submitter-" + i);
                thread.setDaemon(true);
                thread.setUncaughtExceptionHandler((ended, thrown) -> defect.compareAndSet(null, thrown));
                threads[i] = thread;
                thread.start();
            }
        }

        /** Looks at the target until a time since the start, and at the machine too once there is a meter. */
        private void lookUntil(final long end, final HiccupMeter hiccups) {
            long nextSecond = timing.warmUpNanos() + SECOND_NANOS;
            MachineSample machine = hiccups == null ? null : MachineSample.take();
            LoadTarget.Gauges before = gauges;
            long now = System.nanoTime() - start;
            while (now < end && !stopped) {
                LockSupport.parkNanos(this, Math.min(lookNanos, end - now));
                now = System.nanoTime() - start;
                gauges = target.gauges();
                final int slot = timing.slot(Math.max(0, now));
                maxLive[slot] = Math.max(maxLive[slot], gauges.live());
                stopped = stop.getAsBoolean();
                observer.looked(now, gauges.ended(), gauges.live());
                if (hiccups == null) {
                    continue;
                }
                maxRingUsed = Math.max(maxRingUsed, gauges.ringUsed());
                if (now >= nextSecond) {
                    final MachineSample next = MachineSample.take();
                    seconds.add(second(before, next.since(machine), hiccups.takeMaxNanos()));
                    machine = next;
                    before = gauges;
                    nextSecond += SECOND_NANOS;
                }
            }
        }

        /** What is only known once the submitters have ended is filled in then. */
        private TimelineSecond second(
                final LoadTarget.Gauges before, final MachineSample machine, final long hiccupMaxNanos) {
            return new TimelineSecond(
                    (System.nanoTime() - runStartNanos) / SECOND_NANOS,
                    0,
                    0,
                    0,
                    gauges,
                    gauges.stalls() - before.stalls(),
                    gauges.handOvers() - before.handOvers(),
                    machine,
                    hiccupMaxNanos);
        }

        private void end() throws InterruptedException {
            for (final Thread each : threads) {
                if (!stopped) {
                    each.join(GRACE_MILLIS);
                }
            }
            for (final Submitter each : submitters) {
                each.stop();
            }
            for (final Thread each : threads) {
                each.join(JOIN_MILLIS);
                if (each.isAlive()) {
                    throw new IllegalStateException(each.getName() + " is stuck in a call of submit");
                }
            }
            if (defect.get() != null) {
                throw new IllegalStateException("a submitter failed", defect.get());
            }
        }

        private Map<String, Histogram> stages(final LoadTarget.Totals before, final LoadTarget.Totals after) {
            final Map<String, Histogram> stages = new LinkedHashMap<>();
            after.stages().forEach((name, total) -> {
                final Histogram stage = total.copy();
                stage.subtract(before.stages().get(name));
                stages.put(name, stage);
            });
            return stages;
        }

        // ---- after the end ------------------------------------------------------------------------------------

        /** The measured intervals that the figures are of: all, or those of the overload. */
        private int first() {
            return plan.overload() == null ? 1 : plan.overload()[0] + 1;
        }

        private int last() {
            return plan.overload() == null ? timing.intervals() : plan.overload()[1];
        }

        private long sum(final int from, final int until, final ToLongFunction<Integer> figure) {
            long sum = 0;
            for (int i = from; i <= until; i++) {
                sum += figure.applyAsLong(i);
            }
            return sum;
        }

        private long due(final int slot) {
            long due = 0;
            for (final Submitter each : submitters) {
                due += each.due(slot);
            }
            return due;
        }

        private long refused(final int slot) {
            long refused = 0;
            for (final Submitter each : submitters) {
                refused += each.refused(slot);
            }
            return refused;
        }

        private Measured result(
                final Histogram hiccups,
                final MachineSample used,
                final LoadTarget.Totals before,
                final LoadTarget.Totals after,
                final long nanos,
                final long bytes,
                final boolean drained,
                final long live,
                final Map<String, Histogram> stages) {
            final Ledger ledger = target.ledger();
            final Histogram lags = new Histogram(Recorder.MOST_NANOS, 3);
            long late = 0;
            long submitterNanos = 0;
            for (final Submitter each : submitters) {
                lags.add(each.lags());
                late += each.late();
                submitterNanos = Math.max(submitterNanos, sum(first(), last(), each::busyNanos));
            }
            final Histogram endToEnd = endToEnd();
            final long due = sum(first(), last(), this::due);
            final long refused = sum(first(), last(), this::refused);
            final long completed = sum(first(), last(), recorder::completed);
            final long liveBefore = sum(0, first() - 1, slot -> due(slot) - refused(slot) - recorder.completed(slot));
            final double seconds = (double) timing.intervalNanos() * (last() - first() + 1) / SECOND_NANOS;
            final long allCompleted = Math.max(1, sum(1, timing.intervals(), recorder::completed));
            final List<Complaint> complaints = Validity.complaints(new Validity.Facts(
                    plan.perSecond(),
                    seconds,
                    (double) timing.measuredNanos() / SECOND_NANOS,
                    Machine.cpus(),
                    due,
                    lags.getTotalCount(),
                    late,
                    recorder.clamped(),
                    recorder.overrun(),
                    recorder.failed() - (drained ? 0 : live),
                    drained || stopped,
                    live,
                    used.gcMillis(),
                    used.stolenMillis(),
                    used.throttledMillis(),
                    stopped));
            final Map<String, Latency> latencies = new LinkedHashMap<>();
            latencies.put(Step.END_TO_END, Latency.of(endToEnd));
            stages.forEach((name, stage) -> latencies.put(name, Latency.of(stage)));
            final long unfinished = plan.overload() == null ? due - refused - endToEnd.getTotalCount() : 0;
            final Step step = new Step(
                    plan.purpose(),
                    rig.fireWorkers(),
                    new Step.Load(plan.perSecond(), seconds, due, completed, refused, unfinished, liveBefore),
                    latencies,
                    Percentiles.of(lags),
                    Percentiles.of(hiccups),
                    new Step.Usage(
                            used.stolenMillis(),
                            used.throttledMillis(),
                            used.gcMillis(),
                            used.cpuMillis(),
                            (double) bytes / allCompleted,
                            maxRingUsed,
                            maxLiveMeasured(),
                            (double) (after.busyNanos() - before.busyNanos()) / nanos / rig.fireWorkers(),
                            submitterNanos / seconds / SECOND_NANOS,
                            (double) (after.exclusiveNanos() - before.exclusiveNanos())
                                    / nanos
                                    / rig.exclusiveThreads(),
                            (after.busyNanos() - before.busyNanos()) / NANOS_PER_MICRO / allCompleted,
                            (after.exclusiveNanos() - before.exclusiveNanos()) / NANOS_PER_MICRO / allCompleted),
                    complaints,
                    meetsSlo(complaints, endToEnd, lags, due, refused + unfinished),
                    ledger);
            return new Measured(
                    step,
                    TimeUnit.NANOSECONDS.toMillis(start + timing.warmUpNanos() - runStartNanos),
                    fullSeconds(),
                    secondHistograms(),
                    stages,
                    recovery());
        }

        private Histogram endToEnd() {
            if (plan.overload() == null) {
                return recorder.latencies();
            }
            final Histogram all = new Histogram(Recorder.MOST_NANOS, timing.digits());
            for (int i = first(); i <= last(); i++) {
                all.add(recorder.latencies(i));
            }
            return all;
        }

        private long maxLiveMeasured() {
            long most = 0;
            for (int i = 1; i <= timing.intervals(); i++) {
                most = Math.max(most, maxLive[i]);
            }
            return most;
        }

        private Answer meetsSlo(
                final List<Complaint> complaints,
                final Histogram endToEnd,
                final Histogram lags,
                final long due,
                final long lost) {
            final Slo slo = rig.slo();
            if (slo == null || !complaints.isEmpty() || !Percentiles.isSupported(due, slo.percentile())) {
                return Answer.CANNOT_TELL;
            }
            return slo.isMetBy(endToEnd, lags, due, lost);
        }

        private int intervalsPerSecond() {
            return (int) (SECOND_NANOS / timing.intervalNanos());
        }

        private List<TimelineSecond> fullSeconds() {
            final List<TimelineSecond> full = new ArrayList<>();
            final int per = intervalsPerSecond();
            for (int i = 0; i < seconds.size() && (i + 1) * per <= timing.intervals(); i++) {
                final TimelineSecond each = seconds.get(i);
                final int from = i * per + 1;
                full.add(new TimelineSecond(
                        each.second(),
                        sum(from, from + per - 1, this::due),
                        sum(from, from + per - 1, recorder::completed),
                        sum(from, from + per - 1, this::refused),
                        each.gauges(),
                        each.stalls(),
                        each.handOvers(),
                        each.machine(),
                        each.hiccupMaxNanos()));
            }
            return full;
        }

        private List<Histogram> secondHistograms() {
            final List<Histogram> all = new ArrayList<>();
            final int per = intervalsPerSecond();
            for (int from = 1; from <= timing.intervals() + 1; from += per) {
                final Histogram second = new Histogram(Recorder.MOST_NANOS, timing.digits());
                for (int i = from; i < from + per && i < timing.slots(); i++) {
                    second.add(recorder.latencies(i));
                }
                all.add(second);
            }
            return all;
        }

        private double recovery() {
            if (plan.overload() == null) {
                return Double.NaN;
            }
            final double[] latencies = new double[timing.intervals()];
            final long[] backlogs = new long[timing.intervals()];
            for (int i = 0; i < latencies.length; i++) {
                final Histogram each = recorder.latencies(i + 1);
                latencies[i] = each.getTotalCount() == 0 ? Double.NaN : each.getValueAtPercentile(P99);
                backlogs[i] = maxLive[i + 1];
            }
            final int intervals = Recovery.intervals(latencies, backlogs, 0, plan.overload()[0], plan.overload()[1]);
            return intervals < 0 ? Double.NaN : (double) intervals * timing.intervalNanos() / SECOND_NANOS;
        }
    }
}
