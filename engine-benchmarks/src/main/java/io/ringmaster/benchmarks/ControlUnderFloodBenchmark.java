package io.ringmaster.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long does a kill or a signal take while the ring is full of events? Microseconds from the request to its effect, with
 * all but {@link EventTarget#ROOM} of {@link EventTarget#CAPACITY} slots taken when it is made.
 *
 * <p>Targets: {@code engine-kill} kills a shared task that waits, until its handle is completed; {@code engine-signal}
 * has such a task called. In {@code raw}, the multi-producer Disruptor, and {@code abq}, the plain control, a request is
 * one more event, and waits for those before it.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Threads(1)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ControlUnderFloodBenchmark {
    /** A target, whose buffer is full before each invocation, if its consumer is not faster than the caller. */
    @State(Scope.Thread)
    public abstract static class Flooded {
        /** What is measured. */
        @Param({"engine-kill", "engine-signal", "raw", "abq"})
        public String target;

        private final int[] keys = EventTarget.keys("shuffled");
        private ControlTarget control;
        private int next;

        abstract boolean isThreaded();

        @Setup(Level.Trial)
        public void open() {
            control = ControlTarget.open(target, isThreaded());
            Waiting.age();
        }

        @Setup(Level.Invocation)
        public void fill() {
            control.prepare();
            control.fill(keys);
        }

        @TearDown(Level.Trial)
        public void close() {
            control.close();
        }

        final void request() {
            control.request();
        }

        final boolean isHandled() {
            return control.isHandled();
        }

        final void turn() {
            control.turn();
        }

        final boolean flood() {
            if (!control.hasRoom()) {
                return false;
            }
            control.flood(keys, next, next + ControlTarget.BURST);
            next = (next + ControlTarget.BURST) % EventTarget.CAPACITY;
            return true;
        }
    }

    /** The caller turns the consumer's loop. */
    public static class Alone extends Flooded {
        @Override
        boolean isThreaded() {
            return false;
        }
    }

    /** The consumer has a thread, and the caller keeps its buffer full. */
    public static class Threaded extends Flooded {
        @Override
        boolean isThreaded() {
            return true;
        }
    }

    @Benchmark
    public void alone(final Alone flooded) {
        flooded.request();
        while (!flooded.isHandled()) {
            flooded.turn();
        }
    }

    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    public void threaded(final Threaded flooded) {
        flooded.request();
        int turn = 0;
        while (!flooded.isHandled()) {
            turn = flooded.flood() ? 0 : Waiting.pause(turn);
        }
    }
}
