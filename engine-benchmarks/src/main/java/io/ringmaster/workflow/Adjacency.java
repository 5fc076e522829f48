package io.ringmaster.workflow;

/**
 * The neighbours of each task of a graph on one side, in two arrays: those of task {@code t} are the entries of
 * {@code targets} from {@code offsets[t]} to {@code offsets[t + 1] - 1}.
 */
final class Adjacency {

    private final int[] offsets;
    private final int[] targets;

    /**
     * Takes over the arrays.
     *
     * @param offsets one entry more than tasks, ascending.
     * @param targets the neighbours; may be longer than the last offset says.
     */
    Adjacency(final int[] offsets, final int[] targets) {
        this.offsets = offsets;
        this.targets = targets;
    }

    int taskCount() {
        return offsets.length - 1;
    }

    int edgeCount() {
        return offsets[offsets.length - 1];
    }

    int count(final int task) {
        return offsets[task + 1] - offsets[task];
    }

    int get(final int task, final int index) {
        if (index < 0 || index >= count(task)) {
            throw new IndexOutOfBoundsException(index + " is not below " + count(task));
        }
        return targets[offsets[task] + index];
    }

    /**
     * The same edges seen from their other end.
     *
     * @return neighbours in ascending order.
     */
    Adjacency reversed() {
        final int tasks = taskCount();
        final int[] ends = new int[tasks + 1];
        for (int edge = 0; edge < edgeCount(); edge++) {
            ends[targets[edge] + 1]++;
        }
        for (int task = 0; task < tasks; task++) {
            ends[task + 1] += ends[task];
        }
        final int[] next = ends.clone();
        final int[] reversed = new int[edgeCount()];
        for (int task = 0; task < tasks; task++) {
            for (int edge = offsets[task]; edge < offsets[task + 1]; edge++) {
                reversed[next[targets[edge]]++] = task;
            }
        }
        return new Adjacency(ends, reversed);
    }
}
