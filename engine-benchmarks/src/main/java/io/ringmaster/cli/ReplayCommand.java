package io.ringmaster.cli;

import io.ringmaster.Ledger;
import io.ringmaster.benchmarks.HiccupMeter;
import io.ringmaster.benchmarks.OneLineErrors;
import io.ringmaster.client.InProcessTaskExecutorClient;
import io.ringmaster.replay.Faults;
import io.ringmaster.replay.Replay;
import io.ringmaster.replay.WarmUp;
import io.ringmaster.replay.Workload;
import io.ringmaster.task.Task;
import io.ringmaster.workflow.WfFormatWriter;
import io.ringmaster.workflow.Workflow;
import io.ringmaster.workflow.WorkflowFormatException;
import io.ringmaster.workflow.WorkflowGenerator;
import io.ringmaster.workflow.WorkflowReader;
import io.ringmaster.workflow.WorkflowShape;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ringmaster replay}: reads and checks everything, runs it, and answers for it. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        versionProvider = RingmasterMain.ManifestVersion.class,
        sortOptions = false,
        description = {
            "Plays workflow traces through an engine: releases each task when its parents have ended, emulates its"
                    + " runtime without keeping a CPU busy, and checks order and durations by the times the tasks"
                    + " stamped. Several traces are played side by side, as one run. Without one, a workflow shipped"
                    + " with the command is played."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:all as it should be",
            "1:the run ended but something fell short",
            "2:bad usage or bad input; nothing was started"
        })
final class ReplayCommand implements Callable<Integer> {

    private static final int DEFAULT_TASKS = 1_000;
    private static final int FELL_SHORT = 1;
    private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long DRAIN_SECONDS = 5;
    private static final long STOP_SECONDS = 5;
    private static final long MILLIS_PER_SECOND = 1_000;
    private static final double MOST_HEAP_FOR_RECORDS = 0.6;
    private static final long LONGEST_NANOS = TimeUnit.DAYS.toNanos(36_525);

    @Parameters(
            paramLabel = "TRACE",
            arity = "0..*",
            description = "WfFormat JSON or an arrival trace in CSV; compressed with gzip or not.")
    private List<Path> traces = List.of();

    @Option(
            names = "--speedup",
            paramLabel = "X",
            defaultValue = "1",
            converter = OptionTypes.Speedup.class,
            description = "Runtimes and arrival times are divided by X; 0: tasks do nothing and arrive at once."
                    + " Default: ${DEFAULT-VALUE}.")
    private double speedup;

    @Option(
            names = "--copies",
            paramLabel = "N",
            defaultValue = "1",
            converter = OptionTypes.Count.class,
            description = "Each trace N times over, side by side. Default: ${DEFAULT-VALUE}.")
    private int copies;

    @Option(
            names = "--arrival-factor",
            paramLabel = "F",
            defaultValue = "1",
            converter = OptionTypes.Factor.class,
            description = "Gaps between arrivals are further divided by F. Default: ${DEFAULT-VALUE}.")
    private double arrivalFactor;

    @Option(
            names = "--shape",
            paramLabel = "SHAPE",
            converter = OptionTypes.Shape.class,
            description = "Without a TRACE: generates a workflow: chain, fork-join, map-reduce or montage.")
    private WorkflowShape shape;

    @Option(
            names = "--tasks",
            paramLabel = "N",
            converter = OptionTypes.Count.class,
            description = "With --shape: about how many tasks, up to 1000000. Default: " + DEFAULT_TASKS + ".")
    private Integer tasks;

    @Option(
            names = "--seed",
            paramLabel = "N",
            converter = OptionTypes.Seed.class,
            description = "What a workflow is generated from, and faults are drawn from: the same seed gives the same."
                    + " Default: 42.")
    private Long seed;

    @Option(names = "--save", paramLabel = "FILE", description = "Also writes the generated workflow, as WfFormat 1.5.")
    private Path save;

    @Option(
            names = "--faults",
            paramLabel = "SPEC",
            converter = OptionTypes.FaultSpec.class,
            description = "What goes wrong on purpose, separated by commas: fail=RATE, zombie=RATE, block=RATE and"
                    + " timeout=RATE of all attempts, from 0 to 1; slow-master=TIME, such as 50ms. A task is then tried"
                    + " up to " + Faults.ATTEMPTS + " times. Default: nothing.")
    private Faults faults = Faults.NONE;

