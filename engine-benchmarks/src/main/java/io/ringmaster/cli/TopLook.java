package io.ringmaster.cli;

import io.ringmaster.metrics.CounterDescriptor;
import io.ringmaster.metrics.CountersHeader;
import io.ringmaster.metrics.CountersReader.Liveness;
import io.ringmaster.metrics.CountersSnapshot;
import io.ringmaster.metrics.EngineCounter;
import java.util.concurrent.TimeUnit;

/**
 * One look at an engine, with the one before: totals, gauges and rates. Rates are by the times at which the engine made
 * the two copies; of a first look they are those since the engine's start.
 *
 * @param now         the look.
 * @param before      the look before; null for a first one.
 * @param liveness    whether the engine lives.
 * @param epochMillis when it was looked at, in milliseconds since 1970.
 * @param cpus        how many CPUs the process uses; NaN if that is not known.
 */
record TopLook(CountersSnapshot now, CountersSnapshot before, Liveness liveness, long epochMillis, double cpus) {

    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    CountersHeader header() {
        return now.header();
    }

    /** Returns the seconds that the rates are taken over; 0 if there was no copy since the last look. */
    double seconds() {
        final long since = before == null ? header().engineStartNanos() : before.nanos();
        return Math.max(0, now.nanos() - since) / NANOS_PER_SECOND;
    }

    /** Returns whether the rates are those since the engine's start. */
    boolean isSinceStart() {
        return before == null;
    }

    /** Returns how old the copy is, in milliseconds. */
    long ageMillis() {
        return Math.max(0, epochMillis - now.epochMillis());
    }

    /** Returns for how long the engine has been up when the copy was made, in milliseconds. */
    long upMillis() {
        return Math.max(0, now.epochMillis() - header().engineStart());
    }

    long value(final EngineCounter counter) {
        return now.value(counter);
    }

    long value(final EngineCounter counter, final int index) {
        return now.value(counter, index);
    }

    /** Returns how many tasks are live. */
    long live() {
        return value(EngineCounter.ACCEPTED) - value(EngineCounter.FINALIZED);
    }

    /** Returns how many of a partition's tasks are live. */
    long live(final int partition) {
        return value(EngineCounter.PARTITION_ACCEPTED, partition) - value(EngineCounter.PARTITION_FINALIZED, partition);
    }

    /** Returns by how much a counter has grown per second; NaN if there was no copy since the last look. */
    double rate(final EngineCounter counter, final int index) {
        return perSecond(now.value(counter, index), before == null ? 0 : before.value(counter, index));
    }

    double rate(final EngineCounter counter) {
        return rate(counter, 0);
    }

    /** Returns by how much a counter has grown per second; NaN if there was no copy since the last look. */
    double rate(final CounterDescriptor counter, final int index) {
        return perSecond(now.value(counter, index), before == null ? 0 : before.value(counter, index));
    }

    private double perSecond(final long value, final long valueBefore) {
        final double seconds = seconds();
        return seconds == 0 ? Double.NaN : (value - valueBefore) / seconds;
    }

    /** Returns the share of its time that something was busy, by a counter of nanoseconds. */
    double share(final EngineCounter nanos, final int index) {
        return rate(nanos, index) / NANOS_PER_SECOND;
    }
}
