package io.ringmaster.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
    @TempDir
    private Path folder;

    @Test
    void shouldWriteWhatANumberMustNotTravelWithout() throws IOException {
        final Path file = folder.resolve("environment.json");

        assertThat(Machine.commandLine().execute("--out", file.toString(), "--commit", "abc1234", "--clean", "true"))
                .isZero();

        assertThat(Files.readString(file))
                .contains("\"commit\" : \"abc1234\"", "\"cleanTree\" : \"true\"")
                .contains(
                        "\"cpu\"",
                        "\"coresPerPackage\"",
                        "\"cpus\" : " + Runtime.getRuntime().availableProcessors(),
                        "\"kernel\" : \"" + System.getProperty("os.name"),
                        System.getProperty("java.runtime.version"),
                        "\"flags\"",
                        "\"collectors\"");
    }

    @Test
    void shouldWriteTheFlagsOfTheProcessesThatMeasure() throws IOException {
        final Path file = folder.resolve("environment.json");

        Machine.write(file, "bench peers", List.of("-Xms2g", "-Xmx2g"));

        assertThat(Files.readString(file)).contains("\"command\" : \"bench peers\"", "\"flags\" : \"-Xms2g -Xmx2g\"");
    }

    @Test
    void shouldReadHowLongEitherVersionOfControlGroupsWasThrottled() throws IOException {
        final Path version2 = Files.writeString(
                folder.resolve("v2"), "usage_usec 5000000\nnr_periods 10\nnr_throttled 2\nthrottled_usec 123456\n");
        final Path version1 = Files.writeString(
                folder.resolve("v1"), "nr_periods 10\nnr_throttled 2\nthrottled_time 987654321\nnr_bursts 0\n");
        final Path absent = folder.resolve("absent");

        assertThat(Machine.throttledMillis(List.of(absent, version2, version1))).isEqualTo(123);
        assertThat(Machine.throttledMillis(List.of(version1))).isEqualTo(987);
        assertThat(Machine.throttledMillis(List.of(absent))).isZero();
    }

    @Test
    @Timeout(30)
    void shouldMeasureALineInBoundedTimeEvenWithoutACpuForEachThread() {
        final AtomicBoolean over = new AtomicBoolean();
        for (int i = 0; i < 4 * Runtime.getRuntime().availableProcessors(); i++) {
            Waiting.start("crowd-" + i, () -> {
                while (!over.get()) {
                    Thread.onSpinWait();
                }
            });
        }
        try {
            assertThat(Machine.cacheLineNanos()).isPositive();
        } finally {
            over.set(true);
        }
    }
}
