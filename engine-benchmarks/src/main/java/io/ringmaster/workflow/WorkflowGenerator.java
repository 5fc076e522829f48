package io.ringmaster.workflow;

import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Makes workflows that look like recorded ones. The same seed and calls give the same workflows on every JDK: of the
 * random numbers only the raw ones are used, and no floating point.
 *
 * <p>One thread.
 */
public final class WorkflowGenerator {

    /** The most tasks {@link #generate} is asked for at once, so that a slip of the finger can't fill the memory. */
    public static final int MOST_TASKS = 1_000_000;

    /** The seed of {@link #sample()}. */
    public static final long SAMPLE_SEED = 42;

    private static final long SAMPLE_CRITICAL_PATH_NANOS = TimeUnit.SECONDS.toNanos(4);

    private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int DOUBLINGS = 10;

    private final SplittableRandom random;

    /**
     * A generator of its own sequence of workflows.
     *
     * @param seed any number.
     */
    public WorkflowGenerator(final long seed) {
        this.random = new SplittableRandom(seed);
    }

    /**
     * The workflow that is replayed when none is named: a few hundred tasks in all shapes side by side, between a first
     * task and a last one, with a critical path of four seconds.
     *
     * @return the same workflow each time.
     */
    public static Workflow sample() {
        return sample(SAMPLE_SEED);
    }

    /**
     * Another one of the same kind.
     *
     * @param seed any number.
     * @return the same workflow for the same seed.
     */
    public static Workflow sample(final long seed) {
        return new WorkflowGenerator(seed).sampleOf(SAMPLE_CRITICAL_PATH_NANOS);
    }

    /**
     * A workflow of one shape.
     *
     * @param shape its form; what isn't given by the form (widths, runtimes from 1 ms to 2 s, most of them short) is
     *     drawn.
     * @param tasks about how many tasks it has, from 1 to {@link #MOST_TASKS}: exact for a chain, else as many as make
     *     the shape whole.
     * @return the workflow.
     * @throws IllegalArgumentException when tasks is out of bounds.
     */
    public Workflow generate(final WorkflowShape shape, final int tasks) {
        if (tasks < 1 || tasks > MOST_TASKS) {
            throw new IllegalArgumentException("tasks must be 1 to " + MOST_TASKS + ": " + tasks);
        }
        final Draft draft = new Draft();
        draw(draft, shape, "", tasks);
        return draft.build(shape.name().toLowerCase(Locale.ROOT).replace('_', '-'), 0);
    }

    private Workflow sampleOf(final long criticalPathNanos) {
        final Draft draft = new Draft();
        final int begin = draft.task("begin", "begin", runtime(0));
        draw(draft, WorkflowShape.CHAIN, "chain.", 12);
        draw(draft, WorkflowShape.FORK_JOIN, "fork-join.", 100);
        draw(draft, WorkflowShape.MAP_REDUCE, "map-reduce.", 60);
        draw(draft, WorkflowShape.MONTAGE, "montage.", 150);
        draft.prefix("");
        draft.enclose(begin, draft.task("end", "end", runtime(0)));
        return draft.build("sample", criticalPathNanos);
    }

    private void draw(final Draft draft, final WorkflowShape shape, final String prefix, final int tasks) {
        draft.prefix(prefix);
        switch (shape) {
            case CHAIN -> chain(draft, tasks);
            case FORK_JOIN -> forkJoin(draft, tasks);
            case MAP_REDUCE -> mapReduce(draft, tasks);
            case MONTAGE -> montage(draft, tasks);
        }
    }

    private void chain(final Draft draft, final int tasks) {
        int last = draft.task("link_1", "link", runtime(6));
        for (int i = 2; i <= tasks; i++) {
            last = draft.task("link_" + i, "link", runtime(6), last);
        }
    }

    private void forkJoin(final Draft draft, final int tasks) {
        int last = draft.task("fork_1", "fork", runtime(0));
        final int first = draft.size() - 1;
        for (int round = 1; draft.size() - first < tasks; round++) {
            if (round > 1) {
                last = draft.task("fork_" + round, "fork", runtime(0), last);
            }
            final int room = tasks - (draft.size() - first) - 1;
            final int width = Math.max(1, Math.min(room, 8 + below(25)));
            final int[] branches = new int[width];
            for (int i = 0; i < width; i++) {
                branches[i] = draft.task("branch_" + round + "_" + (i + 1), "branch", runtime(DOUBLINGS), last);
            }
            last = draft.task("join_" + round, "join", runtime(2), branches);
        }
    }

    private void mapReduce(final Draft draft, final int tasks) {
        final int split = draft.task("split", "split", runtime(3));
        // Each reducer waits for each mapper: few reducers, or the edges outgrow the tasks.
        final int reducers = Math.max(1, Math.min(16, tasks / 8));
        final int[] mappers = new int[Math.max(1, tasks - reducers - 2)];
        for (int i = 0; i < mappers.length; i++) {
            mappers[i] = draft.task("map_" + (i + 1), "map", runtime(DOUBLINGS), split);
        }
        final int[] reduced = new int[reducers];
        for (int i = 0; i < reducers; i++) {
            reduced[i] = draft.task("reduce_" + (i + 1), "reduce", runtime(DOUBLINGS), mappers);
        }
        draft.task("merge", "merge", runtime(4), reduced);
    }

    private void montage(final Draft draft, final int tasks) {
        // Projection, background and about two differences per image, and six tasks for all.
        final int images = Math.max(2, (tasks - 6) / 4);
        final int[] projections = new int[images];
        for (int i = 0; i < images; i++) {
            projections[i] = draft.task("project_" + (i + 1), "project", runtime(DOUBLINGS));
        }
        final int reach = Math.max(2, images / 10);
        final int[] differences = new int[2 * images - 1];
        for (int i = 0; i + 1 < images; i++) {
            differences[i] = difference(draft, i, projections[i], projections[i + 1]);
        }
        for (int i = images - 1; i < differences.length; i++) {
            final int left = below(images);
            final int right = (left + 1 + below(Math.min(reach, images - 1))) % images;
            differences[i] = difference(draft, i, projections[left], projections[right]);
        }
        final int fit = draft.task("concat_fit", "concat_fit", runtime(5), differences);
        final int model = draft.task("background_model", "background_model", runtime(8), fit);
        final int[] backgrounds = new int[images];
        for (int i = 0; i < images; i++) {
            backgrounds[i] = draft.task("background_" + (i + 1), "background", runtime(4), projections[i], model);
        }
        final int table = draft.task("image_table", "image_table", runtime(4), backgrounds);
        final int add = draft.task("add", "add", runtime(9), table);
        final int shrink = draft.task("shrink", "shrink", runtime(5), add);
        draft.task("view", "view", runtime(5), shrink);
    }

    private int difference(final Draft draft, final int index, final int left, final int right) {
        return draft.task("difference_" + (index + 1), "difference", runtime(3), left, right);
    }

    /** A millisecond, doubled up to so many times, and up to as much again: short tasks are as likely as long ones. */
    private long runtime(final int doublings) {
        final long scale = SHORTEST_NANOS << below(doublings + 1);
        return scale + (scale * below(1 << 20) >> 20);
    }

    /** A number from 0 to bound - 1, from the raw random bits by a multiplication. */
    private int below(final int bound) {
        return (int) ((random.nextLong() >>> 32) * bound >>> 32);
    }
}
