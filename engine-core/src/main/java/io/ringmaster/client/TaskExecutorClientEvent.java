package io.ringmaster.client;

import io.ringmaster.lifecycle.TaskExecutorLifecycleEvent;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.TaskState;

/**
 * What came of a request.
 *
 * @param kind          see {@link Kind}.
 * @param correlationId the request's id; for LIFECYCLE and DONE that of the dispatch.
 * @param taskId        the task.
 * @param destination   the task's destination.
 * @param refusal       why, for REFUSED; else null.
 * @param lifecycle     what happened, for LIFECYCLE and DONE; else null. Valid during the call only.
 */
public record TaskExecutorClientEvent(
        Kind kind,
        long correlationId,
        long taskId,
        String destination,
        Refusal refusal,
        TaskExecutorLifecycleEvent lifecycle) {
    /** The kinds of events. */
    public enum Kind {
        /** The request was taken; a dispatched task will reach exactly one final state. */
        ACCEPTED,
        /** The request was not taken and has left nothing behind. */
        REFUSED,
        /** Something happened to the task. */
        LIFECYCLE,
        /**
         * The task has ended, in {@link TaskExecutorClientEvent#state()}; no event of it follows. Its id is free when its
         * handle {@linkplain io.ringmaster.task.TaskHandle#isDone() is done}, a moment after this call has returned.
         */
        DONE
    }

    /** Returns the state that a LIFECYCLE or DONE event led to; null for the others. */
    public TaskState state() {
        return lifecycle == null ? null : lifecycle.to();
    }
}
