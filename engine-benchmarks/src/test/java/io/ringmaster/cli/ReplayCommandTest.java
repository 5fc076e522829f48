package io.ringmaster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.ringmaster.benchmarks.OneLineErrors;
import io.ringmaster.task.Task;
import io.ringmaster.workflow.WfFormatWriter;
import io.ringmaster.workflow.Workflow;
import io.ringmaster.workflow.WorkflowGenerator;
import io.ringmaster.workflow.WorkflowReader;
import io.ringmaster.workflow.WorkflowShape;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@Timeout(60)
class ReplayCommandTest {

    private static final String NO_WARM_UP = "--warm-up=0";

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int replay(final String... options) {
        return replay(UnaryOperator.identity(), options);
    }

    private int replay(final UnaryOperator<Task> wrapper, final String... options) {
        final CommandLine command = new CommandLine(new ReplayCommand(wrapper))
                .setParameterExceptionHandler(new OneLineErrors())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        return command.execute(
                Stream.concat(Stream.of(NO_WARM_UP), Stream.of(options)).toArray(String[]::new));
    }

    @Test
    void shouldReplayTheSampleAndSayHowItWent() {
        assertThat(replay("--speedup", "20")).as(err.toString()).isZero();

        final Workflow sample = WorkflowGenerator.sample();
        assertThat(err.toString()).isEmpty();
        assertThat(out.toString().lines())
                .anySatisfy(line -> assertThat(line).isEqualTo("workflow       sample"))
                .anySatisfy(line -> assertThat(line)
                        .isEqualTo("tasks          %1$d of %1$d succeeded".formatted(sample.taskCount())))
                .anySatisfy(line -> assertThat(line)
                        .isEqualTo("edges          " + sample.edgeCount() + ", 0 dependency violations"))
                .anySatisfy(line -> assertThat(line).isEqualTo("critical path  4.000 s as recorded"))
                .anySatisfy(line -> assertThat(line).isEqualTo("ideal          0.200 s at speedup 20"))
                .anySatisfy(line -> assertThat(line).matches("makespan       0\\.\\d{3} s, overhead .* ms \\(.* %\\)"))
                .anySatisfy(line -> assertThat(line).startsWith("ready to running"))
                .anySatisfy(line -> assertThat(line).startsWith("ledger").endsWith(": balanced"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "shared", "exclusive"})
    void shouldWriteItsFiguresAsJson(final String container) throws IOException {
        final Path json = folder.resolve("figures.json");
        final Path trace = folder.resolve("montage.json.gz");
        final Workflow workflow = new WorkflowGenerator(3).generate(WorkflowShape.MONTAGE, 60);
        WfFormatWriter.write(workflow, trace);

        assertThat(replay(
                        "--container",
                        container,
                        "--speedup=50",
                        "--copies=3",
                        "--exclusive-threads=200",
                        "--json",
                        json.toString(),
                        trace.toString()))
                .as(err.toString())
                .isZero();

        final Map<String, Object> figures = figures(json);
        final int tasks = 3 * workflow.taskCount();
        assertThat(figures)
                .containsEntry("container", container)
                .containsEntry("tasks", (double) tasks)
                .containsEntry("succeeded", (double) tasks)
                .containsEntry("failed", 0.0)
                .containsEntry("killed", 0.0)
                .containsEntry("notReleased", 0.0)
                .containsEntry("edges", 3.0 * workflow.edgeCount())
                .containsEntry("dependencyViolations", 0.0)
                .containsEntry("shortRuns", 0.0)
                .containsEntry("stopped", false)
                .containsEntry("ledger.accepted", (double) tasks)
                .containsEntry("ledger.balanced", true);
        final double path = number(figures, "criticalPathMillis");
        assertThat(number(figures, "idealMakespanMillis")).isBetween(path / 50 - 0.001, path / 50 + 0.001);
        assertThat(number(figures, "makespanMillis")).isGreaterThanOrEqualTo(path / 50 - 0.001);
        assertThat(number(figures, "throughputTasksPerSecond"))
                .isBetween(
                        0.99 * 1e3 * tasks / number(figures, "makespanMillis"),
                        1.01 * 1e3 * tasks / number(figures, "makespanMillis"));
        for (final String latency : Set.of("submitToRunning", "readyToRunning", "endToEnd", "overrun")) {
            final String name = "latencyMicros." + latency + '.';
            assertThat(number(figures, name + "count")).isEqualTo(tasks);
            assertThat(List.of("p50", "p90", "p99", "p999", "max"))
                    .extracting(each -> number(figures, name + each))
                    .isSorted();
            assertThat(number(figures, name + "p50")).isPositive();
        }
        assertThat(figures).containsKeys("releaseLagMicros.p99", "hiccupMicros.p99");
    }

    @Test
    void shouldWriteARowPerTaskWithItsStamps() throws Exception {
        final Path events = folder.resolve("events.csv");

        assertThat(replay("--shape=map-reduce", "--tasks=40", "--speedup=100", "--copies=2", "--events=" + events))
                .as(err.toString())
                .isZero();

        final Workflow workflow = new WorkflowGenerator(42).generate(WorkflowShape.MAP_REDUCE, 40);
        final List<String> lines = Files.readAllLines(events);
        assertThat(lines).hasSize(1 + 2 * workflow.taskCount());
        assertThat(lines.get(0)).isEqualTo("workflow,task,start,end,status");
        final Map<String, double[]> rows = new HashMap<>();
        for (final String line : lines.subList(1, lines.size())) {
            final String[] fields = line.split(",");
            assertThat(fields[4]).isEqualTo("SUCCESS");
            rows.put(
                    fields[0] + ' ' + fields[1],
                    new double[] {Double.parseDouble(fields[2]), Double.parseDouble(fields[3])});
        }
        for (final String copy : List.of("#1", "#2")) {
            for (int task = 0; task < workflow.taskCount(); task++) {
                final double[] row = rows.get("map-reduce" + copy + ' ' + workflow.taskId(task));
                assertThat(row[1] - row[0]).isGreaterThan(workflow.runtimeNanos(task) / 100 / 1e9 - 1e-9);
                for (int i = 0; i < workflow.parentCount(task); i++) {
                    final String parent = workflow.taskId(workflow.parent(task, i));
                    assertThat(row[0]).isGreaterThanOrEqualTo(rows.get("map-reduce" + copy + ' ' + parent)[1]);
                }
            }
        }
    }

    @Test
    void shouldWriteAReportsFilesIntoAFolderItMakes() throws IOException {
        final Path report = folder.resolve("a/b");

        assertThat(replay("--speedup=40", "--report=" + report))
                .as(err.toString())
                .isZero();

        final int tasks = WorkflowGenerator.sample().taskCount();
        assertThat(figures(report.resolve("summary.json"))).containsEntry("tasks", (double) tasks);
        assertThat(Files.readAllLines(report.resolve("events.csv"))).hasSize(1 + tasks);
        final Map<String, Long> counts = new HashMap<>();
        try (HistogramLogReader log =
                new HistogramLogReader(report.resolve("latency.hlog").toFile())) {
            for (EncodableHistogram each = log.nextIntervalHistogram();
                    each != null;
                    each = log.nextIntervalHistogram()) {
                counts.merge(each.getTag(), ((Histogram) each).getTotalCount(), Long::sum);
            }
        }
        assertThat(counts)
                .containsOnly(
                        Map.entry("submitToRunning", (long) tasks),
                        Map.entry("readyToRunning", (long) tasks),
                        Map.entry("endToEnd", (long) tasks),
                        Map.entry("overrun", (long) tasks),
                        Map.entry("submitToHandled", (long) tasks),
                        Map.entry("run", (long) tasks),
                        Map.entry("runningToFinal", (long) tasks),
                        Map.entry("releaseLag", 1L),
                        Map.entry("hiccup", counts.get("hiccup")));
        for (final String tag : counts.keySet()) {
            assertThat(report.resolve(tag + ".hgrm"))
                    .content()
                    .startsWith("       Value     Percentile TotalCount 1/(1-Percentile)")
                    .contains("#[Max ");
        }
    }

    @Test
    void shouldWriteAPageAboutTheRunAndItsTasksOverTime() throws IOException {
        final Path report = folder.resolve("report");
        final Path trace = Files.writeString(folder.resolve("evil.csv"), """
                workflow_id,task_id,parents,submit_ms,runtime_ms
                <script>alert(1)</script>,first,,0,1200
                <script>alert(1)</script>,second,first,0,100
                <script>alert(1)</script>,beside,,0,200
                """);

        assertThat(replay("--report=" + report, trace.toString()))
                .as(err.toString())
                .isZero();

        assertThat(report.resolve("report.html"))
                .content()
                .contains("3 of 3 tasks of evil succeeded", "&lt;script&gt;alert(1)&lt;/script&gt;")
                .doesNotContain("<script>alert");
        assertThat(report.resolve("plots/gantt.svg")).exists();
        assertThat(report.resolve("report.json")).exists();
        final Map<String, Object> gantt = figures(report.resolve("gantt.json"));
        assertThat(gantt)
                .containsEntry("format", "ringmaster-gantt/1")
                .containsEntry("taskCount", 3.0)
                .containsEntry("lanes", 2.0)
                .containsEntry("tasksLeftOut", 0.0)
                .containsEntry("tasks.0.task", "first")
                .containsEntry("tasks.0.onCriticalPath", true)
                .containsEntry("tasks.1.onCriticalPath", true)
                .containsEntry("tasks.2.onCriticalPath", false);
        assertThat(number(gantt, "tasks.1.startSeconds")).isGreaterThanOrEqualTo(number(gantt, "tasks.0.endSeconds"));
        assertThat(number(gantt, "tasks.1.readySeconds")).isGreaterThanOrEqualTo(number(gantt, "tasks.0.endSeconds"));
        assertThat(number(gantt, "makespanSeconds")).isGreaterThanOrEqualTo(1.3);
        final List<String> seconds = Files.readAllLines(report.resolve("timeline.jsonl"));
        assertThat(seconds).hasSizeGreaterThanOrEqualTo(2);
        assertThat(seconds.get(0)).startsWith("{\"second\":0,\"submitted\":");
        assertThat(seconds.stream()
                        .mapToInt(line -> Integer.parseInt(line.replaceFirst(".*\"completed\":(\\d+),.*", "$1")))
                        .sum())
                .isEqualTo(3);
        assertThat(Files.readString(report.resolve("environment.json")))
                .contains("\"command\" : \"replay --warm-up=0 --report=" + report);
    }

    @Test
    void shouldRecordWhenEndsWereAcknowledged() throws IOException {
        final Path report = folder.resolve("report");

        assertThat(replay(
                        "--shape=chain", "--tasks=4", "--speedup=0", "--faults=slow-master=30ms", "--report=" + report))
                .as(err.toString())
                .isZero();

        try (HistogramLogReader log =
                new HistogramLogReader(report.resolve("latency.hlog").toFile())) {
            Histogram acknowledged = null;
            for (EncodableHistogram each = log.nextIntervalHistogram();
                    each != null;
                    each = log.nextIntervalHistogram()) {
                acknowledged = "finalToAcknowledged".equals(each.getTag()) ? (Histogram) each : acknowledged;
            }
            assertThat(acknowledged).isNotNull();
            assertThat(acknowledged.getTotalCount()).isEqualTo(4);
            assertThat(acknowledged.getMinValue()).isGreaterThan(20_000_000);
        }
    }

    @Test
    void shouldReplayWhatItSavedAndDrawTheSameFromTheSameSeed() throws Exception {
        final Path first = folder.resolve("first.json");
        final Path second = folder.resolve("second.json");
        final Path other = folder.resolve("other.json");
        for (final String[] seedAndFile : new String[][] {{"5", first + ""}, {"5", second + ""}, {"6", other + ""}}) {
            assertThat(replay(
                            "--shape=fork-join",
                            "--tasks=200",
                            "--speedup=0",
                            "--seed",
                            seedAndFile[0],
                            "--save",
                            seedAndFile[1]))
                    .as(err.toString())
                    .isZero();
        }

        assertThat(second).hasSameBinaryContentAs(first);
        assertThat(Files.readAllBytes(other)).isNotEqualTo(Files.readAllBytes(first));
        assertThat(WorkflowReader.read(first).taskCount()).isEqualTo(200);
        assertThat(replay("--speedup=0", first.toString(), other.toString()))
                .as(err.toString())
                .isZero();
    }

    @Test
    void shouldPlayArrivalsAtTheirTimes() throws IOException {
        final Path json = folder.resolve("figures.json");
        final Path trace = Files.writeString(folder.resolve("arrivals.csv"), """
                workflow_id,task_id,parents,submit_ms,runtime_ms
                1,a,,1000,400
                1,b,a,1000,200
                2,a,,3000,600
                """);

        assertThat(replay("--speedup=10", "--arrival-factor=2", "--copies=2", "--json=" + json, trace.toString()))
                .as(err.toString())
                .isZero();

        final Map<String, Object> figures = figures(json);
        assertThat(figures)
                .containsEntry("instances", 4.0)
                .containsEntry("criticalPathMillis", 600.0)
                .containsEntry("idealMakespanMillis", 160.0)
                .containsEntry("releaseLagMicros.count", 4.0);
        assertThat(number(figures, "makespanMillis")).isGreaterThanOrEqualTo(160);
        assertThat(out.toString())
                .contains("ideal          0.160 s at speedup 10, arrival factor 2: last arrival and its critical path")
                .contains("\nrelease lag ");
    }

    @Test
    void shouldExitWithOneWhenATaskFails() throws IOException {
        final Path json = folder.resolve("figures.json");
        final Path events = folder.resolve("events.csv");

        final int status = replay(
                task -> context ->
                        context.taskId() == 2 ? context.failed(new IOException("no disk")) : task.execute(context),
                "--shape=chain",
                "--tasks=5",
                "--speedup=0",
                "--json=" + json,
                "--events=" + events);

        assertThat(status).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo("replay: fell short: 1 task failed; 2 tasks not released; first: task \"link_3\" of workflow"
                        + " \"chain\" failed: java.io.IOException: no disk\n");
        assertThat(out.toString()).contains("2 of 5 succeeded, 1 failed, 2 not released\n");
        assertThat(figures(json))
                .containsEntry("succeeded", 2.0)
                .containsEntry("failed", 1.0)
                .containsEntry("notReleased", 2.0)
                .containsEntry("ledger.balanced", true);
        assertThat(Files.readAllLines(events)).hasSize(4).last().asString().endsWith(",FAILED");
    }

    @Test
    void shouldExitWithZeroWhenOnlyInjectedFaultsKeepTasksFromEndingWell() throws IOException {
        final Path json = folder.resolve("figures.json");

        assertThat(replay("--shape=chain", "--tasks=5", "--speedup=0", "--faults=fail=1", "--json=" + json))
                .as(err.toString())
                .isZero();

        assertThat(out.toString())
                .contains("tasks          0 of 5 succeeded, 1 failed, 4 not released\n")
                .contains("faults         fail=1.0\n")
                .contains("injected       4 failures, 0 zombies, 0 blocks, 0 timeouts; ")
                .contains("retries        1 tasks tried again, 0 of them succeeded; 1 failed for good, 4 below them")
                .contains("final states   each of 1 released tasks has ended in exactly one\n");
        assertThat(figures(json))
                .containsEntry("failed", 1.0)
                .containsEntry("notReleased", 4.0)
                .containsEntry("faults.spec", "fail=1.0")
                .containsEntry("faults.injectedFailures", 4.0)
                .containsEntry("faults.failedForGood", 1.0)
                .containsEntry("faults.notReleasedBelow", 4.0)
                .containsEntry("faults.unexplained", 0.0)
                .containsEntry("faults.exactlyOneFinalState", true);
    }

    @Test
    void shouldExitWithOneWhenATaskFailsByNoInjectedFault() {
        final int status = replay(
                task -> context ->
                        context.taskId() == 2 ? context.failed(new IOException("no disk")) : task.execute(context),
                "--shape=chain",
                "--tasks=5",
                "--speedup=0",
                "--faults=slow-master=10ms");

        assertThat(status).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo("replay: fell short: 1 task failed or not released without an injected fault; first: task"
                        + " \"link_3\" of workflow \"chain\" failed: java.io.IOException: no disk\n");
        assertThat(out.toString()).containsPattern("slow master +\\d+ reports acknowledged after 10 ms, ");
    }

    @Test
    void shouldInjectTheSameFromTheSameSeed() {
        final String[] options = {"--speedup=0", "--faults=fail=0.2", "--seed=9"};
        assertThat(replay(options)).as(err.toString()).isZero();
        assertThat(replay(options)).as(err.toString()).isZero();

        assertThat(out.toString()
                        .lines()
                        .filter(line -> line.startsWith("injected") || line.startsWith("retries"))
                        .distinct())
                .hasSize(2);
    }

    @Test
    void shouldExitWithOneWhenAFileCanNotBeWrittenInTheEnd() throws IOException {
        final Path full = Path.of("/dev/full");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.isWritable(full), "no /dev/full here");

        assertThat(replay("--speedup=0", "--json=/dev/full")).isEqualTo(1);

        assertThat(err.toString())
                .startsWith("replay: /dev/full: can't be written: ")
                .hasLineCount(1);
        assertThat(out.toString()).contains("makespan");
    }

