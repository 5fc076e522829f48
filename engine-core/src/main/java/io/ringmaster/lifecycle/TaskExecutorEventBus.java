package io.ringmaster.lifecycle;

import io.ringmaster.task.InternalApi;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import java.util.concurrent.Executor;

/**
 * A task's ordered stream of events: the view it has on its partition. All methods may be called from any thread and
 * none of them blocks, except {@link #awaitDone}.
 */
@InternalApi
public interface TaskExecutorEventBus {
    /** Returns the partition's index. */
    int partition();

    /**
     * Links an executor, whose LINKED bit the caller has just set, into the control list and wakes the fire-worker.
     *
     * @param executor the executor.
     */
    void requestControl(TaskExecutor executor);

    /**
     * Publishes an event of an exclusive attempt. Waits for a free slot, since an accepted task's completion is never
     * dropped; gives up only when the engine is closed and the partition has no owner.
     *
     * @param type    START, STEP_DONE (for any end), PAUSE_REACHED, PREPARE_OK (for any end) or PROGRESS.
     * @param attempt the attempt.
     */
    void publish(LifecycleEventType type, ExclusiveAttempt attempt);

    /**
     * Parks the thread that runs an attempt; may return early. In invoker mode other work is done meanwhile.
     *
     * @param attempt the attempt.
     * @param nanos   for how long at most; {@link Long#MAX_VALUE} until it is unparked.
     * @throws IllegalStateException in invoker mode, if nothing is left that could end the wait.
     */
    void park(ExclusiveAttempt attempt, long nanos);

    /**
     * Submits a child, which a draining engine accepts as long as its parent is live.
     *
     * @param parent whose code submits it.
     * @param spec   the child's spec.
     * @return its handle, or a refused one.
     */
    TaskHandle trySubmitChild(TaskExecutor parent, TaskSpec spec);

    /**
     * Parks the caller until the executor is done, or turns the engine's duty cycles in invoker mode.
     *
     * @param executor     the executor.
     * @param timeoutNanos how long at most.
     * @return whether it is done.
     * @throws InterruptedException  if interrupted.
     * @throws IllegalStateException on a fire-worker.
     */
    boolean awaitDone(TaskExecutor executor, long timeoutNanos) throws InterruptedException;

    /** Returns where the task's code asks for resources. */
    TaskResources resources();

    /**
     * Counts what foreign code threw outside of a step, and has it logged.
     *
     * @param where a description.
     * @param error the error.
     */
    void report(String where, Throwable error);

    /** Returns the executor on which dependents of completed handles run. */
    Executor completionExecutor();

    /** Returns the engine's clock. */
    long nanoTime();

    /** Returns the CPU time that the calling thread has used, in nanoseconds, or -1 where that is not known. */
    long cpuNanos();
}
