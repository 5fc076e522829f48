package io.ringmaster.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(120)
class CompareCommandTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine commandLine =
            CompareCommand.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    private Path jar;

    @BeforeEach
    void makeAJarThatIsNone() throws IOException {
        jar = Files.writeString(folder.resolve("build.jar"), "no jar");
    }

    @Test
    void shouldNameAJarThatIsMissing() {
        assertThat(execute("--base-jar", folder.resolve("gone.jar").toString(), "--new-jar", jar.toString()))
                .isEqualTo(2);

        assertThat(err.toString())
                .contains("--base-jar must be a file: ", "gone.jar")
                .doesNotContain("\tat ");
    }

    @Test
    void shouldNameAFolderThatIsMissing() {
        assertThat(commandLine.execute(
                        "--base-jar=" + jar,
                        "--suite-jar=" + jar,
                        "--control-jar=" + jar,
                        "--baselines=" + folder,
                        "--out=" + folder.resolve("gone")))
                .isEqualTo(2);

        assertThat(err.toString()).contains("--out must be a folder: ");
    }

    @Test
    void shouldNotMeasureNoiseQuickly() {
        assertThat(execute("--base-jar", jar.toString(), "--quick")).isEqualTo(2);

        assertThat(err.toString()).contains("--quick belongs to a comparison");
    }

    @Test
    void shouldRefuseUnknownOptionsInOneLine() {
        assertThat(execute("--base-jar", jar.toString(), "--fast")).isEqualTo(2);

        assertThat(err.toString().lines()).singleElement().asString().contains("compare: ", "--fast");
    }

    @Test
    void shouldSayWhyABuildCantRunAndKeepWhatItPrinted() throws IOException {
        assertThat(execute("--base-jar", jar.toString(), "--base", "broken build", "--fresh-noise"))
                .isEqualTo(2);

        assertThat(err.toString()).contains("broken build: scenario task ended with status 1", "failed-forks.log");
        assertThat(Files.readString(folder.resolve("failed-forks.log"))).contains("GuardFork");
    }

    private int execute(final String... args) {
        final List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--suite-jar=" + jar, "--control-jar=" + jar, "--baselines=" + folder, "--out=" + folder));
        return commandLine.execute(all.toArray(new String[0]));
    }
}
