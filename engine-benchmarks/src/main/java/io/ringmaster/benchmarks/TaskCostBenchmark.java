package io.ringmaster.benchmarks;

import io.ringmaster.TaskEngine;
import io.ringmaster.task.Container;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
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
 * Where does a whole task's time go: to its submitter or to its fire-worker? An engine in invoker mode takes a batch of
 * no-op shared tasks on the only thread there is, and then runs them: nanoseconds per task for each half, without what
 * two threads cost each other. {@link WholeTaskBenchmark} is bound by the slower half.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class TaskCostBenchmark {
    static final int BATCH = 1 << 13;

    /** An engine whose duty cycles the benchmark turns. */
    @State(Scope.Thread)
    public abstract static class Invoked {
        /** The engine's listeners. */
        @Param("1")
        public int listeners;

        /** Whether the engine's histograms are on. */
        @Param("true")
        public boolean histograms;

        private final TaskSpec spec = TaskSpec.builder(0)
                .task(context -> Step.DONE)
                .container(Container.SHARED)
                .build();
        private TaskEngine engine;
        private TaskHandle last;
        private long nextId = 1;
        private long finalEvents;

        @Setup(Level.Trial)
        public void launch() {
            final TaskEngine.Context context = new TaskEngine.Context()
                    .fireWorkers(1)
                    .invokerMode(true)
                    .ringCapacity(2 * BATCH)
                    .recordLatency(histograms);
            for (int i = 0; i < listeners; i++) {
                context.listener(event -> {
                    if (event.to() == TaskState.SUCCEEDED) {
                        finalEvents++;
                    }
                });
            }
            engine = TaskEngine.launch(context);
            Waiting.age();
        }

        @TearDown(Level.Trial)
        public void close() {
            engine.close();
        }

        final TaskHandle submitAll() {
            for (int i = 0; i < BATCH; i++) {
                last = engine.trySubmit(nextId++, spec);
            }
            return last;
        }

        final void runAll() {
            while (engine.invoker().fireWorker(0) > 0) {
                // until nothing moves
            }
        }

        final void checkAll() {
            if (last != null && !last.isDone() || engine.ledger().succeeded() != nextId - 1) {
                throw new IllegalStateException("completed " + engine.ledger().succeeded() + " of " + (nextId - 1));
            }
        }
    }

    /** No task is live before an invocation. */
    public static class Idle extends Invoked {
        @Setup(Level.Invocation)
        public void idle() {
            runAll();
            checkAll();
        }
    }

    /** A batch is submitted before an invocation, and nothing of it handled. */
    public static class Loaded extends Invoked {
        @Setup(Level.Invocation)
        public void load() {
            checkAll();
            submitAll();
        }
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public TaskHandle submit(final Idle engine) {
        return engine.submitAll();
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void run(final Loaded engine) {
        engine.runAll();
    }
}
