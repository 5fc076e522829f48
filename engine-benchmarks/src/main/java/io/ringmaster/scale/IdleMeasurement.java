package io.ringmaster.scale;

import com.fasterxml.jackson.core.JsonGenerator;
import com.sun.management.OperatingSystemMXBean;
import io.ringmaster.TaskEngine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** How much CPU the process takes while every task waits: the whole process, its collector and compiler included. */
final class IdleMeasurement {
    private static final String NAME = "idle";
    /** The monitor's ticks are part of what is measured. */
    private static final long DEFAULT_STALL_MILLIS = 100;

    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final int seconds;
    private final int rounds;

    IdleMeasurement(final int seconds, final int rounds) {
        this.seconds = seconds;
        this.rounds = rounds;
    }

    void run(final int live, final JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("idle");
        json.writeNumberField("targetPercent", 2);
        json.writeNumberField("seconds", seconds);
        watch(json, "withoutEngine", null);
        try (TaskEngine engine =
                TaskEngine.launch(LiveTasks.context(NAME).stallThresholdMillis(DEFAULT_STALL_MILLIS))) {
            watch(json, "noTask", engine);
            LiveTasks.submitWaiting(engine, live);
            watch(json, "withLiveTasks", engine);
        }
        json.writeEndObject();
    }

    private void watch(final JsonGenerator json, final String name, final TaskEngine engine) throws IOException {
        System.gc();
        pause(SETTLE_NANOS);
        final double[] percents = new double[rounds];
        final long[] cycles = new long[rounds];
        final Map<Long, Long> before = threadNanos();
        for (int i = 0; i < rounds; i++) {
            final long cyclesBefore = cycles(engine);
            final long start = System.nanoTime();
            final long cpu = process.getProcessCpuTime();
            pause(TimeUnit.SECONDS.toNanos(seconds));
            percents[i] = 100.0 * (process.getProcessCpuTime() - cpu) / (System.nanoTime() - start);
            cycles[i] = cycles(engine) - cyclesBefore;
        }
        json.writeObjectFieldStart(name);
        Report.doubles(json, "percentOfOneCore", percents);
        Report.longs(json, "dutyCycles", cycles);
        json.writeObjectFieldStart("threadMillisPerRound");
        for (final Map.Entry<String, Double> each : spent(before).entrySet()) {
            json.writeNumberField(each.getKey(), each.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static long cycles(final TaskEngine engine) {
        return engine == null
                ? 0
                : engine.health().roles().stream()
                        .filter(each -> each.name().startsWith("fire-worker"))
                        .mapToLong(each -> each.cycles())
                        .sum();
    }

    private Map<Long, Long> threadNanos() {
        final Map<Long, Long> nanos = new TreeMap<>();
        for (final long id : threads.getAllThreadIds()) {
            nanos.put(id, threads.getThreadCpuTime(id));
        }
        return nanos;
    }

    /** What the Java threads took in a round, on average: the rest of the process is the JVM's own. */
    private Map<String, Double> spent(final Map<Long, Long> before) {
        final Map<String, Double> spent = new TreeMap<>();
        for (final Map.Entry<Long, Long> each : threadNanos().entrySet()) {
            final ThreadInfo info = threads.getThreadInfo(each.getKey());
            final long nanos = each.getValue() - before.getOrDefault(each.getKey(), 0L);
            if (info != null && nanos > 0) {
                spent.merge(info.getThreadName(), nanos / 1e6 / rounds, Double::sum);
            }
        }
        return spent;
    }

    static void pause(final long nanos) {
        final long start = System.nanoTime();
        for (long left = nanos; left > 0; left = nanos - (System.nanoTime() - start)) {
            LockSupport.parkNanos(left);
        }
    }
}
