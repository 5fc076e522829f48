package io.ringmaster.resilience;

import io.ringmaster.lifecycle.AttemptResources;
import io.ringmaster.lifecycle.ExclusiveAttempt;
import io.ringmaster.lifecycle.TaskExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What one attempt asked for. Its code has one list, the agent another one, and what is between them is in the agent's queue.
 *
 * <p>[R1] Code that is about to wait sets {@link #waiter} and then reads its claim's state, both volatile. [R2] The agent sets
 * the state and then reads the waiter. In the one order of volatile accesses either the code finds the grant, or the agent
 * finds whom to wake. [R3] Likewise, code that has too many requests on their way sets {@link #drainWanted} and then reads
 * their number, and [R4] the agent takes one off and then reads the wish. Checked by ResourceGrantStress.
 */
final class ResourceClaims extends AttemptResources {
    /** Requests on their way to the agent, above which an attempt has to wait until the agent has handled them. */
    static final int MOST_IN_FLIGHT = 256;

    /** Its code's view: what it has asked for and has not released. By the thread that runs the attempt. */
    private final List<ResourceClaim> asked = new ArrayList<>(2);

    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile boolean drainWanted;
    private volatile ExclusiveAttempt waiter;

    /** The agent's view: claims that wait or hold. */
    final List<ResourceClaim> known = new ArrayList<>(2);

    /** The agent has heard that the attempt is over. */
    boolean over;
    /** The agent has chosen it as a victim: it will let go of everything. */
    boolean victim;

    ResourceClaims(final TaskExecutor executor, final int attempt) {
        super(executor, attempt);
    }

    // ---- the attempt's code -----------------------------------------------------------------------------------

    ResourceClaim find(final Resource resource, final int permits) {
        for (final ResourceClaim each : asked) {
            if (each.resource == resource && each.permits == permits) {
                return each;
            }
        }
        return null;
    }

    /** How many permits of a resource it has asked for. */
    long asked(final Resource resource) {
        long sum = 0;
        for (final ResourceClaim each : asked) {
            if (each.resource == resource) {
                sum += each.permits;
            }
        }
        return sum;
    }

    @Override
    public boolean isWaiting() {
        for (final ResourceClaim each : asked) {
            if (each.state() == ResourceClaim.WAITING) {
                return true;
            }
        }
        return false;
    }

    void add(final ResourceClaim claim) {
        asked.add(claim);
    }

    void remove(final ResourceClaim claim) {
        asked.remove(claim);
    }

    /** See [R1]. */
    void waiter(final ExclusiveAttempt attempt) {
        waiter = attempt;
    }

    ExclusiveAttempt waiter() {
        return waiter;
    }

    /** Whether there is room for one more request; if not, it is woken when there is. */
    boolean mayAsk(final boolean wake) {
        return inFlight.get() < MOST_IN_FLIGHT || wake && awaitRoom();
    }

    /** Says that it waits until all its requests were handled; true if they have been meanwhile. See [R3]. */
    boolean awaitRoom() {
        drainWanted = true;
        return inFlight.get() == 0;
    }

    void sent() {
        inFlight.getAndIncrement();
    }

    // ---- the agent --------------------------------------------------------------------------------------------

    /** One request was handled. Returns whether somebody waits for that: see [R4]. */
    boolean handled() {
        if (inFlight.decrementAndGet() == 0 && drainWanted) {
            drainWanted = false;
            return true;
        }
        return false;
    }

    /** After a grant, a refusal, or room: see [R2]. */
    void wake() {
        final ExclusiveAttempt thread = waiter;
        if (thread == null) {
            executor().signal();
        } else {
            thread.unpark();
        }
    }

    /** Whether it waits, and nothing is known that ends its wait. */
    boolean isStuck() {
        if (over || victim || isClosed() || executor().isAskedToEnd(attempt())) {
            return false;
        }
        for (final ResourceClaim each : known) {
            if (each.isWaiting()) {
                return true;
            }
        }
        return false;
    }

    /** How many permits it holds, of all resources. */
    long held() {
        long sum = 0;
        for (final ResourceClaim each : known) {
            if (each.holding) {
                sum += each.permits;
            }
        }
        return sum;
    }
}
