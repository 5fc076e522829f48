package io.ringmaster.eventbus;

import io.ringmaster.task.Refusal;
import io.ringmaster.task.TaskHandle;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How many submissions were refused, by reason. Any thread; what is accepted never comes here. */
final class RefusalCounts {
    private static final Refusal[] REASONS = Refusal.values();

    private final LongAdder[] counts = new LongAdder[REASONS.length];

    RefusalCounts() {
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    /** Counts a refusal and returns the handle that says so. */
    TaskHandle refused(final Refusal reason) {
        counts[reason.ordinal()].increment();
        return RefusedHandle.of(reason);
    }

    long count(final Refusal reason) {
        return counts[reason.ordinal()].sum();
    }

    /** Returns those reasons that somebody was refused for. */
    Map<Refusal, Long> snapshot() {
        final Map<Refusal, Long> counted = new EnumMap<>(Refusal.class);
        for (final Refusal each : REASONS) {
            final long count = count(each);
            if (count != 0) {
                counted.put(each, count);
            }
        }
        return Collections.unmodifiableMap(counted);
    }
}
