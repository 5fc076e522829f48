package io.ringmaster.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What machine and JVM have counted up to a moment.
 *
 * @param stolenMillis    CPU time that other machines on the same hardware took.
 * @param throttledMillis how long a limit kept the control group from running.
 * @param gcMillis        time in pauses of collections.
 * @param gcCount         how many of them.
 * @param cpuMillis       this process's CPU time.
 * @param heapUsedBytes   the heap in use at the moment.
 */
public record MachineSample(
        long stolenMillis, long throttledMillis, long gcMillis, long gcCount, long cpuMillis, long heapUsedBytes) {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final List<GarbageCollectorMXBean> COLLECTORS =
            ManagementFactory.getGarbageCollectorMXBeans().stream()
                    .filter(each -> isPausing(each.getName()))
                    .toList();

    /**
     * Whether a collector's bean counts pauses. ZGC and Shenandoah have others for their cycles, nearly all of whose time
     * the program runs; G1's "Concurrent GC" (from JDK 20) counts the pauses of its concurrent cycles and nothing else.
     *
     * @param collector the bean's name.
     */
    static boolean isPausing(final String collector) {
        return !collector.endsWith(" Cycles");
    }

    /**
     * Looks.
     *
     * @return what has been counted up to now.
     */
    public static MachineSample take() {
        long gcMillis = 0;
        long gcCount = 0;
        for (final GarbageCollectorMXBean each : COLLECTORS) {
            gcMillis += Math.max(0, each.getCollectionTime());
            gcCount += Math.max(0, each.getCollectionCount());
        }
        final Runtime runtime = Runtime.getRuntime();
        return new MachineSample(
                Machine.stolenMillis(),
                Machine.throttledMillis(),
                gcMillis,
                gcCount,
                TimeUnit.NANOSECONDS.toMillis(SYSTEM.getProcessCpuTime()),
                runtime.totalMemory() - runtime.freeMemory());
    }

    /**
     * What was counted since an earlier moment; the heap is that of this one.
     *
     * @param earlier the sample of that moment.
     * @return the differences.
     */
    public MachineSample since(final MachineSample earlier) {
        return new MachineSample(
                stolenMillis - earlier.stolenMillis,
                throttledMillis - earlier.throttledMillis,
                gcMillis - earlier.gcMillis,
                gcCount - earlier.gcCount,
                cpuMillis - earlier.cpuMillis,
                heapUsedBytes);
    }
}
