package io.ringmaster.resilience;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A named, counted resource: free permits and the number of those who wait in one word, so that whoever asks takes permits
 * at once when nobody waits, and never overtakes anybody. Who is in line, and who holds what, is the agent's.
 *
 * <p>Every change of the word is one compare-and-set, so permits are never given out twice. A waiter is counted in it before
 * the agent has heard of him: from then on permits are given out by the agent alone, in the order in which it heard.
 */
final class Resource {
    private static final int WAITERS_SHIFT = 32;

    final String name;
    private final AtomicLong word;
    /** Written by the agent's lock holder. */
    private volatile int capacity;

    // The agent's: the line, and the claims that hold permits.
    ResourceClaim first;
    ResourceClaim last;
    int waiting;
    final java.util.LinkedHashSet<ResourceClaim> holders = new java.util.LinkedHashSet<>();

    Resource(final String name, final int permits) {
        this.name = name;
        this.capacity = permits;
        this.word = new AtomicLong(word(0, permits));
    }

    private static long word(final int waiters, final int free) {
        return (long) waiters << WAITERS_SHIFT | free & 0xffff_ffffL;
    }

    private static int waiters(final long word) {
        return (int) (word >> WAITERS_SHIFT);
    }

    private static int free(final long word) {
        return (int) word;
    }

    int capacity() {
        return capacity;
    }

    int free() {
        return free(word.get());
    }

    /** Takes permits if there are enough and nobody waits. Any thread. */
    boolean tryTake(final int permits) {
        while (true) {
            final long before = word.get();
            if (waiters(before) != 0 || free(before) < permits) {
                return false;
            }
            if (word.compareAndSet(before, word(0, free(before) - permits))) {
                return true;
            }
        }
    }

    /** Takes permits, or is counted as a waiter, who must then tell the agent. Any thread. */
    boolean takeOrQueue(final int permits) {
        while (true) {
            final long before = word.get();
            final int waiters = waiters(before);
            final boolean take = waiters == 0 && free(before) >= permits;
            final long after = take ? word(0, free(before) - permits) : word(waiters + 1, free(before));
            if (word.compareAndSet(before, after)) {
                return take;
            }
        }
    }

    /** Adds permits and waiters. The agent; a waiter that could not tell the agent. */
    void change(final int waiters, final int free) {
        while (true) {
            final long before = word.get();
            if (word.compareAndSet(before, word(waiters(before) + waiters, free(before) + free))) {
                return;
            }
        }
    }

    // ---- the agent --------------------------------------------------------------------------------------------

    void resize(final int permits) {
        final int delta = permits - capacity;
        capacity = permits;
        change(0, delta);
    }

    void append(final ResourceClaim claim) {
        claim.inLine = true;
        claim.previous = last;
        if (last == null) {
            first = claim;
        } else {
            last.next = claim;
        }
        last = claim;
        waiting++;
    }

    void remove(final ResourceClaim claim) {
        claim.inLine = false;
        waiting--;
        if (claim.previous == null) {
            first = claim.next;
        } else {
            claim.previous.next = claim.next;
        }
        if (claim.next == null) {
            last = claim.previous;
        } else {
            claim.next.previous = claim.previous;
        }
        claim.previous = null;
        claim.next = null;
    }
}
