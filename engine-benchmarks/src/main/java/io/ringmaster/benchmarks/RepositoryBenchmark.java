package io.ringmaster.benchmarks;

import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.repository.TaskExecutorRepository;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskSpec;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.agrona.collections.Long2ObjectHashMap;
import org.jctools.maps.NonBlockingHashMapLong;
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
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Which map for the live executors? Nanoseconds per operation, on one thread, without contention. {@code replaceOldest}
 * removes the oldest entry and adds one with an id that never was, the map keeping its size: the pair that each task costs.
 * {@code put} and {@code remove} are its halves, in batches; {@code get} finds live ids all over the map.
 *
 * <p>Targets: {@code repository} is the engine's, {@code chm}, a {@link ConcurrentHashMap} with boxed ids, the plain
 * control, {@code agrona} a map for one thread, {@code nbhml} JCTools' non-blocking one. {@code replaceOldest} makes a
 * {@link TaskExecutor} per operation, since that is where an id is; {@code none} does only this, to be subtracted.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Threads(1)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms3g", "-Xmx3g", "-XX:+AlwaysPreTouch"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class RepositoryBenchmark {
    private static final int BATCH = 1000;

    /** A prime: steps of as many places come by all entries, none of them near the last one. */
    private static final int STRIDE = 7919;

    /** An odd number near 2^64 over the golden ratio: successive multiples are far apart. */
    private static final long SCATTER = 0x9E3779B97F4A7C15L;

    /** The map. */
    @Param({"repository", "chm", "agrona", "nbhml", "none"})
    public String target;

    /** How many entries it holds. */
    @Param({"10000", "1000000"})
    public int entries;

    /** Ids that follow each other; {@code scattered} ones have nothing in common. */
    @Param("sequential")
    public String ids;

    private final TaskSpec spec = TaskSpec.of(0, context -> Step.DONE);
    private TaskExecutor[] live;
    private int oldest;
    private int sought;
    private long next;
    private boolean scattered;
    private Index index;

    /** What the maps have in common. */
    private interface Index {
        boolean add(TaskExecutor executor);

        boolean remove(TaskExecutor executor);

        TaskExecutor get(TaskExecutor executor);
    }

    /** The batch of an invocation. */
    @State(Scope.Thread)
    public abstract static class Batch {
        final TaskExecutor[] executors = new TaskExecutor[BATCH];

        /** Whose map the batch is of: JMH gives a state that another one depends on an instance of its own. */
        RepositoryBenchmark map;
    }

    /** Executors that are to be put; as many of the oldest were removed. */
    public static class ToPut extends Batch {
        @Setup(Level.Invocation)
        public void prepare(final RepositoryBenchmark benchmark) {
            map = benchmark;
            for (int i = 0; i < BATCH; i++) {
                benchmark.index.remove(benchmark.swapOldest());
                executors[i] = benchmark.youngest();
            }
        }
    }

    /** The oldest executors, which are to be removed; as many new ones were put. */
    public static class ToRemove extends Batch {
        @Setup(Level.Invocation)
        public void prepare(final RepositoryBenchmark benchmark) {
            map = benchmark;
            for (int i = 0; i < BATCH; i++) {
                executors[i] = benchmark.swapOldest();
                benchmark.index.add(benchmark.youngest());
            }
        }
    }

    @Setup(Level.Trial)
    public void fill() {
        scattered = ids.equals("scattered");
        index = create(target);
        live = new TaskExecutor[entries];
        for (int i = 0; i < entries; i++) {
            live[i] = newExecutor();
            index.add(live[i]);
        }
        Waiting.age();
    }

    private TaskExecutor newExecutor() {
        final long id = ++next;
        return new TaskExecutor(scattered ? id * SCATTER : id, spec, null, null, id);
    }

    /** Takes a new executor into the place of the oldest one, which is returned; the map stays as it is. */
    private TaskExecutor swapOldest() {
        final int i = oldest;
        oldest = i + 1 == entries ? 0 : i + 1;
        final TaskExecutor executor = live[i];
        live[i] = newExecutor();
        return executor;
    }

    private TaskExecutor youngest() {
        return live[(oldest == 0 ? entries : oldest) - 1];
    }

    @Benchmark
    public TaskExecutor replaceOldest() {
        remove(swapOldest());
        final TaskExecutor executor = youngest();
        put(executor);
        return executor;
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void put(final ToPut batch) {
        for (final TaskExecutor each : batch.executors) {
            batch.map.put(each);
        }
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void remove(final ToRemove batch) {
        for (final TaskExecutor each : batch.executors) {
            batch.map.remove(each);
        }
    }

    @Benchmark
    public TaskExecutor get() {
        final int i = sought + STRIDE;
        sought = i < entries ? i : i % entries;
        final TaskExecutor executor = live[sought];
        if (index.get(executor) != executor) {
            throw new IllegalStateException("a live id is missing: " + executor.id());
        }
        return executor;
    }

    private void put(final TaskExecutor executor) {
        if (!index.add(executor)) {
            throw new IllegalStateException("a new id is there already: " + executor.id());
        }
    }

    private void remove(final TaskExecutor executor) {
        if (!index.remove(executor)) {
            throw new IllegalStateException("a live id is missing: " + executor.id());
        }
    }

    private static Index create(final String target) {
        return switch (target) {
            case "repository" -> new RepositoryIndex();
            case "chm" -> new ConcurrentIndex();
            case "agrona" -> new AgronaIndex();
            case "nbhml" -> new NonBlockingIndex();
            case "none" -> new NoIndex();
            default ->
                throw new IllegalArgumentException("target must be repository, chm, agrona, nbhml or none: " + target);
        };
    }

    private static final class RepositoryIndex implements Index {
        private final TaskExecutorRepository repository = new TaskExecutorRepository();

        @Override
        public TaskExecutor get(final TaskExecutor executor) {
            return repository.get(executor.id());
        }

        @Override
        public boolean add(final TaskExecutor executor) {
            return repository.register(executor);
        }

        @Override
        public boolean remove(final TaskExecutor executor) {
            repository.remove(executor);
            return true;
        }
    }

    private static final class ConcurrentIndex implements Index {
        private final ConcurrentHashMap<Long, TaskExecutor> map = new ConcurrentHashMap<>();

        @Override
        public TaskExecutor get(final TaskExecutor executor) {
            return map.get(executor.id());
        }

        @Override
        public boolean add(final TaskExecutor executor) {
            return map.putIfAbsent(executor.id(), executor) == null;
        }

        @Override
        public boolean remove(final TaskExecutor executor) {
            return map.remove(executor.id()) == executor;
        }
    }

    private static final class AgronaIndex implements Index {
        private final Long2ObjectHashMap<TaskExecutor> map = new Long2ObjectHashMap<>();

        @Override
        public TaskExecutor get(final TaskExecutor executor) {
            return map.get(executor.id());
        }

        @Override
        public boolean add(final TaskExecutor executor) {
            return map.put(executor.id(), executor) == null;
        }

        @Override
        public boolean remove(final TaskExecutor executor) {
            return map.remove(executor.id()) == executor;
        }
    }

    private static final class NonBlockingIndex implements Index {
        private final NonBlockingHashMapLong<TaskExecutor> map = new NonBlockingHashMapLong<>();

        @Override
        public TaskExecutor get(final TaskExecutor executor) {
            return map.get(executor.id());
        }

        @Override
        public boolean add(final TaskExecutor executor) {
            return map.putIfAbsent(executor.id(), executor) == null;
        }

        @Override
        public boolean remove(final TaskExecutor executor) {
            return map.remove(executor.id()) == executor;
        }
    }

    private static final class NoIndex implements Index {
        @Override
        public TaskExecutor get(final TaskExecutor executor) {
            return executor;
        }

        @Override
        public boolean add(final TaskExecutor executor) {
            return true;
        }

        @Override
        public boolean remove(final TaskExecutor executor) {
            return true;
        }
    }
}
