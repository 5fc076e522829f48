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
 * What does it cost a user that the messages of each of his keys are handled in order, one at a time? Nanoseconds per
 * message, sent and handled. Each message has a number, the handler of its key compares it with the last one, and a
 * message out of order or lost fails the run.
 *
 * <p>Targets: {@code engine} has a shared task for each key, which waits for a signal and empties the key's inbox:
 * ordered whatever the number of fire-workers. {@code raw} is the multi-producer Disruptor and {@code abq} the plain
 * queue, each with the one consumer that keeps the order: they can't have a second one.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Threads(1)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class OrderedBenchmark {

    /** A target, and its keys. */
    @State(Scope.Thread)
    public abstract static class Keys {
        /** What is measured. */
        @Param({"engine", "raw", "abq"})
        public String target;

        /** Over how many keys the messages are spread; 1 is the other end, where one step takes many. */
        @Param("10000")
        public int keys;

        private OrderedTarget messages;

        abstract boolean isThreaded();

        @Setup(Level.Trial)
        public void open() {
            messages = OrderedTarget.open(target, keys, isThreaded());
            Waiting.age();
        }

        @TearDown(Level.Iteration)
        public void check() {
            messages.check();
        }

        @TearDown(Level.Trial)
        public void close() {
            messages.close();
        }

        final void round() {
            messages.round();
        }
    }

    /** The sender is the consumer too, when it has sent a round. */
    public static class Alone extends Keys {
        @Override
        boolean isThreaded() {
            return false;
        }
    }

    /** The consumer has a thread of its own. */
    public static class Threaded extends Keys {
        @Override
        boolean isThreaded() {
            return true;
        }
    }

    @Benchmark
    @OperationsPerInvocation(OrderedTarget.ROUND)
    public void alone(final Alone keys) {
        keys.round();
    }

    @Benchmark
    @OperationsPerInvocation(OrderedTarget.ROUND)
    public void threaded(final Threaded keys) {
        keys.round();
    }
}
