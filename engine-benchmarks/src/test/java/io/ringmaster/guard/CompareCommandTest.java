package io.ringmaster.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.benchmarks.GuardedScenario;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
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
    private static final int SCENARIOS = GuardedScenario.names().size();
    private static final int RUNS_OF_NOISE = 2 * Settings.QUICK.noisePairs() * SCENARIOS;
    private static final int RUNS_OF_QUICK = 2 * Settings.QUICK.looks().get(0) * SCENARIOS;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine commandLine =
            CompareCommand.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    private final SimulatedForks calm = new SimulatedForks(1, 0.002, 1, 0);
    private Path jar;
    private Path kept;

    @BeforeEach
    void makeAJarThatIsNone() throws IOException {
        jar = Files.writeString(folder.resolve("build.jar"), "no jar");
        kept = folder;
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

    @Test
    void shouldHaveAStatusOfItsOwnWhereTheGuardItselfFails() {
        final Forks broken = (build, scenario) -> {
            throw new IllegalStateException("the guard's own");
        };

        assertThat(executeWith(broken)).isEqualTo(5);

        assertThat(err.toString()).contains("IllegalStateException: the guard's own", "\tat ");
        assertThat(commandLine.getUsageMessage(CommandLine.Help.Ansi.OFF))
                .containsPattern("1 +a benchmark is slower")
                .containsPattern("5 +the guard itself failed");
    }

    @Test
    void shouldTellAFaultOfInputOrOutputInOneLine() {
        final Forks full = (build, scenario) -> {
            throw new UncheckedIOException(new FileSystemException("/tmp/x", null, "No space left on device"));
        };

        assertThat(executeWith(full)).isEqualTo(5);

        assertThat(lastError())
                .isEqualTo("compare: the guard itself failed: FileSystemException: /tmp/x: No space left on device");
        assertThat(err.toString()).doesNotContain("\tat ");
    }

    @Test
    void shouldNotTakeAJvmThatCantBeStartedForAWorseBuild() {
        final Path java = folder.resolve("no-java");
        final Forks forks = new ForkProcess(java, jar, jar, List.of(), folder.resolve("failed-forks.log"));

        assertThat(executeWith(forks, "--new-jar=" + jar)).isEqualTo(5);

        assertThat(lastError()).contains("the guard itself failed: ", "no-java");
        assertThat(err.toString()).doesNotContain("\tat ");
    }

    @Test
    void shouldLookWhetherItCanWriteBeforeItMeasures() throws IOException {
        kept = jar;
        assertThat(executeWith(calm, "--fresh-noise", "--keep")).isEqualTo(2);
        assertThat(lastError()).contains("compare: --keep needs a folder: ", "build.jar");

        Files.delete(folder.resolve("samples.csv"));
        Files.createDirectory(folder.resolve("samples.csv"));
        assertThat(executeWith(calm)).isEqualTo(2);
        assertThat(lastError()).contains("compare: --out can't be written to: ", "samples.csv");

        assertThat(calm.runs()).isZero();
    }

    @Test
    void shouldRecordTheFlagsOfTheProcessesThatMeasure() throws IOException {
        assertThat(executeWith(calm, "--keep", "--quiet-flags=-Dquiet", "--command=compare --noise main"))
                .isZero();

        final String machine = Noise.read(folder.resolve(Noise.FILE)).machine();
        for (final Path each : List.of(folder, kept.resolve(machine))) {
            assertThat(Files.readString(each.resolve("environment.json")))
                    .contains("\"flags\" : \"" + String.join(" ", ForkProcess.FLAGS) + " -Dquiet\"")
                    .contains("\"command\" : \"compare --noise main\"");
        }
    }

    @Test
    void shouldRecordWhatWasMeasuredAndNotOnlyWhatItWasCalled() throws IOException {
        executeWith(
                calm,
                "--base=main",
                "--base-revision=abc1234",
                "--new=.",
                "--new-revision=def5678-dirty",
                "--new-jar=" + jar,
                "--quick");

        assertThat(Noise.read(folder.resolve(Noise.FILE)).commit()).isEqualTo("abc1234");
        assertThat(Files.readString(folder.resolve("verdict.json")))
                .contains("\"baseRevision\" : \"abc1234\"", "\"newRevision\" : \"def5678-dirty\"");
        assertThat(Files.readString(folder.resolve("verdict.md")))
                .contains("## . (def5678-dirty) against main (abc1234): ", "with commit abc1234");
    }

    @Test
    void shouldCallARevisionByItsNameWhereNobodySaysMore() throws IOException {
        assertThat(executeWith(calm, "--base=main")).isZero();

        assertThat(Noise.read(folder.resolve(Noise.FILE)).commit()).isEqualTo("main");
    }

    @Test
    void shouldNotUseKeptNoiseForForksWithFurtherOptions() {
        assertThat(runsWith("--keep")).isEqualTo(RUNS_OF_NOISE);

        assertThat(runsWith("--new-jar=" + jar, "--quick")).isEqualTo(RUNS_OF_QUICK);
        assertThat(runsWith("--new-jar=" + jar, "--quick", "--base-options=-Xint"))
                .isEqualTo(RUNS_OF_NOISE + RUNS_OF_QUICK);
        assertThat(runsWith("--new-jar=" + jar, "--quick", "--base-options=-Dx=1"))
                .isEqualTo(RUNS_OF_NOISE + RUNS_OF_QUICK);
        assertThat(runsWith("--new-jar=" + jar, "--quick", "--new-options=-Dx=1 -Xint"))
                .isEqualTo(RUNS_OF_NOISE + RUNS_OF_QUICK);
        assertThat(runsWith("--new-jar=" + jar, "--quick", "--new-options=-Dx=1 -Dy=2"))
                .isEqualTo(RUNS_OF_QUICK);
    }

    @Test
    void shouldNotKeepTheNoiseOfForksWithFurtherOptions() {
        for (final String option : List.of("--base-options=-Xint", "--new-options=-Dx=1")) {
            assertThat(executeWith(calm, "--new-jar=" + jar, "--keep", option))
                    .as(option)
                    .isEqualTo(2);
            assertThat(lastError()).contains("compare: --keep goes with neither --base-options nor --new-options");
        }

        assertThat(calm.runs()).isZero();
    }

    @Test
    void shouldTellTheNoiseFromTheComparisonInTheSamples() throws IOException {
        executeWith(calm, "--new-jar=" + jar, "--quick");

        final List<String> lines = Files.readAllLines(folder.resolve("samples.csv"));
        // a line for each of a run's two benchmarks
        final int noise = 2 * RUNS_OF_NOISE;
        final int compare = 2 * RUNS_OF_QUICK;
        assertThat(lines).hasSize(1 + noise + compare);
        assertThat(lines.get(0)).startsWith("phase,build,");
        assertThat(lines.subList(1, 1 + noise)).allMatch(each -> each.startsWith("noise,build.jar,"));
        assertThat(lines.subList(1 + noise, lines.size())).allMatch(each -> each.startsWith("compare,build.jar,"));
    }

    private String lastError() {
        return err.toString().lines().reduce((first, second) -> second).orElse("");
    }

    /** How many forks the command asks for. */
    private int runsWith(final String... args) {
        final int before = calm.runs();
        executeWith(calm, args);
        return calm.runs() - before;
    }

    private int executeWith(final Forks forks, final String... args) {
        final List<String> all = new ArrayList<>(List.of(args));
        all.add("--base-jar=" + jar);
        final CommandLine simulated = CompareCommand.commandLine(new CompareCommand((options, log) -> forks));
        simulated.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return execute(simulated, all.toArray(new String[0]));
    }

    private int execute(final String... args) {
        return execute(commandLine, args);
    }

    private int execute(final CommandLine command, final String... args) {
        final List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--suite-jar=" + jar, "--control-jar=" + jar, "--baselines=" + kept, "--out=" + folder));
        return command.execute(all.toArray(new String[0]));
    }
}
