package io.ringmaster.guard;

import io.ringmaster.benchmarks.GuardedScenario;
import io.ringmaster.benchmarks.Machine;
import io.ringmaster.benchmarks.OneLineErrors;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/**
 * Compares two jars; {@code scripts/compare} makes them of revisions and calls this. Exit status: 0 nothing is worse, 1
 * something is, 2 bad usage, 4 too much can't be told, 5 the guard itself failed.
 */
@Command(
        name = "compare",
        description = "Compares two builds' times and allocations, benchmark by benchmark.",
        mixinStandardHelpOptions = true,
        exitCodeOnExecutionException = CompareCommand.FAILED,
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:nothing is worse",
            "1:a benchmark is slower or allocates more, or the new build can't run it",
            "2:bad usage or bad input",
            "4:too much can't be told: no verdict",
            "5:the guard itself failed: no verdict"
        })
public final class CompareCommand implements Callable<Integer> {
    /** The exit status when the guard itself failed, which says nothing of a build. */
    static final int FAILED = 5;

    private static final String ENVIRONMENT = "environment.json";

    @Spec
    private CommandSpec spec;

    @Option(names = "--base-jar", required = true, description = "The old build's runnable jar.")
    private Path baseJar;

    @Option(names = "--base", defaultValue = "base", description = "What to call it.")
    private String baseName;

    @Option(names = "--base-revision", description = "What it is for the records, a commit for instance (its name).")
    private String baseRevision;

    @Option(names = "--new-jar", description = "The new build's runnable jar; without it only noise is measured.")
    private Path newJar;

    @Option(names = "--new", defaultValue = "new", description = "What to call it.")
    private String newName;

    @Option(names = "--new-revision", description = "What it is for the records, a commit for instance (its name).")
    private String newRevision;

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

    @Option(names = "--command", defaultValue = "", description = "How the comparison was started.")
    private String command;

    @Option(names = "--quick", description = "One look after six pairs.")
    private boolean quick;

    @Option(names = "--fresh-noise", description = "Measure A against A though it is kept for this machine.")
    private boolean freshNoise;

    @Option(names = "--keep", description = "Keep the noise that was measured in the folder of baselines.")
    private boolean keep;

    private final BiFunction<ForkOptions, Path, Forks> starter;

    /** Made by the command line. */
    CompareCommand() {
        this(ForkOptions::forks);
    }

    /**
     * Makes a command whose samples come from elsewhere.
     *
     * @param starter makes the forks, of the options and the file for a failed one's output.
     */
    CompareCommand(final BiFunction<ForkOptions, Path, Forks> starter) {
        this.starter = starter;
    }

    /**
     * Compares and ends the process.
     *
     * @param args the command line.
     */
    public static void main(final String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return commandLine(new CompareCommand());
    }

    static CommandLine commandLine(final CompareCommand command) {
        return new CommandLine(command)
                .setParameterExceptionHandler(new OneLineErrors())
                .setExecutionExceptionHandler(CompareCommand::failed);
    }

    /** An I/O fault is told in a line; what else there is comes with its stack. */
    private static int failed(final Exception fault, final CommandLine command, final ParseResult parsed)
            throws Exception {
        final Exception cause = fault instanceof UncheckedIOException ? (Exception) fault.getCause() : fault;
        if (cause instanceof IOException) {
            OneLineErrors.print(command, "the guard itself failed: " + reason(cause));
            return FAILED;
        }
        throw fault;
    }

