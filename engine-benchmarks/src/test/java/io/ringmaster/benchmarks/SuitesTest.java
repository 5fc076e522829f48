package io.ringmaster.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SuitesTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    private int run(final String... args) {
        return Suites.run(new PrintStream(errors, true, StandardCharsets.UTF_8), args);
    }

    /** Runs benchmarks in this JVM for one silent iteration of a millisecond. */
    private int runBriefly(final String... args) {
        final String[] briefly = {"-f", "0", "-wi", "0", "-i", "1", "-r", "1ms", "-v", "SILENT"};
        return run(Stream.concat(Stream.of(args), Stream.of(briefly)).toArray(String[]::new));
    }

    private String errors() {
        return errors.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--bogus                    | bogus is not a recognized option",
                "-f x                       | 'x'",
                "NoSuchBenchmark            | no benchmark matches NoSuchBenchmark",
                "[                          | a pattern must be a regular expression: [",
                "-e [ EventPath             | a pattern must be a regular expression: [",
                "-prof nix EventPath        | -prof must name",
                "-p size=1 EventPath        | -p must name a parameter of what matches, order, target: size",
                "-p target=cooked EventPath | raw-yield, repository, table, transfer-queue, tree, wheel: cooked"
            })
    void shouldAnswerBadUsageWithOneLine(final String args, final String message) {
        assertThat(run(args.split(" "))).isEqualTo(2);

        assertThat(errors()).startsWith("bench: ").contains(message);
        assertThat(errors().lines()).hasSize(1);
    }

    @Test
    void shouldFailWhenABenchmarkHasNoResult() {
        assertThat(runBriefly("-p", "target=raw,raw-spin", "EventPathBenchmark"))
                .isEqualTo(1);

        assertThat(errors()).isEqualToIgnoringNewLines("bench: 2 of 4 benchmarks failed, see above");
    }

    @Test
    void shouldSucceedWhenEveryBenchmarkHasAResult() {
        assertThat(runBriefly("-p", "target=raw,abq", "EventPathBenchmark")).isZero();

        assertThat(errors()).isEmpty();
    }

    @Test
    void shouldTakeTheFirstValueOfEachParameterInSmall() {
        final Path results = folder.resolve("results.csv");
        final String benchmarks = "RepositoryBenchmark.(get|put)$";
        assertThat(runBriefly(
                        "--small", "-rf", "csv", "-rff", results.toString(), "-p", "target=agrona,none", benchmarks))
                .isZero();

        assertThat(results)
                .content()
                .contains(",10000,", "agrona", "none")
                .doesNotContain(",1000000,")
                .hasLineCount(1 + 4); // a head, and each target of each method once
    }

    @ParameterizedTest
    @ValueSource(strings = {"Publish", "Ordered", "ExclusiveHandOff", "ControlUnderFlood", "Repository"})
    void shouldRunEachTargetOfASuite(final String suite) {
        assertThat(runBriefly("--small", "-foe", "true", suite + "Benchmark")).isZero();

        assertThat(errors()).isEmpty();
    }
}
