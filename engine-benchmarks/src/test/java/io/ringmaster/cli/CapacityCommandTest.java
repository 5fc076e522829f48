package io.ringmaster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.ringmaster.metrics.CountersReader;
import io.ringmaster.metrics.CountersSnapshot;
import io.ringmaster.metrics.EngineCounter;
import io.ringmaster.metrics.EngineState;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

/** The command as a user runs it. Whether a step is valid depends on the machine, what is counted doesn't. */
@Timeout(120)
class CapacityCommandTest {
    private static final String[] SHORT = {"--step-seconds=1", "--warmup=0", "--burst=0", "--overload=0"};

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int capacity(final String... options) {
        return RingmasterMain.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(
                        Stream.concat(Stream.of("capacity"), Stream.of(options)).toArray(String[]::new));
    }

    private int brief(final String... options) {
        return capacity(Stream.concat(Stream.of(SHORT), Stream.of(options)).toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"noop", "spin:20us", "step-and-wait:5ms", "block:2ms"})
    void shouldCountEveryTaskOfEachWork(final String work) throws IOException {
        final Path json = folder.resolve("capacity.json");

        final int status = brief("--work", work, "--rates=1000,2000", "--arrivals=constant", "--json", json.toString());

        final Map<String, Object> figures = ReplayCommandTest.figures(json);
        assertThat(figures)
                .containsEntry("format", "ringmaster-capacity/1")
                .containsEntry("work", work.replace(':', ' '))
                .containsEntry("arrivals", "constant");
        for (int i = 0; i < 2; i++) {
            final String step = "steps." + i + '.';
            final double submitted = (double) figures.get(step + "submitted");
            final double refused = (double) figures.get(step + "refused");
            final double unfinished = (double) figures.get(step + "unfinished");
            assertThat(figures)
                    .containsEntry(step + "latencyMicros.endToEnd.count", submitted - refused - unfinished)
                    .containsEntry(step + "ledger.balanced", true)
                    .containsEntry(step + "sendLagMicros.count", submitted)
                    .containsKeys(
                            step + "hiccupMicros.count",
                            step + "latencyMicros.submitToRunning.p50",
                            step + "histogram.endToEnd",
                            step + "maxRingUsed",
                            step + "bytesPerTask");
        }
        // Valid or not: the exit status says the same as the figures.
        assertThat(status).isEqualTo(figures.containsKey("shortfalls.0") ? 1 : 0);
        assertThat(out.toString()).contains("offered/s completed/s").contains("knee  ");
    }

    @Test
    void shouldSubmitEachTaskOfAScheduleOnce() throws IOException {
        final Path json = folder.resolve("capacity.json");
        brief("--rates=1500", "--arrivals=constant", "--submitters=2", "--json", json.toString());

        final Map<String, Object> figures = ReplayCommandTest.figures(json);
        // Both ends of the second may belong to it; a step that was measured again says the same.
        assertThat((double) figures.get("steps.0.submitted")).isBetween(1_499.0, 1_501.0);
    }

