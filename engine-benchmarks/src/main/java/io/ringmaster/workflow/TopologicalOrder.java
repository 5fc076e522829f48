package io.ringmaster.workflow;

import java.util.Arrays;

/** Tasks in an order in which each comes after all its parents. */
final class TopologicalOrder {

    private TopologicalOrder() {}

    /**
     * Sorts a graph's tasks by releasing each when its last parent is placed.
     *
     * @param parents  who waits for whom.
     * @param children the same edges reversed.
     * @return the tasks; those on a cycle or behind one are missing, so that only a DAG gives as many as it has tasks.
     */
    static int[] of(final Adjacency parents, final Adjacency children) {
        final int tasks = parents.taskCount();
        final int[] waitingFor = new int[tasks];
        final int[] sorted = new int[tasks];
        int placed = 0;
        for (int task = 0; task < tasks; task++) {
            waitingFor[task] = parents.count(task);
            if (waitingFor[task] == 0) {
                sorted[placed++] = task;
            }
        }
        for (int next = 0; next < placed; next++) {
            final int task = sorted[next];
            for (int i = 0; i < children.count(task); i++) {
                final int child = children.get(task, i);
                if (--waitingFor[child] == 0) {
                    sorted[placed++] = child;
                }
            }
        }
        return Arrays.copyOf(sorted, placed);
    }
}
