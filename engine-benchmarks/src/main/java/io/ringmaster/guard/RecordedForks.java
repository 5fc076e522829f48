package io.ringmaster.guard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

/** Keeps every sample in a file as it comes, so that a verdict can be looked into afterwards. */
final class RecordedForks {
    /** The phase in which A is measured against A. */
    static final String NOISE = "noise";

    /** The phase in which A is measured against B. */
    static final String COMPARE = "compare";

    private final Forks forks;
    private final Path file;

    /**
     * Begins a file.
     *
     * @param forks where samples come from.
     * @param file  the file; what was in it is replaced.
     * @throws IOException if it can't be written.
     */
    RecordedForks(final Forks forks, final Path file) throws IOException {
        this.forks = forks;
        this.file = file;
        Files.writeString(file, "phase,build,scenario,benchmark,nanos,controlNanos,bytes" + System.lineSeparator());
    }

    /**
     * Returns the forks of a phase.
     *
     * @param phase what is said of it in the first column.
     */
    Forks in(final String phase) {
        return (build, scenario) -> run(phase, build, scenario);
    }

    private List<Sample> run(final String phase, final Build build, final String scenario)
            throws ForkFailedException, InterruptedException {
        final List<Sample> samples = forks.run(build, scenario);
        final StringBuilder lines = new StringBuilder();
        for (final Sample each : samples) {
            lines.append(String.format(
                    Locale.ROOT,
                    "%s,%s,%s,%s,%.4f,%.4f,%.3f%n",
                    phase,
                    build.jar().getFileName(),
                    scenario,
                    each.benchmark(),
                    each.nanos(),
                    each.controlNanos(),
                    each.bytes()));
        }
        try {
            Files.writeString(file, lines, StandardOpenOption.APPEND);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return samples;
    }
}