    static Stream<Arguments> badUsage() {
        final String count = "must be a whole number from 1 to 2147483647: ";
        return Stream.of(
                arguments("--speedup=-1", "'--speedup': must be a finite number of 0 or more: -1"),
                arguments("--speedup=NaN", "'--speedup': must be a finite number of 0 or more: NaN"),
                arguments("--speedup=Infinity", "'--speedup': must be a finite number of 0 or more: Infinity"),
                arguments("--speedup=1e999", "'--speedup': must be a finite number of 0 or more: 1e999"),
                arguments("--speedup=1,5", "'--speedup': must be a finite number of 0 or more: 1,5"),
                arguments("--speedup=", "'--speedup': must be a finite number of 0 or more:"),
                arguments("--speedup=1e-300", "--speedup must leave a replay of at most 100 years: 1.0E-300"),
                arguments("--arrival-factor=0", "'--arrival-factor': must be a finite number above 0: 0"),
                arguments("--arrival-factor=x", "'--arrival-factor': must be a finite number above 0: x"),
                arguments("--copies=0", "'--copies': " + count + "0"),
                arguments("--copies=1.5", "'--copies': " + count + "1.5"),
                arguments("--copies=99999999999", "'--copies': " + count + "99999999999"),
                arguments("--copies=2000000000", "--copies must be fewer for a heap of "),
                arguments("--fire-workers=0", "'--fire-workers': " + count + "0"),
                arguments("--fire-workers=257", "--fire-workers must be at most 256: 257"),
                arguments("--exclusive-threads=-3", "'--exclusive-threads': " + count + "-3"),
                arguments("--exclusive-threads=65537", "--exclusive-threads must be at most 65536: 65537"),
                arguments("--wait=never", "'--wait': must be one of auto, busy-spin, yield, adaptive: never"),
                arguments("--container=SHARED", "'--container': must be one of auto, shared, exclusive: SHARED"),
                arguments("--shape=star", "'--shape': must be one of chain, fork-join, map-reduce, montage: star"),
                arguments("--seed=x", "'--seed': must be a whole number of 64 bits: x"),
                arguments("--tasks=7", "--tasks must be given with --shape: 7"),
                arguments("--shape=chain --tasks=1000001", "--tasks must be at most 1000000: 1000001"),
                arguments("--warm-up=60001", "'--warm-up'"),
                arguments("--faults=fail=2", "'--faults': fail must be a number from 0 to 1: 2"),
                arguments("--faults=slow-master=5", "'--faults': slow-master must be a time from 1ms to 60s: 5"),
                arguments("--faults=fail=0.6,block=0.6", "'--faults': must have rates that add up to at most 1: fail"),
                arguments("--faults=nix", "'--faults': must be fail=RATE, zombie=RATE, block=RATE, timeout=RATE or"),
                arguments("--json=/no/such/folder/f", "--json must name a file that can be written: /no/such/folder/f"),
                arguments("--events=/", "--events must name a file that can be written: /"),
                arguments("--save=/no/such/folder/f", "--save must name a file that can be written"),
                arguments("--report=/dev/null/r", "--report must be a folder that exists or can be made: /dev/null/r"),
                arguments("--no-such-option", "Unknown option: '--no-such-option'"),
                arguments("--speedup=1 --speedup=2", "'--speedup' (X) should be specified only once"),
                arguments("/no/such.json", "/no/such.json: no such file"));
    }

