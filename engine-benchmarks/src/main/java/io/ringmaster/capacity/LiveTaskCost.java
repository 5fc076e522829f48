package io.ringmaster.capacity;

import io.ringmaster.TaskEngine;
import io.ringmaster.scale.LiveTasks;
import io.ringmaster.task.TaskHandle;

/**
 * What an engine and each of its live tasks take of the heap: after a collection, without tasks and with many that wait.
 *
 * @param baseBytes    the heap in use with an engine and no tasks, the rig's own included.
 * @param bytesPerTask per live task, its spec included, without payload.
 */
public record LiveTaskCost(long baseBytes, double bytesPerTask) {
    private static final int TASKS = 100_000;

    /**
     * Measures it, in about a second.
     *
     * @param context the engine's settings.
     */
    static LiveTaskCost measure(final TaskEngine.Context context) {
        try (TaskEngine engine = TaskEngine.launch(context)) {
            final long base = usedBytes();
            final TaskHandle[] handles = LiveTasks.submitWaiting(engine, TASKS);
            final long used = usedBytes();
            return new LiveTaskCost(base, Math.max(0, used - base) / (double) handles.length);
        }
    }

    private static long usedBytes() {
        System.gc();
        final Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