    @Option(
            names = "--warm-up",
            paramLabel = "MS",
            defaultValue = "500",
            converter = OptionTypes.Millis.class,
            description = "Plays small workflows for so many milliseconds before, so that compiled code is measured; 0:"
                    + " none. Default: ${DEFAULT-VALUE}.")
    private int warmUpMillis;

    @Mixin
    private EngineOptions engine;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures as JSON.")
    private Path json;

    @Option(
            names = "--events",
            paramLabel = "FILE",
            description = "Writes workflow,task,start,end,status of each finished task as CSV.")
    private Path events;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "Writes report.html into DIR, and all that is in it as JSON, CSV and HdrHistogram's formats.")
    private Path report;

    @Spec
    private CommandSpec spec;

    private final UnaryOperator<Task> wrapper;

    /** The command as users run it. */
    ReplayCommand() {
        this(UnaryOperator.identity());
    }

    /**
     * A command with faults built in.
     *
     * @param wrapper makes the task that is run of the emulated one.
     */
    ReplayCommand(final UnaryOperator<Task> wrapper) {
        this.wrapper = wrapper;
    }

    @Override
    public Integer call() throws InterruptedException {
        final ReplayOutput output = new ReplayOutput(json, events, report);
        final Replay replay = prepare(output);
        final ReplayTimeline timeline = new ReplayTimeline();
        try (StopSignal signal = new StopSignal();
                InProcessTaskExecutorClient client = launch(signal, timeline)) {
            return run(replay, client, signal, output, timeline);
        }
    }

    // ---- before anything starts --------------------------------------------------------------------------------

    private Replay prepare(final ReplayOutput output) {
        try {
            final List<Workflow> workflows = traces.isEmpty() ? List.of(generated()) : read();
            final Workload workload = new Workload(copied(workflows), speedup, arrivalFactor);
            if (workload.idealNanos() >= LONGEST_NANOS) {
                throw new IllegalArgumentException("--speedup must leave a replay of at most 100 years: " + speedup);
            }
            engine.context();
            output.prepare(traces);
            if (engine.counters() != null) {
                ReplayOutput.requireWritable("--counters", engine.counters(), traces);
            }
            if (save != null) {
                ReplayOutput.requireWritable("--save", save, traces);
                WfFormatWriter.write(workflows.get(0), save);
            }
            return new Replay(
                    workload, engine.container(), wrapper, faults, seed == null ? WorkflowGenerator.SAMPLE_SEED : seed);
        } catch (final WorkflowFormatException | IllegalArgumentException e) {
            throw fault(e.getMessage(), e);
        } catch (final IOException e) {
            throw fault("--save must name a file that can be written: " + save + ": " + e.getMessage(), e);
        } catch (final OutOfMemoryError e) {
            throw fault("the workflows are too large for a heap of " + heapMegabytes() + " MB", e);
        }
    }

    private ParameterException fault(final String message, final Throwable cause) {
        return new ParameterException(spec.commandLine(), message, cause);
    }

    private static long heapMegabytes() {
        return Runtime.getRuntime().maxMemory() / (1 << 20);
    }

    private List<Workflow> read() throws WorkflowFormatException {
        refuseWithTrace("--shape", shape);
        refuseWithTrace("--tasks", tasks);
        refuseWithTrace("--save", save);
        final List<Workflow> workflows = new ArrayList<>();
        for (final Path trace : traces) {
            workflows.add(WorkflowReader.read(trace));
        }
        return workflows;
    }

    private static void refuseWithTrace(final String option, final Object value) {
        if (value != null) {
            throw new IllegalArgumentException(option + " must not be given with a TRACE: " + value);
        }
    }

    private Workflow generated() {
        if (shape != null) {
            if (tasks != null && tasks > WorkflowGenerator.MOST_TASKS) {
                throw new IllegalArgumentException(
                        "--tasks must be at most " + WorkflowGenerator.MOST_TASKS + ": " + tasks);
            }
            return new WorkflowGenerator(seed == null ? WorkflowGenerator.SAMPLE_SEED : seed)
                    .generate(shape, tasks == null ? DEFAULT_TASKS : tasks);
        }
        if (tasks != null) {
            throw new IllegalArgumentException("--tasks must be given with --shape: " + tasks);
        }
        return seed == null ? WorkflowGenerator.sample() : WorkflowGenerator.sample(seed);
    }

    private List<Workflow> copied(final List<Workflow> workflows) {
        long count = 0;
        for (final Workflow workflow : workflows) {
            count += (long) copies * workflow.taskCount();
        }
        if (Replay.recordBytes(count) > Runtime.getRuntime().maxMemory() * MOST_HEAP_FOR_RECORDS) {
            throw new IllegalArgumentException("--copies must be fewer for a heap of " + heapMegabytes()
                    + " MB, which can't hold " + count + " tasks: " + copies);
        }
        return workflows.stream().map(workflow -> workflow.repeat(copies)).toList();
    }

    /** The engine itself checks how its settings go together. */
    private InProcessTaskExecutorClient launch(final StopSignal signal, final ReplayTimeline timeline)
            throws InterruptedException {
        try {
            WarmUp.run(engine::context, engine.container(), warmUpMillis, signal::isRequested);
            return InProcessTaskExecutorClient.launch(
                    faults.applyTo(engine.watchedContext()).engineEventListener(timeline::happened), event -> {
                        // answers to requests about tasks that have ended meanwhile
                    });
        } catch (final IllegalArgumentException e) {
            throw fault(EngineOptions.byOption(e.getMessage()), e);
        } catch (final OutOfMemoryError e) {
            throw fault("the machine has no room for an engine of this size: " + e.getMessage(), e);
        }
    }

    // ---- the run -----------------------------------------------------------------------------------------------

    private int run(
            final Replay replay,
            final InProcessTaskExecutorClient client,
            final StopSignal signal,
            final ReplayOutput output,
            final ReplayTimeline timeline)
            throws InterruptedException {
        final long startEpochMillis = System.currentTimeMillis();
        final boolean stopped;
        final HiccupMeter hiccups = new HiccupMeter();
        try (hiccups) {
            timeline.start(client.engine()::ledger, replay::refusals, hiccups);
            replay.start(client);
            stopped = follow(replay, client, signal, timeline);
        }
        if (stopped) {
            replay.stop(STOP_SECONDS, TimeUnit.SECONDS);
        }
        if (replay.defect() instanceof OutOfMemoryError) {
            OneLineErrors.print(spec.commandLine(), "ran out of a heap of " + heapMegabytes() + " MB");
            return FELL_SHORT;
        } else if (replay.defect() != null) {
            throw new IllegalStateException("the replay itself failed", replay.defect());
        }
        final boolean acknowledged =
                client.drain(DRAIN_SECONDS + 2L * faults.slowMasterMillis() / MILLIS_PER_SECOND, TimeUnit.SECONDS);
        replay.closeMaster();
        timeline.end();
        final ReplaySummary summary =
                new ReplaySummary(replay, client.engine().metrics(), hiccups.histogram(), stopped, acknowledged);
        final List<String> faults = output.write(summary, startEpochMillis, timeline, command());
        SummaryTable.print(summary, spec.commandLine().getOut());
        final List<String> shortfalls = summary.shortfalls();
        if (!shortfalls.isEmpty()) {
            faults.add("fell short: " + String.join("; ", shortfalls));
        }
        for (final String fault : faults) {
            OneLineErrors.print(spec.commandLine(), fault);
        }
        return faults.isEmpty() ? 0 : FELL_SHORT;
    }

    /** How the run was started. */
    private String command() {
        return "replay " + String.join(" ", spec.commandLine().getParseResult().originalArgs());
    }

    /** Shows the progress and notes each second until the run has ended; true if a signal came first. */
    private boolean follow(
            final Replay replay,
            final InProcessTaskExecutorClient client,
            final StopSignal signal,
            final ReplayTimeline timeline)
            throws InterruptedException {
        final Console console = Terminal.console();
        final PrintWriter out = console == null ? spec.commandLine().getErr() : console.writer();
        final ProgressLine progress =
                new ProgressLine(out, console != null, replay.workload().taskCount(), 0);
        try {
            while (!replay.await(
                    Math.min(TURN_NANOS, timeline.nanosLeft(replay.elapsedNanos())), TimeUnit.NANOSECONDS)) {
                timeline.update(replay.elapsedNanos());
                if (signal.isRequested()) {
                    return true;
                }
                final Ledger ledger = client.engine().ledger();
                progress.update(replay.elapsedNanos(), ledger.finalized(), ledger.live());
            }
            return false;
        } finally {
            progress.clear();
        }
    }
}
