package io.ringmaster.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class AlternatingForksTest {
    /** One silent iteration of a millisecond, in a small process of its own. */
    private static final List<String> BRIEFLY =
            List.of("-wi", "0", "-i", "1", "-r", "1ms", "-v", "SILENT", "-jvmArgsAppend", "-Xms64m -Xmx64m");

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(final String of, final String to, final String... jmh) {
        final Stream<String> own = Stream.of("--of", of, "--to", to, "--pairs", "2", "--out", folder.toString(), "--");
        return AlternatingForks.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(Stream.of(own, BRIEFLY.stream(), Stream.of(jmh))
                        .flatMap(each -> each)
                        .toArray(String[]::new));
    }

    @Test
    void shouldMeasureEachPairInForksOfItsOwnAndPrintTheirRatio() throws IOException {
        assertThat(run("raw", "abq", "EventPathBenchmark.fill"))
                .as(err.toString())
                .isZero();

        assertThat(out.toString()).contains("over 2 pairs", "{order=shuffled, target=raw} over target=abq");
        assertThat(folder.toFile().list())
                .containsExactlyInAnyOrder(
                        "fork-000-raw.json",
                        "fork-001-abq.json",
                        "fork-002-abq.json",
                        "fork-003-raw.json",
                        "forks.jsonl");
        assertThat(Files.readAllLines(folder.resolve("forks.jsonl")))
                .hasSize(4)
                .allSatisfy(
                        line -> assertThat(line)
                                .containsPattern("\"cacheLineNanosBefore\":[0-9.]+,\"cacheLineNanosAfter\":[0-9.]+,")
                                .containsPattern(
                                        "EventPathBenchmark.fill\",\"unit\":\"ns/op\",\"score\":[0-9.]+,\"iterations\":\\[[0-9.]+"))
                .first()
                .asString()
                .startsWith("{\"file\":\"fork-000-raw.json\",\"target\":\"raw\",");
    }

    /** JMH takes a benchmark that failed for done, and writes an empty result. The target is one that this suite has not. */
    @Test
    void shouldFailWithOneLineThatNamesTargetAndPairWhenABenchmarkHasNoResult() {
        assertThat(run("raw", "raw-spin", "EventPathBenchmark.fill")).isEqualTo(1);

        assertThat(err.toString().lines())
                .last()
                .isEqualTo("bench: target=raw-spin in pair 1 of 2: 1 of 1 benchmarks failed, see above; no ratio");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void shouldFailWithThatLineWhenJmhItselfIsToFailOnErrors() {
        assertThat(run("raw-spin", "raw", "-foe", "true", "EventPathBenchmark.fill"))
                .isEqualTo(1);

        assertThat(err.toString().lines())
                .last()
                .asString()
                .startsWith("bench: target=raw-spin in pair 1 of 2: ")
                .endsWith(", see above; no ratio");
        assertThat(err.toString()).doesNotContain("\tat ");
    }
}
