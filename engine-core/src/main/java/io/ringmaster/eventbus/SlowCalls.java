package io.ringmaster.eventbus;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Foreign calls that the monitor found still running when it looked again, by kind and by whose they are: a listener's
 * class or a task's type. The monitor writes; any thread reads.
 */
final class SlowCalls {
    private static final int MOST = 1_000;

    private final ConcurrentHashMap<String, SlowCall> calls = new ConcurrentHashMap<>();
    private volatile long count;

    /** Counts one call, when it is over or was taken over from. */
    void add(final String kind, final String subject, final long nanos) {
        count++; // its only writer
        final String key = kind + ' ' + subject;
        if (calls.size() < MOST || calls.containsKey(key)) {
            calls.merge(
                    key,
                    new SlowCall(1, nanos),
                    (a, b) -> new SlowCall(a.count() + 1, Math.max(a.longestNanos(), b.longestNanos())));
        }
    }

    /** Returns how many there were. */
    long count() {
        return count;
    }

    Map<String, SlowCall> snapshot() {
        return new TreeMap<>(calls);
    }
}
