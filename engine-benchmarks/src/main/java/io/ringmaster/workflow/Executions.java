package io.ringmaster.workflow;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.agrona.collections.LongArrayList;

/** What {@code workflow.execution} of a WfFormat 1.5 document tells of each task, by the symbol of the task's id. */
final class Executions {

    private final BitSet known = new BitSet();
    private final LongArrayList runtimeNanos = new LongArrayList();
    private final List<String> categories = new ArrayList<>();
    private final List<String> programs = new ArrayList<>();

    /** False if the task is known already. */
    boolean add(final int id, final long runtime, final String category, final String program) {
        if (known.get(id)) {
            return false;
        }
        while (runtimeNanos.size() <= id) {
            runtimeNanos.addLong(TaskTable.NO_RUNTIME);
            categories.add(null);
            programs.add(null);
        }
        known.set(id);
        runtimeNanos.setLong(id, runtime);
        categories.set(id, category);
        programs.set(id, program);
        return true;
    }

    boolean has(final int id) {
        return known.get(id);
    }

    long runtimeNanos(final int id) {
        return runtimeNanos.getLong(id);
    }

    String category(final int id) {
        return categories.get(id);
    }

    String program(final int id) {
        return programs.get(id);
    }

    /** A task that is known here but not in the other set, or -1. */
    int firstBeyond(final BitSet others) {
        final BitSet beyond = (BitSet) known.clone();
        beyond.andNot(others);
        return beyond.nextSetBit(0);
    }
}
