package io.ringmaster.eventbus;

import io.ringmaster.lifecycle.ExclusiveAttempt;
import io.ringmaster.lifecycle.TaskExecutor;

/**
 * A slot of a ring: references only, filled by a producer, cleared by the fire-worker when it has handled the event; while it
 * does, the lease finds its executor here, see {@link LeaseBinding}.
 *
 * <p>[E1] The producer's plain writes to the slot precede {@code ring.publish}, which releases them; [E2] the fire-worker
 * reads them after {@code ring.isAvailable} has said so, with acquire. [E3] The fire-worker has handled and cleared the slot
 * before it publishes its own position, {@code consumed}, with release; [E4] a producer claims the slot again only after
 * it has read a {@code consumed} beyond it, with acquire. So neither sees the other's half-done work. Checked by
 * RingPositionStress.
 */
final class EventSlot {
    /** The ordinal of a {@link io.ringmaster.lifecycle.LifecycleEventType}. */
    int type;

    TaskExecutor executor;
    /** The attempt that the event is from, or null for SUBMIT. */
    ExclusiveAttempt attempt;
}
