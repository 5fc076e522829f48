package io.ringmaster.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

/** What each Java thread that lived at a moment had allocated in its life until then. Immutable. */
public final class ThreadAllocations {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Map<Long, Long> bytesById = new HashMap<>();

    private ThreadAllocations() {}

    /** Looks at all threads. */
    public static ThreadAllocations take() {
        final ThreadAllocations now = new ThreadAllocations();
        final long[] ids = THREADS.getAllThreadIds();
        final long[] bytes = THREADS.getThreadAllocatedBytes(ids);
        for (int i = 0; i < ids.length; i++) {
            if (bytes[i] >= 0) {
                now.bytesById.put(ids[i], bytes[i]);
            }
        }
        return now;
    }

    /**
     * What was allocated since an earlier moment, by the threads that live at this one: what has ended in between is not seen
     * any more, and takes nothing away from the others.
     *
     * @param earlier that moment.
     * @return in bytes, never negative.
     */
    public long since(final ThreadAllocations earlier) {
        long sum = 0;
        for (final Map.Entry<Long, Long> each : bytesById.entrySet()) {
            sum += each.getValue() - earlier.bytesById.getOrDefault(each.getKey(), 0L);
        }
        return sum;
    }
}