    @ParameterizedTest
    @MethodSource("badUsage")
    void shouldRefuseBadUsageWithOneLine(final String options, final String fault) {
        assertThat(replay(options.split(" "))).isEqualTo(2);

        expectOneLine(fault);
    }

    @Test
    void shouldCheckHowTheEnginesOptionsGoTogether() {
        assertThat(replay("--wait=busy-spin", "--fire-workers=256")).isEqualTo(2);

        expectOneLine("--fire-workers must be at most CPUs - 1 = ");
        assertThat(err.toString()).contains(" with --wait busy-spin: 256");
    }

    @Test
    void shouldRefuseOptionsForGeneratedWorkflowsBesideATrace() throws IOException {
        final Path trace = folder.resolve("w.json");
        WfFormatWriter.write(WorkflowGenerator.sample(), trace);

        assertThat(replay("--shape=chain", trace.toString())).isEqualTo(2);

        expectOneLine("--shape must not be given with a TRACE: CHAIN");
    }

    @Test
    void shouldNotWriteOverItsInput() throws IOException {
        final Path trace = folder.resolve("w.json");
        WfFormatWriter.write(WorkflowGenerator.sample(), trace);
        final byte[] before = Files.readAllBytes(trace);

        assertThat(replay("--json=" + trace, trace.toString())).isEqualTo(2);

        expectOneLine("--json must not name the trace itself: " + trace);
        assertThat(trace).hasBinaryContent(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"workflow\": {\"tasks\": [", "[[[[", "{}", ""})
    void shouldStartNothingOnBadInput(final String content) throws IOException {
        final Path good = folder.resolve("good.json");
        WfFormatWriter.write(WorkflowGenerator.sample(), good);
        final Path bad = Files.writeString(folder.resolve("bad.json"), content);
        final Path json = folder.resolve("figures.json");
        final Path report = folder.resolve("report");
        final Set<Thread> before = Thread.getAllStackTraces().keySet();

        assertThat(replay("--json=" + json, "--report=" + report, good.toString(), bad.toString()))
                .isEqualTo(2);

        expectOneLine(bad + ": ");
        assertThat(json).doesNotExist();
        assertThat(report).doesNotExist();
        assertThat(Thread.getAllStackTraces().keySet()).isSubsetOf(before);
    }

    private void expectOneLine(final String fault) {
        assertThat(err.toString()).startsWith("replay: ").contains(fault).hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    /** A JSON object's fields by their paths. */
    static Map<String, Object> figures(final Path file) throws IOException {
        final Map<String, Object> figures = new HashMap<>();
        try (JsonParser json = new JsonFactory().createParser(file.toFile())) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                final String path = json.getParsingContext()
                        .pathAsPointer()
                        .toString()
                        .replaceFirst("/", "")
                        .replace('/', '.');
                if (token.isNumeric()) {
                    figures.put(path, json.getDoubleValue());
                } else if (token.isBoolean()) {
                    figures.put(path, json.getBooleanValue());
                } else if (token == JsonToken.VALUE_STRING) {
                    figures.put(path, json.getText());
                }
            }
        }
        return figures;
    }

    private static double number(final Map<String, Object> figures, final String name) {
        return (double) figures.get(name);
    }
}
