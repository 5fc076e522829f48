package io.ringmaster.eventbus;

import io.ringmaster.container.ExclusiveThreadTaskExecutorContainer;
import io.ringmaster.container.SharedThreadTaskExecutorContainer;
import io.ringmaster.container.TaskExecutorContainerDelegator;
import io.ringmaster.event.EngineEvents;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEventListener;
import io.ringmaster.repository.TaskExecutorRepository;
import io.ringmaster.resilience.ExclusiveWatch;
import io.ringmaster.resilience.Quotas;
import io.ringmaster.resilience.ResourceAgent;
import io.ringmaster.resilience.TaskTypes;
import io.ringmaster.task.ContextPropagator;
import io.ringmaster.task.InternalApi;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * What the event bus is built from; validated by the engine's context.
 *
 * @param partitions         how many.
 * @param fireWorkers        threads that work on them, no more than partitions.
 * @param ringCapacity       slots of each ring, a power of two.
 * @param reservedSlots      slots that submissions leave free.
 * @param batchLimit         ring events handled between two looks at the control list.
 * @param waitMode           what idle workers do; not AUTO.
 * @param invoker            whether the caller turns the duty cycles.
 * @param killInterruptNanos from a kill to the interrupt.
 * @param killHookNanos      from there to the task's own hook.
 * @param killAbandonNanos   from there to the quarantine.
 * @param stallNanos         how long a call may hold a partition.
 * @param spareThreads       threads that may take a partition over.
 * @param balanceNanos       how often the threads' loads are compared; 0 for never.
 * @param noSparePolicy      what happens when there is none left.
 * @param slowStepNanos      a step longer than this is counted as slow.
 * @param maxQueueNanos      how long a task may wait for its fire-worker before it is refused; 0 for no bound.
 * @param listenerBacklog    events a detached listener may be behind before admission stops.
 * @param recordLatency      whether histograms are kept.
 * @param clock              the engine's clock.
 * @param invokerIdle        told, in invoker mode, how many nanoseconds nothing will happen by itself.
 * @param threadFactory      makes fire-workers, monitor and spares.
 * @param listeners          told of every event.
 * @param propagator         carries the submitter's context, or null.
 * @param completionExecutor runs dependents of handles.
 * @param repository         the live executors.
 * @param delegator          picks containers.
 * @param shared             the shared container.
 * @param exclusive          the exclusive container.
 * @param types              the task types, with their policies.
 * @param quotas             what the engine, tenants and types may use.
 * @param resources          serves the resources.
 * @param watch              watches the exclusive threads and their line.
 * @param events             takes what an operator should know.
 * @param errors             counts what goes wrong in foreign code.
 */
@InternalApi
public record EventBusSettings(
        int partitions,
        int fireWorkers,
        int ringCapacity,
        int reservedSlots,
        int batchLimit,
        WaitMode waitMode,
        boolean invoker,
        long killInterruptNanos,
        long killHookNanos,
        long killAbandonNanos,
        long stallNanos,
        int spareThreads,
        long balanceNanos,
        NoSparePolicy noSparePolicy,
        long slowStepNanos,
        long maxQueueNanos,
        int listenerBacklog,
        boolean recordLatency,
        LongSupplier clock,
        LongConsumer invokerIdle,
        ThreadFactory threadFactory,
        List<TaskExecutorLifecycleEventListener> listeners,
        ContextPropagator propagator,
        Executor completionExecutor,
        TaskExecutorRepository repository,
        TaskExecutorContainerDelegator delegator,
        SharedThreadTaskExecutorContainer shared,
        ExclusiveThreadTaskExecutorContainer exclusive,
        TaskTypes types,
        Quotas quotas,
        ResourceAgent resources,
        ExclusiveWatch watch,
        EngineEvents events,
        ErrorLog errors) {}
