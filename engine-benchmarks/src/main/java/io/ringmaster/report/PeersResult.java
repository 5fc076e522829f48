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
            Boolean available,
            Boolean valid,
            List<String> complaints,
            String note) {

        Row {
            Check.given("peer", peer);
            Check.amountIfGiven("tasksPerSecond", tasksPerSecond);
            version = version == null ? "" : version;
            available = available == null || available;
            valid = valid == null || valid;
            complaints = complaints == null ? List.of() : complaints;
            note = note == null ? "" : note;
            guarantees = guarantees == null ? Map.of() : guarantees;
        }

        /** Whether something was measured, and is not to be trusted. One that the machine can't run is no fault. */
        boolean isInvalid() {
            return available && !valid;
        }

        /** Why it doesn't count; empty if it does, or was not measured. */
        String reason() {
            return isInvalid() ? why() : "";
        }

        /** What keeps it from being measured or from counting. */
        String why() {
            return complaints.isEmpty() ? "no reason given" : String.join("; ", complaints);
        }
    }
}
