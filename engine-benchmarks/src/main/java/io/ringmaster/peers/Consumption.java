package io.ringmaster.peers;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.ringmaster.benchmarks.Machine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What the process has taken at a moment: CPU time of all its threads (the collector's and the compiler's too), of the
 * calling thread, bytes allocated by all Java threads; and what the machine gave to others.
 *
 * @param nanos        the clock.
 * @param cpuNanos     CPU time of the process.
 * @param ownNanos     CPU time of the calling thread.
 * @param bytes        allocated. On JDK 21 and later by all threads that ever were; before, by those that live, so that the
 *                     difference of two is right where no thread ends in between.
 * @param busyMillis   CPU time that the whole machine spent, steal apart; -1 where the kernel does not tell.
 * @param stolenMillis CPU time that other machines on the same hardware took.
 */
record Consumption(long nanos, long cpuNanos, long ownNanos, long bytes, long busyMillis, long stolenMillis) {
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int TOTAL_SINCE = 21;
    private static final long MILLIS_PER_TICK = 10;
    /** In /proc/stat: user, nice, system, and after idle and iowait, irq and softirq. */
    private static final int[] BUSY_FIELDS = {1, 2, 3, 6, 7};

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MOST_STOLEN = 0.01;
    private static final double MOST_OTHERS = 0.05;

    /** Returns what is taken by now. */
    static Consumption now() {
        return new Consumption(
                System.nanoTime(),
                PROCESS.getProcessCpuTime(),
                THREADS.getCurrentThreadCpuTime(),
                allocatedBytes(),
                busyMillisNow(),
                Machine.stolenMillis());
    }

    private static long allocatedBytes() {
        if (Runtime.version().feature() >= TOTAL_SINCE) {
            try {
                return (long) ThreadMXBean.class
                        .getMethod("getTotalThreadAllocatedBytes")
                        .invoke(THREADS);
            } catch (final ReflectiveOperationException e) {
                throw new IllegalStateException("this JDK should tell what all threads have allocated", e);
            }
        }
        long bytes = 0;
        for (final long each : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
            bytes += Math.max(0, each);
        }
        return bytes;
    }

    private static long busyMillisNow() {
        try {
            final String[] fields =
                    Files.readString(Path.of("/proc/stat")).split("\\R", 2)[0].split("\\s+");
            long ticks = 0;
            for (final int each : BUSY_FIELDS) {
                ticks += Long.parseLong(fields[each]);
            }
            return ticks * MILLIS_PER_TICK;
        } catch (final IOException e) {
            return -1; // another kernel
        }
    }

    /** Returns seconds from then to this. */
    double secondsSince(final Consumption then) {
        return (nanos - then.nanos) / 1e9;
    }

    /** Returns the process's CPU time since then, but for the calling thread's own, in microseconds. */
    double othersCpuMicrosSince(final Consumption then) {
        return (cpuNanos - then.cpuNanos - (ownNanos - then.ownNanos)) / 1e3;
    }

    /** Returns the process's CPU time since then as percent of one CPU. */
    double cpuPercentSince(final Consumption then) {
        return 100.0 * (cpuNanos - then.cpuNanos) / (nanos - then.nanos);
    }

    /** Returns bytes allocated since then. */
    long bytesSince(final Consumption then) {
        return bytes - then.bytes;
    }

    /**
     * Returns why what was measured since then is the machine's as much as the peer's, or null: more than 1 % of its CPU
     * time stolen, or more than 5 % taken by other processes; the latter only where all of its CPUs are this process's.
     */
    String complaintSince(final Consumption then) {
        final int cpus = Machine.cpus();
        final double available = (nanos - then.nanos) / NANOS_PER_MILLI * cpus;
        final double stolen = (stolenMillis - then.stolenMillis) / available;
        if (stolen > MOST_STOLEN) {
            return String.format(Locale.ROOT, "%.1f %% of the machine's CPU time was stolen", 100 * stolen);
        }
        if (busyMillis < 0 || Runtime.getRuntime().availableProcessors() < cpus) {
            return null; // what others do on CPUs that are not this process's is no fault
        }
        final double others = (busyMillis - then.busyMillis - (cpuNanos - then.cpuNanos) / NANOS_PER_MILLI) / available;
        return others > MOST_OTHERS
                ? String.format(Locale.ROOT, "other processes took %.1f %% of the machine's CPU time", 100 * others)
                : null;
    }
}
