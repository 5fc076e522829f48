package io.ringmaster.resilience;

/**
 * What a quota allows and how much of it is used: a snapshot, of which each figure is exact by itself.
 *
 * @param scope                what it limits: {@code engine}, {@code tenant 'a'} or {@code type 'sql'}.
 * @param live                 tasks accepted and not finalized; of a tenant or type those that were accepted since its
 *                             quota was first asked for.
 * @param maxLive              how many may be; {@link Long#MAX_VALUE} without a limit.
 * @param submissionsPerSecond the rate; {@link Double#POSITIVE_INFINITY} without a limit.
 * @param burst                how many submissions may come at once; {@link Long#MAX_VALUE} without a limit.
 * @param exclusiveRunning     attempts that have an exclusive thread.
 * @param exclusiveThreads     how many may have one; {@link Integer#MAX_VALUE} without a limit.
 * @param refusedLive          submissions refused by {@code maxLive} since the launch, each try of one that waits included.
 * @param refusedRate          submissions refused by the rate, likewise.
 */
public record QuotaUsage(
        String scope,
        long live,
        long maxLive,
        double submissionsPerSecond,
        long burst,
        int exclusiveRunning,
        int exclusiveThreads,
        long refusedLive,
        long refusedRate) {}
