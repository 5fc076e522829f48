package io.ringmaster.replay;

import io.ringmaster.workflow.CriticalPath;
import io.ringmaster.workflow.Workflow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What is played, and how fast: one or several workflows side by side, their tasks and instances numbered through from 0
 * in the order of the workflows. Times are those of the replay, divided by its speedup and rounded so that no task
 * gets shorter.
 *
 * <p>Immutable; any thread. An index out of range throws {@link IndexOutOfBoundsException}.
 */
public final class Workload {

    /** One of the workflows, and where its numbers begin. */
    record Part(Workflow workflow, int firstTask, int firstInstance, String idSuffix) {}

    private final Part[] parts;
    private final int taskCount;
    private final int instanceCount;
    private final double speedup;
    private final double arrivalFactor;
    private final long longestPathNanos;
    private final long idealNanos;

    /**
     * Puts workflows side by side.
     *
     * @param workflows     what to play, at least one.
     * @param speedup       runtimes and arrivals are divided by it; 0 for tasks that do nothing and arrive at once.
     * @param arrivalFactor the gaps between arrivals are further divided by it.
     * @throws IllegalArgumentException if there is no workflow, the tasks are more than an int can number, the speedup
     *     is negative or not finite, or the arrival factor isn't above 0 and finite.
     */
    public Workload(final List<Workflow> workflows, final double speedup, final double arrivalFactor) {
        if (workflows.isEmpty()) {
            throw new IllegalArgumentException("workflows must not be empty");
        }
        final List<Part> all = new ArrayList<>();
        long tasks = 0;
        int instances = 0;
        long longest = 0;
        long ideal = 0;
        final Set<String> ids = new HashSet<>();
        for (final Workflow workflow : workflows) {
            final String suffix = workflows.size() > 1 && !addIds(workflow, ids) ? "@" + (all.size() + 1) : "";
            all.add(new Part(workflow, (int) tasks, instances, suffix));
            tasks += workflow.taskCount();
            if (tasks > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("tasks must be at most " + Integer.MAX_VALUE + ": " + tasks);
            }
            instances += workflow.instanceCount();
            final CriticalPath path = CriticalPath.of(workflow);
            longest = Math.max(longest, path.longestNanos());
            ideal = Math.max(ideal, path.makespanNanos(speedup, arrivalFactor));
        }
        this.parts = all.toArray(new Part[0]);
        this.taskCount = (int) tasks;
        this.instanceCount = instances;
        this.speedup = speedup;
        this.arrivalFactor = arrivalFactor;
        this.longestPathNanos = longest;
        this.idealNanos = ideal;
    }

    /** Adds the ids of a workflow's instances, those of the first copy for all, and tells whether all were new. */
    private static boolean addIds(final Workflow workflow, final Set<String> ids) {
        boolean allNew = true;
        for (int i = 0; i < workflow.instanceCount() / workflow.copies(); i++) {
            allNew &= ids.add(workflow.instanceId(i));
        }
        return allNew;
    }

    /** Returns the number of tasks. */
    public int taskCount() {
        return taskCount;
    }

    /** Returns the number of workflow instances. */
    public int instanceCount() {
        return instanceCount;
    }

    /** Returns the number of dependencies. */
    public long edgeCount() {
        long edges = 0;
        for (final Part part : parts) {
            edges += part.workflow.edgeCount();
        }
        return edges;
    }

    /** Returns the workflows, in their order. */
    public List<Workflow> workflows() {
        final List<Workflow> workflows = new ArrayList<>();
        for (final Part part : parts) {
            workflows.add(part.workflow);
        }
        return workflows;
    }

    /** Returns what runtimes and arrivals are divided by; 0 for tasks that do nothing. */
    public double speedup() {
        return speedup;
    }

    /** Returns what the gaps between arrivals are further divided by. */
    public double arrivalFactor() {
        return arrivalFactor;
    }

    /** Returns whether any instance arrives later than the first one. */
    public boolean hasArrivals() {
        for (final Part part : parts) {
            final Workflow workflow = part.workflow;
            if (workflow.arrivalNanos(workflow.instanceByArrival(workflow.instanceCount() - 1)) > 0) {
                return true;
            }
        }
        return false;
    }

    /** Returns the longest critical path of all instances as recorded, in nanoseconds. */
    public long longestPathNanos() {
        return longestPathNanos;
    }

    /** Returns how long the replay takes without any overhead and with enough of everything, in nanoseconds. */
    public long idealNanos() {
        return idealNanos;
    }

    /**
     * How long a task has to run.
     *
     * @param task its number.
     * @return nanoseconds, at least the recorded ones divided by the speedup; 0 at speedup 0.
     */
    public long durationNanos(final int task) {
        if (speedup == 0) {
            return 0;
        }
        final Part part = partOfTask(task);
        final long recorded = part.workflow.runtimeNanos(task - part.firstTask);
        return speedup == 1 ? recorded : (long) Math.ceil(recorded / speedup);
    }

    /**
     * What kind of work a task is.
     *
     * @param task its number.
     * @return the recorded type, or empty.
     */
    public String type(final int task) {
        final Part part = partOfTask(task);
        return part.workflow.type(task - part.firstTask);
    }

    /**
     * A task's id as recorded.
     *
     * @param task its number.
     * @return the id, unique in its instance.
     */
    public String taskId(final int task) {
        final Part part = partOfTask(task);
        return part.workflow.taskId(task - part.firstTask);
    }

    /**
     * The instance a task belongs to.
     *
     * @param task its number.
     * @return the instance's number.
     */
    public int instanceOf(final int task) {
        final Part part = partOfTask(task);
        return part.firstInstance + part.workflow.instanceOf(task - part.firstTask);
    }

    /**
     * An instance's id.
     *
     * @param instance its number.
     * @return the id as recorded; where an earlier workflow has the same, with {@code @} and the workflow's place.
     */
    public String instanceId(final int instance) {
        final Part part = partOfInstance(instance);
        return part.workflow.instanceId(instance - part.firstInstance) + part.idSuffix;
    }

    /**
     * When an instance has to be released.
     *
     * @param instance its number.
     * @return nanoseconds since the run's start.
     */
    long arrivalNanos(final int instance) {
        if (speedup == 0) {
            return 0;
        }
        final Part part = partOfInstance(instance);
        final long recorded = part.workflow.arrivalNanos(instance - part.firstInstance);
        return speedup == 1 && arrivalFactor == 1 ? recorded : Math.round(recorded / speedup / arrivalFactor);
    }

    /** The first task of an instance. */
    int firstTask(final int instance) {
        final Part part = partOfInstance(instance);
        return part.firstTask + part.workflow.firstTask(instance - part.firstInstance);
    }

    /** The number after that of an instance's last task. */
    int endTask(final int instance) {
        final Part part = partOfInstance(instance);
        return part.firstTask + part.workflow.endTask(instance - part.firstInstance);
    }

    /** How many tasks a task waits for. */
    int parentCount(final int task) {
        final Part part = partOfTask(task);
        return part.workflow.parentCount(task - part.firstTask);
    }

    int partCount() {
        return parts.length;
    }

    Part part(final int index) {
        return parts[index];
    }

    Part partOfTask(final int task) {
        int i = parts.length - 1;
        while (i > 0 && task < parts[i].firstTask) {
            i--;
        }
        return parts[i];
    }

    private Part partOfInstance(final int instance) {
        int i = parts.length - 1;
        while (i > 0 && instance < parts[i].firstInstance) {
            i--;
        }
        return parts[i];
    }
}
