package io.ringmaster.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.task.Container;
import io.ringmaster.task.RetryPolicy;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskOutcome;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import io.ringmaster.testing.Conditions;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With real processes: skipped where there is no {@code sh}. */
@Timeout(120)
class ShellTaskPluginTest {
    /** An argument of {@code sleep} that no other process has: by it the processes of a test are found. */
    private final String marker = Long.toString(ThreadLocalRandom.current().nextLong(100_000_000, 2_000_000_000));

    @TempDir
    private Path folder;

    private TaskEngine engine = launch(null);

    @BeforeAll
    static void needSh() {
        assumeTrue(onPath("sh"), "there is no sh on the PATH");
    }

    @AfterEach
    void close() {
        assertThat(engine.closeAndReport().clean()).isTrue();
        assertThat(marked()).isEmpty();
    }

    private static boolean onPath(final String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
    }

    private static TaskEngine launch(final ShellTaskPlugin plugin) {
        final TaskEngine.Context context = new TaskEngine.Context()
                .fireWorkers(1)
                .waitMode(WaitMode.ADAPTIVE)
                .exclusiveThreads(64)
                .killInterruptMillis(200)
                .killHookMillis(2_000)
                .killAbandonMillis(20_000)
                .closeTimeoutMillis(60_000);
        return TaskEngine.launch(plugin == null ? context : context.plugin(plugin));
    }

    private List<ProcessHandle> marked() {
        return ProcessHandle.allProcesses()
                .filter(each -> each.info().commandLine().orElse("").contains(marker))
                .toList();
    }

    private static ShellSpec.Builder sh(final String script, final String... arguments) {
        final List<String> command = new ArrayList<>(List.of("sh", "-c", script, "script"));
        command.addAll(List.of(arguments));
        return ShellSpec.command(command);
    }

    private TaskOutcome run(final ShellSpec.Builder shell) throws Exception {
        return engine.submit(shell.build().task(1).build()).await(60, TimeUnit.SECONDS);
    }

    private static String text(final TaskOutcome outcome) throws IOException {
        assertThat(outcome.failure()).isNull();
        return Files.readString(((ShellResult) outcome.result()).outputFile());
    }

    private TaskHandle start(final String script) throws Exception {
        final TaskHandle handle =
                engine.submit(sh(script.replace("MARK", marker)).build().task(1).build());
        Conditions.await("the process runs", () -> handle.isDone() || !marked().isEmpty());
        return handle;
    }

    private static void killAndAwait(final TaskHandle handle) throws Exception {
        assertThat(handle.kill()).isNull();
        assertThat(handle.await(60, TimeUnit.SECONDS).state()).isEqualTo(TaskState.KILLED);
    }

    // ---- what a process does ----------------------------------------------------------------------------------

    @Test
    void shouldCaptureOutputAndExitCode() throws Exception {
        final Path output = folder.resolve("output.txt");
        final TaskOutcome outcome =
                run(sh("echo out; echo err >&2; printf %s \"$1\"", "caf\u00e9").output(output));
        assertThat(outcome.state()).isEqualTo(TaskState.SUCCEEDED);
        assertThat(Files.readString(output)).isEqualTo("out\nerr\ncaf\u00e9");
        assertThat(outcome.result()).isEqualTo(new ShellResult(0, output, Files.size(output)));
    }

    @Test
    void shouldUseAnOwnTemporaryFileByDefault() throws Exception {
        final ShellResult result = (ShellResult) run(sh("echo here")).result();
        assertThat(result.outputFile()).hasContent("here");
        Files.delete(result.outputFile());
    }

    @Test
    void shouldGiveDirectoryAndEnvironment() throws Exception {
        final TaskOutcome outcome = run(sh("pwd; echo \"$RM_A-$RM_B\"; cat; echo end > relative.txt")
                .directory(folder)
                .output(Path.of("output.txt"))
                .env("RM_A", "a b")
                .env("RM_B", "line\nbreak"));
        assertThat(text(outcome)).isEqualTo(folder.toRealPath() + "\na b-line\nbreak\n");
        assertThat(folder.resolve("relative.txt")).hasContent("end");
        assertThat(folder.resolve("output.txt")).exists();
    }

    @Test
    void shouldFailWithExitCodeAndTheLastOfTheOutput() throws Exception {
        final Path output = folder.resolve("output.txt");
        final TaskOutcome outcome = run(sh("i=0; while [ $i -lt 500 ]; do echo line$i; i=$((i+1)); done; exit 7")
                .output(output));
        assertThat(outcome.state()).isEqualTo(TaskState.FAILED);
        assertThat(outcome.failure())
                .isInstanceOfSatisfying(ShellExitException.class, failure -> {
                    assertThat(failure.exitCode()).isEqualTo(7);
                    assertThat(failure.outputFile()).isEqualTo(output);
                })
                .hasMessageStartingWith("task 1: sh ended with exit code 7; the last of its output in " + output + ": ")
                .hasMessageEndingWith("line498\nline499")
                .message()
                .hasSizeLessThan(2300);
    }

