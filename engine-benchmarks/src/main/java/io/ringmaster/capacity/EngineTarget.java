package io.ringmaster.capacity;

import io.ringmaster.EngineMetrics;
import io.ringmaster.Ledger;
import io.ringmaster.TaskEngine;
import io.ringmaster.event.EngineEvent;
import io.ringmaster.eventbus.FireWorkerThreadSnapshot;
import io.ringmaster.metrics.Stage;
import io.ringmaster.task.Container;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskContext;
import io.ringmaster.task.TaskSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;

/** An engine, with one listener: the recorder. */
final class EngineTarget implements LoadTarget {
    /** The stages that the engine measures itself, and what files call them. Its own end to end starts too late. */
    static final Map<Stage, String> STAGES = stages();

    private final TaskEngine engine;
    private final Work[] works;
    private final Container[] containers;
    /** A spec for each work; null where each task needs one of its own, since its task has state. */
    private final TaskSpec[] specs;

    private final LongAdder exclusiveNanos = new LongAdder();
    private final LongAdder stalls = new LongAdder();
    private final LongAdder handOvers = new LongAdder();

    /**
     * Launches an engine.
     *
     * @param context   its settings.
     * @param recorder  told of every task's end.
     * @param mix       what the tasks do.
     * @param container where they do it; AUTO leaves that to the work.
     */
    EngineTarget(
            final TaskEngine.Context context, final Recorder recorder, final WorkMix mix, final Container container) {
        final List<Work> all = mix.works();
        works = all.toArray(new Work[0]);
        containers = new Container[works.length];
        specs = new TaskSpec[works.length];
        for (int i = 0; i < works.length; i++) {
            containers[i] = container(works[i], container);
            specs[i] = works[i].kind() == Work.Kind.STEP_AND_WAIT ? null : spec(0, i);
        }
        engine = TaskEngine.launch(context.listener(recorder).engineEventListener(this::happened));
    }

    private void happened(final EngineEvent event) {
        if (event instanceof EngineEvent.Stall) {
            stalls.increment();
        } else if (event instanceof EngineEvent.HandOver) {
            handOvers.increment();
        }
    }

    private static Map<Stage, String> stages() {
        final Map<Stage, String> names = new LinkedHashMap<>();
        names.put(Stage.SUBMIT_TO_HANDLED, "submitToHandled");
        names.put(Stage.SUBMIT_TO_RUNNING, "submitToRunning");
        names.put(Stage.RUN, "run");
        names.put(Stage.RUNNING_TO_FINAL, "runningToFinal");
        return names;
    }

    static Container container(final Work work, final Container wanted) {
        return wanted != Container.AUTO ? wanted : work.kind().blocks() ? Container.EXCLUSIVE : Container.SHARED;
    }

    private TaskSpec spec(final long id, final int work) {
        final Task task = task(works[work]);
        return TaskSpec.builder(id)
                .task(containers[work] == Container.EXCLUSIVE ? new Timed(task) : task)
                .container(containers[work])
                .build();
    }

    private static Task task(final Work work) {
        final long nanos = work.nanos();
        return switch (work.kind()) {
            case NOOP -> context -> Step.DONE;
            case SPIN ->
                context -> {
                    final long start = System.nanoTime();
                    while (System.nanoTime() - start < nanos) {
                        Thread.onSpinWait();
                    }
                    return Step.DONE;
                };
            case STEP_AND_WAIT -> new StepAndWait(nanos);
            case BLOCK ->
                context -> {
                    context.sleep(nanos, TimeUnit.NANOSECONDS);
                    return Step.DONE;
                };
        };
    }

    @Override
    public boolean submit(final long id, final int work) {
        final TaskSpec shared = specs[work];
        return engine.trySubmit(id, shared == null ? spec(id, work) : shared).refusal() == null;
    }

    @Override
    public Gauges gauges() {
        final Ledger ledger = engine.ledger();
        long resting = 0;
        for (final long each : ledger.liveByState().values()) {
            resting += each;
        }
        // Read at slightly different moments, so the difference may be a little below 0.
        return new Gauges(
                Math.max(0, ledger.live()),
                Math.max(0, ledger.live() - resting),
                ledger.finalized(),
                stalls.sum(),
                handOvers.sum());
    }

    @Override
    public Totals totals() {
        final EngineMetrics metrics = engine.metrics();
        final Map<String, Histogram> stages = new LinkedHashMap<>();
        STAGES.forEach((stage, name) -> stages.put(name, metrics.latencies().get(stage)));
        stages.values().removeIf(java.util.Objects::isNull);
        return new Totals(
                stages,
                metrics.threads().stream()
                        .mapToLong(FireWorkerThreadSnapshot::busyNanos)
                        .sum(),
                exclusiveNanos.sum());
    }

    @Override
    public boolean drain(final long nanos) throws InterruptedException {
        return engine.drain(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        engine.close();
    }

    @Override
    public Ledger ledger() {
        return engine.ledger();
    }

    /** One task's own state: whether it has waited. */
    private static final class StepAndWait implements Task {
        private final long nanos;
        private boolean waited;

        StepAndWait(final long nanos) {
            this.nanos = nanos;
        }

        @Override
        public Step execute(final TaskContext context) {
            if (waited) {
                return Step.DONE;
            }
            waited = true;
            return context.againAfter(nanos, TimeUnit.NANOSECONDS);
        }
    }

    /** A body on an exclusive thread, and how long that thread was taken. */
    private final class Timed implements Task {
        private final Task task;

        Timed(final Task task) {
            this.task = task;
        }

        @Override
        public Step execute(final TaskContext context) throws Exception {
            final long start = System.nanoTime();
            try {
                return task.execute(context);
            } finally {
                exclusiveNanos.add(System.nanoTime() - start);
            }
        }
    }
}
