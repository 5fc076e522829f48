package io.ringmaster.cli;

import io.ringmaster.metrics.CountersFileException;
import io.ringmaster.metrics.CountersReader;
import io.ringmaster.metrics.CountersReader.Liveness;
import io.ringmaster.metrics.CountersSnapshot;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ringmaster top}: watches an engine through its counters file. */
@Command(
        name = "top",
        mixinStandardHelpOptions = true,
        versionProvider = RingmasterMain.ManifestVersion.class,
        sortOptions = false,
        description = {
            "Watches an engine of another process through its counters file (replay --counters FILE, or countersFile of an"
                    + " engine's context), without touching it: what it has done and does per second, live tasks by state,"
                    + " refusals, threads, and each partition. Ends when the engine is closed or gone; the file of such a"
                    + " one is shown once. On a terminal the screen is drawn over, elsewhere looks follow each other."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:the engine was shown, be it alive, closed or killed",
            "2:bad usage, or a file that is missing, damaged, of a later layout or no counters file"
        })
final class TopCommand implements Callable<Integer> {

    private static final String HOME = "\033[H";
    private static final String CLEAR = "\033[2J";
    private static final String CLEAR_LINE = "\033[K";
    private static final String CLEAR_BELOW = "\033[J";

    @Parameters(paramLabel = "FILE", arity = "1", description = "The counters file.")
    private Path file;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            defaultValue = "1",
            converter = OptionTypes.Interval.class,
            description = "Between two looks, from 0.01 to 3600. Default: ${DEFAULT-VALUE}.")
    private long intervalNanos;

    @Option(
            names = "--count",
            paramLabel = "N",
            converter = OptionTypes.Count.class,
            description = "Ends after N looks. Default: with the engine.")
    private Integer count;

    @Option(names = "--once", description = "Looks once: rates are those since the engine's start. Like --count 1.")
    private boolean once;

    @Option(names = "--json", description = "Prints each look as one JSON object in one line, with every counter.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    private final boolean redraw;
    private boolean drawn;

    /** The command as users run it. */
    TopCommand() {
        this(Terminal.canRedraw());
    }

    /**
     * A command for a terminal, or for none.
     *
     * @param redraw whether the screen is drawn over.
     */
    TopCommand(final boolean redraw) {
        this.redraw = redraw;
    }

    @Override
    public Integer call() {
        if (once && count != null) {
            throw new ParameterException(spec.commandLine(), "--once must not be given with --count: " + count);
        }
        try {
            watch();
            return 0;
        } catch (final CountersFileException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void watch() throws CountersFileException {
        CountersReader reader = CountersReader.open(file);
        try {
            ProcessCpu cpu = new ProcessCpu(reader.header());
            CountersSnapshot before = null;
            long next = System.nanoTime();
            for (int looks = 1; ; looks++) {
                final Liveness liveness = reader.liveness();
                final CountersSnapshot now = reader.read();
                show(new TopLook(now, before, liveness, System.currentTimeMillis(), cpu.cpus()));
                final boolean ended = liveness == Liveness.CLOSED || liveness == Liveness.GONE;
                if (ended || looks == most() || spec.commandLine().getOut().checkError()) {
                    return; // nobody reads any more, if there was an error
                }
                next = await(next + intervalNanos);
                before = now;
                if (reader.isReplaced()) {
                    reader.close();
                    reader = CountersReader.open(file);
                    cpu = new ProcessCpu(reader.header());
                    before = null;
                }
            }
        } finally {
            reader.close();
        }
    }

    private int most() {
        return once ? 1 : count == null ? Integer.MAX_VALUE : count;
    }

    /** Waits until a time, or does not if that is over already. Returns the time from which the next one counts. */
    private long await(final long nanos) {
        while (nanos - System.nanoTime() > 0) {
            LockSupport.parkNanos(this, nanos - System.nanoTime());
        }
        return Math.max(nanos, System.nanoTime() - intervalNanos);
    }

    private void show(final TopLook look) {
        final PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.print(TopJson.render(look) + '\n');
        } else {
            final List<String> lines = new TopScreen(ZoneId.systemDefault()).render(look);
            out.print(redraw ? redrawn(lines) : plain(lines));
        }
        out.flush();
        drawn = true;
    }

    private String plain(final List<String> lines) {
        return (drawn ? "\n" : "") + String.join("\n", lines) + '\n';
    }

    /** In one piece and without clearing the screen first, so that it does not flicker. */
    private String redrawn(final List<String> lines) {
        final StringBuilder screen = new StringBuilder(drawn ? HOME : HOME + CLEAR);
        lines.forEach(each -> screen.append(each).append(CLEAR_LINE).append('\n'));
        return screen.append(CLEAR_BELOW).toString();
    }
}
