package io.ringmaster.scale;

import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.task.Container;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Engines as the measurements need them, and the tasks that wait in them. */
public final class LiveTasks {
    /** A task that does nothing, once. */
    static final TaskSpec NO_OP = TaskSpec.builder(0)
            .task(context -> Step.DONE)
            .container(Container.SHARED)
            .build();

    private static final Task WAITS_FOR_SIGNAL = context -> Step.WHEN_SIGNALLED;
    private static final Task WAITS_FOR_TIME =
            context -> context.againAfter(1 + context.taskId() % 100, TimeUnit.HOURS);
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);

    private LiveTasks() {}

    /**
     * The settings of an adaptive engine. A stall of the machine is not to change its threads.
     *
     * @param name what its threads are called at the start; of 9 characters at the most, so that the kernel shows it all.
     * @return settings to go on with.
     */
    public static TaskEngine.Context context(final String name) {
        return new TaskEngine.Context()
                .name(name)
                .waitMode(WaitMode.ADAPTIVE)
                .stallThresholdMillis(TimeUnit.SECONDS.toMillis(5))
                .closeTimeoutMillis(TimeUnit.MINUTES.toMillis(2));
    }

    /**
     * A spec of a task that waits: half of them for a signal, the others for a time far away.
     *
     * @param id the task's id.
     * @return a spec of its own.
     */
    static TaskSpec waiting(final long id) {
        return TaskSpec.builder(id)
                .task((id & 1) == 0 ? WAITS_FOR_SIGNAL : WAITS_FOR_TIME)
                .container(Container.SHARED)
                .build();
    }

    /**
     * Submits waiting tasks with the ids from 0 on, and returns once all of them wait.
     *
     * @param engine the engine.
     * @param count  how many.
     * @return their handles by id.
     */
    public static TaskHandle[] submitWaiting(final TaskEngine engine, final int count) {
        final TaskHandle[] handles = new TaskHandle[count];
        for (int id = 0; id < count; id++) {
            handles[id] = submit(engine, id, waiting(id));
        }
        final long start = System.nanoTime();
        while (engine.ledger().liveByState().get(TaskState.RUNNING) < count) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw new IllegalStateException("the tasks did not come to wait: " + engine.ledger());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        return handles;
    }

    /**
     * Submits a task, again and again while its fire-worker has no room for it.
     *
     * @param engine the engine.
     * @param id     the task's id.
     * @param spec   what to run.
     * @return the accepted task's handle.
     */
    static TaskHandle submit(final TaskEngine engine, final long id, final TaskSpec spec) {
        TaskHandle handle = engine.trySubmit(id, spec);
        while (handle.refusal() != null && handle.refusal().isTransient()) {
            Thread.yield();
            handle = engine.trySubmit(id, spec);
        }
        if (!handle.isAccepted()) {
            throw new IllegalStateException("task " + id + " was refused: " + handle.refusal());
        }
        return handle;
    }
}
