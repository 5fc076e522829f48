package io.ringmaster.guard;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Starts forks. Each sees this suite's own benchmarks, whatever those of the build are, in front of the build's jar: both
 * builds are measured by the same code.
 */
final class ForkProcess implements Forks {
    /**
     * The same for both builds. Compilation in the foreground and without tiers makes the machine code the same in each fork:
     * by default it depends on what the compiler's threads happen to have finished when, and forks of one build differ
     * by 3 %, with these flags by 1 % in most benchmarks. With two collector threads forks were seen in which 10 000 timers cost 12
     * ns and others with 16; one thread is to lay the objects out alike, which is not yet measured. The heap is small and
     * touched beforehand: a first touch costs as much as a task.
     */
    static final List<String> FLAGS = List.of(
            "-Xms512m",
            "-Xmx512m",
            "-XX:+AlwaysPreTouch",
            "-XX:+UseG1GC",
            "-XX:ParallelGCThreads=1",
            "-XX:-TieredCompilation",
            "-Xbatch",
            "-XX:-UsePerfData");

    private static final long PATIENCE_SECONDS = 120;

    private final Path java;
    private final Path suite;
    private final Path control;
    private final Path log;
    private final List<String> quiet;

    /**
     * Prepares forks.
     *
     * @param java    the JVM.
     * @param suite   the jar with this suite's own classes alone.
     * @param control the jar that the control is loaded from.
     * @param quiet   flags that this JVM needs to print no warning.
     * @param log     where a fork's output goes; that of a failed one is appended to it.
     */
    ForkProcess(final Path java, final Path suite, final Path control, final List<String> quiet, final Path log) {
        this.java = java;
        this.suite = suite;
        this.control = control;
        this.quiet = List.copyOf(quiet);
        this.log = log;
    }

    @Override
    public List<Sample> run(final Build build, final String scenario) throws ForkFailedException, InterruptedException {
        final List<String> command = new ArrayList<>(List.of(java.toString()));
        command.addAll(FLAGS);
        command.addAll(quiet);
        command.addAll(build.options());
        command.addAll(List.of(
                "-cp",
                suite + File.pathSeparator + build.jar(),
                GuardFork.class.getName(),
                scenario,
                control.toString()));
        try {
            final Path out = Files.createTempFile("ringmaster-fork", ".log");
            try {
                return run(command, out, build, scenario);
            } finally {
                Files.deleteIfExists(out);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Sample> run(final List<String> command, final Path out, final Build build, final String scenario)
            throws IOException, ForkFailedException, InterruptedException {
        final Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw failed(build, scenario, "did not end within " + PATIENCE_SECONDS + " s", out);
            }
        } finally {
            process.destroyForcibly();
        }
        final List<Sample> samples = new ArrayList<>();
        for (final String line : Files.readAllLines(out)) {
            final Sample sample = Sample.parse(line);
            if (sample != null) {
                samples.add(sample);
            }
        }
        if (process.exitValue() == 0 && samples.isEmpty()) {
            // No fault of the build's: a full disk loses what a fork prints.
            throw new IOException(build.name() + ": what scenario " + scenario + " printed is lost: is a disk full?");
        }
        if (process.exitValue() != 0) {
            throw failed(build, scenario, "ended with status " + process.exitValue() + firstError(out), out);
        }
        return samples;
    }

    private static String firstError(final Path out) throws IOException {
        return Files.readAllLines(out).stream()
                .filter(line -> line.contains("Exception") || line.contains("Error"))
                .findFirst()
                .map(line -> ": " + line.strip())
                .orElse("");
    }

    private ForkFailedException failed(final Build build, final String scenario, final String what, final Path out)
            throws IOException {
        final String message = build.name() + ": scenario " + scenario + ' ' + what;
        Files.writeString(
                log,
                message + System.lineSeparator() + Files.readString(out) + System.lineSeparator(),
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        return new ForkFailedException(message);
    }
}
