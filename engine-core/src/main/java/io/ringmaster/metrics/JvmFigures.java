package io.ringmaster.metrics;

import io.ringmaster.task.InternalApi;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/** What a counters file has of the JVM. Reading it allocates nothing. Any thread. */
@InternalApi
public final class JvmFigures {
    private volatile GarbageCollectorMXBean[] collectors = {};

    /** Loads the JVM's management, which takes some 50 ms: for a thread that nobody waits for. */
    public void prepare() {
        collectors = ManagementFactory.getGarbageCollectorMXBeans().toArray(new GarbageCollectorMXBean[0]);
    }

    /**
     * Writes the figures; those of collectors are 0 before {@link #prepare()}.
     *
     * @param file where to.
     */
    public void copyTo(final CountersFile file) {
        final Runtime runtime = Runtime.getRuntime();
        file.set(EngineCounter.HEAP_USED_BYTES, 0, runtime.totalMemory() - runtime.freeMemory());
        file.set(EngineCounter.HEAP_MAX_BYTES, 0, runtime.maxMemory());
        long count = 0;
        long millis = 0;
        for (final GarbageCollectorMXBean each : collectors) {
            count += Math.max(0, each.getCollectionCount());
            millis += Math.max(0, each.getCollectionTime());
        }
        file.set(EngineCounter.GC_COLLECTIONS, 0, count);
        file.set(EngineCounter.GC_MILLIS, 0, millis);
    }
}
