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
 * What does publishing an event cost its producer? Nanoseconds per event of each producer, while the consumer stands
 * still: claim, slot, publication and the look whether somebody is to be woken, without what a consumer at the producer's
 * heels costs; that is {@link EventThroughputBenchmark}. Only the consumer that may park is to be looked for:
 * {@code engine-adaptive} pays for a fence, {@code raw-blocking} for a lock, {@code raw-lite} for a swap.
 *
 * <p>Targets: {@code engine-*} in its wait modes, {@code raw-*} the multi-producer Disruptor with its wait strategies,
 * {@code abq} the plain control. Two producers publish at the same time, and need a CPU each.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Threads(1)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class PublishBenchmark {
    private static final int EACH = 1 << 12;

    /** What is measured, and how its consumer waits when it does not stand still. */
    @Param({"engine-spin", "engine-yield", "engine-adaptive", "raw-spin", "raw-yield", "raw-blocking", "raw-lite", "abq"
    })
    public String target;

    /** How many threads publish: 1 or 2. */
    @Param({"1", "2"})
    public int producers;

    private final int[] keys = EventTarget.keys("shuffled");
    private EventTarget events;
    private SecondProducer second;
    private boolean held;
    private long published;

    @Setup(Level.Trial)
    public void open() {
        if (producers != 1 && producers != 2) {
            throw new IllegalArgumentException("producers must be 1 or 2: " + producers);
        }
        events = EventTarget.held(target);
        second = producers == 2 ? new SecondProducer(events, keys) : null;
        Waiting.age();
    }

    @Setup(Level.Invocation)
    public void empty() {
        handleAll();
        events.hold();
        held = true;
    }

    private void handleAll() {
        if (held) {
            events.resume();
            held = false;
        }
        events.awaitHandled(published);
    }

    @TearDown(Level.Trial)
    public void close() {
        handleAll();
        if (second != null) {
            second.close();
        }
        events.close();
    }

    @Benchmark
    @OperationsPerInvocation(EACH)
    public void publish() {
        if (second != null) {
            second.start();
        }
        events.publish(keys, 0, EACH);
        if (second != null) {
            second.awaitEnd();
        }
        published += (long) producers * EACH;
    }

    /** Publishes as many events as the first one, at the same time. */
    private static final class SecondProducer {
        private final EventTarget events;
        private final int[] keys;
        private final Thread thread;
        private volatile long asked;
        private volatile long done;
        private volatile boolean closed;

        SecondProducer(final EventTarget events, final int[] keys) {
            this.events = events;
            this.keys = keys;
            thread = Waiting.start("second-producer", this::run);
        }

        private void run() {
            int turn = 0;
            while (!closed) {
                final long round = asked;
                if (round == done) {
                    turn = Waiting.pause(turn);
                } else {
                    events.publish(keys, EACH, 2 * EACH);
                    done = round;
                    turn = 0;
                }
            }
        }

        void start() {
            asked++;
        }

        void awaitEnd() {
            int turn = 0;
            while (done != asked) {
                turn = Waiting.pause(turn);
                if (!thread.isAlive()) {
                    throw new IllegalStateException("the second producer has ended");
                }
            }
        }

        void close() {
            closed = true;
            Waiting.join(thread);
        }
    }
}
