package io.ringmaster.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedForksTest {
    @TempDir
    private Path folder;

    @Test
    void shouldTellTheNoiseFromTheComparison() throws Exception {
        final Path file = folder.resolve("samples.csv");
        final Forks one = (build, scenario) -> List.of(new Sample("x", 56.2, 8.7, 152));
        final RecordedForks forks = new RecordedForks(one, file);

        forks.in(RecordedForks.NOISE).run(SimulatedForks.BASE, "a");
        forks.in(RecordedForks.COMPARE).run(SimulatedForks.SAME, "a");

        assertThat(Files.readAllLines(file))
                .containsExactly(
                        "phase,build,scenario,benchmark,nanos,controlNanos,bytes",
                        "noise,base.jar,a,x,56.2000,8.7000,152.000",
                        "compare,same.jar,a,x,56.2000,8.7000,152.000");
    }
}
