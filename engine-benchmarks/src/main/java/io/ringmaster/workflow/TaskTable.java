package io.ringmaster.workflow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.LongArrayList;

/**
 * Tasks as they were written down, before anything is resolved: parents are still texts, and nothing is checked. Each
 * different text is kept once and known by its symbol, a small number; an id that comes up as a parent of a thousand
 * tasks costs a thousand ints.
 */
final class TaskTable {

    static final int NO_SYMBOL = -1;
    static final long NO_RUNTIME = -1;

    private final String file;

    private final Map<String, Integer> symbols = new HashMap<>();
    private final List<String> texts = new ArrayList<>();

    private final List<String> instanceIds = new ArrayList<>();
    private final LongArrayList arrivalNanos = new LongArrayList();

    private final IntArrayList instances = new IntArrayList();
    private final IntArrayList ids = new IntArrayList();
    private final IntArrayList names = new IntArrayList();
    private final List<String> types = new ArrayList<>();
    private final LongArrayList runtimeNanos = new LongArrayList();
    private final IntArrayList lines = new IntArrayList();
    private final IntArrayList parentEnds = new IntArrayList();
    private final IntArrayList parents = new IntArrayList();

    /**
     * An empty table.
     *
     * @param file where the tasks come from, for the messages.
     */
    TaskTable(final String file) {
        this.file = file;
    }

    /** The symbol of a text, the same for equal texts. */
    int symbol(final String text) {
        final Integer known = symbols.putIfAbsent(text, texts.size());
        if (known != null) {
            return known;
        }
        texts.add(text);
        return texts.size() - 1;
    }

    String text(final int symbol) {
        return texts.get(symbol);
    }

    /** Equal texts as one object. */
    String shared(final String text) {
        return texts.get(symbol(text));
    }

    int symbolCount() {
        return texts.size();
    }

    int addInstance(final String id, final long arrival) {
        instanceIds.add(id);
        arrivalNanos.addLong(arrival);
        return instanceIds.size() - 1;
    }

    /** Keeps the earlier of the instance's arrival and this one. */
    void arrivedBy(final int instance, final long arrival) {
        if (arrival < arrivalNanos.getLong(instance)) {
            arrivalNanos.setLong(instance, arrival);
        }
    }

    /** A parent of the task that is added next. */
    void addParent(final int symbol) {
        parents.addInt(symbol);
    }

    /** Forgets the parents given since the last task. */
    void dropParents() {
        while (parents.size() > pendingFrom()) {
            parents.removeAt(parents.size() - 1);
        }
    }

    /**
     * A task, with the parents added since the last one.
     *
     * @param line where it stands, 0 where that is not worth telling.
     */
    int addTask(
            final int instance, final int id, final int name, final String type, final long runtime, final int line) {
        instances.addInt(instance);
        ids.addInt(id);
        names.addInt(name);
        types.add(type);
        runtimeNanos.addLong(runtime);
        lines.addInt(line);
        parentEnds.addInt(parents.size());
        return ids.size() - 1;
    }

    void describe(final int task, final String type, final long runtime) {
        types.set(task, type);
        runtimeNanos.setLong(task, runtime);
    }

    int taskCount() {
        return ids.size();
    }

    int instanceCount() {
        return instanceIds.size();
    }

    String instanceId(final int instance) {
        return instanceIds.get(instance);
    }

    long arrivalNanos(final int instance) {
        return arrivalNanos.getLong(instance);
    }

    int instance(final int task) {
        return instances.getInt(task);
    }

    int id(final int task) {
        return ids.getInt(task);
    }

    int name(final int task) {
        return names.getInt(task);
    }

    String type(final int task) {
        return types.get(task);
    }

    long runtimeNanos(final int task) {
        return runtimeNanos.getLong(task);
    }

    int parentStart(final int task) {
        return task == 0 ? 0 : parentEnds.getInt(task - 1);
    }

    int parentEnd(final int task) {
        return parentEnds.getInt(task);
    }

    int parentEntries() {
        return parents.size();
    }

    int parent(final int entry) {
        return parents.getInt(entry);
    }

    /** The whole input is at fault. */
    WorkflowFormatException fault(final String fault) {
        return new WorkflowFormatException(file, "", fault);
    }

    WorkflowFormatException fault(final String place, final String fault) {
        return new WorkflowFormatException(file, place, fault);
    }

    WorkflowFormatException fault(final int task, final String fault) {
        final String line = lines.getInt(task) == 0 ? "" : "line " + lines.getInt(task) + ", ";
        final String of = instanceIds.size() == 1 ? "" : " of workflow " + Texts.quote(instanceId(instance(task)));
        return fault(line + "task " + Texts.quote(text(id(task))) + of, fault);
    }

    private int pendingFrom() {
        return parentEnds.isEmpty() ? 0 : parentEnds.getInt(parentEnds.size() - 1);
    }
}
