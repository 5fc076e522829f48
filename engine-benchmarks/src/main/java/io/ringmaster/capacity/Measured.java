package io.ringmaster.capacity;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * A step, and how it went from second to second.
 *
 * @param step         the figures.
 * @param startMillis  when the measured time began, since the run's start.
 * @param seconds      each full second of it.
 * @param endToEnd     latencies of the tasks that ended in each second, in nanoseconds; one more for those that ended later.
 * @param stages       the other latencies, over the whole step.
 * @param recovery     how long after the overload everything was as before, in seconds; NaN if it was not, or there was none.
 */
record Measured(
        Step step,
        long startMillis,
        List<TimelineSecond> seconds,
        List<Histogram> endToEnd,
        java.util.Map<String, Histogram> stages,
        double recovery) {}
