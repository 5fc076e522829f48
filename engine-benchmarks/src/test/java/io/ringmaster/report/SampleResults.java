package io.ringmaster.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/** Result folders as the tools write them, made up from a seed: a queue whose latency rises with its load. */
final class SampleResults {

    static final List<Double> RATES =
            List.of(25_000.0, 50_000.0, 100_000.0, 150_000.0, 200_000.0, 225_000.0, 250_000.0, 275_000.0, 300_000.0);
    static final int INVALID_STEP = 4;
    static final String COMPLAINT = "the generator was behind its schedule in 3.1 % of its sends";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SECONDS_PER_STEP = 10;
    private static final int SAMPLES = 200_000;
    private static final double MOST_PER_SECOND = 290_000;

    private SampleResults() {}

    private static Map<String, Object> object(final Object... namesAndValues) {
        final Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return object;
    }

    private static void write(final Path file, final Object value) throws IOException {
        Files.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(value));
    }

    static void environment(final Path folder, final String cpu, final String commit) throws IOException {
        write(
                folder.resolve("environment.json"),
                object(
                        "time",
                        "2026-05-04T10:20:30Z",
                        "commit",
                        commit,
                        "cleanTree",
                        "true",
                        "command",
                        "capacity --slo p99.9=1ms",
                        "cpu",
                        cpu,
                        "cpus",
                        2,
                        "cgroupCpuMax",
                        "max 100000",
                        "memory",
                        "24633744 kB",
                        "kernel",
                        "Linux 6.1.0",
                        "jdk",
                        "Example 17.0.15+6",
                        "collectors",
                        "G1 Young Generation, G1 Old Generation",
                        "flags",
                        "-Xmx2g"));
    }

    /** Log-normal about the median, with a rare pause. */
    private static Histogram latency(
            final Random random, final double medianNanos, final double sigma, final int count) {
        final Histogram histogram = new Histogram(3);
        for (int i = 0; i < count; i++) {
            final double pause = random.nextInt(4_000) == 0 ? 300_000 * random.nextDouble() : 0;
            histogram.recordValue(
                    Math.max(1, Math.round(medianNanos * Math.exp(sigma * random.nextGaussian()) + pause)));
        }
        return histogram;
    }

    static Map<String, Object> percentiles(final Histogram nanos) {
        final Map<String, Object> values = object("count", nanos.getTotalCount());
        final Map<String, Double> percents = new LinkedHashMap<>();
        percents.put("p50", 50.0);
        percents.put("p90", 90.0);
        percents.put("p99", 99.0);
        percents.put("p999", 99.9);
        percents.put("p9999", 99.99);
        percents.forEach((name, percent) -> {
            if (Support.isSupported(percent, nanos.getTotalCount())) {
                values.put(name, nanos.getValueAtPercentile(percent) / 1e3);
            }
        });
        values.put("max", nanos.getMaxValue() / 1e3);
        return values;
    }

    static String encoded(final Histogram histogram) {
        final ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        final int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        return Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length));
    }

    /** A sweep, with one step that is not valid, its timeline and its log. */
    static void capacity(final Path folder, final long seed, final double slowdown) throws IOException {
        final Random random = new Random(seed);
        final List<Object> steps = new ArrayList<>();
        final List<Histogram> ends = new ArrayList<>();
        for (int i = 0; i < RATES.size(); i++) {
            final double load = Math.min(0.985, RATES.get(i) / MOST_PER_SECOND);
            final double wait = slowdown * 3_000 / (1 - load) * (RATES.get(i) > MOST_PER_SECOND ? 60 : 1);
            final Map<String, Histogram> latencies = new LinkedHashMap<>();
            latencies.put("endToEnd", latency(random, 9_000 + wait, 0.35, SAMPLES));
            latencies.put("submitToHandled", latency(random, wait, 0.4, SAMPLES));
            latencies.put("submitToRunning", latency(random, wait + 600, 0.38, SAMPLES));
            latencies.put("run", latency(random, 5_000, 0.05, SAMPLES));
            latencies.put("runningToFinal", latency(random, 900, 0.2, SAMPLES));
            ends.add(latencies.get("endToEnd"));
            steps.add(step(random, i, latencies));
        }
        final Map<String, Object> result = object(
                "format",
                "ringmaster-capacity/1",
                "startEpochMillis",
                1_777_890_030_000L,
                "work",
                "spin 5us",
                "arrivals",
                "poisson",
                "seed",
                seed,
                "engine",
                object("fireWorkers", 1, "waitMode", "ADAPTIVE", "ringCapacity", 16_384, "exclusiveThreads", 64),
                "slo",
                object("percentile", 99.9, "micros", 1_000),
                "steps",
                steps);
        found(result, random);
        write(folder.resolve("capacity.json"), result);
        timeline(folder, random, RATES.size() * SECONDS_PER_STEP);
        log(folder, "endToEnd", ends);
    }

    /** What the steps came to. */
    private static void found(final Map<String, Object> result, final Random random) {
        result.put(
                "knee",
                object("ratePerSecond", 250_000, "step", 6, "how", "the last rate with a p99 below twice the lowest"));
        result.put("highestRateWithinSlo", object("ratePerSecond", 275_000, "step", 7));
        result.put(
                "burst",
                object(
                        "ratePerSecond",
                        100_000,
                        "burstRatePerSecond",
                        600_000,
                        "burstSeconds",
                        0.5,
                        "recoverySeconds",
                        0.8,
                        "valid",
                        true,
                        "complaints",
                        List.of()));
        final Map<String, Object> overload = step(random, -1, Map.of("endToEnd", latency(random, 50e6, 0.2, SAMPLES)));
        overload.putAll(object(
                "offeredPerSecond", 870_000,
                "completedPerSecond", 281_000,
                "factor", 3,
                "acceptedPerSecond", 283_000,
                "refusedPerSecond", 587_000,
                "recoverySeconds", 0.4));
        result.put("overload", overload);
        result.put(
                "usl",
                object(
                        "fitted",
                        false,
                        "reason",
                        "2 CPUs are too few for six fire-worker counts",
                        "perWorkerPerSecond",
                        290_000));
        result.put(
                "verdict",
                object(
                        "targetRatePerSecond",
                        579,
                        "masters",
                        1,
                        "fireWorkers",
                        1,
                        "ringCapacity",
                        16_384,
                        "heapMebibytes",
                        512,
                        "headroom",
                        0.4,
                        "nextBottleneck",
                        "the fire-worker's CPU",
                        "lines",
                        List.of("One master with one fire-worker carries 579 tasks a second with 40 % headroom.")));
    }

    private static Map<String, Object> step(
            final Random random, final int index, final Map<String, Histogram> latencies) {
        final boolean isValid = index != INVALID_STEP;
        final double offered = index < 0 ? 0 : RATES.get(index);
        final double completed = Math.min(offered, MOST_PER_SECOND);
        final Map<String, Object> summaries = new LinkedHashMap<>();
        final Map<String, Object> encoded = new LinkedHashMap<>();
        latencies.forEach((name, histogram) -> {
            summaries.put(name, percentiles(histogram));
            encoded.put(name, encoded(histogram));
        });
        return object(
                "offeredPerSecond",
                offered,
                "seconds",
                SECONDS_PER_STEP,
                "submitted",
                offered * SECONDS_PER_STEP,
                "completed",
                completed * SECONDS_PER_STEP,
                "completedPerSecond",
                completed,
                "refused",
                (offered - completed) * SECONDS_PER_STEP,
                "valid",
                isValid,
                "complaints",
                isValid ? List.of() : List.of(COMPLAINT, "210 ms of CPU time were stolen"),
                "latencyMicros",
                summaries,
                "sendLagMicros",
                percentiles(latency(random, 400, 0.3, 50_000)),
                "hiccupMicros",
                percentiles(latency(random, 55_000, 0.2, 5_000)),
                "stolenMillis",
                isValid ? 0 : 210,
                "throttledMillis",
                0,
                "gcMillis",
                random.nextInt(30),
                "cpuMillis",
                15_000,
                "bytesPerTask",
                112.3,
                "maxRingUsed",
                200 + random.nextInt(4_000),
                "histogram",
                encoded);
    }

    static void timeline(final Path folder, final Random random, final int seconds) throws IOException {
        final StringBuilder lines = new StringBuilder();
        for (int second = 0; second < seconds; second++) {
            final int step = Math.min(RATES.size() - 1, second / SECONDS_PER_STEP);
            final double rate = RATES.get(step);
            lines.append(JSON.writeValueAsString(object(
                            "second",
                            second,
                            "step",
                            step,
                            "submitted",
                            rate,
                            "completed",
                            Math.min(rate, MOST_PER_SECOND),
                            "refused",
                            Math.max(0, rate - MOST_PER_SECOND),
                            "live",
                            Math.round(rate / 20_000),
                            "ringUsed",
                            Math.round(rate / 200 * random.nextDouble()),
                            "ringCapacity",
                            16_384,
                            "gcMillis",
                            second % 7 == 3 ? 4 + random.nextInt(9) : 0,
                            "gcCount",
                            second % 7 == 3 ? 1 : 0,
                            "stalls",
                            second == 61 ? 1 : 0,
                            "handOvers",
                            second == 61 ? 1 : 0,
                            "stolenMillis",
                            step == INVALID_STEP ? 21 : 0,
                            "throttledMillis",
                            0,
                            "hiccupMaxMicros",
                            80 + 400 * random.nextDouble(),
                            "heapUsedBytes",
                            120e6 + 5e6 * (second % 7),
                            "cpuMillis",
                            1_500)))
                    .append('\n');
        }
        Files.writeString(folder.resolve("timeline.jsonl"), lines);
    }

    /** Each histogram's values spread over the seconds of its step. */
    private static void log(final Path folder, final String tag, final List<Histogram> steps) throws IOException {
        try (PrintStream out =
                new PrintStream(Files.newOutputStream(folder.resolve("latency.hlog")), false, StandardCharsets.UTF_8)) {
            final HistogramLogWriter log = new HistogramLogWriter(out);
            log.outputLogFormatVersion();
            log.outputStartTime(1_777_890_030_000L);
            log.outputLegend();
            final Random random = new Random(7);
            for (int i = 0; i < steps.size() * SECONDS_PER_STEP; i++) {
                final Histogram interval = latency(
                        random,
                        steps.get(i / SECONDS_PER_STEP).getValueAtPercentile(50),
                        0.35,
                        SAMPLES / SECONDS_PER_STEP);
                interval.setTag(tag);
                log.outputIntervalHistogram(i, i + 1.0, interval, 1e6);
            }
        }
    }

    static void peers(final Path folder) throws IOException {
        final Random random = new Random(3);
        final Object[][] table = {
            {"ringmaster", 1_450_000.0, 12_000.0, 112.0, 0.7, 0.4},
            {"raw disruptor", 9_800_000.0, 9_000.0, 0.0, 0.1, 0.3},
            {"ThreadPoolExecutor", 610_000.0, 41_000.0, 96.0, 2.9, 0.0},
            {"ForkJoinPool", 1_120_000.0, 38_000.0, 88.0, 1.5, 0.0},
            {"virtual threads", 540_000.0, 45_000.0, 410.0, 3.1, 0.0},
            {"Pekko typed", 730_000.0, 60_000.0, 230.0, 2.4, 0.1},
            {"Guava sequential", 480_000.0, 52_000.0, 140.0, 3.3, 0.0},
            {"polling (modelled)", 27_500.0, 76_000_000.0, 1_150.0, 38.0, 85.0}
        };
        final List<Object> rows = new ArrayList<>();
        for (final Object[] each : table) {
            rows.add(object(
                    "peer",
                    each[0],
                    "version",
                    "1.0",
                    "tasksPerSecond",
                    each[1],
                    "latencyMicros",
                    percentiles(latency(random, (double) each[2], 0.3, 60_000)),
                    "latencyRatePerSecond",
                    10_000,
                    "bytesPerTask",
                    each[3],
                    "cpuMicrosPerTask",
                    each[4],
                    "idleCpuPercent",
                    each[5],
                    "valid",
                    !"Pekko typed".equals(each[0]),
                    "complaints",
                    "Pekko typed".equals(each[0]) ? List.of("87 ms of CPU time were stolen") : List.of(),
                    "note",
                    ""));
        }
        write(
                folder.resolve("peers.json"),
                object("format", "ringmaster-peers/1", "work", "no-op, 64 keys", "rows", rows));
    }

    static void jmh(final Path folder, final double factor) throws IOException {
        final Random random = new Random(5);
        final List<Object> results = new ArrayList<>();
        for (final String target : List.of("engine-spin", "raw-spin", "queue")) {
            for (final String producers : List.of("1", "2")) {
                final List<Object> forks = new ArrayList<>();
                final double base = ("queue".equals(target) ? 8e6 : 2.1e7) * factor;
                for (int fork = 0; fork < 5; fork++) {
                    final double mean = base * (1 + 0.02 * random.nextGaussian());
                    forks.add(List.of(mean * 0.999, mean * 1.002, mean));
                }
                results.add(object(
                        "jmhVersion",
                        "1.37",
                        "benchmark",
                        "io.ringmaster.benchmarks.EventPathBenchmark.publish",
                        "mode",
                        "thrpt",
                        "threads",
                        1,
                        "forks",
                        5,
                        "params",
                        object("target", target, "producers", producers),
                        "primaryMetric",
                        object(
                                "score",
                                base,
                                "scoreError",
                                "NaN",
                                "scoreConfidence",
                                List.of("NaN", "NaN"),
                                "scoreUnit",
                                "ops/s",
                                "rawData",
                                forks),
                        "secondaryMetrics",
                        object(
                                "gc.alloc.rate.norm",
                                object(
                                        "score",
                                        0.01,
                                        "scoreUnit",
                                        "B/op",
                                        "rawData",
                                        List.of(List.of(0.01), List.of(0.012))))));
            }
        }
        results.add(sampled(8.2 * factor));
        write(folder.resolve("jmh.json"), results);
    }

    /** Of samples JMH writes each iteration's histogram, as pairs of a value and its count. */
    private static Map<String, Object> sampled(final double mean) {
        final Object iteration = List.of(List.of(0.9 * mean, 700), List.of(2 * mean, 70));
        final Object fork = List.of(iteration, iteration);
        return object(
                "jmhVersion",
                "1.37",
                "benchmark",
                "io.ringmaster.benchmarks.ExclusiveHandOffBenchmark.one",
                "mode",
                "sample",
                "threads",
                1,
                "forks",
                5,
                "primaryMetric",
                object(
                        "score",
                        mean,
                        "scoreError",
                        "NaN",
                        "scoreUnit",
                        "us/op",
                        "rawDataHistogram",
                        List.of(fork, fork, fork, fork, fork)),
                "secondaryMetrics",
                object());
    }

    /** A replay of a fork-join workflow: its summary, its log and its tasks over time. */
    static void replay(final Path folder, final String workflow, final int tasks) throws IOException {
        final Random random = new Random(11);
        final Histogram ready = latency(random, 60_000, 0.5, tasks);
        write(
                folder.resolve("summary.json"),
                object(
                        "workflows",
                        List.of(workflow),
                        "container",
                        "auto",
                        "speedup",
                        1.0,
                        "tasks",
                        tasks,
                        "edges",
                        3 * tasks,
                        "succeeded",
                        tasks,
                        "failed",
                        0,
                        "killed",
                        0,
                        "dependencyViolations",
                        0,
                        "makespanMillis",
                        4_010.2,
                        "idealMakespanMillis",
                        4_000.0,
                        "overheadMillis",
                        10.2,
                        "throughputTasksPerSecond",
                        tasks / 4.01,
                        "lastPath",
                        object("tasks", 12),
                        "latencyMicros",
                        object(
                                "submitToRunning",
                                percentiles(latency(random, 30_000, 0.5, tasks)),
                                "readyToRunning",
                                percentiles(ready)),
                        "hiccupMicros",
                        percentiles(latency(random, 55_000, 0.2, 2_000)),
                        "ledger",
                        object("balanced", true)));
        gantt(folder, workflow, tasks);
        log(folder, "readyToRunning", List.of(ready));
    }

    /** Twelve levels, each of which waits for the one before; the longest task of each is critical. */
    private static void gantt(final Path folder, final String workflow, final int tasks) throws IOException {
        final Random random = new Random(13);
        final int levels = 12;
        final int width = Math.max(1, tasks / levels);
        final List<Object> all = new ArrayList<>();
        double begin = 0;
        for (int level = 0; level < levels; level++) {
            double end = begin;
            int last = 0;
            final List<Map<String, Object>> row = new ArrayList<>();
            for (int i = 0; i < width; i++) {
                final double start = begin + 0.001 + 0.004 * random.nextDouble();
                final double stop = start + 0.1 + 0.2 * random.nextDouble();
                if (stop > end) {
                    end = stop;
                    last = i;
                }
                row.add(object(
                        "workflow", workflow,
                        "task", "level " + level + " #" + i,
                        "type", "stage_" + level,
                        "readySeconds", begin,
                        "startSeconds", start,
                        "endSeconds", stop,
                        "lane", i,
                        "onCriticalPath", false));
            }
            row.get(last).put("onCriticalPath", true);
            all.addAll(row);
            begin = end;
        }
        final int bins = 100;
        final List<Double> running = new ArrayList<>();
        for (int i = 0; i < bins; i++) {
            running.add(width * (0.5 + 0.5 * Math.sin(i / 3.0)));
        }
        write(
                folder.resolve("gantt.json"),
                object(
                        "format",
                        "ringmaster-gantt/1",
                        "makespanSeconds",
                        begin,
                        "taskCount",
                        all.size(),
                        "lanes",
                        width,
                        "tasksLeftOut",
                        0,
                        "occupancy",
                        object(
                                "binSeconds",
                                begin / bins,
                                "running",
                                running,
                                "peak",
                                running.stream().map(each -> each * 1.2).toList(),
                                "waiting",
                                running.stream().map(each -> each * 0.05).toList()),
                        "tasks",
                        all));
    }
}