    @Test
    void shouldWriteAFolderThatTheStandardToolsRead() throws Exception {
        final Path report = folder.resolve("new").resolve("report");
        brief("--work=spin:10us", "--rates=1000", "--arrivals=constant", "--target=50M/day", "--report=" + report);

        assertThat(report.resolve("report.html")).content().contains("</html>");
        final Map<String, Object> figures = ReplayCommandTest.figures(report.resolve("capacity.json"));
        final Map<String, Histogram> byTag = new HashMap<>();
        try (HistogramLogReader reader =
                new HistogramLogReader(report.resolve("latency.hlog").toFile())) {
            while (reader.hasNext()) {
                final EncodableHistogram next = reader.nextIntervalHistogram();
                byTag.computeIfAbsent(next.getTag(), tag -> new Histogram(3)).add((Histogram) next);
            }
        }
        assertThat(byTag).containsOnlyKeys("endToEnd", "submitToHandled", "submitToRunning", "run", "runningToFinal");
        double counted = 0;
        double seconds = 0;
        for (int i = 0; figures.containsKey("steps." + i + ".submitted"); i++) {
            counted += (double) figures.get("steps." + i + ".latencyMicros.endToEnd.count");
            seconds += (double) figures.get("steps." + i + ".seconds");
        }
        assertThat((double) byTag.get("endToEnd").getTotalCount()).isEqualTo(counted);
        assertThat(byTag.get("run").getMinValue()).isGreaterThanOrEqualTo(9_900);

        final List<String> lines = Files.readAllLines(report.resolve("timeline.jsonl"));
        assertThat((double) lines.size()).isEqualTo(seconds);
        assertThat(lines).allSatisfy(line -> assertThat(line)
                .startsWith("{\"second\":")
                .contains("\"submitted\":1000", "\"ringCapacity\":", "\"hiccupMaxMicros\":")
                .endsWith("}"));
        assertThat(Files.readString(report.resolve("environment.json")))
                .contains("\"command\" : \"ringmaster capacity --step-seconds=1 ", "--target=50M/day");
        if (figures.containsKey("knee.ratePerSecond")) {
            assertThat(Files.readAllLines(report.resolve("endToEnd.hgrm")).get(0))
                    .contains("Value     Percentile TotalCount 1/(1-Percentile)");
        }
    }

    @Test
    void shouldSayThatASampleCanNotTell() throws IOException {
        final Path json = folder.resolve("capacity.json");

        assertThat(brief("--rates=500", "--slo=p99.99=1ms", "--json", json.toString()))
                .isEqualTo(1);

        assertThat(err.toString()).contains("can't tell whether p99.99 within 1ms is met");
        assertThat(ReplayCommandTest.figures(json))
                .doesNotContainKey("highestRateWithinSlo.ratePerSecond")
                .containsKey("highestRateWithinSloReason");
    }

    @Test
    void shouldExitWithOneWhenNoRateMeetsTheObjective() {
        assertThat(brief("--work=block:5ms", "--rates=200", "--slo=p50=1ms")).isEqualTo(1);

        assertThat(err.toString())
                .contains("fell short: ")
                .containsPattern("no rate met p50 within 1ms|no step .* valid");
    }

    @Test
    void shouldRunAMixtureOnATracesArrivals() throws IOException {
        final Path mix = Files.writeString(folder.resolve("mix"), "8 noop\n1 step-and-wait:2ms\n1 block:1ms\n");
        final Path trace = folder.resolve("trace.csv");
        final StringBuilder rows = new StringBuilder("workflow_id,task_id,parents,submit_ms,runtime_ms\n");
        for (int i = 0; i < 100; i++) {
            rows.append("0,").append(i).append(",,").append(i * i % 1_000).append(",1\n");
        }
        Files.writeString(trace, rows);
        final Path json = folder.resolve("capacity.json");

        brief("--work=mix:" + mix, "--arrivals=" + trace, "--rates=800", "--json", json.toString());

        assertThat(ReplayCommandTest.figures(json))
                .containsEntry("work", "80 % noop, 10 % step-and-wait 2ms, 10 % block 1ms")
                .containsEntry("arrivals", "trace trace.csv")
                .containsEntry("steps.0.ledger.balanced", true);
    }

