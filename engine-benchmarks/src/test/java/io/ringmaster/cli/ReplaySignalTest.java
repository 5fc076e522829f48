package io.ringmaster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command in a process of its own, ended from outside. */
@Timeout(90)
class ReplaySignalTest {

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

    @ParameterizedTest
    @ValueSource(strings = {"shared", "exclusive"})
    @DisabledOnOs(OS.WINDOWS)
    void shouldKillWhatIsLiveAndSumUpWhenItIsTerminated(final String container) throws Exception {
        start("replay", "--warm-up=0", "--speedup=0.01", "--container", container, "--events", "events.csv");
        // A plain progress line says that the run has begun.
        await(folder.resolve("err"), " live, ");

        process.destroy();

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(TERMINATED);
        assertThat(folder.resolve("err")).content().contains("ringmaster replay: fell short: stopped by a signal; ");
        assertThat(folder.resolve("out"))
                .content()
                .contains(" killed, ")
                .contains(" not released")
                .contains(" + 0 live: balanced");
        assertThat(Files.readAllLines(folder.resolve("events.csv"))).anyMatch(row -> row.endsWith(",KILLED"));
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
