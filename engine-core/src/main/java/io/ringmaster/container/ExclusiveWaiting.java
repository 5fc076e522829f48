package io.ringmaster.container;

import io.ringmaster.task.InternalApi;

/**
 * A tenant's attempts that wait for an exclusive thread.
 *
 * @param tenant           the tenant; empty for nobody.
 * @param attempts         how many wait.
 * @param oldestTaskId     the task of the one that came first.
 * @param oldestSinceNanos since when that one waits, by the engine's clock.
 * @param heldBy           the quota that keeps that one from its thread, in words; null if it waits for a thread to be free.
 */
@InternalApi
public record ExclusiveWaiting(String tenant, int attempts, long oldestTaskId, long oldestSinceNanos, String heldBy) {}
