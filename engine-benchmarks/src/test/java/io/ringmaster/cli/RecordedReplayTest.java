package io.ringmaster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * Replays each recorded trace without its runtimes, and one of them with faults. They lie outside of the project, in the folder that the property
 * {@code ringmaster.traces} names; without it this test is skipped.
 */
@Timeout(300)
class RecordedReplayTest {

    @TestFactory
    List<DynamicTest> shouldReplayEachRecordedTrace() throws IOException {
        final Path folder = Path.of(System.getProperty("ringmaster.traces", "traces"));
        assumeTrue(Files.isDirectory(folder), () -> "no recorded traces in " + folder);
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().matches(".*\\.(json|csv)(\\.gz)?"))
                    .sorted()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> expectAllWell(file)))
                    .toList();
        }
    }

    @Test
    void shouldEndEachTaskOfARecordedTraceOnceWhateverGoesWrong() throws IOException {
        final Path folder = Path.of(System.getProperty("ringmaster.traces", "traces"));
        assumeTrue(Files.isDirectory(folder), () -> "no recorded traces in " + folder);
        final Path trace;
        try (Stream<Path> files = Files.list(folder)) {
            trace = files.filter(file -> file.getFileName().toString().matches("montage.*\\.json"))
                    .sorted()
                    .findFirst()
                    .orElse(null);
        }
        assumeTrue(trace != null, () -> "no montage trace in " + folder);
        final StringWriter out = new StringWriter();
        final StringWriter err = new StringWriter();

        final int status = RingmasterMain.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(
                        "replay",
                        "--warm-up=0",
                        "--speedup=100",
                        "--faults=fail=0.1,zombie=0.005,block=0.005,timeout=0.005,slow-master=10ms",
                        trace.toString());

        assertThat(status).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains(", 0 dependency violations\n")
                .containsPattern("final states +each of \\d+ released tasks has ended in exactly one\n")
                .contains(": balanced\n");
    }

    private static void expectAllWell(final Path trace) {
        final StringWriter out = new StringWriter();
        final StringWriter err = new StringWriter();

        final int status = RingmasterMain.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute("replay", "--warm-up=0", "--speedup=0", trace.toString());

        assertThat(status).as(err.toString()).isZero();
        assertThat(out.toString())
                .containsPattern("tasks +(\\d+) of \\1 succeeded\n")
                .contains(", 0 dependency violations\n")
                .contains(": balanced\n");
    }
}
