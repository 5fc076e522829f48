package io.ringmaster.workflow;

import java.util.Arrays;

/**
 * One or more workflow instances with their tasks, runtimes and dependencies. Always a valid DAG: ids are unique
 * within their instance, parents are tasks of the same instance, and there is no cycle.
 *
 * <p>Tasks are numbered from 0 to {@link #taskCount()} - 1, those of one instance without a gap; instances are
 * numbered from 0 to {@link #instanceCount()} - 1. Kept in a few arrays that the copies made by {@link #repeat(int)}
 * share, so that a copy costs nothing and a task of a recorded trace about a hundred bytes with its texts.
 *
 * <p>Immutable; any thread. An index out of range throws {@link IndexOutOfBoundsException}.
 */
public final class Workflow {

    private final String name;
    private final int copies;

    private final String[] instanceIds;
    private final long[] arrivalNanos;
    /** One entry more than instances: where the tasks of each begin, and where the last one's end. */
    private final int[] firstTask;

    private final String[] taskIds;
    private final String[] types;
    private final long[] runtimeNanos;
    private final Adjacency parents;
    private final Adjacency children;

    Workflow(
            final String name,
            final String[] instanceIds,
            final long[] arrivalNanos,
            final int[] firstTask,
            final String[] taskIds,
            final String[] types,
            final long[] runtimeNanos,
            final Adjacency parents) {
        this.name = name;
        this.copies = 1;
        this.instanceIds = instanceIds;
        this.arrivalNanos = arrivalNanos;
        this.firstTask = firstTask;
        this.taskIds = taskIds;
        this.types = types;
        this.runtimeNanos = runtimeNanos;
        this.parents = parents;
        this.children = parents.reversed();
    }

    private Workflow(final Workflow base, final int copies) {
        this.name = base.name;
        this.copies = copies;
        this.instanceIds = base.instanceIds;
        this.arrivalNanos = base.arrivalNanos;
        this.firstTask = base.firstTask;
        this.taskIds = base.taskIds;
        this.types = base.types;
        this.runtimeNanos = base.runtimeNanos;
        this.parents = base.parents;
        this.children = base.children;
    }

    /**
     * This workflow several times over: independent copies, each with the arrivals of the original. The instances of
     * copy {@code c} (from 0) of a workflow with {@code n} instances are {@code c * n} to {@code (c + 1) * n - 1};
     * their ids get the suffix {@code #1}, {@code #2} and so on, so that they stay unique.
     *
     * @param times how often, 1 or more.
     * @return a view that shares this workflow's arrays.
     * @throws IllegalArgumentException when times is below 1, or the tasks would be more than an int can number.
     */
    public Workflow repeat(final int times) {
        final int most = Integer.MAX_VALUE / taskCount();
        if (times < 1 || times > most) {
            throw new IllegalArgumentException(
                    "copies must be 1 to " + most + " for " + taskCount() + " tasks: " + times);
        }
        return times == 1 ? this : new Workflow(this, copies * times);
    }

    /**
     * What the workflow is called in its file.
     *
     * @return the name; where the file has none, that of the file without its suffix.
     */
    public String name() {
        return name;
    }

    /**
     * How often {@link #repeat(int)} made the recorded instances.
     *
     * @return 1 for a workflow as it was read.
     */
    public int copies() {
        return copies;
    }

    /**
     * The number of workflow instances, copies included.
     *
     * @return 1 or more.
     */
    public int instanceCount() {
        return copies * instanceIds.length;
    }

    /**
     * An instance's id, unique in this workflow.
     *
     * @param instance the instance's number.
     * @return the recorded id, with the number of the copy where there are several.
     */
    public String instanceId(final int instance) {
        final String id = instanceIds[baseInstance(instance)];
        return copies == 1 ? id : id + '#' + (instance / instanceIds.length + 1);
    }

    /**
     * When an instance arrived.
     *
     * @param instance the instance's number.
     * @return nanoseconds since the first arrival of the trace; 0 where no arrivals are recorded.
     */
    public long arrivalNanos(final int instance) {
        return arrivalNanos[baseInstance(instance)];
    }

    /**
     * The instances in the order in which they arrived.
     *
     * @param rank 0 for the earliest, {@link #instanceCount()} - 1 for the latest.
     * @return the instance's number.
     */
    public int instanceByArrival(final int rank) {
        checkIndex(rank, instanceCount());
        return (rank % copies) * instanceIds.length + rank / copies;
    }

