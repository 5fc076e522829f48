package io.ringmaster.report;

/** A line of {@code timeline.jsonl}: counts are of that second, gauges are of its end. What was not measured is null. */
record TimelineSecond(
        Double second,
        Integer step,
        Double submitted,
        Double completed,
        Double refused,
        Double live,
        Double ringUsed,
        Double ringCapacity,
        Double gcMillis,
        Double gcCount,
        Double stalls,
        Double handOvers,
        Double stolenMillis,
        Double throttledMillis,
        Double hiccupMaxMicros,
        Double heapUsedBytes,
        Double cpuMillis) {

    TimelineSecond {
        Check.amount("second", second);
    }
}
