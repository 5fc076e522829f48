package io.ringmaster.container;

/**
 * Runs the bodies of exclusive attempts. The engine brings one with threads; a simulation gives its own and decides when
 * each body runs.
 */
@FunctionalInterface
public interface ExclusiveRunner {
    /**
     * Takes a body over, as soon as the quotas of exclusive threads let it start: called on a fire-worker, at the end of
     * another body, or where a quota is changed. Must not block or run the body within this call. The body has a thread
     * as far as quotas are concerned until it has run, be its attempt cancelled or not: each one is to be run.
     *
     * @param taskId  whose.
     * @param attempt which attempt.
     * @param body    runs the attempt to its end and publishes its events; runs at most once, and does nothing if the
     *                attempt was cancelled meanwhile.
     */
    void execute(long taskId, int attempt, Runnable body);

    /**
     * Called by a body's thread that would park: at its pause point, in a sleep, until a signal. A simulation lets other
     * things happen and returns, sooner or later: the body looks again whether it may go on. It goes on early when its
     * thread is interrupted.
     *
     * @param taskId  whose.
     * @param attempt which attempt.
     * @param nanos   for how long at most; {@link Long#MAX_VALUE} until it is woken.
     * @return false if nothing was done: the engine then turns its duty cycles once, as {@code await} does.
     */
    default boolean park(final long taskId, final int attempt, final long nanos) {
        return false;
    }
}
