package io.ringmaster.task;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The caller's side of a submitted task. All methods may be called from any thread, and a task may use its own handle;
 * only {@link #await} blocks, and therefore refuses to run on a fire-worker.
 */
public interface TaskHandle {
    /** Returns the task's id; 0 for a refused submission. */
    long id();

    /**
     * Returns why the task was not accepted, or null if it was. A refused handle is a constant: it has no task, its
     * state is null and its other methods throw {@link IllegalStateException} naming the reason.
     */
    Refusal refusal();

    /** Returns whether the task was accepted: {@code refusal() == null}. */
    default boolean isAccepted() {
        return refusal() == null;
    }

    /** Returns the visible state. It may be older than the answer's arrival, never newer than the truth. */
    TaskState state();

    /** Returns the number of the current or last attempt, from 1; 0 before the first. */
    int attempt();

    /** Returns the last value of {@link TaskContext#progress}, 0 before the first. */
    long progress();

    /** Returns how the task ended, or null while it is live. */
    TaskOutcome outcome();

    /** Returns whether the task is finalized, that is, whether {@link #outcome()} is known; from then on its id is free. */
    boolean isDone();

    /** Returns a stage that completes once the submission takes effect; already complete in this version. */
    CompletionStage<TaskHandle> accepted();

    /**
     * Returns a stage that completes with the outcome, whichever it is, once the task is finalized. Dependents without
     * an executor of their own run on the engine's completion executor, never on a fire-worker. The stage is created on
     * the first call.
     */
    CompletionStage<TaskOutcome> completion();

    /**
     * Waits for the end of the task. In invoker mode the calling thread turns the engine's duty cycles meanwhile.
     *
     * @param timeout how long to wait at most, not negative.
     * @param unit    of the timeout.
     * @return the outcome.
     * @throws TimeoutException      if the task is live after the timeout.
     * @throws InterruptedException  if the thread was interrupted.
     * @throws IllegalStateException at once, when called on a fire-worker.
     */
    TaskOutcome await(long timeout, TimeUnit unit) throws InterruptedException, TimeoutException;

    /**
     * Kills the task: sticky, seen by running code at once. A task that has not started never starts.
     *
     * @return null if the request was taken, {@link Refusal#NOT_LIVE} if the task is finished.
     */
    Refusal kill();

    /**
     * Pauses the task; of pause and resume the last one wins.
     *
     * @return null if the request was taken, {@link Refusal#NOT_LIVE} if the task is finished.
     */
    Refusal pause();

    /**
     * Takes a pause back.
     *
     * @return null if the request was taken, {@link Refusal#NOT_LIVE} if the task is finished.
     */
    Refusal resume();

    /**
     * Gives the task one permit to go on after {@link Step#WHEN_SIGNALLED}; several unused ones count as one.
     *
     * @return null if the request was taken, {@link Refusal#NOT_LIVE} if the task is finished.
     */
    Refusal signal();
}
