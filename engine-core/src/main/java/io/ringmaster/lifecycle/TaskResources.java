package io.ringmaster.lifecycle;

import io.ringmaster.task.InternalApi;

/** Where attempts ask for resources. None of these calls blocks. */
@InternalApi
public interface TaskResources {
    /**
     * Takes permits, or queues for them; asked again, it says how far that is. The thread that runs the attempt.
     *
     * @param executor the task.
     * @param attempt  the attempt's number.
     * @param waiter   whose thread is unparked with the grant, or null to signal the task.
     * @param resource the resource's name.
     * @param permits  how many.
     * @return whether the attempt has them.
     * @throws IllegalArgumentException                   for an unknown name, or more permits than there are.
     * @throws io.ringmaster.task.TaskCancelledException if the attempt is over.
     */
    boolean acquire(TaskExecutor executor, int attempt, ExclusiveAttempt waiter, String resource, int permits);

    /**
     * Takes permits if that is possible at once. The thread that runs the attempt.
     *
     * @param executor the task.
     * @param attempt  the attempt's number.
     * @param resource the resource's name.
     * @param permits  how many.
     * @return whether the attempt has them.
     */
    boolean tryAcquire(TaskExecutor executor, int attempt, String resource, int permits);

    /**
     * Gives back what an acquire with the same arguments took, or leaves its line. The thread that runs the attempt.
     *
     * @param executor the task.
     * @param attempt  the attempt's number.
     * @param resource the resource's name.
     * @param permits  how many.
     * @return whether there was such a thing.
     */
    boolean release(TaskExecutor executor, int attempt, String resource, int permits);

    /**
     * Takes everything back: the attempt is over. The owner of its partition.
     *
     * @param ended what the attempt has; a second time does nothing.
     */
    void ended(AttemptResources ended);
}
