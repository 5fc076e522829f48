package io.ringmaster.peers;

import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.task.Container;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import java.util.concurrent.TimeUnit;

/** Shared tasks that wait for a signal or a timer. */
final class RingmasterHolder implements Holder {
    private static final TaskSpec FOR_SIGNAL = TaskSpec.builder(0)
            .task(context -> Step.WHEN_SIGNALLED)
            .container(Container.SHARED)
            .build();
    private static final TaskSpec FOR_TIME = TaskSpec.builder(0)
            .task(context -> context.againAfter(1 + context.taskId() % 100, TimeUnit.HOURS))
            .container(Container.SHARED)
            .build();

    private final TaskEngine engine;

    RingmasterHolder(final PeerSetup setup, final WaitMode waitMode) {
        final PeerWatcher watcher = setup.watcher();
        engine = TaskEngine.launch(new TaskEngine.Context()
                .waitMode(waitMode)
                .fireWorkers(setup.threads())
                .listener(event -> {
                    if (event.to() == TaskState.KILLED) {
                        watcher.killed(event.taskId());
                    }
                }));
    }

    @Override
    public void hold(final long task) {
        final TaskSpec spec = (task & 1) == 0 ? FOR_SIGNAL : FOR_TIME;
        Refusal refusal = engine.trySubmit(task, spec).refusal();
        while (refusal != null) {
            if (!refusal.isTransient()) {
                throw new IllegalStateException("task " + task + " was refused: " + refusal);
            }
            Thread.onSpinWait();
            refusal = engine.trySubmit(task, spec).refusal();
        }
    }

    @Override
    public long held() {
        return engine.ledger().liveByState().get(TaskState.RUNNING);
    }

    @Override
    public void kill(final long task) {
        engine.kill(task);
    }

    @Override
    public void close() {
        engine.close();
    }
}
