package io.ringmaster.peers;

import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.task.Container;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import java.util.function.LongConsumer;

/** The engine with all that it has by default: repository, ledger, histograms, handles; and one listener. */
final class RingmasterPeer implements Peer {
    private final TaskEngine engine;
    private final TaskSpec spec;

    RingmasterPeer(final PeerSetup setup, final WaitMode waitMode, final boolean virtualThreads) {
        final PeerWatcher watcher = setup.watcher();
        final LongConsumer body = setup.body();
        final TaskEngine.Context context = new TaskEngine.Context()
                .waitMode(waitMode)
                .ringCapacity(PeerSetup.CAPACITY)
                .virtualThreads(virtualThreads)
                .listener(event -> {
                    final TaskState to = event.to();
                    if (to == TaskState.SUCCEEDED) {
                        watcher.ended(event.taskId());
                    } else if (to == TaskState.RUNNING) {
                        watcher.started(event.taskId());
                    }
                });
        engine = TaskEngine.launch(
                setup.blocks() ? context.exclusiveThreads(setup.threads()) : context.fireWorkers(setup.threads()));
        spec = TaskSpec.builder(0)
                .task(step -> {
                    body.accept(step.taskId());
                    return Step.DONE;
                })
                .container(setup.blocks() ? Container.EXCLUSIVE : Container.SHARED)
                .build();
    }

    @Override
    public boolean trySubmit(final long task) {
        final Refusal refusal = engine.trySubmit(task, spec).refusal();
        if (refusal != null && !refusal.isTransient()) {
            throw new IllegalStateException("task " + task + " was refused: " + refusal);
        }
        return refusal == null;
    }

    @Override
    public void close() {
        engine.close();
    }
}
