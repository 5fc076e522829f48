package io.ringmaster;

import io.ringmaster.task.Container;

/**
 * What was seen of a task type's steps. Totals since the launch.
 *
 * @param placement        where its tasks go that leave their container to the engine.
 * @param reason           why, in words.
 * @param timedSteps       steps whose time was taken: all of the type's first tasks, then of one task of 64; of types
 *                         without a name none.
 * @param wallNanos        their wall time.
 * @param cpuNanos         the CPU time of those for which it is known.
 * @param wallNanosWithCpu the wall time of the same ones: the difference is the time they were blocked, or not given a CPU.
 * @param slowSteps        steps that took longer than the context's {@code slowStepMicros}, of all tasks of the type.
 * @param slowestNanos     the longest of those.
 * @param stalls           steps that stalled a fire-worker, so that its partition went on with another thread.
 */
public record TaskTypeMetrics(
        Container placement,
        String reason,
        long timedSteps,
        long wallNanos,
        long cpuNanos,
        long wallNanosWithCpu,
        long slowSteps,
        long slowestNanos,
        long stalls) {}
