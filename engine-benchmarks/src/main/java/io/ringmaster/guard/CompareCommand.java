package io.ringmaster.guard;

import io.ringmaster.benchmarks.GuardedScenario;
import io.ringmaster.benchmarks.Machine;
import io.ringmaster.benchmarks.OneLineErrors;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Compares two jars; {@code scripts/compare} makes them of revisions and calls this. Exit status: 0 nothing is worse, 1
 * something is, 2 bad usage, 4 too much can't be told.
 */
@Command(
        name = "compare",
        description = "Compares two builds' times and allocations, benchmark by benchmark.",
        mixinStandardHelpOptions = true)
public final class CompareCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--base-jar", required = true, description = "The old build's runnable jar.")
    private Path baseJar;

    @Option(names = "--base", defaultValue = "base", description = "What to call it.")
    private String baseName;

    @Option(names = "--new-jar", description = "The new build's runnable jar; without it only noise is measured.")
    private Path newJar;

    @Option(names = "--new", defaultValue = "new", description = "What to call it.")
    private String newName;

    @Option(names = "--base-options", defaultValue = "", description = "Further options for the old build's JVM.")
    private String baseOptions;

    @Option(names = "--new-options", defaultValue = "", description = "Further options for the new build's JVM.")
    private String newOptions;

    @Mixin
    private ForkOptions forkOptions;

    @Option(names = "--baselines", required = true, description = "The folder with a folder for each machine.")
    private Path baselines;

    @Option(names = "--out", required = true, description = "The folder for the verdict; it is there.")
    private Path out;

    @Option(names = "--quick", description = "One look after six pairs.")
    private boolean quick;

    @Option(names = "--fresh-noise", description = "Measure A against A though it is kept for this machine.")
    private boolean freshNoise;

    @Option(names = "--keep", description = "Keep the noise that was measured in the folder of baselines.")
    private boolean keep;

    /** Made by the command line. */
    CompareCommand() {}

    /**
     * Compares and ends the process.
     *
     * @param args the command line.
     */
    public static void main(final String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new CompareCommand()).setParameterExceptionHandler(new OneLineErrors());
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        checkReadable("--base-jar", baseJar);
        checkReadable("--suite-jar", forkOptions.suiteJar());
        checkReadable("--control-jar", forkOptions.controlJar());
        if (newJar != null) {
            checkReadable("--new-jar", newJar);
        } else if (quick) {
            throw new ParameterException(
                    spec.commandLine(), "--quick belongs to a comparison, and there is no new build");
        }
        if (!Files.isDirectory(out)) {
            throw new ParameterException(spec.commandLine(), "--out must be a folder: " + out);
        }
        final Settings settings = quick ? Settings.QUICK : Settings.DEFAULT;
        final Forks forks =
                new RecordedForks(forkOptions.forks(out.resolve("failed-forks.log")), out.resolve("samples.csv"));
        final Comparison comparison = new Comparison(settings, forks, GuardedScenario.names(), this::tell);
        final Build base = new Build(baseName, baseJar, ForkOptions.words(baseOptions));
        try {
            final Noise noise = noise(comparison, base, settings);
            if (newJar == null) {
                printNoise(noise, settings);
                return CommandLine.ExitCode.OK;
            }
            final Build next = new Build(newName, newJar, ForkOptions.words(newOptions));
            final VerdictReport report =
                    new VerdictReport(baseName, newName, noise, settings, comparison.compare(base, next, noise));
            report.write(out);
            print(report.text());
            return report.outcome().status();
        } catch (final ForkFailedException e) {
            throw new ParameterException(
                    spec.commandLine(), e.getMessage() + "; see " + out.resolve("failed-forks.log"), e);
        }
    }

    private void checkReadable(final String option, final Path jar) {
        if (!Files.isRegularFile(jar)) {
            throw new ParameterException(spec.commandLine(), option + " must be a file: " + jar);
        }
    }

    /** The kept noise of this machine, or else A against A now. */
    private Noise noise(final Comparison comparison, final Build base, final Settings settings)
            throws IOException, ForkFailedException, InterruptedException {
        final String machine = MachineName.of(
                Machine.cpuModel(),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                Runtime.version().feature());
        final Path folder = baselines.resolve(machine);
        final Path kept = folder.resolve(Noise.FILE);
        if (!freshNoise && Files.exists(kept)) {
            final Noise noise;
            try {
                noise = Noise.read(kept);
            } catch (final IOException e) {
                throw new ParameterException(spec.commandLine(), e.getMessage(), e);
            }
            if (noise.flags().equals(ForkProcess.FLAGS)) {
                tell("noise of " + machine + " as kept at " + noise.time());
                return noise;
            }
            tell("the kept noise of " + machine + " was measured with other flags");
        }
        tell("measuring the noise of " + machine);
        final Map<String, Noise.Entry> benchmarks = comparison.measureNoise(base);
        final Noise noise = new Noise(
                machine,
                baseName,
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                ForkProcess.FLAGS,
                settings.noisePairs(),
                settings.noiseConfidence(),
                benchmarks);
        noise.write(out.resolve(Noise.FILE));
        if (keep) {
            Files.createDirectories(folder);
            noise.write(kept);
            final Path environment = out.resolve("environment.json");
            if (Files.exists(environment)) {
                Files.copy(environment, folder.resolve("environment.json"), StandardCopyOption.REPLACE_EXISTING);
            }
            tell("kept in " + folder);
        }
        return noise;
    }

    private void printNoise(final Noise noise, final Settings settings) {
        final StringBuilder text = new StringBuilder();
        noise.benchmarks()
                .forEach((benchmark, entry) -> text.append(String.format(
                        Locale.ROOT,
                        "%-24s %-12s A/A [%.3f .. %.3f], %.1f %% wide; %.2f ns/op, %.1f B/op, control %.2f ns%n",
                        benchmark,
                        noise.guards(benchmark, settings) ? "guarded" : "not guarded",
                        entry.low(),
                        entry.high(),
                        100 * entry.width(),
                        entry.nanos(),
                        entry.bytes(),
                        entry.controlNanos())));
        print(text.toString());
    }

    private void print(final String text) {
        final PrintWriter writer = spec.commandLine().getOut();
        writer.print(text);
        writer.flush();
    }

    private void tell(final String line) {
        final PrintWriter writer = spec.commandLine().getErr();
        writer.println("compare: " + line);
        writer.flush();
    }
}
