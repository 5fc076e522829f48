package io.ringmaster.lifecycle;

import io.ringmaster.task.InternalApi;

/** Tells which executor somebody is working on: what a lease's context and events have in common. */
@InternalApi
@FunctionalInterface
public interface ExecutorBinding {
    /** Returns the executor, or null. */
    TaskExecutor executor();

    /** Returns whether the calling thread is the one that works on it. */
    default boolean isOfCaller() {
        return true;
    }

    /** Returns whether somebody else works on it by now: the caller's call has stalled. The thread that worked on it. */
    default boolean isLost() {
        return false;
    }
}
