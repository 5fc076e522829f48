package io.ringmaster.metrics;

import io.ringmaster.task.InternalApi;

/** A part of the engine, or beside it, that has counters of its own. */
@FunctionalInterface
@InternalApi
public interface CountersSource {
    /**
     * Writes them. The thread that makes copies, one at a time; allocates nothing and takes no lock that is held for long.
     *
     * @param file where to.
     */
    void copyTo(CountersFile file);
}
