package io.ringmaster.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.report.Block.Figure;
import io.ringmaster.report.Block.Mood;
import io.ringmaster.report.plot.DataTable;
import io.ringmaster.report.plot.Element;
import io.ringmaster.report.plot.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportModelTest {

    @TempDir
    private Path folder;

    private Report report(final Path... folders) throws ResultFormatException {
        return ReportModel.of(ResultFolder.readAll(folders.length == 0 ? List.of(folder) : Arrays.asList(folders)));
    }

    private static <B> List<B> blocks(final Report report, final Class<B> type) {
        return report.chapters().stream()
                .flatMap(chapter -> chapter.sections().stream())
                .flatMap(section -> section.blocks().stream())
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    private static Figure figure(final Report report, final String id) {
        return blocks(report, Figure.class).stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no figure " + id));
    }

    private static List<String> titles(final Chapter chapter) {
        return chapter.sections().stream().map(Section::title).toList();
    }

    private Path sub(final String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }

    @Test
    void shouldShowAllThatASweepHas() throws Exception {
        SampleResults.capacity(folder, 1, 1);
        SampleResults.environment(folder, "Xeon", "abc1234");

        final Report report = report();

        assertThat(report.title()).isEqualTo("Capacity sweep");
        assertThat(report.subtitle()).contains("commit abc1234", "Xeon", "JDK 17.0.15");
        assertThat(titles(report.chapters().get(0)))
                .containsExactly(
                        "Verdict",
                        "Latency under load",
                        "Percentile curves",
                        "Where the time goes",
                        "Over time",
                        "The machine");
        assertThat(blocks(report, Figure.class))
                .extracting(Figure::id)
                .containsExactly(
                        "load-latency",
                        "completed-offered",
                        "percentiles",
                        "percentiles-by-rate",
                        "stages",
                        "stages-by-load",
                        "timeline");
        final Block.Verdict verdict = blocks(report, Block.Verdict.class).get(0);
        assertThat(verdict.mood()).isEqualTo(Mood.GOOD);
        assertThat(verdict.sentence().replace('\u00a0', ' ')).isEqualTo("Keeps p99.9 ≤ 1 ms up to 275 k/s.");
        assertThat(verdict.lines()).hasSize(1).first().asString().startsWith("One master");
        assertThat(blocks(report, Block.Notes.class).get(0).title())
                .isEqualTo("1 of 9 steps is not valid and not drawn as a value");
        assertThat(blocks(report, Block.Notes.class).get(0).lines().get(0)).contains(SampleResults.COMPLAINT);
    }

    @Test
    void shouldDrawKneeAndObjectiveAndNoInvalidStepAsAValue() throws Exception {
        SampleResults.capacity(folder, 1, 1);

        final Figure figure = figure(report(), "load-latency");

        final double invalid = SampleResults.RATES.get(SampleResults.INVALID_STEP);
        final List<Object> row = figure.table().rows().stream()
                .filter(each -> each.get(0).equals(invalid))
                .findFirst()
                .orElseThrow();
        assertThat(row.subList(1, 4)).containsOnlyNulls();
        assertThat(row.get(4)).asString().contains(SampleResults.COMPLAINT);
        assertThat(figure.table().marks()).containsOnlyOnce(DataTable.Mark.INVALID);
        assertThat(figure.wide().elements().stream()
                        .filter(Element.Label.class::isInstance)
                        .map(each -> ((Element.Label) each).text().replace('\u00a0', ' ')))
                .contains("knee 250 k/s", "within objective 275 k/s", "objective: p99.9 ≤ 1 ms", "invalid");
        assertThat(figure.wide().description()).contains("8 of 9 steps valid", "knee is at 250");
    }

    @Test
    void shouldLeaveOutTheLatenciesOfAnInvalidStepOverTime() throws Exception {
        SampleResults.capacity(folder, 1, 1);

        final Figure timeline = figure(report(), "timeline");

        assertThat(timeline.table().rows()).hasSize(90);
        for (int second = 0; second < 90; second++) {
            final List<Object> row = timeline.table().rows().get(second);
            assertThat(row.get(0)).isEqualTo(second + 0.5);
            final boolean isInvalid = second / 10 == SampleResults.INVALID_STEP;
            assertThat(row.subList(1, 4)).as("second %d", second).allMatch(value -> (value == null) == isInvalid);
        }
        assertThat(timeline.caption()).contains("Hatched").contains("Not seen at all: CPU time withheld by the limit.");
    }

    @Test
    void shouldNameWhatFollowsTheSteps() throws Exception {
        SampleResults.capacity(folder, 1, 1);

        final CapacityResult capacity =
                ResultFolder.readAll(List.of(folder)).get(0).capacity();

        assertThat(capacity.phase(4).isValid()).isFalse();
        assertThat(capacity.phase(9)).isEqualTo(new CapacityResult.Phase("burst", true));
        assertThat(capacity.phase(10)).isEqualTo(new CapacityResult.Phase("overload", true));
        assertThat(capacity.phase(11)).isNull();
        assertThat(capacity.phase(-1)).isNull();
    }

    @Test
    void shouldCloseTheGapOfAnInvalidStepThatWasMeasuredAgain() throws Exception {
        Files.writeString(folder.resolve("capacity.json"), """
                {"format":"ringmaster-capacity/1","steps":[
                 {"offeredPerSecond":100,"completedPerSecond":100,"valid":true},
                 {"offeredPerSecond":200,"completedPerSecond":150,"valid":false},
                 {"offeredPerSecond":201,"completedPerSecond":201,"valid":true},
                 {"offeredPerSecond":300,"completedPerSecond":200,"valid":false}]}""");

        final List<CapacityResult.Step> steps =
                ResultFolder.readAll(List.of(folder)).get(0).capacity().steps();

        assertThat(LoadSection.curve(steps, CapacityResult.Step::completedPerSecond))
                .containsExactly(new Point(100, 100), new Point(201, 201), new Point(300, Double.NaN));
    }

    private static List<String> notes(final Report report, final String title) {
        return blocks(report, Block.Notes.class).stream()
                .filter(each -> each.title().startsWith(title))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no notes " + title))
                .lines()
                .stream()
                .map(each -> each.replace('\u00a0', ' '))
                .toList();
    }

    /** The rate of a burst is all that was offered in it. */
    @Test
    void shouldSayHowBurstAndOverloadWereDigested() throws Exception {
        SampleResults.capacity(folder, 1, 1);

        final Report report = report();

        assertThat(notes(report, "Recovery after a burst"))
                .containsExactly(
                        "A burst of 600 k/s for 500 ms amid 100 k/s. It had recovered 800 ms after the burst's end.");
        assertThat(notes(report, "Overload at 3")).contains("It had recovered 400 ms after the overload's end.");
    }

    @Test
    void shouldSayThatTheEngineDidNotRecover() throws Exception {
        SampleResults.capacity(folder, 1, 1);
        final Path file = folder.resolve("capacity.json");
        Files.writeString(
                file, Files.readString(file).replaceAll("\"recoverySeconds\" : [0-9.]+", "\"recoverySeconds\" : null"));

        final Report report = report();

        final String bad = "It had not recovered by the end of the measurement.";
        assertThat(notes(report, "Recovery after a burst").get(0)).endsWith(bad);
        assertThat(notes(report, "Overload at 3")).contains(bad);
    }

    /** Poisson arrivals are rarely as many as were scheduled: at the knee 201.3 a second for 200, here. */
    @Test
    void shouldLeadWithTheKneeAndShowItsStepWithoutAnObjective() throws Exception {
        final String steps = """
                {"format":"ringmaster-capacity/1","steps":[
                 {"offeredPerSecond":99.1,"completedPerSecond":99.1,"valid":true},
                 {"offeredPerSecond":201.3,"completedPerSecond":201.3,"valid":true},
                 {"offeredPerSecond":399.5,"completedPerSecond":250,"valid":true},
                 {"offeredPerSecond":301.2,"completedPerSecond":240,"valid":true}]""";
        final Path file = folder.resolve("capacity.json");

        Files.writeString(file, steps + ",\"knee\":{\"ratePerSecond\":200,\"step\":1,\"how\":\"by backlog\"}}");

        assertThat(Latencies.chosen(capacity()).offeredPerSecond()).isEqualTo(201.3);
        assertThat(sentence()).isEqualTo("Keeps up with 200/s, the knee; no objective was set.");

        Files.writeString(file, steps + "}");

        assertThat(Latencies.chosen(capacity()).offeredPerSecond())
                .as("the last one measured")
                .isEqualTo(301.2);
        assertThat(sentence()).isEqualTo("Completes up to 250/s; no knee was found, and no objective was set.");
    }

    private CapacityResult capacity() throws ResultFormatException {
        return ResultFolder.readAll(List.of(folder)).get(0).capacity();
    }

    private String sentence() throws ResultFormatException {
        return blocks(report(), Block.Verdict.class).get(0).sentence().replace('\u00a0', ' ');
    }

    @Test
    void shouldDrawTheScalabilityLawOnlyWhereItWasFitted() throws Exception {
        SampleResults.capacity(folder, 1, 1);
        assertThat(blocks(report(), Block.Notes.class))
                .extracting(Block.Notes::title)
                .contains("The Universal Scalability Law was not fitted");

        final Path file = folder.resolve("capacity.json");
        Files.writeString(file, Files.readString(file).replaceAll("\"fitted\" : false", """
                "fitted" : true, "lambda":{"value":1000,"low":900,"high":1100},"sigma":{"value":0.1,"low":0.05,"high":0.2},\\
                "kappa":{"value":0,"low":0,"high":0.01},\\
                "points":[{"fireWorkers":1,"ratePerSecond":990},{"fireWorkers":4,"ratePerSecond":3000}]"""));

        final Figure figure = figure(report(), "scaling");
        assertThat(figure.table().columns())
                .extracting(DataTable.Column::name)
                .containsExactly("fire-workers", "law", "measured");
        assertThat((double) figure.table().rows().get(1).get(1)).isBetween(3_050.0, 3_100.0);
    }

    @Test
    void shouldSayThatASweepWithoutAValidStepSaysNothing() throws Exception {
        SampleResults.capacity(folder, 1, 1);
        final Path file = folder.resolve("capacity.json");
        Files.writeString(
                file,
                Files.readString(file)
                        .replaceAll("\"valid\" : true,\n(\\s+)\"complaints\" : \\[ \\]", "\"valid\" : false"));

        final Report report = report();

        assertThat(blocks(report, Block.Verdict.class).get(0).mood()).isEqualTo(Mood.BAD);
        assertThat(blocks(report, Block.Verdict.class).get(0).sentence()).startsWith("No step is valid");
        assertThat(blocks(report, Figure.class)).extracting(Figure::id).containsExactly("timeline");
    }

    @Test
    void shouldShowAReplayWithABarForEachTask() throws Exception {
        SampleResults.replay(folder, "montage", 240);

        final Report report = report();

        assertThat(report.title()).isEqualTo("Replay of montage");
        assertThat(blocks(report, Figure.class))
                .extracting(Figure::id)
                .containsExactly("percentiles", "stages", "timeline", "gantt");
        assertThat(figure(report, "gantt").table().rows()).hasSize(240);
        assertThat(figure(report, "gantt").caption()).contains("12 tasks that the end was waiting for");
        assertThat(blocks(report, Block.Verdict.class).get(0).sentence())
                .isEqualTo("240 of 240 tasks of montage succeeded.");
    }

    @Test
    void shouldShowHowManyRanWhereTasksAreTooManyForABarEach() throws Exception {
        SampleResults.replay(folder, "montage", 6_000);

        final Report report = report();

        assertThat(blocks(report, Figure.class))
                .extracting(Figure::id)
                .containsExactly("percentiles", "stages", "timeline", "occupancy", "critical-path");
        assertThat(figure(report, "critical-path").table().rows()).hasSize(12);
        assertThat(Page.html(report, "plots", "report.json").length()).isLessThan(2_000_000);
    }

    @Test
    void shouldSayWhereAReplayFellShort() throws Exception {
        SampleResults.replay(folder, "chain", 24);
        final Path file = folder.resolve("summary.json");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace("\"succeeded\" : 24", "\"shortfalls\" : [\"1 task failed\"], \"succeeded\" : 23"));

        final Block.Verdict verdict = blocks(report(), Block.Verdict.class).get(0);

        assertThat(verdict.mood()).isEqualTo(Mood.BAD);
        assertThat(verdict.sentence()).isEqualTo("Fell short: 23 of 24 tasks of chain succeeded.");
        assertThat(verdict.lines()).contains("1 task failed");
    }

    @Test
    void shouldShowPeersWithoutTheValuesOfOneThatIsNotValid() throws Exception {
        SampleResults.peers(folder);

        final Report report = report();

        final List<List<Object>> rows = figure(report, "peers").table().rows();
        assertThat(rows).hasSize(8);
        assertThat(rows.get(5).get(0)).isEqualTo("Pekko typed");
        assertThat(rows.get(5).subList(1, 7)).containsOnlyNulls();
        assertThat(rows.get(0)).startsWith("ringmaster", 1_450_000.0);
        assertThat(blocks(report, Block.Verdict.class).get(0).mood()).isEqualTo(Mood.WARNING);
    }

    @Test
    void shouldNotCallAPeerInvalidThatThisMachineCanNotRun() throws Exception {
        Files.writeString(folder.resolve("peers.json"), """
                {"format":"ringmaster-peers/1","rows":[
                 {"peer":"pool","tasksPerSecond":5010000},
                 {"peer":"virtual-threads","available":false,"valid":false,"complaints":["needs JDK 21, this is 17"]}]}""");

        final Report report = report();

        final Block.Verdict verdict = blocks(report, Block.Verdict.class).get(0);
        assertThat(verdict.mood()).isEqualTo(Mood.NEUTRAL);
        assertThat(verdict.lines()).containsExactly("Not measured: virtual-threads: needs JDK 21, this is 17");
        final List<List<Object>> rows = figure(report, "peers").table().rows();
        assertThat(rows.get(1).get(0)).isEqualTo("virtual-threads");
        assertThat(rows.get(1)).doesNotContain("needs JDK 21, this is 17"); // the reason why a row is not valid
    }

    @Test
    void shouldSayHowFarPeersReachAndRankNone() throws Exception {
        final Path file = folder.resolve("peers.json");
        final String ours = """
                {"format":"ringmaster-peers/1","rows":[
                 {"peer":"ringmaster","tasksPerSecond":5330000},
                 {"peer":"ringmaster-spin","tasksPerSecond":3790000},
                 {"peer":"virtual-threads","valid":false,"complaints":["needs JDK 21, this is 17.0.15"]},
                 {"peer":"inline","tasksPerSecond":90000000}""";
        final String pool = ",{\"peer\":\"pool\",\"tasksPerSecond\":5010000}";
        final String agrona = ",{\"peer\":\"agrona\",\"tasksPerSecond\":17500000}";
        final String polling = ",{\"peer\":\"polling\",\"tasksPerSecond\":53500}";

        Files.writeString(file, ours + pool + agrona + polling + "]}");
        assertThat(sentence())
                .isEqualTo("Throughput: ringmaster 5.33 M/s, ringmaster-spin 3.79 M/s;"
                        + " 3 peers on the same work from 53.5 k/s to 17.5 M/s.");

        Files.writeString(file, ours + pool + "]}");
        assertThat(sentence())
                .isEqualTo("Throughput: ringmaster 5.33 M/s, ringmaster-spin 3.79 M/s;"
                        + " 1 peer on the same work at 5.01 M/s.");

        Files.writeString(file, ours + "]}");
        assertThat(sentence()).isEqualTo("Throughput: ringmaster 5.33 M/s, ringmaster-spin 3.79 M/s.");

        Files.writeString(file, (ours + pool + "]}").replace("\"peer\":\"ringmaster", "\"peer\":\"other"));
        assertThat(sentence()).isEqualTo("Throughput: 3 peers on the same work from 3.79 M/s to 5.33 M/s.");

        Files.writeString(file, """
                {"format":"ringmaster-peers/1","rows":[{"peer":"inline","tasksPerSecond":90000000}]}""");
        assertThat(sentence()).isEqualTo("No peer's throughput is valid.");
    }

    @Test
    void shouldShowTheSpreadOfForks() throws Exception {
        SampleResults.jmh(folder, 1);

        final Report report = report();

        final DataTable scores = blocks(report, Block.Table.class).get(0).table();
        assertThat(scores.rows()).hasSize(7);
        assertThat(scores.rows().subList(0, 6)).allSatisfy(row -> {
            assertThat((double) row.get(4)).isLessThan((double) row.get(2));
            assertThat((double) row.get(5)).isGreaterThan((double) row.get(2));
            assertThat(row.get(7)).isEqualTo(5);
            assertThat((double) row.get(8)).isEqualTo(0.011, org.assertj.core.api.Assertions.within(1e-9));
        });
        assertThat(scores.rows().get(6))
                .as("samples, which have no value of each fork")
                .containsExactly("ExclusiveHandOffBenchmark.one", "", 8.2, "us/op", null, null, null, 5, null);
        assertThat(figure(report, "forks").table().rows()).hasSize(6);
        final Block.Verdict verdict = blocks(report, Block.Verdict.class).get(0);
        assertThat(verdict.mood()).isEqualTo(Mood.NEUTRAL);
        assertThat(verdict.sentence()).isEqualTo("7 benchmarks, 5 forks of each.");
        assertThat(verdict.lines()).isEmpty();
    }

    @Test
    void shouldWarnOfBenchmarksOfOneFork() throws Exception {
        Files.writeString(folder.resolve("jmh.json"), """
                [{"benchmark":"a.B.c","mode":"sample","forks":0,"primaryMetric":{"score":1}},
                 {"benchmark":"a.B.d","mode":"thrpt","forks":1,"primaryMetric":{"score":1,"rawData":[[1]]}}]""");

        final Block.Verdict verdict = blocks(report(), Block.Verdict.class).get(0);

        assertThat(verdict.mood()).isEqualTo(Mood.WARNING);
        assertThat(verdict.sentence()).isEqualTo("2 benchmarks, 1 fork of each.");
        assertThat(verdict.lines()).hasSize(1).first().asString().startsWith("One fork says nothing of its spread");
    }

    @Test
    void shouldCompareRunsAndPutWhatDiffersFirst() throws Exception {
        SampleResults.capacity(sub("a"), 1, 1);
        SampleResults.environment(folder.resolve("a"), "Xeon", "abc");
        SampleResults.capacity(sub("b"), 2, 2);
        SampleResults.environment(folder.resolve("b"), "EPYC", "abc");

        final Report report = report();

        assertThat(report.chapters()).extracting(Chapter::title).containsExactly("Comparison", "a", "b");
        final List<Block.Table> tables = blocks(report, Block.Table.class);
        final List<Object> p50 = tables.get(0).table().rows().stream()
                .filter(row -> row.get(0).toString().startsWith("end to end p50"))
                .findFirst()
                .orElseThrow();
        assertThat((double) p50.get(3)).isBetween(1.1, 2.0);
        final DataTable differences = tables.get(1).table();
        assertThat(differences.rows().get(0)).containsExactly("cpu", "Xeon", "EPYC");
        assertThat(differences.marks()).containsOnlyOnce(DataTable.Mark.DIFFERS);
        assertThat(figure(report, "comparison-percentiles").wide().elements()).isNotEmpty();
        assertThat(figure(report, "comparison-load-latency").table().columns())
                .extracting(DataTable.Column::name)
                .containsExactly("offered", "a", "b");
        assertThat(Stream.concat(
                        blocks(report, Figure.class).stream().map(Figure::id),
                        report.chapters().stream()
                                .flatMap(chapter -> chapter.sections().stream())
                                .map(Section::id)))
                .doesNotHaveDuplicates();
    }

    @Test
    void shouldCompareBenchmarksByTheirNameAndParameters() throws Exception {
        SampleResults.jmh(sub("old"), 1);
        SampleResults.jmh(sub("new"), 0.5);

        final Report report = report(folder.resolve("old"), folder.resolve("new"));

        final DataTable table = blocks(report, Block.Table.class).get(0).table();
        assertThat(table.rows()).hasSize(7).allSatisfy(row -> assertThat((double) row.get(5))
                .isBetween(0.49, 0.51));
    }

    @Test
    void shouldGiveNoRatioOfTwoUnits() throws Exception {
        final String results = """
                [{"benchmark":"a.B.c","mode":"avgt","primaryMetric":{"score":%s,"scoreUnit":"%s"}},
                 {"benchmark":"a.B.d","mode":"avgt","primaryMetric":{"score":%s,"scoreUnit":"ns/op"}}]""";
        Files.writeString(sub("old").resolve("jmh.json"), String.format(results, 1500, "ns/op", 2));
        Files.writeString(sub("new").resolve("jmh.json"), String.format(results, 1.5, "us/op", 3));

        final Report report = report(folder.resolve("old"), folder.resolve("new"));

        final DataTable table = blocks(report, Block.Table.class).get(0).table();
        assertThat(table.rows()).hasSize(1);
        assertThat(table.rows().get(0)).containsExactly("B.d", "", "ns/op", 2.0, 3.0, 1.5);
        assertThat(notes(report, "Measured in several units")).containsExactly("B.c: ns/op, us/op");
    }
}
