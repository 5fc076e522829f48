package io.ringmaster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.metrics.CountersReader;
import io.ringmaster.metrics.CountersSnapshot;
import io.ringmaster.metrics.EngineCounter;
import io.ringmaster.metrics.EngineState;
import io.ringmaster.workflow.WfFormatWriter;
import io.ringmaster.workflow.WorkflowGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code replay --counters}, with {@code top} beside it. */
@Timeout(90)
class CountedReplayTest {

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int ringmaster(final String... arguments) {
        return RingmasterMain.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private Path file() {
        return folder.resolve("replay.counters");
    }

    @Test
    void shouldLeaveTheLastFiguresInTheFile() throws Exception {
        assertThat(ringmaster("replay", "--warm-up=200", "--speedup=0", "--counters", file().toString()))
                .as(err.toString())
                .isZero();
        try (CountersReader reader = CountersReader.open(file())) {
            final CountersSnapshot last = reader.read();
            assertThat(last.state()).isEqualTo(EngineState.CLOSED);
            assertThat(last.value(EngineCounter.SUCCEEDED))
                    .as("without the engines that warmed up")
                    .isEqualTo(WorkflowGenerator.sample().taskCount());
        }
    }

    @Test
    void shouldRefuseAFileThatCantBeMade() throws Exception {
        final Path thesis = Files.writeString(folder.resolve("thesis.txt"), "a thesis");
        assertThat(ringmaster("replay", "--warm-up=0", "--counters", thesis.toString()))
                .isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo("ringmaster replay: --counters must be new or a counters file: " + thesis
                        + ": not a counters file" + System.lineSeparator());
        assertThat(thesis).hasContent("a thesis");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void shouldRefuseTheTraceItself() throws Exception {
        final Path trace = folder.resolve("trace.json");
        WfFormatWriter.write(WorkflowGenerator.sample(), trace);
        assertThat(ringmaster("replay", "--counters", trace.toString(), trace.toString()))
                .isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo("ringmaster replay: --counters must not name the trace itself: " + trace
                        + System.lineSeparator());
    }

    @Test
    void shouldWatchAReplayAndReadTheFileOfAKilledOne() throws Exception {
        final CommandProcess replay =
                new CommandProcess(folder, "replay", "--warm-up=0", "--speedup=0.01", "--counters", file().toString());
        try (replay) {
            replay.await(this::isRunning);

            assertThat(ringmaster("top", file().toString(), "--count=2", "--interval=0.1"))
                    .isZero();
            assertThat(out.toString()).contains("engine 'ringmaster', process " + replay.pid() + ": RUNNING, up ");
            assertThat(ringmaster("replay", "--warm-up=0", "--counters", file().toString()))
                    .isEqualTo(2);
            assertThat(err.toString())
                    .isEqualTo("ringmaster replay: --counters must not be that of a live engine: " + file()
                            + " is written by process " + replay.pid() + ", engine 'ringmaster'"
                            + System.lineSeparator());
        }
        out.getBuffer().setLength(0);

        assertThat(ringmaster("top", file().toString())).isZero();
        assertThat(out.toString())
                .contains("engine 'ringmaster', process " + replay.pid() + ": GONE, was RUNNING, up ")
                .contains("\nkilled, or ended without a close, at about ");
    }

    private boolean isRunning() throws IOException {
        if (!Files.exists(file())) {
            return false;
        }
        try (CountersReader reader = CountersReader.open(file())) {
            return reader.read().state() == EngineState.RUNNING;
        }
    }
}
