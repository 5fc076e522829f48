package io.ringmaster.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ForkProcessTest {
    @TempDir
    private Path folder;

    @Test
    void shouldNotBlameABuildForOutputThatIsLost() throws IOException {
        final Path java = Files.writeString(folder.resolve("java"), "#!/bin/sh\nexit 0\n");
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "no shell here");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        final Path jar = folder.resolve("build.jar");
        final Path log = folder.resolve("failed-forks.log");
        final ForkProcess forks = new ForkProcess(java, jar, jar, List.of(), log);

        assertThatThrownBy(() -> forks.run(SimulatedForks.BASE, "task"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("base: what scenario task printed is lost");
        assertThat(log).doesNotExist();
    }
}
