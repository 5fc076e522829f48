package io.ringmaster.workflow;

import java.util.BitSet;
import org.agrona.collections.IntArrayList;

/** The check that needs the whole graph: that no task waits for itself by way of others. */
final class WorkflowValidator {

    /** A longer cycle is shown by its first tasks. */
    private static final int SHOWN = 4;

    private WorkflowValidator() {}

    /**
     * Refuses a graph with a cycle.
     *
     * @param parents who waits for whom.
     * @param table   what the tasks are called.
     * @param order   the table's task for each task of the graph.
     * @throws WorkflowFormatException naming a task on a cycle, and the cycle.
     */
    static void checkAcyclic(final Adjacency parents, final TaskTable table, final int[] order)
            throws WorkflowFormatException {
        final int[] sorted = TopologicalOrder.of(parents, parents.reversed());
        if (sorted.length < parents.taskCount()) {
            final IntArrayList cycle = findCycle(parents, sorted);
            throw table.fault(order[cycle.getInt(0)], describe(cycle, table, order));
        }
    }

    /**
     * A cycle among the tasks that could not be sorted. Each of those has a parent that could not be sorted either, so
     * walking from parent to parent must come back to a task already passed.
     */
    private static IntArrayList findCycle(final Adjacency parents, final int[] sorted) {
        final BitSet unsorted = new BitSet(parents.taskCount());
        unsorted.set(0, parents.taskCount());
        for (final int task : sorted) {
            unsorted.clear(task);
        }
        final IntArrayList walk = new IntArrayList();
        final BitSet passed = new BitSet(parents.taskCount());
        int task = unsorted.nextSetBit(0);
        while (!passed.get(task)) {
            passed.set(task);
            walk.addInt(task);
            task = firstIn(unsorted, parents, task);
        }
        final IntArrayList cycle = new IntArrayList();
        final int entry = walk.indexOf(task);
        for (int step = walk.size() - 1; step >= entry; step--) {
            cycle.addInt(walk.getInt(step));
        }
        return cycle;
    }

    private static int firstIn(final BitSet tasks, final Adjacency parents, final int task) {
        int index = 0;
        while (!tasks.get(parents.get(task, index))) {
            index++;
        }
        return parents.get(task, index);
    }

    private static String describe(final IntArrayList cycle, final TaskTable table, final int[] order) {
        final StringBuilder text = new StringBuilder("is on a cycle of " + cycle.size() + " tasks: ");
        for (int step = 0; step < Math.min(SHOWN, cycle.size()); step++) {
            text.append(id(cycle.getInt(step), table, order)).append(" -> ");
        }
        if (cycle.size() > SHOWN) {
            text.append("... -> ");
        }
        return text.append(id(cycle.getInt(0), table, order)).toString();
    }

    private static String id(final int task, final TaskTable table, final int[] order) {
        return Texts.quote(table.text(table.id(order[task])));
    }
}
