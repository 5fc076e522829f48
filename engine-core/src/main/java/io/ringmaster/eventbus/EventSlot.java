package io.ringmaster.eventbus;

import io.ringmaster.lifecycle.ExclusiveAttempt;
import io.ringmaster.lifecycle.TaskExecutor;

/** A slot of a ring: references only, filled by a producer, cleared by the fire-worker before it handles the event. */
final class EventSlot {
    /** The ordinal of a {@link io.ringmaster.lifecycle.LifecycleEventType}. */
    int type;

    TaskExecutor executor;
    /** The attempt that the event is from, or null for SUBMIT. */
    ExclusiveAttempt attempt;
}
