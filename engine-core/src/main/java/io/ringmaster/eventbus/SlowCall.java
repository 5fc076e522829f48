package io.ringmaster.eventbus;

/**
 * Calls of one kind into one listener, or into tasks of one type, that lasted for a tick of the monitor or longer: a third
 * of the stall threshold.
 *
 * @param count        how many.
 * @param longestNanos how long the longest one was seen, at least.
 */
public record SlowCall(long count, long longestNanos) {}
