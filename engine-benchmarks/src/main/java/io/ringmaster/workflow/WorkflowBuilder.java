package io.ringmaster.workflow;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Makes a workflow task by task. Parents may be named before they are added; everything is checked by
 * {@link #build()}. One thread; for one workflow.
 */
public final class WorkflowBuilder {

    private final String name;
    private final TaskTable table;
    private final Set<String> instanceIds = new HashSet<>();
    private int instance = -1;

    /**
     * An empty workflow.
     *
     * @param name its name, also that of its instance unless {@link #instance(String, long)} says otherwise.
     */
    public WorkflowBuilder(final String name) {
        this.name = Objects.requireNonNull(name, "name");
        this.table = new TaskTable(name);
    }

    /**
     * Begins an instance: the tasks added from here on are its own.
     *
     * @param id           the instance's id, unique in the workflow.
     * @param arrivalNanos when it arrives, counted from any origin; the workflow counts from its first arrival.
     * @return this.
     * @throws IllegalArgumentException when there is an instance with this id already, or the arrival is negative.
     */
    public WorkflowBuilder instance(final String id, final long arrivalNanos) {
        if (arrivalNanos < 0) {
            throw new IllegalArgumentException("arrivalNanos must be 0 or more: " + arrivalNanos);
        }
        if (!instanceIds.add(id)) {
            throw new IllegalArgumentException("instance ids must be unique: " + id);
        }
        instance = table.addInstance(id, arrivalNanos);
        return this;
    }

    /**
     * Adds a task.
     *
     * @param id           its id, unique in its instance.
     * @param type         what kind of work it is; may be empty.
     * @param runtimeNanos how long it runs, from 0 to 100 years.
     * @param parents      ids of the tasks of the same instance it waits for.
     * @return this.
     * @throws IllegalArgumentException when the id is empty or the runtime out of bounds.
     */
    public WorkflowBuilder task(final String id, final String type, final long runtimeNanos, final String... parents) {
        if (id.isEmpty()) {
            throw new IllegalArgumentException("a task's id must not be empty");
        }
        if (runtimeNanos < 0 || runtimeNanos > DecimalTime.LONGEST_RUNTIME_NANOS) {
            throw new IllegalArgumentException("runtimeNanos must be 0 to "
                    + TimeUnit.NANOSECONDS.toDays(DecimalTime.LONGEST_RUNTIME_NANOS) + " days: " + runtimeNanos);
        }
        if (instance < 0) {
            instance(name, 0);
        }
        for (final String parent : parents) {
            table.addParent(table.symbol(Objects.requireNonNull(parent, "parent")));
        }
        table.addTask(
                instance,
                table.symbol(id),
                TaskTable.NO_SYMBOL,
                table.shared(Objects.requireNonNull(type, "type")),
                runtimeNanos,
                0);
        return this;
    }

    /**
     * Checks what was added and makes the workflow of it.
     *
     * @return the workflow.
     * @throws WorkflowFormatException when an instance has no task, an id comes twice, a parent is missing or the task itself,
     *     or tasks wait for each other in a circle.
     */
    public Workflow build() throws WorkflowFormatException {
        return WorkflowAssembler.assemble(table, name, ParentNaming.IDS);
    }
}
