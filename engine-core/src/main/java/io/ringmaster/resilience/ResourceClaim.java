package io.ringmaster.resilience;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Permits of one resource that an attempt asked for: the request, its place in line and what it holds, from the acquire to
 * the release. Its state is what attempt and agent tell each other; everything else belongs to one of them.
 */
final class ResourceClaim {
    static final int WAITING = 0;
    static final int HELD = 1;
    /** Can't be fulfilled any more: the resource has shrunk. */
    static final int REFUSED = 2;

    static final int RELEASED = 3;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(ResourceClaim.class, "state", int.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final ResourceClaims owner;
    final Resource resource;
    final int permits;
    /** Taken by the attempt itself: the agent only notes who holds it. */
    final boolean taken;

    final long sinceNanos;

    /** Written by the agent (a grant, a refusal) and by the attempt (a release), with compare-and-set. */
    private int state;

    // The agent's.
    boolean arrived;
    boolean inLine;
    boolean holding;
    ResourceClaim previous;
    ResourceClaim next;

    ResourceClaim(
            final ResourceClaims owner,
            final Resource resource,
            final int permits,
            final boolean taken,
            final long sinceNanos) {
        this.owner = owner;
        this.resource = resource;
        this.permits = permits;
        this.taken = taken;
        this.sinceNanos = sinceNanos;
        this.state = taken ? HELD : WAITING;
    }

    /** Volatile: see [R1] in {@link ResourceClaims}. */
    int state() {
        return (int) STATE.getVolatile(this);
    }

    /** Whether it is in line and was not released, which the agent may hear of only later. The agent. */
    boolean isWaiting() {
        return inLine && state() == WAITING;
    }

    /** Whether it holds permits and was not released. The agent. */
    boolean isHolding() {
        return holding && state() == HELD;
    }

    /**
     * Grants or refuses. The agent.
     *
     * @return false if the attempt has let go of it meanwhile; it tells the agent so.
     */
    boolean answer(final int answered) {
        return STATE.compareAndSet(this, WAITING, answered); // [R2]
    }

    /**
     * Lets go of it. The attempt, or the agent for an attempt that is over.
     *
     * @return the state before.
     */
    int release() {
        return (int) STATE.getAndSet(this, RELEASED);
    }
}
