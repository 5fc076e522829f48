package io.ringmaster.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResultFolderTest {

    @TempDir
    private Path folder;

    private String fault() {
        try {
            ResultFolder.readAll(List.of(folder));
        } catch (final ResultFormatException e) {
            assertThat(e.getMessage()).doesNotContain("\n").doesNotContain("com.fasterxml", "Exception");
            return e.getMessage().replace(folder.toString(), "DIR");
        }
        throw new AssertionError("no fault was found");
    }

    private void file(final String name, final String content) throws IOException {
        Files.writeString(folder.resolve(name), content);
    }

    @Test
    void shouldReadWhatTheToolsWrite() throws Exception {
        SampleResults.capacity(folder, 1, 1);
        SampleResults.environment(folder, "Xeon", "abc");
        SampleResults.peers(folder);
        SampleResults.jmh(folder, 1);

        final Run run = ResultFolder.readAll(List.of(folder)).get(0);

        assertThat(run.name()).isEqualTo(folder.getFileName().toString());
        assertThat(run.environment()).containsEntry("cpu", "Xeon").containsEntry("cpus", 2);
        assertThat(run.capacity().steps()).hasSize(SampleResults.RATES.size());
        assertThat(run.capacity().steps().get(SampleResults.INVALID_STEP).valid())
                .isFalse();
        assertThat(run.capacity().steps().get(0).histogram().get("endToEnd").getTotalCount())
                .isEqualTo(200_000);
        assertThat(run.capacity().slo().percentile()).isEqualTo(99.9);
        assertThat(run.peers().rows()).hasSize(8);
        assertThat(run.jmh()).hasSize(7);
        assertThat(run.jmh().get(0).primaryMetric().forkMeans()).hasSize(5);
        assertThat(run.latencies().tags()).containsExactly("endToEnd");
        assertThat(run.timeline()).hasSize(90);
        assertThat(run.replay()).isNull();
    }

    @Test
    void shouldTellWhatEachPartOfAMeasurementWasMadeIn() throws Exception {
        SampleResults.peers(folder);
        file("environment.json", "{\"cpu\":\"Xeon\",\"cacheLineNanos\":142.1,\"flags\":\"-Xmx2g\"}");
        file("environment-2.json", "{\"cpu\":\"Xeon\",\"cacheLineNanos\":31.4,\"flags\":\"\",\"smt\":\"0\"}");

        final Run run = ResultFolder.readAll(List.of(folder)).get(0);

        assertThat(run.environment())
                .containsExactly(
                        entry("cpu", "Xeon"),
                        entry("cacheLineNanos", "142.1; 31.4"),
                        entry("flags", "-Xmx2g; –"),
                        entry("smt", "–; 0"));
        assertThat(ResultFolder.isResult("environment-2.json")).isTrue();
    }

    @Test
    void shouldTellWhatTheForksOfBenchmarksWereStartedWith() throws Exception {
        SampleResults.environment(folder, "Xeon", "abc");
        file("jmh.json", """
                [{"benchmark":"a.B.c","jvmArgs":["-Xms1g","-Xmx1g"],"primaryMetric":{"score":1}},
                 {"benchmark":"a.B.d","jvmArgs":["-Xms1g","-Xmx1g"],"primaryMetric":{"score":1}},
                 {"benchmark":"a.B.e","jvmArgs":[],"primaryMetric":{"score":1}}]""");

        assertThat(ResultFolder.readAll(List.of(folder)).get(0).environment())
                .containsEntry("flagsOfForks", "-Xms1g -Xmx1g; –");
    }

    @Test
    void shouldFindResultsInFoldersBelowAndNameThemApart() throws Exception {
        for (final String name : List.of("a/x", "b/x", "b/y", "b/plots")) {
            Files.createDirectories(folder.resolve(name));
        }
        SampleResults.peers(folder.resolve("a/x"));
        SampleResults.peers(folder.resolve("b/x"));
        SampleResults.jmh(folder.resolve("b/y"), 1);

        assertThat(ResultFolder.readAll(List.of(folder.resolve("a"), folder.resolve("b"), folder.resolve("b/x"))))
                .extracting(Run::name)
                .containsExactly("a/x", "b/x", "y");
    }

    @Test
    void shouldPassOverFieldsItDoesNotKnowAndDoWithoutThoseThatAreMissing() throws Exception {
        file("capacity.json", """
                {"format":"ringmaster-capacity/1","new":{"a":[1]},"steps":[
                 {"offeredPerSecond":10,"completedPerSecond":10,"valid":true,"also":"new"}]}""");

        final CapacityResult capacity =
                ResultFolder.readAll(List.of(folder)).get(0).capacity();

        assertThat(capacity.slo()).isNull();
        assertThat(capacity.steps().get(0).micros("endToEnd", 99)).isNaN();
    }

    @Test
    void shouldNameAFolderThatIsMissingOrHoldsNothing() throws IOException {
        assertThat(fault())
                .isEqualTo("DIR: holds no result, such as capacity.json, summary.json, peers.json or jmh.json");

        file("environment.json", "{}");
        assertThat(fault()).startsWith("DIR: holds no result");

        assertThatThrownBy(() -> ResultFolder.readAll(List.of(folder.resolve("none"))))
                .hasMessage(folder.resolve("none") + ": no such folder");
        assertThatThrownBy(() -> ResultFolder.readAll(List.of(folder.resolve("environment.json"))))
                .hasMessage(folder.resolve("environment.json") + ": is a file, not a folder of results");
    }

    @Test
    void shouldNameTheBrokenFileAmongSeveral() throws IOException {
        SampleResults.peers(folder);
        SampleResults.jmh(folder, 1);
        file("capacity.json", "{\"format\":\"ringmaster-capacity/1\",\n \"steps\":[{\"offeredPerSecond\":10,");

        assertThat(fault())
                .startsWith("DIR/capacity.json: line 2, column ")
                .endsWith(": the JSON ends too early: is the file truncated?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "capacity.json | '' | DIR/capacity.json: the file is empty",
                "capacity.json | null | DIR/capacity.json: must be an object: null",
                "capacity.json | [] | DIR/capacity.json: line 1, column 1: must be an object",
                "capacity.json | {} | DIR/capacity.json: line 1, column 2: format must be ringmaster-capacity/1: null",
                "capacity.json | {'format':'ringmaster-capacity/2','steps':[]} | DIR/capacity.json: line 1, column 45:"
                        + " format must be ringmaster-capacity/1: ringmaster-capacity/2",
                "capacity.json | {'format':'ringmaster-capacity/1'} | DIR/capacity.json: line 1, column 34: steps must be given",
                "capacity.json | {'format':'ringmaster-capacity/1','steps':[{'offeredPerSecond':'many'}]} |"
                        + " DIR/capacity.json: line 1, column 64: steps[0].offeredPerSecond: must be a number: \"many\"",
                "capacity.json | {'format':'ringmaster-capacity/1','steps':[{'offeredPerSecond':1,'completedPerSecond':-1}]} |"
                        + " DIR/capacity.json: line 1, column 89: steps[0]: completedPerSecond must be a number from 0 to"
                        + " 1e18: -1.0",
                "capacity.json | {'format':'ringmaster-capacity/1','steps':[{'histogram':{'endToEnd':'HISTgarbage'}}]} |"
                        + " DIR/capacity.json: line 1, column 69: steps[0].histogram.endToEnd: must be HdrHistogram's compressed"
                        + " form in Base64: \"HISTgarbage\"",
                "capacity.json | {'format':'ringmaster-capacity/1','steps':[null]} | DIR/capacity.json: line 1, column 44:"
                        + " steps[0]: must not be null",
                "peers.json | {'format':'ringmaster-peers/1','rows':[{'tasksPerSecond':1}]} | DIR/peers.json: line 1, column 59:"
                        + " rows[0]: peer must be given",
                "jmh.json | {} | DIR/jmh.json: line 1, column 1: must be a list",
                "jmh.json | [] | DIR/jmh.json: no benchmark has a result in it: the measurement failed",
                "jmh.json | [{'benchmark':'a'}] | DIR/jmh.json: line 1, column 18: [0]: primaryMetric must be given",
                "summary.json | {'tasks':true} | DIR/summary.json: line 1, column 10: tasks: must be a number",
                "summary.json | {'tasks':1,'succeeded':1}{ | DIR/summary.json: line 1, column 26: the JSON must end after its first value",
                "gantt.json | {'format':'ringmaster-gantt/1','tasks':[{'startSeconds':2,'endSeconds':1}]} | DIR/gantt.json: line 1,"
                        + " column 73: tasks[0]: endSeconds must not be below startSeconds, 2.0: 1.0",
                "timeline.jsonl | {'second':-1} | DIR/timeline.jsonl: line 1: second must be a number from 0 to 1e18: -1.0",
                "timeline.jsonl | {'second':1}@@{'second': | DIR/timeline.jsonl: line 3: the JSON ends too early: is the file"
                        + " truncated?",
                "timeline.jsonl | {'second':NaN} | DIR/timeline.jsonl: line 1: malformed JSON: Non-standard token 'NaN': enable"
                        + " `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow",
                "latency.hlog | 1.0,1.0,2.0 | DIR/latency.hlog: line 1: is not an interval of HdrHistogram's log: is the file"
                        + " damaged?",
                "latency.hlog | #[nothing]@@ | DIR/latency.hlog: holds no interval"
            })
    void shouldNamePlaceAndFault(final String name, final String content, final String message) throws IOException {
        file(name, content.replace('\'', '"').replace("@@", "\n\n"));

        assertThat(fault()).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jmh.json | [null] | [0]",
                "jmh.json | [{'benchmark':'a','primaryMetric':{'rawData':[[null]]}}] | [0].primaryMetric.rawData[0][0]",
                "jmh.json | [{'benchmark':'a','primaryMetric':{'rawData':[null]}}] | [0].primaryMetric.rawData[0]",
                "capacity.json | {'steps':[{'histogram':{'endToEnd':null}}]} | steps[0].histogram.endToEnd",
                "capacity.json | {'steps':[{'complaints':[null]}]} | steps[0].complaints[0]",
                "capacity.json | {'usl':{'steps':[null]}} | usl.steps[0]",
                "capacity.json | {'shortfalls':[null]} | shortfalls[0]",
                "summary.json | {'shortfalls':[null]} | shortfalls[0]",
                "summary.json | {'lastPath':{'tasks':null}} | lastPath.tasks",
                "peers.json | {'rows':[null]} | rows[0]",
                "peers.json | {'rows':[{'guarantees':{'tracked':null}}]} | rows[0].guarantees.tracked",
                "gantt.json | {'tasks':[null]} | tasks[0]",
                "gantt.json | {'occupancy':{'running':[null]}} | occupancy.running[0]"
            })
    void shouldNameAnElementThatIsNull(final String name, final String content, final String path) throws IOException {
        file(name, content.replace('\'', '"'));

        assertThat(fault())
                .startsWith("DIR/" + name + ": line 1, column ")
                .endsWith(": " + path + ": must not be null");
    }

    @Test
    void shouldNameTheLineOfADamagedInterval() throws IOException {
        SampleResults.capacity(folder, 1, 1);
        final Path log = folder.resolve("latency.hlog");
        final List<String> lines = Files.readAllLines(log);
        final String last = lines.get(lines.size() - 1);
        lines.set(lines.size() - 1, last.substring(0, last.length() - 9));
        Files.write(log, lines);

        assertThat(fault())
                .isEqualTo("DIR/latency.hlog: line " + lines.size()
                        + ": is not an interval of HdrHistogram's log: is the file damaged?");
    }

    @Test
    void shouldNameAFileThatIsNotText() throws IOException {
        Files.write(folder.resolve("latency.hlog"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThat(fault()).isEqualTo("DIR/latency.hlog: is not UTF-8 text");

        Files.delete(folder.resolve("latency.hlog"));
        Files.createDirectory(folder.resolve("peers.json"));
        assertThat(fault()).startsWith("DIR/peers.json: can't be read: ");
    }

    @Test
    void shouldTakeIntervalsOfAbsoluteTimesForOnesSinceTheStart() throws Exception {
        SampleResults.capacity(folder, 1, 1);
        final Path log = folder.resolve("latency.hlog");
        final StringBuilder absolute = new StringBuilder();
        for (final String line : Files.readAllLines(log)) {
            final String[] fields = line.split(",", 3);
            absolute.append(
                            line.startsWith("Tag=")
                                    ? fields[0] + ',' + (1_777_890_030 + (int) Double.parseDouble(fields[1])) + ".000,"
                                            + fields[2]
                                    : line)
                    .append('\n');
        }
        final List<IntervalLog.Interval> relative = IntervalLog.read(log).intervals("endToEnd");
        Files.writeString(log, absolute, StandardCharsets.UTF_8);

        final List<IntervalLog.Interval> read = IntervalLog.read(log).intervals("endToEnd");

        assertThat(read)
                .extracting(IntervalLog.Interval::from)
                .startsWith(0.0, 1.0, 2.0)
                .hasSize(90);
        assertThat(read)
                .extracting(IntervalLog.Interval::to)
                .containsExactlyElementsOf(
                        relative.stream().map(IntervalLog.Interval::to).toList());
    }
}