    @Test
    void shouldTellASignalByItsExitCode() throws Exception {
        final TaskOutcome outcome = run(sh("kill -KILL $$").output(folder.resolve("o")));
        assertThat(outcome.failure()).hasMessage("task 1: sh ended with exit code 137 and printed nothing");
    }

    @Test
    void shouldRunAgainForARetry() throws Exception {
        final TaskOutcome outcome = engine.submit(sh("echo try >> tries; [ $(wc -l < tries) -eq 3 ] && echo third")
                        .directory(folder)
                        .output(Path.of("output.txt"))
                        .build()
                        .task(1)
                        .retryPolicy(RetryPolicy.fixed(5, 0))
                        .build())
                .await(60, TimeUnit.SECONDS);
        assertThat(outcome.attempt()).isEqualTo(3);
        assertThat(text(outcome)).isEqualTo("third\n");
    }

    @Test
    void shouldRunFiftyAtOnceAndLeaveNothingOpen() throws Exception {
        run(sh("true").output(folder.resolve("first")));
        final long openBefore = openFiles();
        final List<TaskHandle> handles = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            // Each waits until all 50 run.
            handles.add(engine.submit(sh("touch started.$1; while [ ! -e go ]; do sleep 0.05; done; echo $1", "" + i)
                    .directory(folder)
                    .output(Path.of("output." + i))
                    .build()
                    .task(100 + i)
                    .build()));
        }
        Conditions.await("all 50 run at once", () -> {
            try (Stream<Path> files = Files.list(folder)) {
                return files.filter(each -> each.getFileName().toString().startsWith("started."))
                                .count()
                        == 50;
            }
        });
        Files.createFile(folder.resolve("go"));
        for (int i = 0; i < 50; i++) {
            assertThat(text(handles.get(i).await(60, TimeUnit.SECONDS))).isEqualTo(i + "\n");
        }
        Conditions.await(
                "no child is left", () -> ProcessHandle.current().children().noneMatch(ShellTaskPluginTest::isSh));
        assertThat(openFiles()).isLessThanOrEqualTo(openBefore + 10);
    }

    private static boolean isSh(final ProcessHandle process) {
        return process.info().command().orElse("").endsWith("sh");
    }

    /** As the system counts them; 0 where it does not tell. */
    private static long openFiles() throws IOException {
        final Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return 0;
        }
        try (Stream<Path> open = Files.list(descriptors)) {
            return open.count();
        }
    }

    // ---- kill -------------------------------------------------------------------------------------------------

    @Test
    void shouldKillTheWholeTree() throws Exception {
        final TaskHandle handle = start("sleep MARK & sh -c 'sleep MARK; true' & wait");
        Conditions.await("the tree is complete", () -> marked().size() == 4);
        killAndAwait(handle);
        assertThat(marked()).isEmpty();
    }

    @Test
    void shouldKillATreeThatIgnoresTheRequest() throws Exception {
        final TaskHandle handle = start("trap '' TERM; sleep MARK & while :; do sleep MARK; done");
        Conditions.await("the tree is complete", () -> marked().size() >= 3);
        killAndAwait(handle);
        assertThat(marked()).isEmpty();
    }

    @Test
    void shouldAskBeforeItEndsForcibly() throws Exception {
        final Path said = folder.resolve("said");
        final TaskHandle handle = start("trap 'echo bye > " + said + "; exit 0' TERM; sleep MARK & wait");
        Conditions.await("the trap is set", () -> marked().size() == 2);
        killAndAwait(handle);
        assertThat(said).hasContent("bye");
    }

    @Test
    void shouldKillProcessesWhoseParentHasEnded() throws Exception {
        assumeTrue(onPath("setsid") && Files.isDirectory(Path.of("/proc/self")), "needs setsid and /proc");
        final TaskHandle handle = start("(sleep MARK & sleep MARK &); trap '' TERM; while :; do sleep MARK; done");
        Conditions.await("the tree is complete", () -> marked().size() == 4);
        killAndAwait(handle);
        assertThat(marked()).isEmpty();
    }

    @Test
    void shouldKillATreeThatGrowsMeanwhile() throws Exception {
        final TaskHandle handle =
                start("trap '' TERM; i=0; while [ $i -lt 200 ]; do sleep MARK & i=$((i+1)); done; wait");
        killAndAwait(handle);
        assertThat(marked()).isEmpty();
    }

    @Test
    void shouldKillTheTreeWithoutSetsid() throws Exception {
        engine.close();
        engine = launch(new ShellTaskPlugin(null));
        final TaskHandle handle = start("trap '' TERM; sleep MARK & sh -c 'sleep MARK; true' & wait");
        Conditions.await("the tree is complete", () -> marked().size() == 4);
        killAndAwait(handle);
        assertThat(marked()).isEmpty();
    }

    @Test
    void shouldEndTheTreeInOnKill() throws Exception {
        final ShellTask task = (ShellTask) new ShellTaskPlugin()
                .create(sh("trap '' TERM; sleep " + marker + " & wait")
                        .output(folder.resolve("o"))
                        .build()
                        .task(7)
                        .build());
        final TaskHandle handle = engine.submit(
                TaskSpec.builder(7).container(Container.EXCLUSIVE).task(task).build());
        Conditions.await("the tree is complete", () -> marked().size() == 2);
        task.onKill(null);
        assertThat(handle.await(60, TimeUnit.SECONDS).failure()).isInstanceOf(ShellExitException.class);
        Conditions.await("the whole tree has ended", () -> marked().isEmpty());
    }

    @Test
    void shouldDeleteTheTemporaryFileOfAKilledTask() throws Exception {
        final TaskHandle handle = engine.submit(
                sh("exec sleep " + marker).build().task(987_654_321).build());
        Conditions.await("the process runs", () -> !marked().isEmpty());
        assertThat(temporaryFiles("ringmaster-987654321-")).hasSize(1);
        killAndAwait(handle);
        assertThat(temporaryFiles("ringmaster-987654321-")).isEmpty();
    }

    private static List<Path> temporaryFiles(final String prefix) throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(each -> each.getFileName().toString().startsWith(prefix))
                    .toList();
        }
    }

    @Test
    void shouldNotStartATaskKilledBefore() throws Exception {
        engine.close();
        engine = TaskEngine.launch(new TaskEngine.Context()
                .fireWorkers(1)
                .waitMode(WaitMode.ADAPTIVE)
                .exclusiveThreads(1)
                .closeTimeoutMillis(30_000));
        final CountDownLatch busy = new CountDownLatch(1);
        final TaskHandle first = engine.submit(TaskSpec.builder(1)
                .container(Container.EXCLUSIVE)
                .task(context -> {
                    busy.await();
                    return Step.DONE;
                })
                .build());
        Conditions.await("the first has the thread", () -> first.state() == TaskState.RUNNING);
        final Path output = folder.resolve("output");
        final TaskHandle shell =
                engine.submit(sh("echo started").output(output).build().task(2).build());
        Conditions.await("it waits for the thread", () -> shell.state() == TaskState.SCHEDULED);
        killAndAwait(shell);
        busy.countDown();
        assertThat(first.await(60, TimeUnit.SECONDS).isSuccess()).isTrue();
        assertThat(output).doesNotExist();
    }

    @Test
    void shouldEndItsProcessesWhenTheEngineCloses() throws Exception {
        start("sleep MARK & wait");
        assertThat(engine.closeAndReport().clean()).isTrue();
        assertThat(marked()).isEmpty();
    }

    // ---- bad input --------------------------------------------------------------------------------------------

    private void shouldRefuse(final TaskSpec spec, final String message) throws Exception {
        final TaskOutcome outcome = engine.submit(spec).await(60, TimeUnit.SECONDS);
        assertThat(outcome.state()).isEqualTo(TaskState.FAILED);
        assertThat(outcome.attempt()).as("no attempt was made").isZero();
        assertThat(outcome.failure())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        assertThat(engine.metrics().exclusiveThreads())
                .as("no thread was taken")
                .isZero();
    }

    @Test
    void shouldRefuseBadInputBeforeAnyThreadIsTaken() throws Exception {
        shouldRefuse(
                TaskSpec.builder(5)
                        .type("shell")
                        .payload("comand=x".getBytes(StandardCharsets.UTF_8))
                        .build(),
                "task 5: shell payload line 1: key must be command, directory, output or env.NAME: 'comand'");
        shouldRefuse(
                TaskSpec.builder(5).type("shell").build(),
                "task 5: shell payload: command must name a program, and there is none");
        shouldRefuse(
                ShellSpec.command("no-such-program-at-all")
                        .env("PATH", "/bin")
                        .build()
                        .task(5)
                        .build(),
                "task 5: command must be an executable file on the PATH (/bin): 'no-such-program-at-all'");
        shouldRefuse(
                ShellSpec.command("./nothing").directory(folder).build().task(5).build(),
                "task 5: command must be an executable file: './nothing'");
        shouldRefuse(
                sh("true").directory(folder.resolve("none")).build().task(5).build(),
                "task 5: directory must be an existing directory: '" + folder.resolve("none") + "'");
        shouldRefuse(
                sh("true").output(folder).build().task(5).build(),
                "task 5: output must be a file, not a directory: '" + folder + "'");
        shouldRefuse(
                sh("true").output(folder.resolve("none/o")).build().task(5).build(),
                "task 5: output must be in an existing directory: '" + folder.resolve("none/o") + "'");
        shouldRefuse(
                sh("true").build().task(5).container(Container.SHARED).build(),
                "task 5: container must be EXCLUSIVE or AUTO for type shell: SHARED");
    }

    @Test
    void shouldFailWhenTheProcessCannotStart() throws Exception {
        engine.close();
        engine = launch(new ShellTaskPlugin(null));
        final Path program = Files.writeString(folder.resolve("program"), "\0not a program");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        final TaskOutcome outcome = run(ShellSpec.command(program.toString()).output(folder.resolve("o")));
        assertThat(outcome.state()).isEqualTo(TaskState.FAILED);
        assertThat(outcome.failure()).isNotNull();
    }
}
