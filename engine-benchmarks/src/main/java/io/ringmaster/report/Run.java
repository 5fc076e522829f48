package io.ringmaster.report;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What one result folder holds. What it doesn't hold is null, or empty where there may be several.
 *
 * @param name        what it is called on the page.
 * @param folder      where it lies.
 * @param environment the machine's record, by field; of a measurement in parts, what they have in common or what each one has.
 * @param capacity    a capacity sweep.
 * @param replay      a replay.
 * @param gantt       the replay's tasks over time.
 * @param peers       a comparison with peers.
 * @param jmh         benchmarks.
 * @param latencies   the latencies' intervals.
 * @param timeline    what each second had.
 */
record Run(
        String name,
        Path folder,
        Map<String, Object> environment,
        CapacityResult capacity,
        ReplayResult replay,
        GanttResult gantt,
        PeersResult peers,
        List<JmhResult> jmh,
        IntervalLog latencies,
        List<TimelineSecond> timeline) {}
