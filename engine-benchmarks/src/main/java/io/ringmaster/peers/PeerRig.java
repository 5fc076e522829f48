package io.ringmaster.peers;

import io.ringmaster.benchmarks.Bounds;
import io.ringmaster.benchmarks.Machine;
import io.ringmaster.benchmarks.OneLineErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Measures the peers, each in a fresh JVM per round and measure, in an order that is rotated from round to round, so that a
 * machine that changes does so to all of them. Forks append to {@code peer-forks.jsonl} in the folder for the results; what
 * is there from an earlier run of the same work on the same JDK counts too. Each run adds its environment with the flags of
 * its forks: {@code environment.json}, then {@code environment-2.json} and so on.
 */
@Command(
        name = "peers",
        description = "Measures the peers and writes peers.json.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class PeerRig implements Callable<Integer> {
    private static final int UNSAFE_FLAG_SINCE = 23;
    private static final int EXIT_INVALID = 1;
    /** Warm-up, settling, draining and closing apart. */
    private static final long FORK_GRACE_SECONDS = 180;

    private static final List<String> HEAP = List.of("-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch");

    @Spec
    private CommandSpec spec;

    @Option(names = "--rounds", defaultValue = "5", description = "Forks of each peer and measure (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--only", split = ",", paramLabel = "NAME", description = "These peers, separated by commas.")
    private List<String> only = new ArrayList<>();

    @Option(
            names = "--work",
            defaultValue = "noop",
            description = "What each task does: noop, spin:1us, block:1ms or the like (${DEFAULT-VALUE}).")
    private String work;

    @Option(
            names = "--measure",
            split = ",",
            description = "Any of ${COMPLETION-CANDIDATES}, separated by commas; all without it.")
    private Set<Measure> measures = EnumSet.allOf(Measure.class);

    @Option(
            names = "--threads",
            defaultValue = "0",
            description = "That run tasks; without it half of the CPUs, or 64 for tasks that block.")
    private int threads;

    @Option(
            names = "--rate",
            defaultValue = "0",
            description = "Tasks per second of the open loop; without it 2000, or 200 for tasks that block.")
    private int rate;

    @Option(names = "--seconds", defaultValue = "5", description = "How long is measured (${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--warmup", defaultValue = "3", description = "Seconds before that (${DEFAULT-VALUE}).")
    private int warmup;

    @Option(names = "--live", defaultValue = "100000", description = "Tasks that wait (${DEFAULT-VALUE}).")
    private int live;

    @Option(names = "--kills", defaultValue = "1000", description = "Tasks that are killed (${DEFAULT-VALUE}).")
    private int kills;

    @Option(names = "--out", required = true, description = "The folder for the results.")
    private Path out;

    @Option(names = "--command", defaultValue = "", description = "How the measurement was started.")
    private String started;

    /** A rig that is stopped stops its fork. */
    private volatile Process running;

    /** Made by the command line. */
    PeerRig() {}

    /**
     * Runs the rig and ends the process: 0 if all rows are valid, 1 if not, 2 for bad usage.
     *
     * @param args the command line.
     */
    public static void main(final String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new PeerRig()).setParameterExceptionHandler(new OneLineErrors());
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Bounds.check(spec, "--rounds", rounds, 0, 1000);
        Bounds.check(spec, "--threads", threads, 0, 10_000);
        Bounds.check(spec, "--rate", rate, 0, 1_000_000);
        Bounds.check(spec, "--seconds", seconds, 1, 60);
        Bounds.check(spec, "--warmup", warmup, 0, 60);
        Bounds.check(spec, "--live", live, 1, 5_000_000);
        Bounds.check(spec, "--kills", kills, 1, 100_000);
        final Work tasks = parseWork();
        final List<PeerKind> kinds = kinds(tasks);
        if (kinds.stream().noneMatch(kind -> measures.stream().anyMatch(each -> each.appliesTo(kind, tasks)))) {
            throw fault("--measure: none of " + joined(kinds.stream().map(PeerKind::label)) + " can be measured by "
                    + joined(measures.stream().map(Measure::name)));
        }
        Files.createDirectories(out);
        Runtime.getRuntime().addShutdownHook(new Thread(this::stopFork));
        final Path file = out.resolve("peer-forks.jsonl");
        checkEarlier(earlier(file), tasks);
        if (rounds > 0) {
            Machine.write(nextEnvironment(), started, flags(tasks));
        }
        for (int round = 0; round < rounds; round++) {
            final List<PeerKind> rotated = new ArrayList<>(kinds);
            Collections.rotate(rotated, -round);
            for (final PeerKind kind : rotated) {
                measure(kind, tasks, file, round);
            }
        }
        final List<ForkResult> forks = ForkResult.readAll(file);
        final List<PeerRow> rows = Arrays.stream(PeerKind.values())
                .filter(kind -> kind.takes(tasks.blocks()))
                .filter(kind -> kinds.contains(kind)
                        || forks.stream().anyMatch(each -> each.peer().equals(kind.label())))
                .map(kind -> PeerRow.of(kind, forks))
                .filter(PeerRow::isMeasured)
                .toList();
        PeersJson.write(out.resolve("peers.json"), tasks, rows);
        PeerTable.print(tasks, rows, spec.commandLine().getOut());
        // A JDK that has no virtual threads is no fault of the run.
        return rows.stream().allMatch(each -> each.valid() || !each.kind().isAvailable())
                ? CommandLine.ExitCode.OK
                : EXIT_INVALID;
    }

    private Path nextEnvironment() {
        Path file = out.resolve("environment.json");
        for (int part = 2; Files.exists(file); part++) {
            file = out.resolve("environment-" + part + ".json");
        }
        return file;
    }

    private void measure(final PeerKind kind, final Work tasks, final Path file, final int round)
            throws IOException, InterruptedException {
        for (final Measure each : measures) {
            if (kind.isAvailable() && each.appliesTo(kind, tasks)) {
                progress("round " + (round + 1) + " of " + rounds + ": " + kind.label() + ", " + each);
                final Findings failure = fork(kind, each, tasks, file);
                if (failure != null) {
                    progress(kind.label() + ", " + each + ": " + failure.complaints());
                    ForkResult.of(kind, each, tasks, settings(tasks), failure).append(file);
                }
            }
        }
    }

    private void progress(final String line) {
        spec.commandLine().getErr().println(line);
        spec.commandLine().getErr().flush();
    }

    // ---- what is asked for -------------------------------------------------------------------------------------

    private ParameterException fault(final String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private Work parseWork() {
        try {
            return Work.parse(work);
        } catch (final IllegalArgumentException e) {
            throw fault("--" + e.getMessage());
        }
    }

    private List<PeerKind> kinds(final Work tasks) {
        final List<PeerKind> kinds = new ArrayList<>();
        try {
            only.forEach(each -> kinds.add(PeerKind.of(each)));
        } catch (final IllegalArgumentException e) {
            throw fault("--only: " + e.getMessage());
        }
        for (final PeerKind each : kinds) {
            if (!each.takes(tasks.blocks())) {
                throw fault("--only: " + each.label() + " is not measured with --work " + tasks);
            }
        }
        if (kinds.isEmpty()) {
            Arrays.stream(PeerKind.values())
                    .filter(each -> each.takes(tasks.blocks()))
                    .forEach(kinds::add);
        }
        return kinds;
    }

    private static String joined(final Stream<String> names) {
        return names.collect(Collectors.joining(", "));
    }

    private List<ForkResult> earlier(final Path file) {
        try {
            return ForkResult.readAll(file);
        } catch (final IOException e) {
            throw fault("--out holds what can't be read: " + e.getMessage());
        }
    }

    private void checkEarlier(final List<ForkResult> earlier, final Work tasks) {
        final String settings = settings(tasks);
        for (final ForkResult each : earlier) {
            if (!each.work().equals(tasks.toString())) {
                throw fault("--out holds results of work " + each.work() + ", not " + tasks + ": " + out);
            }
            if (!each.jdk().equals(ForkResult.thisJdk())) {
                throw fault("--out holds results of JDK " + each.jdk() + ", not " + ForkResult.thisJdk() + ": " + out);
            }
            if (!settings.equals(each.settings())) {
                throw fault(
                        "--out holds results of other settings, " + each.settings() + ", not " + settings + ": " + out);
            }
        }
    }

    // ---- a fork ------------------------------------------------------------------------------------------------

    /** Returns what is wrong where the fork could not say so itself, else null. */
    private Findings fork(final PeerKind kind, final Measure measure, final Work tasks, final Path file)
            throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags(tasks));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), PeerFork.class.getName()));
        command.addAll(List.of("--peer", kind.label(), "--measure", measure.name(), "--work", tasks.toString()));
        command.addAll(
                List.of("--threads", "" + workers(tasks), "--rate", "" + perSecond(tasks), "--seconds", "" + seconds));
        command.addAll(List.of("--warmup", "" + warmup, "--live", "" + live, "--kills", "" + kills));
        command.addAll(List.of("--settings", settings(tasks), "--out", file.toString()));
        final Process process = new ProcessBuilder(command)
                .inheritIO()
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        final Findings failure = new Findings();
        running = process;
        try {
            final long patience = warmup + seconds + FORK_GRACE_SECONDS;
            if (!process.waitFor(patience, TimeUnit.SECONDS)) {
                failure.complain("did not end within " + patience + " s");
                return failure;
            }
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            failure.complain(String.format(Locale.ROOT, "ended with status %d", process.exitValue()));
            return failure;
        }
        return null;
    }

    private void stopFork() {
        final Process last = running;
        if (last != null) {
            last.destroyForcibly();
        }
    }

    /** What all forks of a table must have in common besides their work and JDK. */
    private String settings(final Work tasks) {
        return "threads " + workers(tasks) + ", rate " + perSecond(tasks) + ", seconds " + seconds + ", warmup "
                + warmup + ", live " + live + ", kills " + kills + ", flags " + String.join(" ", flags(tasks));
    }

    private int perSecond(final Work tasks) {
        return rate > 0 ? rate : tasks.blocks() ? 200 : 2_000;
    }

    private int workers(final Work tasks) {
        return threads > 0
                ? threads
                : tasks.blocks() ? 64 : Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    /** Of each fork's JVM. What the rig's own was started with comes last, and wins. */
    private List<String> flags(final Work tasks) {
        final List<String> flags = new ArrayList<>(HEAP);
        // Agrona's queues need it; the engine does not.
        flags.add("--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED");
        if (Runtime.version().feature() >= UNSAFE_FLAG_SINCE) {
            flags.add("--sun-misc-unsafe-memory-access=allow"); // Netty's and Pekko's
        }
        if (!tasks.blocks()) {
            // As many carriers as the others have threads.
            flags.add("-Djdk.virtualThreadScheduler.parallelism=" + workers(tasks));
            flags.add("-Djdk.virtualThreadScheduler.maxPoolSize=" + workers(tasks));
        }
        Machine.flags().stream()
                .filter(each -> !each.startsWith("-agentlib") && !each.startsWith("-javaagent"))
                .forEach(flags::add);
        return flags;
    }
}
