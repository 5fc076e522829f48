package io.ringmaster.guard;

import io.ringmaster.benchmarks.PairedRatio;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Finds how much work {@code Burden} must do for a benchmark to take a given part longer: measures next to nothing and a lot,
 * where the noise is small beside the difference, draws a line between them, and measures what it gives; from there once more where that
 * missed. Prints the number of tokens.
 */
@Command(
        name = "burden-calibration",
        description = "Finds the burden that slows a benchmark down by a given part.",
        mixinStandardHelpOptions = true)
public final class BurdenCalibration implements Callable<Integer> {
    private static final int PAIRS = 5;
    private static final int TRIES = 3;
    private static final int FIRST_TOKENS = 512;
    private static final int MOST_TOKENS = 1 << 20;
    /** So many times the slow-down that is asked for is measured as well: there the noise is small beside it. */
    private static final double FAR = 4;
    /** A wider interval shows that a fork was disturbed. */
    private static final double MOST_WIDTH = 0.12;
    /** The part of the slow-down that is asked for by which it may be missed, however narrow the interval is. */
    private static final double NEAR = 0.05;

    @Spec
    private CommandSpec spec;

    @Option(names = "--base-jar", required = true, description = "The build without a burden.")
    private Path baseJar;

    @Option(names = "--new-jar", required = true, description = "The build with it.")
    private Path newJar;

    @Mixin
    private ForkOptions forkOptions;

    @Option(names = "--log", required = true, description = "Where a failed fork's output goes.")
    private Path log;

    @Option(names = "--scenario", required = true, description = "What to run.")
    private String scenario;

    @Option(names = "--benchmark", required = true, description = "Whose time it is.")
    private String benchmark;

    @Option(names = "--slowdown", defaultValue = "0.10", description = "The part (${DEFAULT-VALUE}).")
    private double slowdown;

    private Forks forks;

    /** Made by the command line. */
    BurdenCalibration() {}

    /**
     * Calibrates and ends the process.
     *
     * @param args the command line.
     */
    public static void main(final String[] args) {
        System.exit(new CommandLine(new BurdenCalibration()).execute(args));
    }

    /** One measurement: so many tokens made so much of a difference. */
    private record Point(int tokens, PairedRatio ratio) {
        double slowdown() {
            return ratio.ratio() - 1;
        }

        boolean isSharp() {
            return ratio.high() / ratio.low() - 1 <= MOST_WIDTH;
        }

        /** Within its interval, or so near that the difference is no matter: on a quiet machine intervals are that narrow. */
        boolean isAbout(final double slowdown) {
            return ratio.low() - 1 <= slowdown && slowdown <= ratio.high() - 1
                    || Math.abs(slowdown() - slowdown) <= NEAR * slowdown;
        }
    }

    @Override
    public Integer call() throws Exception {
        forks = forkOptions.forks(log);
        // Counting the calls takes its time as well: a burden of one token shows how much.
        final Point low = measureSharply(1);
        Point high = measureSharply(FIRST_TOKENS);
        while (high.slowdown() < FAR * slowdown && high.tokens() < MOST_TOKENS) {
            high = measureSharply(4 * high.tokens());
        }
        Point found = high;
        for (int i = 0; i < TRIES; i++) {
            final double perToken = (found.slowdown() - low.slowdown()) / (found.tokens() - low.tokens());
            final long tokens = Math.round(low.tokens() + (slowdown - low.slowdown()) / perToken);
            if (!(perToken > 0) || tokens < 1 || tokens > MOST_TOKENS) {
                break;
            }
            found = measureSharply((int) tokens);
            if (found.isSharp() && found.isAbout(slowdown)) {
                final PrintWriter out = spec.commandLine().getOut();
                out.println(found.tokens());
                out.flush();
                return CommandLine.ExitCode.OK;
            }
        }
        tell(String.format(
                Locale.ROOT, "no burden was found that slows %s down by %.1f %%", benchmark, 100 * slowdown));
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** Measures again where a fork was disturbed, a few times. */
    private Point measureSharply(final int tokens) throws ForkFailedException, InterruptedException {
        Point point = measure(tokens);
        for (int i = 1; i < TRIES && !point.isSharp(); i++) {
            point = measure(tokens);
        }
        return point;
    }

    private Point measure(final int tokens) throws ForkFailedException, InterruptedException {
        final Build base = new Build("without", baseJar, List.of());
        final Build burdened = new Build("with", newJar, List.of("-Dringmaster.burden.tokens=" + tokens));
        final Samples without = new Samples();
        final Samples with = new Samples();
        for (int pair = 0; pair < PAIRS; pair++) {
            final List<Build> order = new ArrayList<>(List.of(base, burdened));
            if (pair % 2 == 1) {
                Collections.reverse(order);
            }
            for (final Build each : order) {
                (each == base ? without : with).add(forks.run(each, scenario));
            }
        }
        final PairedRatio ratio = PairedRatio.ofTrimmedMean(with.ratios(benchmark), without.ratios(benchmark), 0.95, 1);
        final Point point = new Point(tokens, ratio);
        tell(String.format(
                Locale.ROOT,
                "%s: %d tokens slow it down by %.1f %% [%.1f .. %.1f] over %d pairs",
                benchmark,
                tokens,
                100 * point.slowdown(),
                100 * (ratio.low() - 1),
                100 * (ratio.high() - 1),
                PAIRS));
        return point;
    }

    private void tell(final String line) {
        final PrintWriter err = spec.commandLine().getErr();
        err.println("burden-calibration: " + line);
        err.flush();
    }
}
