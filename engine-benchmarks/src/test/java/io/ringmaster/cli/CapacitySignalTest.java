package io.ringmaster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The command in a process of its own, ended from outside. */
@Timeout(90)
class CapacitySignalTest {
    private static final int TERMINATED = 128 + 15;

    @TempDir
    private Path folder;

    private Process process;

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void shouldWriteWhatItHasWhenItIsTerminated() throws Exception {
        start(
                "capacity",
                "--work=step-and-wait:20ms",
                "--rates=100,200,300,400",
                "--step-seconds=2",
                "--warmup=0",
                "--report=report");
        await(folder.resolve("err"), "step 0, ");

        process.destroy();

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(TERMINATED);
        assertThat(folder.resolve("err"))
                .content()
                .contains("ringmaster capacity: fell short: stopped by a signal")
                .doesNotContain("\tat ");
        assertThat(folder.resolve("out")).content().contains("offered/s completed/s");
        final Path report = folder.resolve("report");
        assertThat(ReplayCommandTest.figures(report.resolve("capacity.json")))
                .containsEntry("stopped", true)
                .containsEntry("steps.0.ledger.balanced", true)
                .containsEntry("shortfalls.0", "stopped by a signal")
                .doesNotContainKey("steps.3.submitted");
        assertThat(report.resolve("environment.json")).exists();
        assertThat(Files.readAllLines(report.resolve("timeline.jsonl"))).hasSizeGreaterThanOrEqualTo(2);
    }

    private void start(final String... arguments) throws IOException {
        final Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        final ProcessBuilder builder = new ProcessBuilder(java.toString(), "-Xmx256m", "-cp");
        builder.command().add(System.getProperty("java.class.path"));
        builder.command().add(RingmasterMain.class.getName());
        builder.command().addAll(List.of(arguments));
        process = builder.directory(folder.toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
    }

    private void await(final Path file, final String text) throws IOException, InterruptedException {
        while (!Files.exists(file) || !Files.readString(file).contains(text)) {
            assertThat(process.waitFor(20, TimeUnit.MILLISECONDS))
                    .as("ended early")
                    .isFalse();
        }
    }
}
