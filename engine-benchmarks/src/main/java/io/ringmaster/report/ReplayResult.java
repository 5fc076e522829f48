package io.ringmaster.report;

import java.util.List;
import java.util.Map;

/** What a replay's {@code summary.json} holds. What was not measured is null. */
record ReplayResult(
        List<String> workflows,
        String container,
        Double speedup,
        Double arrivalFactor,
        Double instances,
        Double tasks,
        Double edges,
        Double succeeded,
        Double failed,
        Double killed,
        Double notReleased,
        Double unfinished,
        Double dependencyViolations,
        Double refusals,
        Boolean stopped,
        Double makespanMillis,
        Double criticalPathMillis,
        Double idealMakespanMillis,
        Double overheadMillis,
        Double throughputTasksPerSecond,
        Map<String, Double> lastPath,
        Map<String, Percentiles> latencyMicros,
        Percentiles releaseLagMicros,
        Percentiles hiccupMicros,
        Map<String, Object> ledger,
        Map<String, Object> faults,
        List<String> shortfalls) {

    ReplayResult {
        Check.amount("tasks", tasks);
        Check.amount("succeeded", succeeded);
        workflows = workflows == null ? List.of() : workflows;
        latencyMicros = latencyMicros == null ? Map.of() : latencyMicros;
        lastPath = lastPath == null ? Map.of() : lastPath;
    }
}
