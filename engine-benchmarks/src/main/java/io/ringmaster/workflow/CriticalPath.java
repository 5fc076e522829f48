package io.ringmaster.workflow;

/**
 * The longest path through each instance of a workflow, by the sum of runtimes: how long it takes with any number of
 * workers and no overhead. Copies made by {@link Workflow#repeat(int)} have the paths of their originals.
 *
 * <p>Immutable; any thread. Durations stop at {@link Long#MAX_VALUE}.
 */
public final class CriticalPath {

    private final Workflow base;
    private final int instances;
    private final long[] nanos;
    private final int[] tasks;
    private int longest;

    private CriticalPath(final Workflow workflow) {
        this.base = workflow.base();
        this.instances = workflow.instanceCount();
        this.nanos = new long[base.instanceCount()];
        this.tasks = new int[base.instanceCount()];
    }

    /**
     * Finds the paths. Takes time in proportion to tasks and edges.
     *
     * @param workflow the workflow.
     * @return the paths of all its instances.
     */
    public static CriticalPath of(final Workflow workflow) {
        final CriticalPath path = new CriticalPath(workflow);
        path.measure();
        return path;
    }

    /**
     * The length of an instance's critical path.
     *
     * @param instance the instance's number.
     * @return nanoseconds.
     */
    public long nanos(final int instance) {
        return nanos[baseInstance(instance)];
    }

    /**
     * How many tasks lie on an instance's critical path. Where several paths are the longest, it is the one with the
     * fewest tasks.
     *
     * @param instance the instance's number.
     * @return 1 or more.
     */
    public int tasks(final int instance) {
        return tasks[baseInstance(instance)];
    }

    /**
     * The longest of all instances' critical paths.
     *
     * @return nanoseconds.
     */
    public long longestNanos() {
        return nanos[longest];
    }

    /**
     * How many tasks lie on the longest of the critical paths.
     *
     * @return 1 or more.
     */
    public int longestTasks() {
        return tasks[longest];
    }

    /**
     * From the first arrival to when the last instance could have ended, as recorded.
     *
     * @return nanoseconds: the latest sum of an instance's arrival and its critical path.
     */
    public long makespanNanos() {
        return makespanNanos(1, 1);
    }

    /**
     * The same for a replay at another speed.
     *
     * @param speedup       runtimes and arrivals are divided by it; 0 when tasks do nothing and nobody waits for
     *     arrivals.
     * @param arrivalFactor the gaps between arrivals are further divided by it, above 0.
     * @return nanoseconds.
     * @throws IllegalArgumentException when speedup is negative or not finite, or arrivalFactor isn't above 0.
     */
    public long makespanNanos(final double speedup, final double arrivalFactor) {
        if (!(speedup >= 0) || Double.isInfinite(speedup)) {
            throw new IllegalArgumentException("speedup must be a finite number of 0 or more: " + speedup);
        }
        if (!(arrivalFactor > 0) || Double.isInfinite(arrivalFactor)) {
            throw new IllegalArgumentException("arrivalFactor must be a finite number above 0: " + arrivalFactor);
        }
        if (speedup == 0) {
            return 0;
        }
        long latest = 0;
        for (int instance = 0; instance < nanos.length; instance++) {
            final long arrival = divide(divide(base.arrivalNanos(instance), speedup), arrivalFactor);
            latest = Math.max(latest, Saturating.add(arrival, divide(nanos[instance], speedup)));
        }
        return latest;
    }

    /** Exact where there is nothing to divide; a double rounds to Long.MAX_VALUE at most. */
    private static long divide(final long nanos, final double divisor) {
        return divisor == 1 ? nanos : Math.round(nanos / divisor);
    }

    private void measure() {
        final int taskCount = base.taskCount();
        final long[] end = new long[taskCount];
        final int[] steps = new int[taskCount];
        for (final int task : base.topologicalOrder()) {
            for (int i = 0; i < base.parentCount(task); i++) {
                final int parent = base.parent(task, i);
                if (isLonger(end[parent], steps[parent], end[task], steps[task])) {
                    end[task] = end[parent];
                    steps[task] = steps[parent];
                }
            }
            end[task] = Saturating.add(end[task], base.runtimeNanos(task));
            steps[task]++;
        }
        for (int instance = 0; instance < nanos.length; instance++) {
            nanos[instance] = -1;
            for (int task = base.firstTask(instance); task < base.endTask(instance); task++) {
                if (isLonger(end[task], steps[task], nanos[instance], tasks[instance])) {
                    nanos[instance] = end[task];
                    tasks[instance] = steps[task];
                }
            }
            if (isLonger(nanos[instance], tasks[instance], nanos[longest], tasks[longest])) {
                longest = instance;
            }
        }
    }

    /** Of two of the same length the one with fewer tasks, so that tasks of no length don't stretch a path. */
    private static boolean isLonger(final long nanos, final int tasks, final long thanNanos, final int thanTasks) {
        return nanos > thanNanos || nanos == thanNanos && tasks < thanTasks;
    }

    private int baseInstance(final int instance) {
        if (instance < 0 || instance >= instances) {
            throw new IndexOutOfBoundsException(instance + " is not in 0 to " + (instances - 1));
        }
        return instance % nanos.length;
    }
}