    @Test
    void shouldMeasureABurstAndAnOverloadAndPlanFromThem() throws IOException {
        final Path json = folder.resolve("capacity.json");
        capacity(
                "--rates=20k",
                "--step-seconds=1",
                "--warmup=0",
                "--burst-seconds=0.5",
                "--overload-seconds=1",
                "--target=200k",
                "--peak=3",
                "--json",
                json.toString());

        final Map<String, Object> figures = ReplayCommandTest.figures(json);
        if (figures.containsKey("knee.ratePerSecond")) {
            assertThat(figures)
                    .containsEntry("knee.ratePerSecond", 20_000.0)
                    .containsEntry("burst.burstRatePerSecond", 30_000.0)
                    .containsEntry("overload.factor", 3.0)
                    .containsEntry("overload.ledger.balanced", true)
                    .containsEntry("usl.fitted", false)
                    // No higher rate was tried.
                    .containsEntry("knee.saturated", false)
                    .doesNotContainKey("usl.points.0.ratePerSecond")
                    // 600 000 / (20 000 x 0.6)
                    .containsEntry("verdict.masters", 50.0)
                    .containsEntry("verdict.targetRatePerSecond", 600_000.0)
                    .containsKeys(
                            "overload.acceptedPerSecond",
                            "overload.refusedPerSecond",
                            "liveTasks.bytesPerLiveTask",
                            "verdict.heapMebibytes",
                            "verdict.ringCapacity",
                            "verdict.nextBottleneck");
            assertThat((double) figures.get("liveTasks.bytesPerLiveTask")).isBetween(50.0, 5_000.0);
            assertThat(out.toString()).contains("* for 200k at 3 times the mean, 600000 tasks/s");
        } else {
            assertThat(figures).containsKey("shortfalls.0");
        }
    }

    static Stream<Arguments> badUsage() {
        final String count = "must be a whole number from 1 to 2147483647: ";
        return Stream.of(
                arguments("--work=sleep", "--work must be noop, spin:D, step-and-wait:D or block:D, where D is a dur"),
                arguments("--work=spin:1s", "--work must spin for at most 50ms, since a longer step is taken for a"),
                arguments("--work=mix:/no/such", "--work must name a mix that can be read: /no/such"),
                arguments("--work=block:1ms --container=shared", "--container must not be shared with a work that blo"),
                arguments(
                        "--work=step-and-wait:1ms --container=exclusive", "--container must not be exclusive with st"),
                arguments("--arrivals=uniform", "--arrivals must be constant, poisson, bursts:"),
                arguments("--arrivals=bursts:peak=9", "--arrivals must be bursts:peak=P,duty=D[,period=T], where P"),
                arguments("--arrivals=/no/such.csv", "--arrivals /no/such.csv: no such file"),
                arguments("--slo=99", "--slo must be a percentile from p50 to p99.999 and a duration, such as p99.9=1"),
                arguments(
                        "--rates=1k,x", "--rates must be a rate above 0 and up to 1G per second, such as 500, 200k o"),
                arguments("--rates=1k --rate-from=1", "--rates must not be given with --rate-from or --rate-to: 1k"),
                arguments("--rate-from=2k --rate-to=1k", "--rate-from must not be above --rate-to: 2000"),
                arguments("--rate-to=0", "--rate-to must be a rate above 0"),
                arguments("--step-seconds=0", "'--step-seconds': " + count + "0"),
                arguments("--step-seconds=3601", "--step-seconds must be at most 3600: 3601"),
                arguments("--warmup=-1", "'--warmup': must be a finite number of 0 or more: -1"),
                arguments("--warmup=601", "--warmup must be at most 600 seconds: 601"),
                arguments("--burst=1", "--burst must be 0, or above 1 and up to 100: 1"),
                arguments("--burst-seconds=61", "--burst-seconds must be at most 60: 61"),
                arguments("--overload=0.5", "--overload must be 0, or above 1 and up to 100: 0.5"),
                arguments("--overload-seconds=61", "--overload-seconds must be at most 60: 61"),
                arguments("--fire-workers-sweep=1,0", "'--fire-workers-sweep' (N): " + count + "0"),
                arguments("--fire-workers-sweep=257", "--fire-workers-sweep must be at most 256: 257"),
                arguments("--submitters=65", "--submitters must be at most 64: 65"),
                arguments("--headroom=1", "--headroom must be from 0 to below 1: 1"),
                arguments("--target=5k/week", "--target must be a rate above 0"),
                arguments("--peak=2", "--peak must be given with --target: 2"),
                arguments("--target=1k --peak=0.5", "--peak must be from 1 to 100: 0.5"),
                arguments("--seed=x", "'--seed': must be a whole number of 64 bits: x"),
                arguments("--wait=busy-spin --fire-workers=256", "--fire-workers must be at most CPUs - 1 = "),
                arguments("--json=/no/such/folder/f", "--json must name a file that can be written: /no/such/folder/f"),
                arguments("--report=/dev/null/r", "--report must be a folder that exists or can be made: /dev/null/r"),
                arguments("--no-such-option", "Unknown option: '--no-such-option'"),
                arguments("trace.csv", "Unmatched argument"));
    }

