package io.ringmaster.container;

/**
 * Runs the bodies of exclusive attempts. The engine brings one with threads; a simulation gives its own and decides when
 * each body runs.
 */
@FunctionalInterface
public interface ExclusiveRunner {
    /**
     * Takes a body over. Called on a fire-worker; must not block or run the body within this call.
     *
     * @param taskId  whose.
     * @param attempt which attempt.
     * @param body    runs the attempt to its end and publishes its events; runs at most once, and does nothing if the
     *                attempt was cancelled meanwhile.
     */
    void execute(long taskId, int attempt, Runnable body);
}
