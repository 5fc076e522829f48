package io.ringmaster.report;

import java.util.List;

/**
 * What {@code gantt.json} holds: the finished tasks, or only the critical ones of a run with very many, and always how many
 * tasks ran and waited over time.
 */
record GanttResult(
        String format,
        Double makespanSeconds,
        Double taskCount,
        Double lanes,
        Double tasksLeftOut,
        Occupancy occupancy,
        List<Task> tasks) {

    static final String FORMAT = "ringmaster-gantt/1";

    GanttResult {
        Check.format(FORMAT, format);
        Check.given("tasks", tasks);
    }

    /** Bins of time: the mean number of tasks that ran, the most at once, and the mean number that were ready and waited. */
    record Occupancy(Double binSeconds, List<Double> running, List<Double> peak, List<Double> waiting) {
        Occupancy {
            Check.amount("binSeconds", binSeconds);
            Check.given("running", running);
            Check.given("peak", peak);
            Check.given("waiting", waiting);
            if (peak.size() != running.size() || waiting.size() != running.size()) {
                throw new IllegalArgumentException("running, peak and waiting must be of the same length: "
                        + running.size() + ", " + peak.size() + ", " + waiting.size());
            }
        }
    }

    /** A finished task. */
    record Task(
            String workflow,
            String task,
            String type,
            Double readySeconds,
            Double startSeconds,
            Double endSeconds,
            Integer lane,
            Boolean onCriticalPath) {
        Task {
            workflow = workflow == null ? "" : workflow;
            task = task == null ? "" : task;
            type = type == null ? "" : type;
            Check.amountIfGiven("readySeconds", readySeconds);
            Check.amount("startSeconds", startSeconds);
            Check.amount("endSeconds", endSeconds);
            if (endSeconds < startSeconds) {
                throw new IllegalArgumentException(
                        "endSeconds must not be below startSeconds, " + startSeconds + ": " + endSeconds);
            }
            lane = lane == null ? 0 : lane;
            if (lane < 0) {
                throw new IllegalArgumentException("lane must be 0 or more: " + lane);
            }
            onCriticalPath = onCriticalPath != null && onCriticalPath;
        }
    }
}
