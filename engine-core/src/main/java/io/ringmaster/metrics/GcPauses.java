package io.ringmaster.metrics;

import io.ringmaster.task.InternalApi;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/**
 * How often, and for how long, the collector has stopped the program. Its beans for cycles, nearly all of whose time the program runs,
 * are left out. Reading allocates nothing. Any thread.
 */
@InternalApi
public final class GcPauses {
    private final GarbageCollectorMXBean[] collectors = ManagementFactory.getGarbageCollectorMXBeans().stream()
            .filter(each -> isPausing(each.getName()))
            .toArray(GarbageCollectorMXBean[]::new);

    /** Loads the JVM's management, which takes some 50 ms: for a thread that nobody waits for. */
    public GcPauses() {}

    /**
     * Whether a collector's bean counts pauses. ZGC and Shenandoah have others for their cycles; G1's "Concurrent GC" (from
     * JDK 20) counts the pauses of its concurrent cycles and nothing else.
     */
    static boolean isPausing(final String collector) {
        return !collector.endsWith(" Cycles");
    }

    /**
     * Returns how many pauses there were since the JVM's start.
     *
     * @return their number.
     */
    public long count() {
        long count = 0;
        for (final GarbageCollectorMXBean each : collectors) {
            count += Math.max(0, each.getCollectionCount());
        }
        return count;
    }

    /**
     * Returns their time since the JVM's start.
     *
     * @return milliseconds.
     */
    public long millis() {
        long millis = 0;
        for (final GarbageCollectorMXBean each : collectors) {
            millis += Math.max(0, each.getCollectionTime());
        }
        return millis;
    }
}
