package io.ringmaster.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.ringmaster.metrics.GcPauses;
import java.lang.management.ManagementFactory;
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
    private static final GcPauses PAUSES = new GcPauses();

    /**
     * Looks.
     *
     * @return what has been counted up to now.
     */
    public static MachineSample take() {
        final Runtime runtime = Runtime.getRuntime();
        return new MachineSample(
                Machine.stolenMillis(),
                Machine.throttledMillis(),
                PAUSES.millis(),
                PAUSES.count(),
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
