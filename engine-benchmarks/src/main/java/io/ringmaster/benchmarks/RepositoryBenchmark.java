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
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Which map for the live executors? One operation removes the oldest entry and adds one with an id that never was, the
 * map keeping its size: nanoseconds per pair, on one thread, without contention.
 *
 * <p>All targets make a {@link TaskExecutor} per operation, since that is where an id is; {@code none} does only this, to
 * be subtracted.
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
    private long next;
    private boolean scattered;
    private Index index;

    /** What the maps have in common. */
    private interface Index {
        boolean add(TaskExecutor executor);

        boolean remove(TaskExecutor executor);
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
    }

    private TaskExecutor newExecutor() {
        final long id = ++next;
        return new TaskExecutor(scattered ? id * SCATTER : id, spec, null, null, id);
    }

    @Benchmark
    public TaskExecutor replaceOldest() {
        final int i = oldest;
        oldest = i + 1 == entries ? 0 : i + 1;
        if (!index.remove(live[i])) {
            throw new IllegalStateException("a live id is missing: " + live[i].id());
        }
        final TaskExecutor executor = newExecutor();
        if (!index.add(executor)) {
            throw new IllegalStateException("a new id is there already: " + executor.id());
        }
        live[i] = executor;
        return executor;
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
        public boolean add(final TaskExecutor executor) {
            return true;
        }

        @Override
        public boolean remove(final TaskExecutor executor) {
            return true;
        }
    }
}
