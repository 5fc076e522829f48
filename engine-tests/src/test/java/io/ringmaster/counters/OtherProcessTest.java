package io.ringmaster.counters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ringmaster.TaskEngine;
import io.ringmaster.metrics.CountersReader;
import io.ringmaster.metrics.CountersReader.Liveness;
import io.ringmaster.metrics.CountersSnapshot;
import io.ringmaster.metrics.EngineCounter;
import io.ringmaster.metrics.EngineState;
import io.ringmaster.testing.Conditions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** An engine of another process is watched, killed, and its file read and replaced. */
@Timeout(120)
class OtherProcessTest {
    @TempDir
    private Path folder;

    private Process process;

    @AfterEach
    void end() throws Exception {
        if (process != null) {
            process.destroyForcibly();
            process.waitFor();
        }
    }

    private Path file() {
        return folder.resolve("engine.counters");
    }

    private static List<String> program(final Path file) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                CountedProgram.class.getName(),
                file.toString());
    }

    private void start(final List<String> command) throws IOException {
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
    }

    private static long live(final CountersSnapshot look) {
        return look.value(EngineCounter.ACCEPTED) - look.value(EngineCounter.FINALIZED);
    }

    @Test
    void shouldWatchALiveEngineAndReadTheFileOfAKilledOne() throws Exception {
        start(program(file()));
        Conditions.await("the file is there", () -> Files.exists(file()));
        try (CountersReader reader = CountersReader.open(file())) {
            assertThat(reader.header().engine()).isEqualTo("counted");
            assertThat(reader.header().pid()).isEqualTo(process.pid());
            final long[] accepted = {0};
            final int[] grown = {0};
            Conditions.await("tasks come and go", () -> {
                final CountersSnapshot look = reader.read();
                final long now = look.value(EngineCounter.ACCEPTED);
                assertThat(now).isGreaterThanOrEqualTo(accepted[0]);
                assertThat(live(look)).isNotNegative();
                grown[0] += now > accepted[0] && look.state() == EngineState.RUNNING ? 1 : 0;
                accepted[0] = now;
                return grown[0] >= 10;
            });
            assertThat(reader.liveness()).isEqualTo(Liveness.BEATING);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TaskEngine.launch(new TaskEngine.Context().countersFile(file())))
                    .withMessage("countersFile must not be that of a live engine: " + file() + " is written by process "
                            + process.pid() + ", engine 'counted'");

            process.destroyForcibly(); // SIGKILL
            process.waitFor();

            assertThat(reader.liveness()).isEqualTo(Liveness.GONE);
        }
        try (CountersReader reader = CountersReader.open(file())) {
            final CountersSnapshot look = reader.read();
            assertThat(look.state()).isEqualTo(EngineState.RUNNING);
            assertThat(live(look)).isGreaterThanOrEqualTo(CountedProgram.WAITING);
            assertThat(look.value(EngineCounter.SUCCEEDED)).isPositive();
            assertThat(look.value(EngineCounter.LIVE_RUNNING))
                    .as("those that wait, and one in its step perhaps")
                    .isBetween((long) CountedProgram.WAITING, CountedProgram.WAITING + 1L);
        }
        try (TaskEngine next =
                        TaskEngine.launch(new TaskEngine.Context().name("next").countersFile(file()));
                CountersReader reader = CountersReader.open(file())) {
            assertThat(reader.header().engine()).isEqualTo("next");
            assertThat(next.ledger().accepted()).isZero();
        }
    }

    /** A disk without room is the same to a process as a limit on the size of its files. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldRefuseTheLaunchWhereThereIsNoRoom() throws Exception {
        final Path full = Files.createDirectory(folder.resolve("full"));
        final List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -f 4 && exec \"$@\"", "sh"));
        command.addAll(program(full.resolve("engine.counters")));
        start(command);

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

        assertThat(folder.resolve("out"))
                .hasContent("countersFile must be a file that can be written: " + full.resolve("engine.counters")
                        + ": File too large\n");
        assertThat(process.exitValue()).isEqualTo(2);
        try (Stream<Path> left = Files.list(full)) {
            assertThat(left).isEmpty();
        }
    }
}
