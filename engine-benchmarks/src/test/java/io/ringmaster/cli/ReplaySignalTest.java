package io.ringmaster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command in a process of its own, ended from outside. */
@Timeout(90)
class ReplaySignalTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"shared", "exclusive"})
    @DisabledOnOs(OS.WINDOWS)
    void shouldKillWhatIsLiveAndSumUpWhenItIsTerminated(final String container) throws Exception {
        final CommandProcess command = new CommandProcess(
                folder, "replay", "--warm-up=0", "--speedup=0.01", "--container", container, "--events", "events.csv");
        try (command) {
            // A plain progress line says that the run has begun.
            command.awaitError(" live, ");

            assertThat(command.terminate()).isEqualTo(CommandProcess.TERMINATED);
        }
        assertThat(command.err()).content().contains("ringmaster replay: fell short: stopped by a signal; ");
        assertThat(command.out())
                .content()
                .contains(" killed, ")
                .contains(" not released")
                .contains(" + 0 live: balanced");
        assertThat(Files.readAllLines(folder.resolve("events.csv"))).anyMatch(row -> row.endsWith(",KILLED"));
    }
}
