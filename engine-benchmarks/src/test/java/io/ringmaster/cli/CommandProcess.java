package io.ringmaster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** The command in a process of its own. It works in a folder, and its output goes to {@code out} and {@code err} there. */
final class CommandProcess implements AutoCloseable {
    /** The exit status of a process that was ended by SIGTERM. */
    static final int TERMINATED = 128 + 15;

    private final Path folder;
    private final Process process;

    CommandProcess(final Path folder, final String... arguments) throws IOException {
        this.folder = folder;
        final Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        final ProcessBuilder builder = new ProcessBuilder(java.toString(), "-Xmx256m", "-cp");
        builder.command().add(System.getProperty("java.class.path"));
        builder.command().add(RingmasterMain.class.getName());
        builder.command().addAll(List.of(arguments));
        process = builder.directory(folder.toFile())
                .redirectOutput(out().toFile())
                .redirectError(err().toFile())
                .start();
    }

    Path out() {
        return folder.resolve("out");
    }

    Path err() {
        return folder.resolve("err");
    }

    long pid() {
        return process.pid();
    }

    /** Waits until a condition holds, while the process runs. */
    void await(final Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            assertThat(process.waitFor(20, TimeUnit.MILLISECONDS))
                    .as("ended early")
                    .isFalse();
        }
    }

    /** Waits until a text stands on standard error, while the process runs. */
    void awaitError(final String text) throws Exception {
        await(() -> Files.readString(err()).contains(text));
    }

    /** Ends the process by SIGTERM and returns its exit status. */
    int terminate() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("ended").isTrue();
        return process.exitValue();
    }

    /** Kills the process, if it still runs, and waits for its end. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
