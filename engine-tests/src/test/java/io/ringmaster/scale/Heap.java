package io.ringmaster.scale;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What the heap holds after a collection. */
final class Heap {
    private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();
    private static final int TRIES = 3;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private Heap() {}

    /** The least of several tries, in bytes: what other threads allocate meanwhile only ever adds. */
    static long used() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            System.gc();
            least = Math.min(least, MEMORY.getHeapMemoryUsage().getUsed());
            LockSupport.parkNanos(PAUSE_NANOS); // reference handlers and the like get a turn
        }
        return least;
    }
}
