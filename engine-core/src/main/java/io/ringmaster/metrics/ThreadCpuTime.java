package io.ringmaster.metrics;

import io.ringmaster.task.InternalApi;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** The CPU time of threads, where the JVM measures it. Any thread. */
@InternalApi
public final class ThreadCpuTime {
    private static volatile ThreadMXBean threads;

    private ThreadCpuTime() {}

    /** Loads the JVM's management, which takes some 50 ms: no fire-worker is to wait for that. */
    public static void prepare() {
        final ThreadMXBean bean = ManagementFactory.getThreadMXBean();
        if (bean.isCurrentThreadCpuTimeSupported() && bean.isThreadCpuTimeEnabled()) {
            threads = bean;
        }
    }

    /** Returns the CPU time the calling thread has used, in nanoseconds; -1 where it is not known: in a virtual thread. */
    public static long currentNanos() {
        final ThreadMXBean bean = threads;
        if (bean == null) {
            return -1;
        }
        try {
            return bean.getCurrentThreadCpuTime();
        } catch (final UnsupportedOperationException e) {
            return -1;
        }
    }
}
