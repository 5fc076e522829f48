package io.ringmaster.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script in a tree of its own, where nothing is to be built and the JVM only says how it was started. */
@Timeout(120)
class CompareScriptTest {
    @TempDir
    private Path folder;

    private Path tree;
    private Path target;
    private Path out;
    private Path verdict;

    @BeforeEach
    void makeATree() throws Exception {
        assumeTrue(isOnPath("bash") && isOnPath("git"), "no bash or no git here");
        tree = folder.resolve("tree");
        target = tree.resolve("engine-benchmarks/target");
        out = Files.createDirectory(folder.resolve("out"));
        verdict = out.resolve("verdict.json");
        makeAJvm();
        for (final String each : List.of("scripts", "engine-core/src/main", "engine-benchmarks/src/main")) {
            Files.createDirectories(tree.resolve(each));
        }
        final Path scripts = tree.resolve("scripts");
        for (final String each : List.of("compare", "build-if-stale")) {
            Files.copy(Path.of("..", "scripts", each), scripts.resolve(each));
        }
        for (final String each : List.of("pom.xml", "engine-core/pom.xml", "engine-benchmarks/pom.xml")) {
            Files.createFile(tree.resolve(each));
        }
        Files.writeString(tree.resolve(".gitignore"), "target/\n");
        git("init", "-q");
        git("add", "-A");
        git("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", "commit", "-q", "-m", "first");
        // The jar is not to be older than what it is made of.
        Files.createDirectories(target);
        Files.createFile(target.resolve("engine-benchmarks-1.jar"));
        Files.createFile(target.resolve("ringmaster.jar"));
    }

    /** It writes its arguments down, leaves a verdict where there is one to leave, and ends with a status. */
    private void makeAJvm() throws IOException {
        final Path bin = Files.createDirectories(folder.resolve("jdk/bin"));
        final Path java = Files.writeString(bin.resolve("java"), """
                #!/bin/sh
                case "$*" in
                    *CompareCommand*) ;;
                    *) echo '    java.specification.version = 17' && exit 0 ;;
                esac
                printf '%s\\n' "$@" >"$STUB/arguments"
                [ ! -f "$STUB/verdict" ] || cp "$STUB/verdict" "$STUB/out/verdict.json"
                exit "$(cat "$STUB/status")"
                """);
        assertThat(java.toFile().setExecutable(true)).isTrue();
        Files.writeString(folder.resolve("status"), "0");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 4, 5})
    void shouldPassOnTheStatusOfTheComparison(final int status) throws Exception {
        Files.writeString(folder.resolve("status"), Integer.toString(status));
        Files.writeString(folder.resolve("verdict"), "{}");

        assertThat(compare(Map.of(), ".", ".")).as(printed()).isEqualTo(status);

        assertThat(verdict).exists();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 137})
    void shouldNotTakeAJvmThatFailsForAWorseBuild(final int status) throws Exception {
        Files.writeString(folder.resolve("status"), Integer.toString(status));
        Files.writeString(verdict, "an earlier one");

        assertThat(compare(Map.of(), ".", ".")).as(printed()).isEqualTo(5);

        assertThat(printed()).contains("the guard itself failed with status " + status);
        assertThat(verdict).doesNotExist();
    }

    @Test
    void shouldNotTakeACommandThatFailsForAWorseBuild() throws Exception {
        final String gone = folder.resolve("gone").toString();

        assertThat(compare(Map.of("TMPDIR", gone), ".", ".")).as(printed()).isEqualTo(5);

        assertThat(printed()).contains("scripts/compare: the guard itself failed: ", "mktemp");
    }

    @Test
    void shouldNotTakeACommandThatFailsForBadUsage() throws Exception {
        Files.delete(target.resolve("engine-benchmarks-1.jar"));

        assertThat(compare(Map.of(), ".", ".")).as(printed()).isEqualTo(5);

        assertThat(printed()).contains("scripts/compare: the guard itself failed: ");
    }

    @Test
    void shouldStillCallBadUsageBadUsage() throws Exception {
        assertThat(compare(Map.of(), ".", "no-such-revision")).as(printed()).isEqualTo(2);

        assertThat(printed()).contains("no-such-revision").doesNotContain("the guard itself failed");
    }

    @Test
    void shouldSayWhichCommitsAreMeasured() throws Exception {
        final String commit = git("rev-parse", "HEAD");
        final String revision = git("rev-parse", "--short", "HEAD");
        final Path made = Files.createDirectories(tree.resolve("target/compare"));
        Files.createFile(made.resolve(commit + ".jar"));

        assertThat(compare(Map.of(), "HEAD", ".")).as(printed()).isZero();
        assertThat(arguments()).containsSequence("--base", "HEAD", "--base-revision", revision);
        assertThat(arguments()).containsSequence("--new", ".", "--new-revision", revision);
        assertThat(arguments()).contains("-Dringmaster.commit=" + revision, "-Dringmaster.cleanTree=true");

        Files.createFile(tree.resolve("notes"));
        assertThat(compare(Map.of(), "HEAD", ".")).as(printed()).isZero();
        assertThat(arguments()).containsSequence("--base", "HEAD", "--base-revision", revision);
        assertThat(arguments()).containsSequence("--new", ".", "--new-revision", revision + "-dirty");
        assertThat(arguments()).contains("-Dringmaster.commit=" + revision, "-Dringmaster.cleanTree=false");
    }

    @Test
    void shouldCallAJarByTheNameOfItsFile() throws Exception {
        final String jar = Files.createFile(folder.resolve("release-1.jar")).toString();

        assertThat(compare(Map.of(), "--noise", jar)).as(printed()).isZero();

        assertThat(arguments()).containsSequence("--base", jar, "--base-revision", "release-1.jar");
        assertThat(arguments()).doesNotContain("--new-revision");
    }

    private int compare(final Map<String, String> environment, final String... args) throws Exception {
        final List<String> command = new ArrayList<>(List.of("bash", "scripts/compare", "--out", out.toString()));
        command.addAll(List.of(args));
        return run(environment, command);
    }

    /** Runs git, and returns what it prints. */
    private String git(final String... args) throws Exception {
        final List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(args));
        assertThat(run(Map.of(), command)).as(printed()).isZero();
        return printed().strip();
    }

    private int run(final Map<String, String> environment, final List<String> command) throws Exception {
        final ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(each -> each.startsWith("GIT_"));
        builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
        builder.environment().put("STUB", folder.toString());
        builder.environment().putAll(environment);
        final Process process = builder.directory(tree.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("printed").toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return process.exitValue();
    }

    private List<String> arguments() throws IOException {
        return Files.readAllLines(folder.resolve("arguments"));
    }

    private String printed() throws IOException {
        return Files.readString(folder.resolve("printed"));
    }

    private static boolean isOnPath(final String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
    }
}
