package io.ringmaster.capacity;

import io.ringmaster.TaskEngine;
import io.ringmaster.task.Container;
import java.util.List;
import java.util.function.IntFunction;

/**
 * What a run does.
 *
 * @param work             what tasks do.
 * @param arrivals         how they come.
 * @param seed             what random gaps and works of a first measurement are drawn from, and the seeds of others.
 * @param submitters       how many threads submit.
 * @param container        where tasks run; AUTO leaves that to the work.
 * @param engine           makes the settings of an engine with so many fire-workers, anew for each call.
 * @param shape            what such an engine is like.
 * @param slo              the latency objective, or null.
 * @param rates            the rates to measure; empty for a search.
 * @param rateFrom         where a search begins, per second.
 * @param rateTo           where it ends at the latest.
 * @param stepSeconds      how long a step measures at least.
 * @param warmUpSeconds    how long each warms up before that.
 * @param burst            a burst's rate, as a multiple of the knee; 0 for none.
 * @param burstSeconds     how long it is.
 * @param overload         an overload's rate, as a multiple of the knee; 0 for none.
 * @param overloadSeconds  how long it is.
 * @param fireWorkersSweep counts of fire-workers to find the knee of; empty for none.
 * @param target           the rate to plan for, per second; 0 for none.
 * @param targetText       what the user called it.
 * @param headroom         the share of what a Master carries that is to stay free, from 0 to below 1.
 * @param warnings         what the user is to know of the settings.
 */
public record CapacitySettings(
        WorkMix work,
        Arrivals arrivals,
        long seed,
        int submitters,
        Container container,
        IntFunction<TaskEngine.Context> engine,
        EngineShape shape,
        Slo slo,
        List<Double> rates,
        double rateFrom,
        double rateTo,
        int stepSeconds,
        double warmUpSeconds,
        double burst,
        double burstSeconds,
        double overload,
        double overloadSeconds,
        List<Integer> fireWorkersSweep,
        double target,
        String targetText,
        double headroom,
        List<String> warnings) {
    /**
     * What an engine is like.
     *
     * @param fireWorkers      its fire-workers.
     * @param partitions       its partitions, at the most.
     * @param waitMode         what idle fire-workers do.
     * @param ringCapacity     slots of each ring.
     * @param exclusiveThreads exclusive threads at the most.
     * @param reservedSlots    slots of each ring that are kept for completions.
     */
    public record EngineShape(
            int fireWorkers,
            int partitions,
            String waitMode,
            int ringCapacity,
            int exclusiveThreads,
            int reservedSlots) {}
}
