package io.ringmaster.capacity;

import io.ringmaster.benchmarks.MachineSample;

/**
 * A second of a step: what was counted in it, and what was there at its end.
 *
 * @param second          since the run's start.
 * @param submitted       tasks that were due.
 * @param completed       tasks that ended well.
 * @param refused         submissions that were refused.
 * @param gauges          at its end.
 * @param stalls          calls that held a partition for too long.
 * @param handOvers       partitions that got another thread by that.
 * @param machine         what machine and JVM counted; the heap at its end.
 * @param hiccupMaxNanos  the longest of the machine's own delays.
 */
record TimelineSecond(
        long second,
        long submitted,
        long completed,
        long refused,
        LoadTarget.Gauges gauges,
        long stalls,
        long handOvers,
        MachineSample machine,
        long hiccupMaxNanos) {}
