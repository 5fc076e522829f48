package io.ringmaster.cli;

import io.ringmaster.soak.Soak;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ringmaster soak}: the fault-injection soak. */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        versionProvider = RingmasterMain.ManifestVersion.class,
        sortOptions = false,
        description = {
            "Runs an engine under every fault at random, from a seed: tasks that fail, hang, ignore kills and stop"
                    + " beating, listeners and plugins that throw and hang, floods, changing quotas, Masters that lose"
                    + " reports. Checks its books, each task's history and each Master's reports all the while, brings"
                    + " everything to rest after each phase, and compares heap and threads with those after the first."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:all as it should be",
            "1:something is wrong; a line on standard output says what, and the seed",
            "2:bad usage; nothing was started"
        })
final class SoakCommand implements Callable<Integer> {

    private static final int DEFAULT_MINUTES = 5;
    private static final int MOST_HOURS = 10_000;
    private static final int MOST_PHASE_SECONDS = 3_600;
    private static final int MOST_RATE = 1_000_000;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            converter = OptionTypes.Count.class,
            description = "How long, in minutes. Default: " + DEFAULT_MINUTES + ".")
    private Integer minutes;

    @Option(
            names = "--hours",
            paramLabel = "H",
            converter = OptionTypes.Count.class,
            description = "How long, in hours; instead of --minutes.")
    private Integer hours;

    @Option(
            names = "--seed",
            paramLabel = "N",
            converter = OptionTypes.Seed.class,
            description = "What every fault is drawn from; printed. Default: another one each time.")
    private Long seed;

    @Option(
            names = "--phase",
            paramLabel = "SECONDS",
            defaultValue = "20",
            converter = OptionTypes.Count.class,
            description = "For how long tasks are submitted between two rests. Default: ${DEFAULT-VALUE}.")
    private int phaseSeconds;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "1000",
            converter = OptionTypes.Count.class,
            description = "Tasks per second between floods. Default: ${DEFAULT-VALUE}.")
    private int rate;

    @Option(
            names = "--only",
            paramLabel = "FAULT",
            split = ",",
            description = "Tasks have only these faults, separated by commas, or none; to find out which one it is that"
                    + " shows a defect.")
    private Set<String> only = new LinkedHashSet<>();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (minutes != null && hours != null) {
            throw fault("--hours must not be given with --minutes: " + hours);
        }
        if (hours != null && hours > MOST_HOURS) {
            throw fault("--hours must be at most " + MOST_HOURS + ": " + hours);
        }
        if (phaseSeconds > MOST_PHASE_SECONDS) {
            throw fault("--phase must be at most " + MOST_PHASE_SECONDS + ": " + phaseSeconds);
        }
        if (rate > MOST_RATE) {
            throw fault("--rate must be at most " + MOST_RATE + ": " + rate);
        }
        final long seconds = hours != null
                ? TimeUnit.HOURS.toSeconds(hours)
                : TimeUnit.MINUTES.toSeconds(minutes == null ? DEFAULT_MINUTES : minutes);
        final long from = seed == null ? ThreadLocalRandom.current().nextLong() : seed;
        try (StopSignal signal = new StopSignal()) {
            return soak(from, seconds, signal).run().isEmpty() ? 0 : 1;
        }
    }

    private Soak soak(final long from, final long seconds, final StopSignal signal) {
        try {
            return Soak.of(
                    from, seconds, phaseSeconds, rate, only, spec.commandLine().getOut(), signal::isRequested);
        } catch (final IllegalArgumentException e) {
            throw fault("--only " + e.getMessage());
        }
    }

    private ParameterException fault(final String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
