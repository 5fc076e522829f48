package io.ringmaster.eventbus;

import io.ringmaster.container.ExclusiveThreadTaskExecutorContainer;
import io.ringmaster.container.SharedThreadTaskExecutorContainer;
import io.ringmaster.container.TaskExecutorContainerDelegator;
import io.ringmaster.event.EngineEvents;
import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEventListener;
import io.ringmaster.repository.TaskExecutorRepository;
import io.ringmaster.resilience.ExclusiveWatch;
import io.ringmaster.resilience.Quotas;
import io.ringmaster.resilience.ResourceAgent;
import io.ringmaster.resilience.TaskTypes;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskPolicy;
import io.ringmaster.task.TaskSpec;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** Real partitions and coordinators without threads, as small as they can be built: a stress test makes many. */
final class StressPartition {
    private static final ErrorLog ERRORS = new ErrorLog(LoggerFactory.getLogger(StressPartition.class));
    /** One for all: ids must differ, or executors must not be registered. */
    static final TaskExecutorRepository REPOSITORY = new TaskExecutorRepository();

    private static final EngineEvents EVENTS =
            new EngineEvents(LoggerFactory.getLogger(StressPartition.class), List.of(), ERRORS);
    private static final ResourceAgent RESOURCES = new ResourceAgent(EVENTS, () -> 0);
    private static final ExclusiveWatch WATCH = new ExclusiveWatch(1, 0, 0, RESOURCES, EVENTS, () -> 0);
    private static final SharedThreadTaskExecutorContainer SHARED = new SharedThreadTaskExecutorContainer(null, ERRORS);
    private static final TaskExecutorContainerDelegator DELEGATOR = new TaskExecutorContainerDelegator(Map.of());
    private static final TaskTypes TYPES = new TaskTypes(TaskPolicy.OPEN, Map.of(), 1, 1, 1);
    private static final Quotas QUOTAS = new Quotas(TYPES, Long.MAX_VALUE, () -> 0);
    private static final ExclusiveThreadTaskExecutorContainer EXCLUSIVE =
            new ExclusiveThreadTaskExecutorContainer(new ExclusiveThreadTaskExecutorContainer.Settings(
                    1, 1, 1, false, null, null, null, (id, attempt, body) -> body.run(), QUOTAS, WATCH, ERRORS));
    /** For partitions that are driven by themselves: they only ask it for what it does not change. */
    private static final TaskExecutorEventBusCoordinator SILENT = coordinator();

    private StressPartition() {}

    /** A partition whose owner is whoever calls its duty cycle with its lease. */
    static TaskExecutorEventBusFireWorker worker(
            final int ringCapacity, final TaskExecutorLifecycleEventListener... listeners) {
        return new TaskExecutorEventBusFireWorker(0, SILENT, settings(ringCapacity, listeners));
    }

    /** A coordinator of one partition, not started. */
    static TaskExecutorEventBusCoordinator coordinator() {
        return new TaskExecutorEventBusCoordinator(settings(1));
    }

    /** One duty cycle by the calling thread, as FireWorkerLoop makes it. Returns how much was done. */
    static int turn(final TaskExecutorEventBusFireWorker worker, final Lease lease) {
        lease.thread = Thread.currentThread();
        try {
            return worker.dutyCycle(lease);
        } catch (final LeaseLost lost) {
            lease.ended = true;
            return 1;
        }
    }

    /** Turns the duty cycles of the last owner until the partition rests, and what detached listeners have not seen. */
    static void rest(final TaskExecutorEventBusFireWorker worker) {
        while (turn(worker, worker.lease()) > 0) {
            // not yet
        }
        for (final DetachedListener each : worker.detached()) {
            if (each != null) {
                each.drain(ERRORS);
            }
        }
    }

    /** An admitted executor, not yet published. */
    static TaskExecutor executor(final TaskExecutorEventBusFireWorker worker, final long id, final Task task) {
        return new TaskExecutor(id, TaskSpec.of(id, task), worker, null, 0);
    }

    private static EventBusSettings settings(
            final int ringCapacity, final TaskExecutorLifecycleEventListener... listeners) {
        return new EventBusSettings(
                1,
                1,
                ringCapacity,
                0,
                256,
                WaitMode.ADAPTIVE,
                false,
                1,
                1,
                1,
                1,
                1,
                0,
                NoSparePolicy.REFUSE,
                Long.MAX_VALUE,
                0,
                1,
                false,
                () -> 0,
                nanos -> {},
                Thread::new,
                List.of(listeners),
                null,
                Runnable::run,
                REPOSITORY,
                DELEGATOR,
                SHARED,
                EXCLUSIVE,
                TYPES,
                QUOTAS,
                RESOURCES,
                WATCH,
                EVENTS,
                ERRORS);
    }
}
