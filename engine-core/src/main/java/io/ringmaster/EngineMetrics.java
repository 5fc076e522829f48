package io.ringmaster;

import io.ringmaster.eventbus.FireWorkerThreadSnapshot;
import io.ringmaster.eventbus.PartitionSnapshot;
import io.ringmaster.eventbus.SlowCall;
import io.ringmaster.metrics.Stage;
import io.ringmaster.resilience.QuotaUsage;
import io.ringmaster.task.Refusal;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * A plain snapshot of everything the engine measures, ready to be bound to a metrics library: all figures are totals
 * since the launch, or gauges where the text says so.
 *
 * @param ledger               the books.
 * @param partitions           each fire-worker's figures.
 * @param threads              the fire-workers' threads; empty in invoker mode.
 * @param latencies            by stage, in nanoseconds; empty when recording is off. The copies are the caller's.
 * @param exclusiveThreads     gauge: exclusive threads, idle ones included.
 * @param exclusiveIdleThreads gauge: of those, idle.
 * @param exclusiveReserved    gauge: live tasks on exclusive threads or waiting for one.
 * @param foreignErrors        errors thrown by listeners, hooks, propagators and executors.
 * @param types                what was seen of each task type, by its name.
 * @param slowCalls            calls into listeners and tasks that held a fire-worker for a third of the stall threshold or
 *                             longer, by kind of call and listener's class or task's type.
 * @param engineEvents         how many engine events of each kind there were, by the kind's name.
 * @param engineEventsDropped  engine events that were counted, and told to nobody since too many came at once.
 * @param enginePauses         how often the engine itself stood still: the process was suspended, or stopped by its
 *                             collector, for longer than two of the monitor's ticks.
 * @param refusals             submissions refused, by reason; each try of one that waits counts. Only reasons that occurred.
 * @param quotas               limits and usage of the engine, and of each tenant and type that has a quota.
 */
public record EngineMetrics(
        Ledger ledger,
        List<PartitionSnapshot> partitions,
        List<FireWorkerThreadSnapshot> threads,
        Map<Stage, Histogram> latencies,
        int exclusiveThreads,
        int exclusiveIdleThreads,
        int exclusiveReserved,
        long foreignErrors,
        Map<String, TaskTypeMetrics> types,
        Map<String, SlowCall> slowCalls,
        Map<String, Long> engineEvents,
        long engineEventsDropped,
        long enginePauses,
        Map<Refusal, Long> refusals,
        List<QuotaUsage> quotas) {}
