package io.ringmaster.task;

/**
 * Carries a caller's context (MDC, trace, class loader) to the thread that runs the task. Its methods must not block
 * or throw; what they throw is counted and logged, and the task runs without the context.
 */
public interface ContextPropagator {
    /**
     * Called in {@code submit}, on the submitting thread.
     *
     * @return what to carry, or null for nothing.
     */
    Object capture();

    /**
     * Called before each step, on the thread that runs it.
     *
     * @param captured what {@link #capture()} returned; not null.
     * @return the thread's own context, given back to {@link #restore}.
     */
    Object install(Object captured);

    /**
     * Called after the step, on the same thread.
     *
     * @param previous what {@link #install} returned.
     */
    void restore(Object previous);
}
