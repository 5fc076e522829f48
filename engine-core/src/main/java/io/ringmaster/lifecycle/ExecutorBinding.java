package io.ringmaster.lifecycle;

import io.ringmaster.task.InternalApi;

/** Tells which executor somebody is working on: what a lease's context and events have in common. */
@InternalApi
@FunctionalInterface
public interface ExecutorBinding {
    /** Returns the executor, or null. */
    TaskExecutor executor();
}
