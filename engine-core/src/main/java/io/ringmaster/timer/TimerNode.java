package io.ringmaster.timer;

import io.ringmaster.task.InternalApi;

/**
 * Internal, not for use outside the engine: the place a thing has in a {@link TimerWheel}, embedded by extending.
 *
 * <p>A node is in one wheel at a time, with one deadline. Its fields belong to the thread that owns that wheel; nothing
 * here is atomic or volatile. The node shows no method of its own, so that a public subclass shows none either: ask the
 * wheel ({@link TimerWheel#isScheduled(TimerNode)}, {@link TimerWheel#deadlineNanos(TimerNode)}).
 *
 * <p>It costs two references and a long. There is no slot number: a list knows its slot by its head, see
 * {@link TimerWheel}.
 */
@InternalApi
public abstract class TimerNode {
    /** Neighbours in a circular list through its head; both null while unscheduled. */
    TimerNode prev;

    TimerNode next;

    /** Meaningful while scheduled. */
    long deadlineNanos;

    /** Makes an unscheduled node. */
    protected TimerNode() {}
}
