package io.ringmaster.peers;

/**
 * What a peer promises, since a figure without it compares unlike things.
 *
 * @param orderPerKey whether tasks of one key run in the order of their submission and never side by side, with any number
 *                    of threads.
 * @param tracked     whether the end of each task is told to somebody.
 * @param lifecycle   whether a task has an id, states, events, and can be killed while it waits.
 * @param bounded     whether memory is bounded, so that what is too much is refused.
 */
record Guarantees(boolean orderPerKey, boolean tracked, boolean lifecycle, boolean bounded) {}
