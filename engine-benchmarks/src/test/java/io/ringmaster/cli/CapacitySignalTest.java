package io.ringmaster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The command in a process of its own, ended from outside. */
@Timeout(90)
class CapacitySignalTest {
    @TempDir
    private Path folder;

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void shouldWriteWhatItHasWhenItIsTerminated() throws Exception {
        final CommandProcess command = new CommandProcess(
                folder,
                "capacity",
                "--work=step-and-wait:20ms",
                "--rates=100,200,300,400",
                "--step-seconds=2",
                "--warmup=0",
                "--report=report");
        try (command) {
            command.awaitError("step 0, ");

            assertThat(command.terminate()).isEqualTo(CommandProcess.TERMINATED);
        }
        assertThat(command.err())
                .content()
                .contains("ringmaster capacity: fell short: stopped by a signal")
                .doesNotContain("\tat ");
        assertThat(command.out()).content().contains("offered/s completed/s");
        final Path report = folder.resolve("report");
        assertThat(ReplayCommandTest.figures(report.resolve("capacity.json")))
                .containsEntry("stopped", true)
                .containsEntry("steps.0.ledger.balanced", true)
                .containsEntry("shortfalls.0", "stopped by a signal")
                .doesNotContainKey("steps.3.submitted");
        assertThat(report.resolve("environment.json")).exists();
        assertThat(Files.readAllLines(report.resolve("timeline.jsonl"))).hasSizeGreaterThanOrEqualTo(2);
    }
}
