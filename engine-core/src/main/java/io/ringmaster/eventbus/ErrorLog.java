package io.ringmaster.eventbus;

import io.ringmaster.task.InternalApi;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;
import org.slf4j.Logger;

/**
 * Errors of foreign code that end nothing: counted at once by any thread, logged by the monitor. The first of a kind is
 * logged with its stack, the following ones in a line each time their count doubles: a failing listener can't fill a
 * disk.
 */
@InternalApi
public final class ErrorLog implements BiConsumer<String, Throwable> {
    private static final int CAPACITY = 1024;
    private static final int DISTINCT = 1024;

    private record Observation(String what, Throwable error) {}

    private final Logger log;
    private final AtomicLong count = new AtomicLong();
    private final MpscVarHandleArrayQueue<Observation> queue = new MpscVarHandleArrayQueue<>(CAPACITY);
    private final Map<String, Long> seen = new HashMap<>();

    /**
     * Creates a log.
     *
     * @param log where distinct errors go.
     */
    public ErrorLog(final Logger log) {
        this.log = log;
    }

    /** Counts an error and keeps it for the monitor, unless too many are waiting already. Any thread; never throws. */
    @Override
    public void accept(final String what, final Throwable error) {
        count.incrementAndGet();
        queue.offer(new Observation(what, error));
    }

    /** Returns how many errors there were. */
    public long count() {
        return count.get();
    }

    /** Logs what is new. Monitor only. */
    int flush() {
        int work = 0;
        for (Observation each = queue.poll(); each != null; each = queue.poll()) {
            work++;
            final String key = each.what + ": " + each.error.getClass().getName();
            final long times = seen.size() < DISTINCT || seen.containsKey(key) ? seen.merge(key, 1L, Long::sum) : 3;
            if (times == 1) {
                logFirst(each);
            } else if (Long.bitCount(times) == 1) {
                log.warn("{} failed {} times so far", key, times);
            }
        }
        return work;
    }

    /** An error is foreign code too: its message may throw. */
    private void logFirst(final Observation first) {
        try {
            log.warn("{} failed", first.what, first.error);
        } catch (final Throwable t) {
            log.warn(
                    "{} failed with {}, which can't be printed",
                    first.what,
                    first.error.getClass().getName());
        }
    }
}