    /** Why a file could not be read or written: the message alone is often no more than its name. */
    private static String reason(final Exception fault) {
        return fault.getClass().getSimpleName() + ": " + fault.getMessage();
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
        final Build base = build(baseName, baseRevision, baseJar, baseOptions);
        final Build next = build(newName, newRevision, newJar, newOptions);
        if (keep && !(base.options().isEmpty() && next.options().isEmpty())) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--keep goes with neither --base-options nor --new-options: kept noise is without any");
        }
        final Settings settings = quick ? Settings.QUICK : Settings.DEFAULT;
        final RecordedForks forks = begin();
        try {
            final Comparison withItself = comparison(settings, forks.in(RecordedForks.NOISE));
            final Noise noise = noise(withItself, base, settings, hasOtherFlags(base, next));
            if (newJar == null) {
                printNoise(noise, settings);
                return CommandLine.ExitCode.OK;
            }
            final Comparison comparison = comparison(settings, forks.in(RecordedForks.COMPARE));
            final List<Judgement> judgements = comparison.compare(base, next, noise);
            final VerdictReport report = new VerdictReport(base, next, noise, settings, judgements);
            report.write(out);
            print(report.text());
            return report.outcome().status();
        } catch (final ForkFailedException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage() + "; see " + failedForks(), e);
        }
    }

    private void checkReadable(final String option, final Path jar) {
        if (!Files.isRegularFile(jar)) {
            throw new ParameterException(spec.commandLine(), option + " must be a file: " + jar);
        }
    }

    private static Build build(final String name, final String revision, final Path jar, final String options) {
        return new Build(name, revision == null ? name : revision, jar, ForkOptions.words(options));
    }

    /**
     * Whether kept noise is not that of these forks. What a new build alone gets as system properties makes it another
     * build, and no other JVM; noise is that of the base.
     */
    private static boolean hasOtherFlags(final Build base, final Build next) {
        return !base.options().isEmpty() || !next.options().stream().allMatch(each -> each.startsWith("-D"));
    }

    private Path failedForks() {
        return out.resolve("failed-forks.log");
    }

    /** Begins the files of the result, before anything is measured: a folder that can't be written to shows at once. */
    private RecordedForks begin() {
        try {
            Machine.write(out.resolve(ENVIRONMENT), command, forkOptions.flags());
            return new RecordedForks(starter.apply(forkOptions, failedForks()), out.resolve("samples.csv"));
        } catch (final IOException e) {
            throw new ParameterException(spec.commandLine(), "--out can't be written to: " + reason(e), e);
        }
    }

    private Comparison comparison(final Settings settings, final Forks forks) {
        return new Comparison(settings, forks, GuardedScenario.names(), this::tell);
    }

    /** The kept noise of this machine, or else A against A now. */
    private Noise noise(
            final Comparison comparison, final Build base, final Settings settings, final boolean otherFlags)
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
            if (noise.flags().equals(ForkProcess.FLAGS) && !otherFlags) {
                tell("noise of " + machine + " as kept at " + noise.time());
                return noise;
            }
            tell("the kept noise of " + machine + " was measured with other flags");
        }
        if (keep) {
            checkKeepable(folder, kept);
        }
        tell("measuring the noise of " + machine);
        final Map<String, Noise.Entry> benchmarks = comparison.measureNoise(base);
        final Noise noise = new Noise(
                machine,
                base.revision(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                ForkProcess.FLAGS,
                settings.noisePairs(),
                settings.noiseConfidence(),
                benchmarks);
        noise.write(out.resolve(Noise.FILE));
        if (keep) {
            noise.write(kept);
            Files.copy(out.resolve(ENVIRONMENT), folder.resolve(ENVIRONMENT), StandardCopyOption.REPLACE_EXISTING);
            tell("kept in " + folder);
        }
        return noise;
    }

    /** Makes the folder for kept noise, minutes before it is needed. */
    private void checkKeepable(final Path folder, final Path kept) {
        try {
            Files.createDirectories(folder);
        } catch (final IOException e) {
            throw new ParameterException(spec.commandLine(), "--keep needs a folder: " + reason(e), e);
        }
        if (!Files.isWritable(folder) || Files.exists(kept) && !Files.isWritable(kept)) {
            throw new ParameterException(spec.commandLine(), "--keep must be able to write " + kept);
        }
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
