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
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does one event cost, without a second thread to fight with? Fills and drains a buffer of
 * {@link EventTarget#CAPACITY} for 10 000 live keys on one thread, and times the two apart: nanoseconds per event.
 *
 * <p>Targets: {@code engine} and {@code engine-listener} (one listener that bumps the key's field) in invoker mode,
 * {@code raw} the multi-producer Disruptor with an {@code EventPoller}, {@code raw-wide} the same with keys as large as
 * executors, {@code abq} the plain control.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class EventPathBenchmark {

    /** A target, and the keys of the events. */
    @State(Scope.Thread)
    public abstract static class Path {
        /** What is measured. */
        @Param({"engine", "engine-listener", "raw", "raw-wide", "abq"})
        public String target;

        /** In which order the keys come; sequential is the other one. */
        @Param("shuffled")
        public String order;

        EventTarget events;
        int[] keys;

        @Setup(Level.Trial)
        public void open() {
            keys = EventTarget.keys(order);
            events = EventTarget.drainedByCaller(target);
            Waiting.age();
        }

        @TearDown(Level.Trial)
        public void close() {
            events.close();
        }

        final int drain() {
            return events.drain();
        }

        final void fill() {
            events.publish(keys, 0, EventTarget.CAPACITY);
        }
    }

    /** A buffer that is empty before each invocation. */
    public static class Empty extends Path {
        private boolean filled;

        @Setup(Level.Invocation)
        public void empty() {
            checkAll(drain(), filled ? EventTarget.CAPACITY : 0);
            filled = true;
        }
    }

    /** A buffer that is full before each invocation. */
    public static class Full extends Path {
        @Setup(Level.Invocation)
        public void refill() {
            fill();
        }
    }

    @Benchmark
    @OperationsPerInvocation(EventTarget.CAPACITY)
    public void fill(final Empty path) {
        path.fill();
    }

    @Benchmark
    @OperationsPerInvocation(EventTarget.CAPACITY)
    public int drain(final Full path) {
        final int handled = path.drain();
        checkAll(handled, EventTarget.CAPACITY);
        return handled;
    }

    private static void checkAll(final int handled, final int published) {
        if (handled != published) {
            throw new IllegalStateException("handled " + handled + " of " + published + " events");
        }
    }
}
