package io.ringmaster.resilience;

import io.ringmaster.task.Container;
import java.util.concurrent.TimeUnit;

/**
 * Where the tasks of a type go, from what was seen of its steps. The two bounds lie apart, a change asks for some values,
 * and each move to the exclusive container doubles the time before the next one back: so a type near a bound does not go
 * to and fro. A pure function.
 *
 * @param exclusiveAboveNanos a mean step longer than this is too long for a shared thread.
 * @param sharedBelowNanos    a mean step shorter than this, and not blocked, is short enough.
 */
record PlacementRule(long exclusiveAboveNanos, long sharedBelowNanos) {
    private static final int FEW = 8;
    private static final int MANY = 32;
    private static final double MOSTLY_BLOCKED = 0.5;
    private static final double HARDLY_BLOCKED = 0.2;
    private static final long FIRST_DWELL_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_DWELL_NANOS = TimeUnit.HOURS.toNanos(1);

    Container decide(final Container now, final Average wall, final Average blocked, final boolean stalled) {
        if (now == Container.SHARED) {
            final boolean tooLong = wall.value() > exclusiveAboveNanos
                    || wall.value() > sharedBelowNanos && blocked.value() > MOSTLY_BLOCKED;
            return stalled || wall.count() >= FEW && tooLong ? Container.EXCLUSIVE : Container.SHARED;
        }
        final boolean shortEnough = wall.value() < sharedBelowNanos && blocked.value() < HARDLY_BLOCKED;
        return !stalled && wall.count() >= MANY && shortEnough ? Container.SHARED : Container.EXCLUSIVE;
    }

    long longerDwell(final long dwellNanos) {
        return Math.min(LONGEST_DWELL_NANOS, Math.max(FIRST_DWELL_NANOS, 2 * dwellNanos));
    }
}
