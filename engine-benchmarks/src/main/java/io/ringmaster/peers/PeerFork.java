package io.ringmaster.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures one thing of one peer, in the JVM that {@link PeerRig} has started for it, and appends a line to a file. */
@Command(name = "peer-fork", description = "Measures one thing of one peer.", mixinStandardHelpOptions = true)
public final class PeerFork implements Callable<Integer> {
    @Option(names = "--peer", required = true, description = "The peer.")
    private String peer;

    @Option(names = "--measure", required = true, description = "${COMPLETION-CANDIDATES}")
    private Measure measure;

    @Option(names = "--work", required = true, description = "What each task does.")
    private String work;

    @Option(names = "--threads", required = true, description = "That run tasks.")
    private int threads;

    @Option(names = "--rate", required = true, description = "Tasks per second.")
    private int rate;

    @Option(names = "--seconds", required = true, description = "How long is measured.")
    private int seconds;

    @Option(names = "--warmup", required = true, description = "Seconds before that.")
    private int warmup;

    @Option(names = "--live", required = true, description = "Tasks that wait.")
    private int live;

    @Option(names = "--kills", required = true, description = "Tasks that are killed.")
    private int kills;

    @Option(names = "--settings", required = true, description = "What all forks of a table have in common.")
    private String settings;

    @Option(names = "--out", required = true, description = "The file to append to.")
    private Path out;

    /** Made by the command line. */
    PeerFork() {}

    /**
     * Measures and ends the process.
     *
     * @param args the command line.
     */
    public static void main(final String[] args) {
        System.exit(new CommandLine(new PeerFork()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        final PeerKind kind = PeerKind.of(peer);
        final Work tasks = Work.parse(work);
        final Findings findings =
                switch (measure) {
                    case throughput ->
                        new ThroughputMeasurement(kind, tasks)
                                .run(threads, TimeUnit.SECONDS.toNanos(warmup), TimeUnit.SECONDS.toNanos(seconds));
                    case latency -> new LatencyMeasurement(kind, tasks, rate).run(threads, warmup, seconds);
                    case idle -> new IdleCpuMeasurement(kind).run(threads, live, TimeUnit.SECONDS.toNanos(seconds));
                    case kill -> new KillMeasurement(kind).run(threads, kills);
                };
        ForkResult.of(kind, measure, tasks, settings, findings).append(out);
        return CommandLine.ExitCode.OK;
    }
}
