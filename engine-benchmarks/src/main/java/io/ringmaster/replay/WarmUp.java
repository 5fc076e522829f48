package io.ringmaster.replay;

import io.ringmaster.TaskEngine;
import io.ringmaster.client.InProcessTaskExecutorClient;
import io.ringmaster.task.Container;
import io.ringmaster.workflow.Workflow;
import io.ringmaster.workflow.WorkflowGenerator;
import io.ringmaster.workflow.WorkflowShape;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Plays small generated workflows through engines of its own, so that the run that is measured meets compiled code, as
 * it would in a Master that has been up for a while. Leaves nothing behind but that.
 */
public final class WarmUp {

    private static final int TASKS_AT_ONCE = 1_000;
    /** Runtimes of 1 ms to 2 s become 1 µs to 2 ms. */
    private static final double SPEEDUP = 1_000;

    private static final long TURN_MILLIS = 10;
    private static final long STOP_SECONDS = 5;

    private WarmUp() {}

    /**
     * Runs until the time is up, or something went wrong; what that is, the run that follows will meet and report.
     *
     * @param settings  makes the settings of an engine like the one to be used.
     * @param container where the tasks run.
     * @param millis    for how long; 0 for not at all.
     * @param cancelled asked now and then; ends it early.
     * @throws InterruptedException if interrupted.
     */
    public static void run(
            final Supplier<TaskEngine.Context> settings,
            final Container container,
            final long millis,
            final BooleanSupplier cancelled)
            throws InterruptedException {
        final long start = System.nanoTime();
        final WorkflowGenerator generator = new WorkflowGenerator(WorkflowGenerator.SAMPLE_SEED);
        final List<Workflow> workflows = List.of(
                generator.generate(WorkflowShape.FORK_JOIN, TASKS_AT_ONCE),
                generator.generate(WorkflowShape.MONTAGE, TASKS_AT_ONCE));
        boolean timed = true;
        while (System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(millis)) {
            final Replay replay = new Replay(new Workload(workflows, timed ? SPEEDUP : 0, 1), container);
            timed = !timed;
            try (InProcessTaskExecutorClient client = InProcessTaskExecutorClient.launch(settings.get(), event -> {})) {
                replay.start(client);
                while (!replay.await(TURN_MILLIS, TimeUnit.MILLISECONDS)) {
                    final long spent = System.nanoTime() - start;
                    if (cancelled.getAsBoolean() || spent > TimeUnit.MILLISECONDS.toNanos(2 * millis)) {
                        replay.stop(STOP_SECONDS, TimeUnit.SECONDS);
                        return;
                    }
                }
                ReplayAudit.of(replay.workload(), replay.records());
            }
        }
    }
}
