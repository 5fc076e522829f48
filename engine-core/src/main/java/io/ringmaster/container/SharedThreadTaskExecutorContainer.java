package io.ringmaster.container;

import io.ringmaster.lifecycle.PropagatedContext;
import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.task.ContextPropagator;
import io.ringmaster.task.InternalApi;
import io.ringmaster.task.Step;
import java.util.function.BiConsumer;

/**
 * Many tasks on one event-handler thread: a step is called in the middle of its fire-worker's duty cycle, without a
 * hand-off. Stateless; whatever the step throws becomes {@link Step#FAILED}.
 */
@InternalApi
public final class SharedThreadTaskExecutorContainer {
    private final PropagatedContext propagated;

    /**
     * Creates one.
     *
     * @param propagator installs the submitter's context, or null.
     * @param errors     told of what the propagator throws.
     */
    public SharedThreadTaskExecutorContainer(
            final ContextPropagator propagator, final BiConsumer<String, Throwable> errors) {
        this.propagated = propagator == null ? null : new PropagatedContext(propagator, errors);
    }

    /**
     * Runs one step. Foreign code: the caller has published what a take-over needs.
     *
     * @param executor whose step.
     * @param context  the lease's context; holds delay, result and error afterwards.
     * @return the answer, never null.
     */
    public Step step(final TaskExecutor executor, final SharedStepContext context) {
        context.start(executor);
        try {
            final Step answer = propagated == null
                    ? executor.task().execute(context)
                    : propagated.execute(executor.task(), context, executor.propagated());
            return check(executor, context, answer);
        } catch (final Throwable t) {
            context.failure(t);
            return Step.FAILED;
        }
    }

    /**
     * Calls the hook that undoes an attempt. Foreign code, as a step is.
     *
     * @param executor whose attempt.
     * @param context  the lease's context.
     * @param errors   told of what the hook throws.
     */
    public void rollback(
            final TaskExecutor executor, final SharedStepContext context, final BiConsumer<String, Throwable> errors) {
        context.start(executor);
        try {
            executor.task().onRollback(context);
        } catch (final Throwable t) {
            errors.accept("onRollback of a task of type '" + executor.spec().type() + "'", t);
        }
    }

    private static Step check(final TaskExecutor executor, final SharedStepContext context, final Step answer) {
        if (answer == Step.DONE || answer == Step.AGAIN_NOW || answer == Step.WHEN_SIGNALLED) {
            return answer;
        }
        return checkRare(executor, context, answer);
    }

    private static Step checkRare(final TaskExecutor executor, final SharedStepContext context, final Step answer) {
        if (answer == Step.AGAIN_AFTER && context.delayNanos() >= 0) {
            return answer;
        }
        if (answer == Step.FAILED && context.failure() != null) {
            return answer;
        }
        final String task = "task " + executor.id() + ": ";
        context.failure(new IllegalStateException(
                answer == null
                        ? task + "a step must not return null"
                        : answer == Step.FAILED
                                ? task + "returned FAILED without failed(cause)"
                                : task + "returned AGAIN_AFTER without againAfter(delay, unit)"));
        return Step.FAILED;
    }
}
