package io.ringmaster.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How many no-op tasks does one producer complete on one worker thread? Millions per second: each invocation submits a
 * batch and ends when the last of it is completed, so completions are what is counted, never submissions alone.
 *
 * <p>The engine has repository, ledger, histograms and one listener on. {@code raw-*} is the multi-producer Disruptor
 * with inline runnables, {@code pool} a {@code ThreadPoolExecutor} of one thread, {@code pool-future} the same
 * completing a {@code CompletableFuture} for each task. With {@code -prof gc} the bytes are those of a whole task.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Threads(1)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class WholeTaskBenchmark {
    private static final int BATCH = 1 << 17;

    /** What runs the tasks, and how it waits for them. */
    @Param({
        "engine-spin",
        "engine-yield",
        "engine-adaptive",
        "raw-spin",
        "raw-yield",
        "raw-blocking",
        "pool",
        "pool-future"
    })
    public String target;

    /** The engine's listeners. */
    @Param("1")
    public int listeners;

    /** Whether the engine's histograms are on. */
    @Param("true")
    public boolean histograms;

    /** Whether the engine's tasks have a spec each; else all share one. */
    @Param("false")
    public boolean ownSpec;

    /** The slots of the engine's ring. */
    @Param("16384")
    public int ring;

    private TaskTarget tasks;
    private long submitted;

    /** What the submitter was refused: zero says that the submitter is the slower one. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Refusals {
        /** Refused submissions in an iteration, each followed by a little wait and another one. */
        public long refused;
    }

    @Setup(Level.Trial)
    public void open() {
        tasks = TaskTarget.open(target, new EngineTaskTarget.Settings(listeners, histograms, ownSpec, ring));
        Waiting.age();
    }

    @TearDown(Level.Iteration)
    public void check() {
        if (tasks.completed() != submitted) {
            throw new IllegalStateException(
                    tasks.completed() + " of " + submitted + " tasks are completed by " + target + "'s own count");
        }
    }

    @TearDown(Level.Trial)
    public void close() {
        tasks.close();
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void complete(final Refusals refusals) {
        final long refused = tasks.refused();
        tasks.complete(BATCH);
        submitted += BATCH;
        refusals.refused += tasks.refused() - refused;
    }
}
