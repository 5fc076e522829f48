package io.ringmaster.metrics;

import io.ringmaster.task.InternalApi;

/** What a counters file has of the JVM. Reading it allocates nothing. Any thread. */
@InternalApi
public final class JvmFigures {
    private volatile GcPauses pauses;

    /** Loads the JVM's management, which takes some 50 ms: for a thread that nobody waits for. */
    public void prepare() {
        pauses = new GcPauses();
    }

    /**
     * Writes the figures; those of the collector are 0 before {@link #prepare()}.
     *
     * @param file where to.
     */
    public void copyTo(final CountersFile file) {
        final Runtime runtime = Runtime.getRuntime();
        file.set(EngineCounter.HEAP_USED_BYTES, 0, runtime.totalMemory() - runtime.freeMemory());
        file.set(EngineCounter.HEAP_MAX_BYTES, 0, runtime.maxMemory());
        final GcPauses known = pauses;
        file.set(EngineCounter.GC_COLLECTIONS, 0, known == null ? 0 : known.count());
        file.set(EngineCounter.GC_MILLIS, 0, known == null ? 0 : known.millis());
    }
}
