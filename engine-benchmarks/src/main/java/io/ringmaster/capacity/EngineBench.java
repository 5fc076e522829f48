package io.ringmaster.capacity;

import java.util.function.BooleanSupplier;

/** Measures engines such as the settings say. */
final class EngineBench implements Bench {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int LEAST_WINDOW = 1 << 14;
    private static final int MOST_WINDOW = 1 << 23;
    private static final double QUEUE_SECONDS = 2;
    private static final int EXCLUSIVE_QUEUE = Integer.getInteger("ringmaster.exclusiveQueue", 10_000);
    private static final double LEAST_DRAIN_SECONDS = 5;
    private static final double MOST_DRAIN_SECONDS = 120;

    private final CapacitySettings settings;
    private final long runStartNanos;
    private final CapacityObserver observer;
    private final BooleanSupplier stop;

    EngineBench(
            final CapacitySettings settings,
            final long runStartNanos,
            final CapacityObserver observer,
            final BooleanSupplier stop) {
        this.settings = settings;
        this.runStartNanos = runStartNanos;
        this.observer = observer;
        this.stop = stop;
    }

    @Override
    public Measured measure(final StepMeasurement.Plan plan, final int fireWorkers, final Slo slo)
            throws InterruptedException {
        final StepMeasurement.Rig rig =
                rig(fireWorkers, slo, plan.profile().peakPerNano() * NANOS_PER_SECOND / settings.submitters());
        return new StepMeasurement(rig, runStartNanos, observer, stop)
                .measure(
                        plan,
                        recorder -> new EngineTarget(
                                settings.engine().apply(fireWorkers), recorder, settings.work(), settings.container()));
    }

    @Override
    public LiveTaskCost cost() {
        // The counters stay those of the last step.
        return LiveTaskCost.measure(
                settings.engine().apply(settings.shape().fireWorkers()).countersFile(null));
    }

    private StepMeasurement.Rig rig(final int fireWorkers, final Slo slo, final double peakPerSecond) {
        final CapacitySettings.EngineShape shape = settings.shape();
        final double longest = settings.work().longestNanos() / NANOS_PER_SECOND;
        final double queued = settings.work().mean(each -> each.kind().blocks() ? each.nanos() : 0)
                / NANOS_PER_SECOND
                * EXCLUSIVE_QUEUE
                / shape.exclusiveThreads();
        final double window = peakPerSecond * (longest + queued + QUEUE_SECONDS);
        return new StepMeasurement.Rig(
                settings.work(),
                settings.submitters(),
                slo,
                Math.max(fireWorkers, shape.partitions()),
                fireWorkers,
                shape.exclusiveThreads(),
                (int) Math.max(LEAST_WINDOW, Math.min(window, mostWindow())),
                (long) (NANOS_PER_SECOND
                        * Math.min(MOST_DRAIN_SECONDS, LEAST_DRAIN_SECONDS + 2 * longest + 2 * queued)));
    }

    /** An eighth of the heap for all windows together: 16 bytes a task. */
    private double mostWindow() {
        return Math.min(MOST_WINDOW, Runtime.getRuntime().maxMemory() / 8.0 / 16 / settings.submitters());
    }
}