    @ParameterizedTest
    @MethodSource("badUsage")
    void shouldRefuseBadUsageWithOneLine(final String options, final String fault) {
        assertThat(capacity(options.split(" "))).isEqualTo(2);

        assertThat(err.toString())
                .startsWith("ringmaster capacity: ")
                .contains(fault)
                .hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void shouldNameTheLineOfABadMix() throws IOException {
        final Path mix = Files.writeString(folder.resolve("mix"), "1 noop\n2 nothing\n");

        assertThat(capacity("--work=mix:" + mix)).isEqualTo(2);

        assertThat(err.toString())
                .contains("--work " + mix + ": line 2: must be noop, spin:D,")
                .hasLineCount(1);
    }

    @Test
    void shouldLeaveTheLastStepsCountersInTheFile() throws Exception {
        final Path counters = folder.resolve("capacity.counters");
        final Path json = folder.resolve("capacity.json");

        brief("--rates=200,300", "--arrivals=constant", "--counters=" + counters, "--json=" + json);

        final Map<String, Object> figures = ReplayCommandTest.figures(json);
        int last = 0;
        while (figures.containsKey("steps." + (last + 1) + ".submitted")) {
            last++;
        }
        try (CountersReader reader = CountersReader.open(counters)) {
            final CountersSnapshot snapshot = reader.read();
            assertThat(snapshot.state()).isEqualTo(EngineState.CLOSED);
            assertThat((double) snapshot.value(EngineCounter.SUCCEEDED))
                    .isPositive()
                    .isEqualTo(figures.get("steps." + last + ".ledger.succeeded"));
        }
    }

    @Test
    void shouldRefuseACountersFileThatCantBeMade() throws IOException {
        final Path thesis = Files.writeString(folder.resolve("thesis.txt"), "a thesis");

        assertThat(brief("--rates=100", "--counters=" + thesis)).isEqualTo(2);

        assertThat(err.toString())
                .isEqualTo("ringmaster capacity: --counters must be new or a counters file: " + thesis
                        + ": not a counters file" + System.lineSeparator());
        assertThat(thesis).hasContent("a thesis");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void shouldWarnOfMoreBusyThreadsThanCpus() {
        final int cpus = Runtime.getRuntime().availableProcessors();

        brief("--rates=100", "--wait=adaptive", "--fire-workers=" + cpus);

        assertThat(err.toString())
                .contains("ringmaster capacity: warning: 1 submitting and " + cpus + " fire-worker threads share "
                        + cpus + " CPUs");
    }

    @Test
    void shouldExitWithOneWhenAFileCanNotBeWrittenInTheEnd() {
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.isWritable(Path.of("/dev/full")), "no /dev/full here");

        assertThat(brief("--rates=100", "--json=/dev/full")).isEqualTo(1);

        assertThat(err.toString()).contains("ringmaster capacity: /dev/full: can't be written: ");
        assertThat(out.toString()).contains("knee");
    }

    @Test
    void shouldLeaveNoThreadBehind() {
        brief("--work=block:1ms", "--rates=500");

        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(each -> each.isAlive() && each.getName().startsWith("submitter-"))
                .noneMatch(each -> each.isAlive() && each.getName().startsWith("hiccup-meter"));
    }
}
