package io.ringmaster.report;

import java.util.List;
import java.util.Map;

/** What {@code peers.json} holds. What was not measured is null. */
record PeersResult(String format, String work, List<Row> rows) {

    static final String FORMAT = "ringmaster-peers/1";

    PeersResult {
        Check.format(FORMAT, format);
        work = work == null ? "" : work;
        Check.given("rows", rows);
    }

    /** One peer. */
    record Row(
            String peer,
            String version,
            Double tasksPerSecond,
            Percentiles latencyMicros,
            Double latencyRatePerSecond,
            Double bytesPerTask,
            Double cpuMicrosPerTask,
            Double idleCpuPercent,
            Percentiles toldStartedMicros,
            Percentiles toldEndedMicros,
            Percentiles killMicros,
            Double heapBytesPerLiveTask,
            Map<String, Boolean> guarantees,
            Boolean valid,
            List<String> complaints,
            String note) {

        Row {
            Check.given("peer", peer);
            Check.amountIfGiven("tasksPerSecond", tasksPerSecond);
            version = version == null ? "" : version;
            valid = valid == null || valid;
            complaints = complaints == null ? List.of() : complaints;
            note = note == null ? "" : note;
            guarantees = guarantees == null ? Map.of() : guarantees;
        }

        /** Why it doesn't count; empty if it does. */
        String reason() {
            return valid ? "" : complaints.isEmpty() ? "no reason given" : String.join("; ", complaints);
        }
    }
}
