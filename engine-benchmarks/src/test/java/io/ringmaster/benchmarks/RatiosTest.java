package io.ringmaster.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class RatiosTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine commandLine =
            Ratios.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));

    @Test
    void shouldTakeAForkAsOneSampleWithTheMedianOfItsIterations() throws IOException {
        final Map<String, Ratios.Series> all = new LinkedHashMap<>();

        Ratios.read(result("a.json", entry("engine", "[[1.0, 9.0, 2.0], [4.0, 5.0, 6.0]]")), all);

        assertThat(all).hasSize(2);
        assertThat(all.values().iterator().next().forks()).containsExactly(2.0, 5.0);
    }

    @Test
    void shouldGatherTheForksOfSeveralFilesInTheirOrder() throws IOException {
        final Map<String, Ratios.Series> all = new LinkedHashMap<>();

        Ratios.read(result("a.json", entry("engine", "[[1.0]]")), all);
        Ratios.read(result("b.json", entry("raw", "[[7.0]]")), all);
        Ratios.read(result("c.json", entry("engine", "[[3.0]]")), all);

        assertThat(all.get("Some.run {target=engine}").forks()).containsExactly(1.0, 3.0);
        assertThat(all.get("Some.run {target=raw}").forks()).containsExactly(7.0);
        assertThat(all.get("Some.run:gc.alloc.rate.norm {target=engine}").forks())
                .containsExactly(232.0, 232.0);
    }

    @Test
    void shouldPairForksSoThatADisturbanceOfBothLeavesTheRatioAlone() {
        final double[] over = {8, 4, 16, 8, 80};
        final double[] under = {10, 5, 20, 10, 100};

        final PairedRatio ratio = PairedRatio.ofMedian(over, under, 1);

        assertThat(ratio.ratio()).isCloseTo(0.8, within(1e-9));
        assertThat(ratio.low()).isCloseTo(0.8, within(1e-9));
        assertThat(ratio.high()).isCloseTo(0.8, within(1e-9));
        assertThat(ratio.pairs()).isEqualTo(5);
    }

    @Test
    void shouldGiveAnIntervalThatHoldsTheMedianAndIsTheSameForTheSameSeed() {
        final double[] over = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0};
        final double[] under = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

        final PairedRatio ratio = PairedRatio.ofMedian(over, under, 42);

        assertThat(ratio.ratio()).isEqualTo(5.5);
        assertThat(ratio.low()).isBetween(2.0, 4.5);
        assertThat(ratio.high()).isBetween(6.5, 9.0);
        assertThat(PairedRatio.ofMedian(over, under, 42)).isEqualTo(ratio);
    }

    @Test
    void shouldSayThatNothingOverNothingHasNoRatio() throws IOException {
        final Path file = result("a.json", entry("engine", "[[0.0]]") + ',' + entry("raw", "[[0.0]]"));

        assertThat(commandLine.execute("--of", "target=engine", "--to", "target=raw", file.toString()))
                .isZero();

        assertThat(out.toString())
                .startsWith("no ratio over 1 pairs; medians 0.000 and 0.000")
                .doesNotContain("NaN");
    }

    @Test
    void shouldPrintTheRatioOfEachBenchmarkMeasuredWithBothValues() throws IOException {
        final Path file = result("a.json", entry("engine", "[[4.0], [4.0]]") + ',' + entry("raw", "[[5.0], [5.0]]"));

        assertThat(commandLine.execute("--of", "target=engine", "--to", "target=raw", file.toString()))
                .isZero();

        assertThat(out.toString()).contains("ratio 0.800", "over 2 pairs", "Some.run {target=engine}");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void shouldRefuseARatioOfWhatWasNotMeasured() throws IOException {
        final Path file = result("a.json", entry("engine", "[[4.0]]"));

        assertThat(commandLine.execute("--of", "target=engine", "--to", "target=raw", file.toString()))
                .isEqualTo(2);

        assertThat(err.toString()).contains("target=engine and target=raw").doesNotContain("\tat ");
    }

    @Test
    void shouldNameAFileThatIsNotAResult() throws IOException {
        final Path file = Files.writeString(folder.resolve("other.json"), "{\"a\": 1}");

        assertThat(commandLine.execute(file.toString())).isEqualTo(2);

        assertThat(err.toString())
                .contains("other.json is not a JSON result of JMH")
                .doesNotContain("\tat ");
    }

    @Test
    void shouldSayThatAMeasurementWasStopped() throws IOException {
        final Path file = Files.writeString(folder.resolve("stopped.json"), "");

        assertThat(commandLine.execute(file.toString())).isEqualTo(2);

        assertThat(err.toString()).contains("stopped.json", "failed or was stopped");
    }

    @Test
    void shouldNotTakeABenchmarkThatFailedForAResult() throws IOException {
        final Path file = result("failed.json", "");

        assertThat(commandLine.execute(file.toString())).isEqualTo(2);

        assertThat(err.toString()).contains("failed.json", "the measurement failed");
    }

    @Test
    void shouldRefuseToPairForksOfWhichOneIsMissing() throws IOException {
        final Path file = result("a.json", entry("engine", "[[4.0], [4.0]]") + ',' + entry("raw", "[[5.0]]"));

        assertThat(commandLine.execute("--of", "target=engine", "--to", "target=raw", file.toString()))
                .isEqualTo(2);

        assertThat(err.toString()).contains("forks must be in pairs: 2 of Some.run {target=engine}, 1 of Some.run");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void shouldSayThatSampledTimesHaveNoRatio() throws IOException {
        final String sampled = entry("engine", "[[1.0]]") + ',' + entry("raw", "[[2.0]]");
        final Path file =
                result("a.json", sampled.replaceAll("(score(?:Unit)?\": [^{}]*)\"rawData\"", "$1\"rawDataHistogram\""));

        assertThat(commandLine.execute("--of", "target=engine", "--to", "target=raw", file.toString()))
                .isEqualTo(2);

        assertThat(err.toString()).contains("no value for each fork", "Some.run {target=engine}");
    }

    @Test
    void shouldKeepThePairsOfAMetricThatSomeForksHaveNot() throws IOException {
        final String[] files = {
            result("a.json", entry("engine", "[[1.0]]").replace("[[232.0]]", "[[20.0]]"))
                    .toString(),
            result("b.json", entry("raw", "[[1.0]]").replace("gc.alloc.rate.norm", "other"))
                    .toString(),
            result("c.json", entry("raw", "[[1.0]]").replace("[[232.0]]", "[[10.0]]"))
                    .toString(),
            result("d.json", entry("engine", "[[1.0]]").replace("[[232.0]]", "[[30.0]]"))
                    .toString(),
            result("e.json", entry("engine", "[[1.0]]").replace("[[232.0]]", "[[]]"))
                    .toString(),
            result("f.json", entry("raw", "[[1.0]]")).toString()
        };

        assertThat(commandLine.execute(
                        Stream.concat(Stream.of("--of", "target=engine", "--to", "target=raw"), Stream.of(files))
                                .toArray(String[]::new)))
                .isZero();

        assertThat(out.toString().lines())
                .hasSize(2)
                .anySatisfy(line -> assertThat(line).contains("over 3 pairs", "Some.run {"))
                .anySatisfy(line ->
                        assertThat(line).contains("ratio 3.000", "over 1 pairs", "Some.run:gc.alloc.rate.norm"));
    }

    private Path result(final String name, final String entries) throws IOException {
        return Files.writeString(folder.resolve(name), '[' + entries + ']');
    }

    private static String entry(final String target, final String rawData) {
        return "{\"jmhVersion\": \"1.37\", \"benchmark\": \"some.where.Some.run\", \"mode\": \"thrpt\","
                + " \"params\": {\"target\": \"" + target + "\"}, \"primaryMetric\": {\"score\": 1.0,"
                + " \"scoreConfidence\": [1.0, \"NaN\"], \"scoreUnit\": \"ops/us\", \"rawData\": " + rawData
                + "}, \"secondaryMetrics\": {\"gc.alloc.rate.norm\": {\"score\": 232.0, \"scoreUnit\": \"B/op\","
                + " \"rawData\": [[232.0]]}}}";
    }
}