    /**
     * The first task of an instance.
     *
     * @param instance the instance's number.
     * @return the task's number.
     */
    public int firstTask(final int instance) {
        return firstTask[baseInstance(instance)] + copyOffset(instance);
    }

    /**
     * The end of an instance's tasks.
     *
     * @param instance the instance's number.
     * @return the number after that of its last task.
     */
    public int endTask(final int instance) {
        return firstTask[baseInstance(instance) + 1] + copyOffset(instance);
    }

    /**
     * The instance a task belongs to. Takes a binary search over the recorded instances.
     *
     * @param task the task's number.
     * @return the instance's number.
     */
    public int instanceOf(final int task) {
        final int found = Arrays.binarySearch(firstTask, baseTask(task));
        return (found >= 0 ? found : -found - 2) + task / taskIds.length * instanceIds.length;
    }

    /**
     * The number of tasks, copies included.
     *
     * @return 1 or more.
     */
    public int taskCount() {
        return copies * taskIds.length;
    }

    /**
     * The number of dependencies, copies included.
     *
     * @return pairs of parent and child.
     */
    public long edgeCount() {
        return (long) copies * parents.edgeCount();
    }

    /**
     * A task's id, unique in its instance.
     *
     * @param task the task's number.
     * @return the recorded id, free text.
     */
    public String taskId(final int task) {
        return taskIds[baseTask(task)];
    }

    /**
     * What kind of work a task is.
     *
     * @param task the task's number.
     * @return its category, program or the prefix of its name; empty where none is known.
     */
    public String type(final int task) {
        return types[baseTask(task)];
    }

    /**
     * How long a task ran when it was recorded.
     *
     * @param task the task's number.
     * @return nanoseconds, 0 or more.
     */
    public long runtimeNanos(final int task) {
        return runtimeNanos[baseTask(task)];
    }

    /**
     * How many tasks a task waits for.
     *
     * @param task the task's number.
     * @return 0 for a root.
     */
    public int parentCount(final int task) {
        return parents.count(baseTask(task));
    }

    /**
     * A task that a task waits for.
     *
     * @param task  the task's number.
     * @param index from 0 to {@link #parentCount(int)} - 1.
     * @return the parent's number.
     */
    public int parent(final int task, final int index) {
        final int base = baseTask(task);
        return parents.get(base, index) + task - base;
    }

    /**
     * How many tasks wait for a task.
     *
     * @param task the task's number.
     * @return 0 for a leaf.
     */
    public int childCount(final int task) {
        return children.count(baseTask(task));
    }

    /**
     * A task that waits for a task.
     *
     * @param task  the task's number.
     * @param index from 0 to {@link #childCount(int)} - 1.
     * @return the child's number.
     */
    public int child(final int task, final int index) {
        final int base = baseTask(task);
        return children.get(base, index) + task - base;
    }

    /**
     * The work of all tasks together, copies included.
     *
     * @return the sum of all runtimes in nanoseconds, at most {@link Long#MAX_VALUE}.
     */
    public long totalRuntimeNanos() {
        long total = 0;
        for (final long nanos : runtimeNanos) {
            total = Saturating.add(total, nanos);
        }
        return Saturating.multiply(total, copies);
    }

    @Override
    public String toString() {
        return "Workflow[" + name + ", " + instanceCount() + " instances, " + taskCount() + " tasks, " + edgeCount()
                + " edges]";
    }

    /** The recorded workflow, without its copies. */
    Workflow base() {
        return copies == 1 ? this : new Workflow(this, 1);
    }

    /** The recorded tasks, without their copies, each after its parents. */
    int[] topologicalOrder() {
        return TopologicalOrder.of(parents, children);
    }

    private int baseInstance(final int instance) {
        checkIndex(instance, instanceCount());
        return copies == 1 ? instance : instance % instanceIds.length;
    }

    private int copyOffset(final int instance) {
        return instance / instanceIds.length * taskIds.length;
    }

    private int baseTask(final int task) {
        checkIndex(task, taskCount());
        return copies == 1 ? task : task % taskIds.length;
    }

    private static void checkIndex(final int index, final int count) {
        if (index < 0 || index >= count) {
            throw new IndexOutOfBoundsException(index + " is not in 0 to " + (count - 1));
        }
    }
}
