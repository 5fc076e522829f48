package io.ringmaster.container;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The places of live exclusive tasks: as many as there are threads and places in line. One tenant can't take them all: a
 * named tenant may hold as many as are free after it, and one in any case; tasks without a tenant may take every free one
 * (A. K. Choudhury and E. L. Hahne, "Dynamic Queue Length Thresholds for Shared-Memory Packet Switches", 1998, with
 * alpha = 1). So a flood leaves half of the places free, two of them together a third, and so on. Any thread.
 */
final class ExclusivePlaces {
    private final int bound;
    private final AtomicInteger taken = new AtomicInteger();
    /** By named tenant; who holds none is not in it. */
    private final ConcurrentHashMap<String, Integer> held = new ConcurrentHashMap<>();

    ExclusivePlaces(final int bound) {
        this.bound = bound;
    }

    /** Takes a place, if the tenant may have one more. */
    boolean tryTake(final String tenant) {
        final int count = taken.incrementAndGet();
        if (count > bound || !tenant.isEmpty() && !tryHold(tenant, Math.max(1, bound - count))) {
            taken.decrementAndGet();
            return false;
        }
        return true;
    }

    private boolean tryHold(final String tenant, final int most) {
        while (true) {
            final Integer count = held.get(tenant);
            if (count == null) {
                if (held.putIfAbsent(tenant, 1) == null) {
                    return true;
                }
            } else if (count >= most) {
                return false;
            } else if (held.replace(tenant, count, count + 1)) {
                return true;
            }
        }
    }

    /** Gives a place back. */
    void giveBack(final String tenant) {
        taken.decrementAndGet();
        if (!tenant.isEmpty()) {
            drop(tenant);
        }
    }

    private void drop(final String tenant) {
        while (true) {
            final Integer count = held.get(tenant);
            if (count == 1 ? held.remove(tenant, count) : held.replace(tenant, count, count - 1)) {
                return;
            }
        }
    }

    int bound() {
        return bound;
    }

    int taken() {
        return taken.get();
    }

    int heldBy(final String tenant) {
        return held.getOrDefault(tenant, 0);
    }
}
