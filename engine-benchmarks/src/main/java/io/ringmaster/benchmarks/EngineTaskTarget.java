package io.ringmaster.benchmarks;

import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.task.Container;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;

/** The engine: a shared no-op task from its submission to its completed handle. */
final class EngineTaskTarget implements TaskTarget {
    /**
     * What is switched on, to learn what it costs.
     *
     * @param listeners     how many.
     * @param recordLatency whether there are histograms.
     * @param ownSpec       whether each task has a spec of its own; else all share one.
     * @param ringCapacity  slots.
     */
    record Settings(int listeners, boolean recordLatency, boolean ownSpec, int ringCapacity) {
        /** Everything on. */
        static final Settings ALL_ON = new Settings(1, true, false, 1 << 14);
    }

    private static final Task NOTHING = context -> Step.DONE;

    private final TaskSpec spec =
            TaskSpec.builder(0).task(NOTHING).container(Container.SHARED).build();
    private final TaskEngine engine;
    private final boolean ownSpec;
    private long nextId = 1;
    private long refused;

    EngineTaskTarget(final String name, final Settings settings) {
        ownSpec = settings.ownSpec();
        final TaskEngine.Context context = new TaskEngine.Context()
                .fireWorkers(1)
                .ringCapacity(settings.ringCapacity())
                .recordLatency(settings.recordLatency())
                .waitMode(
                        switch (name) {
                            case "engine-spin" -> WaitMode.BUSY_SPIN;
                            case "engine-yield" -> WaitMode.YIELD;
                            default -> WaitMode.ADAPTIVE;
                        });
        for (int i = 0; i < settings.listeners(); i++) {
            // Bound by itself: reached through this target, it would cost the line that the submitter writes.
            final LonelyCounter finalEvents = new LonelyCounter();
            context.listener(event -> {
                if (event.to() == TaskState.SUCCEEDED) {
                    finalEvents.increment();
                }
            });
        }
        engine = TaskEngine.launch(context);
    }

    @Override
    public void complete(final int count) {
        TaskHandle last = null;
        for (int i = 0; i < count; i++) {
            last = submit();
        }
        // One fire-worker completes handles in the order of submission.
        int turn = 0;
        while (last != null && !last.isDone()) {
            turn = Waiting.pause(turn);
        }
    }

    private TaskHandle submit() {
        final long id = nextId++;
        int turn = 0;
        while (true) {
            final TaskHandle handle = ownSpec
                    ? engine.trySubmit(TaskSpec.builder(id)
                            .task(NOTHING)
                            .container(Container.SHARED)
                            .build())
                    : engine.trySubmit(id, spec);
            final Refusal refusal = handle.refusal();
            if (refusal == null) {
                return handle;
            }
            // overloaded: the consumer was kept from its CPU, and the engine bounds the line by its time
            if (refusal != Refusal.RING_FULL && refusal != Refusal.OVERLOADED) {
                throw new IllegalStateException("task " + id + " was refused: " + refusal);
            }
            refused++;
            turn = Waiting.pause(turn);
        }
    }

    @Override
    public long refused() {
        return refused;
    }

    @Override
    public long completed() {
        return engine.ledger().succeeded();
    }

    @Override
    public void close() {
        engine.close();
    }
}
