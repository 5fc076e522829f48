package io.ringmaster.cli;

import io.ringmaster.TaskEngine;
import io.ringmaster.benchmarks.OneLineErrors;
import io.ringmaster.capacity.Arrivals;
import io.ringmaster.capacity.CapacityFiles;
import io.ringmaster.capacity.CapacityResult;
import io.ringmaster.capacity.CapacityRun;
import io.ringmaster.capacity.CapacitySettings;
import io.ringmaster.capacity.Quantities;
import io.ringmaster.capacity.Slo;
import io.ringmaster.capacity.Work;
import io.ringmaster.capacity.WorkMix;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.report.ReportWriter;
import io.ringmaster.task.Container;
import io.ringmaster.workflow.WorkflowFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ringmaster capacity}: reads and checks the options, runs the rig, and answers for what it found. */
@Command(
        name = "capacity",
        mixinStandardHelpOptions = true,
        versionProvider = RingmasterMain.ManifestVersion.class,
        sortOptions = false,
        description = {
            "Finds what rate of tasks an engine carries on this machine: submits tasks by schedule, whatever became of"
                    + " those before, and counts each latency from when the task was due. Goes up until completions"
                    + " don't keep up, bisects, repeats what it found, tries a burst and an overload, and says what it"
                    + " takes to carry --target."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:all as it should be",
            "1:the run fell short: no rate meets the objective, no step is valid, or a task was lost",
            "2:bad usage or bad input; nothing was started"
        })
final class CapacityCommand implements Callable<Integer> {
    private static final int FELL_SHORT = 1;
    private static final int MOST_STEP_SECONDS = 3_600;
    private static final double MOST_WARM_UP_SECONDS = 600;
    private static final double MOST_BURST_SECONDS = 60;
    private static final double MOST_FACTOR = 100;
    private static final int MOST_SUBMITTERS = 64;
    private static final int MOST_FIRE_WORKERS = 256;
    private static final double DEFAULT_RATE_TO = 10e6;
    private static final double LOWEST_SHARE = 1.0 / 32;
    private static final double NANOS_PER_TASK = 200;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final long SEED = 42;
    private static final int FEW_CPUS = 4;
    private static final int MORE_RESERVED = 64;

    @Option(
            names = "--work",
            paramLabel = "WORK",
            defaultValue = "noop",
            description =
                    "What tasks do: noop, spin:D, step-and-wait:D, block:D (D such as 5us or 10ms), or mix:FILE, whose"
                            + " lines have a weight and one of these. Default: ${DEFAULT-VALUE}.")
    private String work;

    @Option(
            names = "--arrivals",
            paramLabel = "HOW",
            defaultValue = "poisson",
            description =
                    "How they come: constant, poisson, bursts:peak=P,duty=D[,period=T] (on and off: P the rate while on"
                            + " to the mean, D the share of the time), or an arrival trace's FILE.csv[.gz], whose arrivals are"
                            + " stretched to each rate. Default: ${DEFAULT-VALUE}.")
    private String arrivals;

    @Option(
            names = "--slo",
            paramLabel = "pN=D",
            description = "A latency objective, such as p99.9=1ms: the highest rate that meets it is looked for too.")
    private String slo;

    @Option(
            names = "--rates",
            paramLabel = "RATE",
            split = ",",
            description = "Measures these rates, such as 50k,100k, instead of searching.")
    private List<String> rates = List.of();

    @Option(
            names = "--rate-from",
            paramLabel = "RATE",
            description = "Where the search begins. Default: about a thirtieth of what the work allows.")
    private String rateFrom;

    @Option(names = "--rate-to", paramLabel = "RATE", description = "Where it ends at the latest. Default: 10M.")
    private String rateTo;

