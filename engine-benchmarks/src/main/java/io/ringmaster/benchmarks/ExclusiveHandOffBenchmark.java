package io.ringmaster.benchmarks;

import java.util.concurrent.TimeUnit;
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
 * How long does it take to have something run on a dedicated thread? Microseconds from the submission of a no-op to the
 * return of the caller, who parks meanwhile: one after the other as percentiles, or per body of a thousand.
 *
 * <p>Targets: {@code engine-*} runs an exclusive task, with histograms and one listener on: the fire-worker hands it to
 * the thread, and is told of its start and end. {@code raw-*} is the multi-producer Disruptor, its consumer being the
 * thread; {@code transfer-queue} a {@code LinkedTransferQueue} and a thread, {@code pool} a {@code ThreadPoolExecutor} of
 * one thread with a future for each body: no identity, no lifecycle, two threads where the engine has three.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Threads(1)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ExclusiveHandOffBenchmark {
    /** What hands over, and how its waiting threads wait. */
    @Param({"engine-spin", "engine-adaptive", "raw-spin", "raw-blocking", "transfer-queue", "pool"})
    public String target;

    private HandOffTarget handOff;

    @Setup(Level.Trial)
    public void open() {
        handOff = HandOffTarget.open(target);
        Waiting.age();
    }

    @TearDown(Level.Iteration)
    public void check() {
        handOff.check();
    }

    @TearDown(Level.Trial)
    public void close() {
        handOff.close();
    }

    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    public void roundTrip() {
        handOff.complete(1);
    }

    @Benchmark
    @OperationsPerInvocation(HandOffTarget.ROOM)
    public void batch() {
        handOff.complete(HandOffTarget.ROOM);
    }
}
