package io.ringmaster.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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
 * How many events pass from producers to one consumer thread, for 10 000 live keys? Millions per second.
 *
 * <p>Producers publish in bursts and look for room before each, so that no target drops or blocks in a way of its own;
 * after each iteration every published event was handled. Compare two producers as a ratio over alternating forks. One
 * producer swings too much to be compared at all: a consumer at the producer's heels fights for its lines, one that lags
 * drains batches. It is a distribution. One more target, {@code raw-paced}, is a consumer that keeps its distance.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class EventThroughputBenchmark {
    private static final int BURST = 256;
    private static final int BURSTS = 64;

    /** What is measured. */
    @Param({"engine", "engine-listener", "raw", "raw-paced", "abq"})
    public String target;

    /** What the consumer thread does when there is nothing to do: SPIN, YIELD or PARK. */
    @Param("YIELD")
    public String idle;

    private final int[] keys = EventTarget.keys("shuffled");
    private final AtomicLong published = new AtomicLong();
    private EventTarget events;

    @Setup(Level.Trial)
    public void open() {
        events = EventTarget.withThread(target, EventTarget.Idle.valueOf(idle));
        Waiting.age();
    }

    @TearDown(Level.Iteration)
    public void check() {
        events.awaitHandled(published.get());
    }

    @TearDown(Level.Trial)
    public void close() {
        events.close();
    }

    @Benchmark
    @Threads(1)
    @OperationsPerInvocation(BURST * BURSTS)
    public void oneProducer() {
        publish();
    }

    @Benchmark
    @Threads(2)
    @OperationsPerInvocation(BURST * BURSTS)
    public void twoProducers() {
        publish();
    }

    private void publish() {
        final EventTarget out = events;
        for (int from = 0; from < BURST * BURSTS; from += BURST) {
            int turn = 0;
            while (!out.hasRoom()) {
                turn = Waiting.pause(turn);
            }
            out.publish(keys, from, from + BURST);
        }
        published.addAndGet(BURST * BURSTS);
    }
}