    @Option(
            names = "--step-seconds",
            paramLabel = "N",
            defaultValue = "5",
            converter = OptionTypes.Count.class,
            description = "How long each rate is measured at least; longer where tasks are few. Default:"
                    + " ${DEFAULT-VALUE}.")
    private int stepSeconds;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            defaultValue = "2",
            converter = OptionTypes.Speedup.class,
            description =
                    "How long it is offered before that. Default: ${DEFAULT-VALUE}, and one and a half of the longest"
                            + " task's time at least.")
    private double warmUp;

    @Option(
            names = "--burst",
            paramLabel = "F",
            defaultValue = "1.5",
            converter = OptionTypes.Speedup.class,
            description =
                    "Also measures a burst of F times the knee, and the recovery; 0: none. Default: ${DEFAULT-VALUE}.")
    private double burst;

    @Option(
            names = "--burst-seconds",
            paramLabel = "SECONDS",
            defaultValue = "1",
            converter = OptionTypes.Factor.class,
            description = "How long the burst is. Default: ${DEFAULT-VALUE}.")
    private double burstSeconds;

    @Option(
            names = "--overload",
            paramLabel = "F",
            defaultValue = "3",
            converter = OptionTypes.Speedup.class,
            description = "Also measures an overload of F times the knee; 0: none. Default: ${DEFAULT-VALUE}.")
    private double overload;

    @Option(
            names = "--overload-seconds",
            paramLabel = "SECONDS",
            defaultValue = "5",
            converter = OptionTypes.Factor.class,
            description = "How long the overload is. Default: ${DEFAULT-VALUE}.")
    private double overloadSeconds;

    @Option(
            names = "--fire-workers-sweep",
            paramLabel = "N",
            split = ",",
            converter = OptionTypes.Count.class,
            description =
                    "Finds the knee with each of these counts of fire-workers too; with six or more that the machine has"
                            + " CPUs for, fits the Universal Scalability Law.")
    private List<Integer> fireWorkersSweep = List.of();

    @Option(
            names = "--submitters",
            paramLabel = "N",
            defaultValue = "1",
            converter = OptionTypes.Count.class,
            description = "Threads that submit; each keeps a CPU busy. Default: ${DEFAULT-VALUE}.")
    private int submitters;

    @Option(
            names = "--target",
            paramLabel = "RATE",
            description = "The rate to plan for, such as 5k or 50M/day. Default: what one engine carries.")
    private String target;

    @Option(
            names = "--peak",
            paramLabel = "F",
            defaultValue = "1",
            converter = OptionTypes.Factor.class,
            description = "The busiest time's rate, as a multiple of --target. Default: ${DEFAULT-VALUE}.")
    private double peak;

    @Option(
            names = "--headroom",
            paramLabel = "SHARE",
            defaultValue = "0.4",
            converter = OptionTypes.Speedup.class,
            description = "The share of what an engine carries that is to stay free, from 0 to below 1. Default:"
                    + " ${DEFAULT-VALUE}.")
    private double headroom;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "" + SEED,
            converter = OptionTypes.Seed.class,
            description =
                    "What arrivals and works are drawn from: the same seed gives the same. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Mixin
    private EngineOptions engine;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures as JSON.")
    private Path json;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description =
                    "Writes report.html into DIR, and capacity.json, environment.json, timeline.jsonl, latency.hlog and a"
                            + " .hgrm for each latency.")
    private Path report;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        final CapacitySettings settings = settings();
        prepareOutput();
        settings.warnings().forEach(each -> OneLineErrors.print(spec.commandLine(), "warning: " + each));
        try (StopSignal signal = new StopSignal();
                CapacityFiles files = CapacityFiles.of(
                        report,
                        json,
                        settings.shape().ringCapacity() * settings.shape().partitions())) {
            final CapacityProgress progress =
                    new CapacityProgress(spec.commandLine().getErr());
            final CapacityResult result;
            try {
                result = new CapacityRun(settings, progress, files, signal::isRequested).run();
            } catch (final OutOfMemoryError e) {
                OneLineErrors.print(
                        spec.commandLine(),
                        "ran out of a heap of " + Runtime.getRuntime().maxMemory() / (1 << 20) + " MB");
                return FELL_SHORT;
            } finally {
                progress.clear();
            }
            return answer(result, files);
        }
    }

    private int answer(final CapacityResult result, final CapacityFiles files) {
        final List<String> faults = new ArrayList<>(files.finish(
                result,
                "ringmaster "
                        + String.join(" ", spec.commandLine().getParseResult().originalArgs())));
        if (report != null && faults.isEmpty()) {
            ReplayOutput.render(report, faults);
        }
        CapacityTable.print(result, spec.commandLine().getOut());
        final List<String> shortfalls = result.shortfalls();
        if (!shortfalls.isEmpty()) {
            faults.add("fell short: " + String.join("; ", shortfalls));
        }
        faults.forEach(each -> OneLineErrors.print(spec.commandLine(), each));
        return faults.isEmpty() ? 0 : FELL_SHORT;
    }

    // ---- before anything starts --------------------------------------------------------------------------------

    private CapacitySettings settings() {
        final WorkMix mix = read("--work", work, WorkMix::parse);
        final Arrivals how = arrivals();
        final Slo objective = slo == null ? null : read("--slo", slo, Slo::parse);
        final List<Double> given = rates.stream()
                .map(each -> read("--rates", each, Quantities::perSecond))
                .toList();
        final List<Double> sorted = List.copyOf(new TreeSet<>(given));
        require(stepSeconds <= MOST_STEP_SECONDS, "--step-seconds must be at most " + MOST_STEP_SECONDS, stepSeconds);
        require(warmUp <= MOST_WARM_UP_SECONDS, "--warmup must be at most 600 seconds", warmUp);
        require(burst == 0 || burst > 1 && burst <= MOST_FACTOR, "--burst must be 0, or above 1 and up to 100", burst);
        require(
                overload == 0 || overload > 1 && overload <= MOST_FACTOR,
                "--overload must be 0, or above 1 and up to 100",
                overload);
        require(burstSeconds <= MOST_BURST_SECONDS, "--burst-seconds must be at most 60", burstSeconds);
        require(overloadSeconds <= MOST_BURST_SECONDS, "--overload-seconds must be at most 60", overloadSeconds);
        require(submitters <= MOST_SUBMITTERS, "--submitters must be at most " + MOST_SUBMITTERS, submitters);
        require(headroom < 1, "--headroom must be from 0 to below 1", headroom);
        require(peak >= 1 && peak <= MOST_FACTOR, "--peak must be from 1 to 100", peak);
        require(target != null || peak == 1, "--peak must be given with --target", peak);
        for (final int each : fireWorkersSweep) {
            require(each <= MOST_FIRE_WORKERS, "--fire-workers-sweep must be at most " + MOST_FIRE_WORKERS, each);
        }
        final CapacitySettings.EngineShape shape = shape(mix);
        final double to = rateTo == null ? DEFAULT_RATE_TO : read("--rate-to", rateTo, Quantities::perSecond);
        final double from =
                rateFrom == null ? Math.min(to, lowest(mix)) : read("--rate-from", rateFrom, Quantities::perSecond);
        if (!rates.isEmpty() && (rateFrom != null || rateTo != null)) {
            throw fault("--rates must not be given with --rate-from or --rate-to: " + String.join(",", rates));
        }
        require(from <= to, "--rate-from must not be above --rate-to", from);
        return new CapacitySettings(
                mix,
                how,
                seed,
                submitters,
                engine.container(),
                count -> engine.watchedContext().fireWorkers(count),
                shape,
                objective,
                sorted,
                from,
                to,
                stepSeconds,
                warmUp,
                burst,
                burstSeconds,
                overload,
                overloadSeconds,
                List.copyOf(new TreeSet<>(fireWorkersSweep)),
                target == null ? 0 : read("--target", target, Quantities::perSecond) * peak,
                target == null ? "" : peak == 1 ? target : target + " at " + trimmed(peak) + " times the mean",
                headroom,
                warnings());
    }

    private Arrivals arrivals() {
        try {
            return read("--arrivals", arrivals, text -> {
                try {
                    return Arrivals.parse(text);
                } catch (final WorkflowFormatException e) {
                    throw new IllegalArgumentException(e.getMessage(), e);
                }
            });
        } catch (final OutOfMemoryError e) {
            throw fault("--arrivals names a trace that is too large for the heap: " + arrivals);
        }
    }

    private CapacitySettings.EngineShape shape(final WorkMix mix) {
        final Container container = engine.container();
        if (container == Container.SHARED && mix.blocks()) {
            throw fault(
                    "--container must not be shared with a work that blocks, which would hold a fire-worker: " + mix);
        } else if (container == Container.EXCLUSIVE && mix.has(Work.Kind.STEP_AND_WAIT)) {
            throw fault("--container must not be exclusive with step-and-wait, which is a shared task: " + mix);
        }
        // The engine itself checks how its settings go together: one is launched before anything is measured.
        try {
            TaskEngine.launch(engine.watchedContext().fireWorkers(engine.fireWorkers()))
                    .close();
        } catch (final IllegalArgumentException e) {
            throw fault(EngineOptions.byOption(e.getMessage()));
        } catch (final OutOfMemoryError e) {
            throw fault("the machine has no room for an engine of this size: " + e.getMessage());
        }
        final int cpus = Runtime.getRuntime().availableProcessors();
        final boolean spins = engine.waitMode() == WaitMode.BUSY_SPIN || engine.waitMode() == WaitMode.YIELD;
        if (spins && engine.fireWorkers() + submitters > cpus) {
            throw fault("--wait " + OptionTypes.name(engine.waitMode()) + " must leave a CPU for each of --submitters ("
                    + submitters + ") beside --fire-workers (" + engine.fireWorkers() + "), which all spin: " + cpus
                    + " CPUs");
        }
        return new CapacitySettings.EngineShape(
                engine.fireWorkers(),
                Math.max(engine.fireWorkers(), Integer.getInteger("ringmaster.partitions", 0)),
                engine.waitMode() == WaitMode.AUTO && cpus < FEW_CPUS
                        ? WaitMode.ADAPTIVE.name()
                        : engine.waitMode().name(),
                engine.ringCapacity(),
                engine.exclusiveThreads(),
                Math.min(engine.ringCapacity() / 2, engine.exclusiveThreads() + MORE_RESERVED));
    }

    private List<String> warnings() {
        final int cpus = Runtime.getRuntime().availableProcessors();
        final int threads = engine.fireWorkers() + submitters;
        return threads <= cpus
                ? List.of()
                : List.of(submitters + " submitting and " + engine.fireWorkers() + " fire-worker threads share " + cpus
                        + " CPUs: at high rates they measure each other");
    }

    /** Well below what the work allows, so that the curve has a beginning. */
    private double lowest(final WorkMix mix) {
        final boolean isExclusive = engine.container() == Container.EXCLUSIVE;
        final int cpus = Runtime.getRuntime().availableProcessors();
        final double steps = mix.meanNanos(Work.Kind.SPIN);
        final double blocked = mix.meanNanos(Work.Kind.BLOCK);
        final double shared = engine.fireWorkers() / (NANOS_PER_TASK + (isExclusive ? 0 : steps));
        final double exclusive = engine.exclusiveThreads() / Math.max(1, blocked);
        final double spinning = isExclusive ? cpus / Math.max(1, steps) : Double.POSITIVE_INFINITY;
        final double most = NANOS_PER_SECOND * Math.min(shared, Math.min(exclusive, spinning));
        return Math.max(1, Math.floor(most * LOWEST_SHARE));
    }

    private void prepareOutput() {
        try {
            if (json != null) {
                ReplayOutput.requireWritable("--json", json, List.of());
            }
            if (report != null) {
                makeFolder();
                Stream.concat(CapacityFiles.names().stream(), Stream.of(ReportWriter.PAGE, ReportWriter.NUMBERS))
                        .forEach(each -> ReplayOutput.requireWritable("--report", report.resolve(each), List.of()));
            }
        } catch (final IllegalArgumentException e) {
            throw fault(e.getMessage());
        }
    }

    private void makeFolder() {
        try {
            Files.createDirectories(report);
        } catch (final IOException e) {
            throw fault("--report must be a folder that exists or can be made: " + report);
        }
    }

    private <T> T read(final String option, final String text, final Function<String, T> reader) {
        try {
            return reader.apply(text);
        } catch (final IllegalArgumentException e) {
            throw fault(option + ' ' + e.getMessage());
        }
    }

    private void require(final boolean isKept, final String rule, final double value) {
        if (!isKept) {
            throw fault(rule + ": " + trimmed(value));
        }
    }

    private static String trimmed(final double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    private ParameterException fault(final String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
