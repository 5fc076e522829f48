package io.ringmaster.workflow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.LongArrayList;

/** A workflow being generated: tasks are given after their parents, so it can't be other than a DAG. */
final class Draft {

    private final List<String> ids = new ArrayList<>();
    private final List<String> types = new ArrayList<>();
    private final LongArrayList runtimeNanos = new LongArrayList();
    private final List<int[]> parents = new ArrayList<>();
    private String prefix = "";

    /** What the ids of the tasks to come begin with. */
    void prefix(final String newPrefix) {
        prefix = newPrefix;
    }

    int size() {
        return ids.size();
    }

    int task(final String id, final String type, final long runtime, final int... parentTasks) {
        ids.add(prefix + id);
        types.add(type);
        runtimeNanos.addLong(runtime);
        parents.add(parentTasks);
        return ids.size() - 1;
    }

    /** Lets the tasks between two wait for the first if they have no parents, and the second for all without children. */
    void enclose(final int begin, final int end) {
        final boolean[] hasChild = new boolean[size()];
        parents.forEach(list -> Arrays.stream(list).forEach(parent -> hasChild[parent] = true));
        final IntArrayList leaves = new IntArrayList();
        for (int task = begin + 1; task < end; task++) {
            if (parents.get(task).length == 0) {
                parents.set(task, new int[] {begin});
            }
            if (!hasChild[task]) {
                leaves.addInt(task);
            }
        }
        parents.set(end, leaves.toIntArray());
    }

    /**
     * The workflow.
     *
     * @param criticalPathNanos what the runtimes are scaled for; 0 leaves them as they are.
     */
    Workflow build(final String name, final long criticalPathNanos) {
        final Workflow drawn = build(name);
        if (criticalPathNanos == 0) {
            return drawn;
        }
        final long drawnNanos = CriticalPath.of(drawn).longestNanos();
        for (int task = 0; task < size(); task++) {
            // Microseconds on one side of the product keep it within a long for paths of days.
            runtimeNanos.setLong(
                    task,
                    runtimeNanos.getLong(task) / 1_000 * (criticalPathNanos / 1_000) / (drawnNanos / 1_000) * 1_000);
        }
        return build(name);
    }

    private Workflow build(final String name) {
        final TaskTable table = new TaskTable(name);
        final int instance = table.addInstance(name, 0);
        final int[] symbols = ids.stream().mapToInt(table::symbol).toArray();
        for (int task = 0; task < size(); task++) {
            Arrays.stream(parents.get(task)).forEach(parent -> table.addParent(symbols[parent]));
            table.addTask(
                    instance,
                    symbols[task],
                    TaskTable.NO_SYMBOL,
                    table.shared(types.get(task)),
                    runtimeNanos.getLong(task),
                    0);
        }
        try {
            return WorkflowAssembler.assemble(table, name, ParentNaming.IDS);
        } catch (final WorkflowFormatException e) {
            throw new AssertionError("a draft is always valid", e);
        }
    }
}
