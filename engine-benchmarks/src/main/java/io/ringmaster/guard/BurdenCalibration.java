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
 * Finds how much work {@code Burden} must do for a benchmark to take a given part longer: measures, draws a line through what
 * it found, and measures again. Prints the number of tokens.
 */
@Command(
        name = "burden-calibration",
        description = "Finds the burden that slows a benchmark down by a given part.",
        mixinStandardHelpOptions = true)
public final class BurdenCalibration implements Callable<Integer> {
    private static final int PAIRS = 3;
    private static final int LAST_PAIRS = 5;
    private static final int ROUNDS = 4;
    private static final int FIRST_TOKENS = 64;
    private static final int MOST_TOKENS = 1 << 20;
    /** Near enough: a tenth of the slow-down that is asked for. */
    private static final double PRECISION = 0.1;

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
    private record Point(int tokens, double slowdown) {}

    @Override
    public Integer call() throws Exception {
        forks = forkOptions.forks(log);
        // Counting the calls takes its time as well: a burden of one token shows how much.
        Point low = measure(1, PAIRS);
        Point high = measure(FIRST_TOKENS, PAIRS);
        Point best = null;
        for (int round = 0; round < ROUNDS; round++) {
            final double perToken = (high.slowdown() - low.slowdown()) / (high.tokens() - low.tokens());
            if (!(perToken > 0)) {
                high = measure(Math.min(MOST_TOKENS, 4 * high.tokens()), PAIRS);
                continue;
            }
            final int tokens = (int) Math.max(
                    1, Math.min(MOST_TOKENS, Math.round(low.tokens() + (slowdown - low.slowdown()) / perToken)));
            best = measure(tokens, LAST_PAIRS);
            if (Math.abs(best.slowdown() - slowdown) <= PRECISION * slowdown) {
                final PrintWriter out = spec.commandLine().getOut();
                out.println(best.tokens());
                out.flush();
                return CommandLine.ExitCode.OK;
            }
            if (best.tokens() > low.tokens()) {
                high = best;
            }
        }
        tell(String.format(
                Locale.ROOT, "no burden was found that slows %s down by %.1f %%", benchmark, 100 * slowdown));
        return CommandLine.ExitCode.SOFTWARE;
    }

    private Point measure(final int tokens, final int pairs) throws ForkFailedException, InterruptedException {
        final Build base = new Build("without", baseJar, List.of());
        final Build burdened = new Build("with", newJar, List.of("-Dringmaster.burden.tokens=" + tokens));
        final Samples without = new Samples();
        final Samples with = new Samples();
        for (int pair = 0; pair < pairs; pair++) {
            final List<Build> order = new ArrayList<>(List.of(base, burdened));
            if (pair % 2 == 1) {
                Collections.reverse(order);
            }
            for (final Build each : order) {
                (each == base ? without : with).add(forks.run(each, scenario));
            }
        }
        final PairedRatio ratio = PairedRatio.ofTrimmedMean(with.ratios(benchmark), without.ratios(benchmark), 0.95, 1);
        final Point point = new Point(tokens, ratio.ratio() - 1);
        tell(String.format(
                Locale.ROOT,
                "%s: %d tokens slow it down by %.1f %% [%.1f .. %.1f] over %d pairs",
                benchmark,
                tokens,
                100 * point.slowdown(),
                100 * (ratio.low() - 1),
                100 * (ratio.high() - 1),
                pairs));
        return point;
    }

    private void tell(final String line) {
        final PrintWriter err = spec.commandLine().getErr();
        err.println("burden-calibration: " + line);
        err.flush();
    }
}
