package io.ringmaster.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoiseTest {
    @TempDir
    private Path folder;

    private final Noise noise = new Noise(
            "amd-epyc-2cpu-jdk17",
            "abc1234",
            "2026-01-01T00:00:00Z",
            List.of("-Xbatch"),
            12,
            0.9997,
            Map.of(
                    "TaskCost.submit", new Noise.Entry(0.985, 1.01, 56.2, 8.7, 152),
                    "EventPath.fill", new Noise.Entry(0.96, 1.02, 9.8, 9.1, Double.NaN)));

    @Test
    void shouldReadWhatItKept() throws IOException {
        final Path file = folder.resolve(Noise.FILE);
        noise.write(file);

        assertThat(Noise.read(file)).isEqualTo(noise);
    }

    @Test
    void shouldGuardWhatHasAnIntervalOfLessThanFivePercent() {
        assertThat(noise.guards("TaskCost.submit", Settings.DEFAULT)).isTrue();
        assertThat(noise.guards("EventPath.fill", Settings.DEFAULT)).isFalse();
        assertThat(noise.guards("never measured", Settings.DEFAULT)).isFalse();
    }

    @Test
    void shouldTakeTheFartherEndForTheNoiseAndOnePercentAtLeast() {
        assertThat(new Noise.Entry(0.98, 1.01, 1, 1, 0).reach()).isCloseTo(1 / 0.98 - 1, within(1e-9));
        assertThat(new Noise.Entry(0.99, 1.03, 1, 1, 0).reach()).isCloseTo(0.03, within(1e-9));
        assertThat(new Noise.Entry(0.999, 1.001, 1, 1, 0).reach()).isEqualTo(0.01);
    }

    @Test
    void shouldNameAFileThatIsSomethingElse() throws IOException {
        for (final String text : List.of("", "[]", "{}", "{\"machine\": 1", "noise", "{\"machine\": \"m\"}")) {
            final Path file = Files.writeString(folder.resolve("other.json"), text);

            assertThatThrownBy(() -> Noise.read(file))
                    .as(text)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("other.json is no kept noise");
        }
    }

    @Test
    void shouldRefuseAnIntervalThatIsNone() throws IOException {
        final Path file = folder.resolve(Noise.FILE);
        noise.write(file);
        Files.writeString(file, Files.readString(file).replace("0.985", "1.985"));

        assertThatThrownBy(() -> Noise.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("TaskCost.submit must be 0 < low <= high: 1.985 to 1.01");
    }
}
