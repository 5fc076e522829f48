package io.ringmaster.task;

/**
 * A task: one concept for logic tasks and physical tasks.
 *
 * <p>In a shared container {@link #execute} is a step function: it must not block, and the {@link Step} it returns says
 * when to call it again. In an exclusive container the same method runs on a thread of its own and may block for as
 * long as it likes; there {@code AGAIN_*} answers keep the thread. Steps of one task are never called concurrently by
 * the engine, and each step sees what the step before it wrote.
 *
 * <p>Whatever it throws, an {@link Error} included, fails the attempt and nothing else.
 */
@FunctionalInterface
public interface Task {
    /**
     * Runs one step.
     *
     * @param context the attempt's view of the engine; valid until this call returns.
     * @return what comes next; {@code null} fails the attempt.
     * @throws Exception any failure: the attempt fails with it.
     */
    Step execute(TaskContext context) throws Exception;

    /**
     * The task's own way to make {@link #execute} end: close the socket, kill the process tree. Called at most once per
     * attempt, on a helper thread, while {@code execute} may be running, when neither the cancellation flag nor the
     * interrupt ended it in time. Only exclusive attempts (and stalled shared steps, which become exclusive) need it.
     *
     * @param context the attempt's context.
     * @throws Exception any failure: logged, and the kill goes on.
     */
    default void onKill(final TaskContext context) throws Exception {}

    /**
     * The task's own way to undo what an attempt did that was ended to break a deadlock. Called at most once per
     * attempt, after its code has ended and before its resources go to others; not called for an attempt that was given up
     * while its code was running. In an exclusive container it runs on the body's thread where that still runs; else
     * on a fire-worker, where it must not block: one that does goes on with a thread of its own, as a step would.
     *
     * @param context the attempt's context; it gets no more resources, but may {@link TaskContext#release} some.
     * @throws Exception any failure: logged, and the attempt ends all the same.
     */
    default void onRollback(final TaskContext context) throws Exception {}
}
