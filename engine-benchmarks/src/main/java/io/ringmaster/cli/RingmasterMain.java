package io.ringmaster.cli;

import io.ringmaster.benchmarks.OneLineErrors;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The entry point of the {@code ringmaster} command. */
@Command(
        name = "ringmaster",
        description = "Runs workflows through Ringmaster's task execution engine.",
        versionProvider = RingmasterMain.ManifestVersion.class,
        subcommands = {
            ReplayCommand.class,
            CapacityCommand.class,
            ReportCommand.class,
            SoakCommand.class,
            TopCommand.class
        },
        mixinStandardHelpOptions = true)
public final class RingmasterMain implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    /**
     * Runs the command and ends the process with its exit status: 0 all as it should be, 1 the run fell short, 2 bad
     * usage or bad input.
     *
     * @param args the command line.
     */
    public static void main(final String[] args) {
        System.exit(commandLine().execute(args));
    }

    /**
     * The command as picocli runs it, not yet given a command line.
     *
     * @return a new command line on each call.
     */
    static CommandLine commandLine() {
        return new CommandLine(new RingmasterMain()).setParameterExceptionHandler(new OneLineErrors());
    }

    /** Without a command there is nothing to run: prints the usage as an error. */
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return CommandLine.ExitCode.USAGE;
    }

    /** Takes the version from the manifest of the jar that the class was loaded from. */
    static final class ManifestVersion implements IVersionProvider {

        @Override
        public String[] getVersion() {
            final String version = RingmasterMain.class.getPackage().getImplementationVersion();
            return new String[] {"ringmaster " + (version == null ? "(not packaged)" : version)};
        }
    }
}
