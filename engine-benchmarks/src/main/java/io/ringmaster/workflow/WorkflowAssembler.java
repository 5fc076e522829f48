package io.ringmaster.workflow;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Turns a table of tasks into a workflow: puts the instances in order of arrival and their tasks together, finds each
 * parent, and has the result checked. Takes time in proportion to tasks and edges.
 */
final class WorkflowAssembler {

    static final String DUPLICATE_ID = "duplicate id: each task needs an id of its own";

    private static final int NOBODY = -1;
    private static final int SEVERAL = -2;

    private final TaskTable table;
    private final ParentNaming naming;
    private final int[] order;
    private final int[] firstTask;

    /** By symbol, for the instance at hand. Tasks by their new number. */
    private final int[] taskById;

    private final int[] taskByName;

    private WorkflowAssembler(final TaskTable table, final ParentNaming naming, final int[] instanceOrder) {
        this.table = table;
        this.naming = naming;
        this.firstTask = firstTasks(instanceOrder);
        this.order = taskOrder(instanceOrder);
        this.taskById = new int[table.symbolCount()];
        this.taskByName = new int[naming == ParentNaming.IDS ? 0 : table.symbolCount()];
        Arrays.fill(taskById, NOBODY);
        Arrays.fill(taskByName, NOBODY);
    }

    /**
     * Makes the workflow.
     *
     * @param table  the tasks as written down.
     * @param name   the workflow's name.
     * @param naming what the parents are called by.
     * @return a valid workflow.
     * @throws WorkflowFormatException on the first fault found.
     */
    static Workflow assemble(final TaskTable table, final String name, final ParentNaming naming)
            throws WorkflowFormatException {
        if (table.taskCount() == 0) {
            throw table.fault("the workflow has no tasks");
        }
        final int[] instanceOrder = IntStream.range(0, table.instanceCount())
                .boxed()
                .sorted(Comparator.comparingLong(table::arrivalNanos))
                .mapToInt(Integer::intValue)
                .toArray();
        checkInstancesHaveTasks(table);
        final WorkflowAssembler assembler = new WorkflowAssembler(table, naming, instanceOrder);
        final Adjacency parents = assembler.resolveParents();
        WorkflowValidator.checkAcyclic(parents, table, assembler.order);
        return assembler.workflow(name, instanceOrder, parents);
    }

    private static void checkInstancesHaveTasks(final TaskTable table) throws WorkflowFormatException {
        final BitSet withTasks = new BitSet(table.instanceCount());
        for (int task = 0; task < table.taskCount(); task++) {
            withTasks.set(table.instance(task));
        }
        final int without = withTasks.nextClearBit(0);
        if (without < table.instanceCount()) {
            throw table.fault("workflow " + Texts.quote(table.instanceId(without)), "has no tasks");
        }
    }

    private Workflow workflow(final String name, final int[] instanceOrder, final Adjacency parents) {
        final long start = table.arrivalNanos(instanceOrder[0]);
        return new Workflow(
                name,
                Arrays.stream(instanceOrder).mapToObj(table::instanceId).toArray(String[]::new),
                Arrays.stream(instanceOrder)
                        .mapToLong(instance -> table.arrivalNanos(instance) - start)
                        .toArray(),
                firstTask,
                Arrays.stream(order)
                        .mapToObj(task -> table.text(table.id(task)))
                        .toArray(String[]::new),
                Arrays.stream(order).mapToObj(table::type).toArray(String[]::new),
                Arrays.stream(order).mapToLong(table::runtimeNanos).toArray(),
                parents);
    }

    private int[] firstTasks(final int[] instanceOrder) {
        final int[] sizes = new int[instanceOrder.length];
        for (int task = 0; task < table.taskCount(); task++) {
            sizes[table.instance(task)]++;
        }
        final int[] first = new int[instanceOrder.length + 1];
        for (int rank = 0; rank < instanceOrder.length; rank++) {
            first[rank + 1] = first[rank] + sizes[instanceOrder[rank]];
        }
        return first;
    }

    /** The table's task for each new number: instances one after the other, tasks in the order they were written in. */
    private int[] taskOrder(final int[] instanceOrder) {
        final int[] next = new int[instanceOrder.length];
        for (int rank = 0; rank < instanceOrder.length; rank++) {
            next[instanceOrder[rank]] = firstTask[rank];
        }
        final int[] tasks = new int[table.taskCount()];
        for (int task = 0; task < tasks.length; task++) {
            tasks[next[table.instance(task)]++] = task;
        }
        return tasks;
    }

    private Adjacency resolveParents() throws WorkflowFormatException {
        final int[] offsets = new int[order.length + 1];
        final int[] targets = new int[table.parentEntries()];
        final int[] lastChild = new int[order.length];
        Arrays.fill(lastChild, NOBODY);
        int edges = 0;
        for (int rank = 0; rank + 1 < firstTask.length; rank++) {
            bind(firstTask[rank], firstTask[rank + 1]);
            for (int task = firstTask[rank]; task < firstTask[rank + 1]; task++) {
                final int raw = order[task];
                for (int entry = table.parentStart(raw); entry < table.parentEnd(raw); entry++) {
                    final int parent = resolve(task, table.parent(entry));
                    // A parent written twice is one dependency: the child waits for it once.
                    if (lastChild[parent] != task) {
                        lastChild[parent] = task;
                        targets[edges++] = parent;
                    }
                }
                offsets[task + 1] = edges;
            }
            unbind(firstTask[rank], firstTask[rank + 1]);
        }
        return new Adjacency(offsets, Arrays.copyOf(targets, edges));
    }

    private void bind(final int from, final int to) throws WorkflowFormatException {
        for (int task = from; task < to; task++) {
            final int id = table.id(order[task]);
            if (taskById[id] != NOBODY) {
                throw table.fault(order[task], DUPLICATE_ID);
            }
            taskById[id] = task;
            final int name = table.name(order[task]);
            if (naming == ParentNaming.NAMES_THEN_IDS && name != TaskTable.NO_SYMBOL) {
                taskByName[name] = taskByName[name] == NOBODY ? task : SEVERAL;
            }
        }
    }

    private void unbind(final int from, final int to) {
        for (int task = from; task < to; task++) {
            taskById[table.id(order[task])] = NOBODY;
            final int name = table.name(order[task]);
            if (naming == ParentNaming.NAMES_THEN_IDS && name != TaskTable.NO_SYMBOL) {
                taskByName[name] = NOBODY;
            }
        }
    }

    private int resolve(final int task, final int symbol) throws WorkflowFormatException {
        int parent = naming == ParentNaming.IDS ? NOBODY : taskByName[symbol];
        if (parent == NOBODY) {
            parent = taskById[symbol];
        }
        if (parent == NOBODY) {
            throw table.fault(
                    order[task], "parent " + Texts.quote(table.text(symbol)) + " is not a task of this workflow");
        }
        if (parent == SEVERAL) {
            throw table.fault(
                    order[task],
                    "parent " + Texts.quote(table.text(symbol)) + " is ambiguous: several tasks have this name");
        }
        if (parent == task) {
            throw table.fault(order[task], "is its own parent");
        }
        return parent;
    }
}
