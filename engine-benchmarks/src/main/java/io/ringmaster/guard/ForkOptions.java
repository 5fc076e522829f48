package io.ringmaster.guard;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What forks are started with, whatever they measure. */
final class ForkOptions {
    @Option(names = "--suite-jar", required = true, description = "The jar with the benchmarks, without the engine.")
    private Path suiteJar;

    @Option(names = "--control-jar", required = true, description = "The jar that the control is loaded from.")
    private Path controlJar;

    @Option(names = "--quiet-flags", defaultValue = "", description = "Flags that this JVM needs to print no warning.")
    private String quietFlags;

    Path suiteJar() {
        return suiteJar;
    }

    Path controlJar() {
        return controlJar;
    }

    /** Returns what the JVM of every fork is started with, whatever its build. */
    List<String> flags() {
        final List<String> flags = new ArrayList<>(ForkProcess.FLAGS);
        flags.addAll(words(quietFlags));
        return flags;
    }

    /**
     * Returns what starts forks, in the JVM of this process.
     *
     * @param log where a failed fork's output goes.
     */
    Forks forks(final Path log) {
        final Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return new ForkProcess(java, suiteJar, controlJar, words(quietFlags), log);
    }

    /** The words of an option's value that blanks separate. */
    static List<String> words(final String text) {
        return text.isBlank() ? List.of() : List.of(text.trim().split("\\s+"));
    }
}
