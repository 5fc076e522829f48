package io.ringmaster.lifecycle;

import io.ringmaster.task.ContextPropagator;
import io.ringmaster.task.InternalApi;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskContext;
import java.util.function.BiConsumer;

/** Runs steps with the submitter's context around them; what the propagator throws harms neither task nor thread. */
@InternalApi
public final class PropagatedContext {
    private final ContextPropagator propagator;
    private final BiConsumer<String, Throwable> errors;

    /**
     * Creates one.
     *
     * @param propagator the user's propagator.
     * @param errors     told of what it throws.
     */
    public PropagatedContext(final ContextPropagator propagator, final BiConsumer<String, Throwable> errors) {
        this.propagator = propagator;
        this.errors = errors;
    }

    /**
     * Runs a step.
     *
     * @param task     whose step.
     * @param context  the attempt's context.
     * @param captured what was captured at submission, or null.
     * @return the step's answer.
     * @throws Exception what the step throws.
     */
    public Step execute(final Task task, final TaskContext context, final Object captured) throws Exception {
        if (captured == null) {
            return task.execute(context);
        }
        Object previous = null;
        boolean installed = false;
        try {
            previous = propagator.install(captured);
            installed = true;
        } catch (final Throwable t) {
            errors.accept("the context propagator's install", t);
        }
        try {
            return task.execute(context);
        } finally {
            if (installed) {
                restore(previous);
            }
        }
    }

    private void restore(final Object previous) {
        try {
            propagator.restore(previous);
        } catch (final Throwable t) {
            errors.accept("the context propagator's restore", t);
        }
    }
}
