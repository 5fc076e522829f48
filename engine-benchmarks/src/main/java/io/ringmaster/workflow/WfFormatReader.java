package io.ringmaster.workflow;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.BitSet;

/**
 * Reads a WfFormat document of schema 1.0 to 1.5, in one pass and whatever the order of its sections. The version is
 * told by the structure, which is what the rest depends on:
 *
 * <ul>
 *   <li>1.5: {@code workflow.specification.tasks} has the dependencies, {@code workflow.execution.tasks} the runtimes,
 *       under the same ids. Parents are ids; names need not be unique.
 *   <li>1.3 and 1.4: {@code workflow.tasks} has both; 1.0 to 1.2: so does {@code workflow.jobs}. Parents are names,
 *       taken as ids where no task has that name. In 1.0 a task has a name only, which is its id then.
 * </ul>
 *
 * <p>Runtimes are {@code runtimeInSeconds} or, before 1.4, {@code runtime}. Everything else is skipped.
 */
final class WfFormatReader {

    private static final int THE_INSTANCE = 0;

    private final InputStream in;
    private final TaskTable table;
    private final Executions executions = new Executions();
    private final BitSet specified = new BitSet();

    private JsonParser parser;
    private WfTask task;
    private String name;

    private boolean hasSpecification;
    private boolean hasExecution;
    private boolean hasFlatList;
    private boolean anyParents;
    private boolean anyChildren;

    WfFormatReader(final String file, final InputStream in) {
        this.in = in;
        this.table = new TaskTable(file);
    }

    /**
     * Reads and checks the document.
     *
     * @param fallbackName the workflow's name if the document has none.
     */
    Workflow read(final String fallbackName) throws IOException, WorkflowFormatException {
        try (JsonParser json = Json.FACTORY.createParser(in)) {
            parser = json;
            task = new WfTask(json, table);
            readDocument();
        } catch (final JsonProcessingException e) {
            // What is too deep or too long comes without a place of its own.
            final String place = e.getLocation() == null ? Json.place(parser) : Json.place(e.getLocation());
            throw table.fault(place, Json.fault(e));
        }
        if (name == null) {
            name = fallbackName;
        }
        table.addInstance(name, 0);
        checkSections();
        if (hasSpecification) {
            join();
        }
        return WorkflowAssembler.assemble(
                table, name, hasSpecification ? ParentNaming.IDS : ParentNaming.NAMES_THEN_IDS);
    }

    private void readDocument() throws IOException, WorkflowFormatException {
        if (parser.nextToken() == null) {
            throw table.fault("the file is empty");
        }
        expectObject("a WfFormat document");
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            final String field = parser.currentName();
            final JsonToken token = parser.nextToken();
            if ("workflow".equals(field)) {
                readWorkflow();
            } else if ("name".equals(field) && token == JsonToken.VALUE_STRING && parser.getTextLength() > 0) {
                name = parser.getText();
            } else {
                parser.skipChildren();
            }
        }
        if (parser.nextToken() != null) {
            throw table.fault(Json.place(parser), "nothing may follow the document, found " + Json.describe(parser));
        }
    }

    private void readWorkflow() throws IOException, WorkflowFormatException {
        expectObject("workflow");
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            final String field = parser.currentName();
            final JsonToken token = parser.nextToken();
            if (token == JsonToken.VALUE_NULL) {
                continue;
            }
            switch (field) {
                case "specification" -> readSpecification();
                case "execution" -> readExecution();
                case "tasks", "jobs" -> readFlatList("workflow." + field);
                default -> parser.skipChildren();
            }
        }
    }

    private void readSpecification() throws IOException, WorkflowFormatException {
        expectObject("workflow.specification");
        while (nextFieldOf("tasks")) {
            hasSpecification = once(hasSpecification, "workflow.specification.tasks");
            while (nextEntry()) {
                final int id = table.symbol(requiredId());
                if (specified.get(id)) {
                    throw table.fault(task.place(), WorkflowAssembler.DUPLICATE_ID);
                }
                specified.set(id);
                addTask(task.id, TaskTable.NO_RUNTIME);
            }
        }
    }

    private void readExecution() throws IOException, WorkflowFormatException {
        expectObject("workflow.execution");
        while (nextFieldOf("tasks")) {
            hasExecution = once(hasExecution, "workflow.execution.tasks");
            while (nextEntry()) {
                final int id = table.symbol(requiredId());
                table.dropParents();
                if (!executions.add(id, task.runtimeNanos(), task.category, task.program)) {
                    throw table.fault(task.place(), "duplicate id: workflow.execution has this task twice");
                }
            }
        }
    }

    private void readFlatList(final String list) throws IOException, WorkflowFormatException {
        hasFlatList = once(hasFlatList, list);
        while (nextEntry()) {
            if (task.id == null) {
                task.id = task.name;
            }
            addTask(requiredId(), task.runtimeNanos());
        }
    }

    /** Stands at the value of the next field of this name; skips the others. False at the end of the object. */
    private boolean nextFieldOf(final String wanted) throws IOException {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            final String field = parser.currentName();
            final JsonToken token = parser.nextToken();
            if (wanted.equals(field) && token != JsonToken.VALUE_NULL) {
                return true;
            }
            parser.skipChildren();
        }
        return false;
    }

    private boolean once(final boolean seen, final String list) throws IOException, WorkflowFormatException {
        if (seen) {
            throw table.fault(Json.place(parser), list + ": there may be one such list only");
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw table.fault(Json.place(parser), list + " must be an array, found " + Json.describe(parser));
        }
        return true;
    }

    private boolean nextEntry() throws IOException, WorkflowFormatException {
        if (parser.nextToken() == JsonToken.END_ARRAY) {
            return false;
        }
        task.read();
        return true;
    }

    private String requiredId() throws WorkflowFormatException {
        if (task.id == null) {
            throw table.fault(
                    task.place(), "the task's id is missing" + (task.name == null ? ", and so is its name" : ""));
        }
        return task.id;
    }

    private void addTask(final String id, final long runtime) {
        anyParents |= task.hasParents;
        anyChildren |= task.hasChildren;
        final int nameSymbol = task.name == null ? TaskTable.NO_SYMBOL : table.symbol(task.name);
        final String type = runtime == TaskTable.NO_RUNTIME
                ? task.category
                : table.shared(TaskType.of(task.category, task.program, task.name));
        table.addTask(THE_INSTANCE, table.symbol(id), nameSymbol, type, runtime, 0);
    }

    private void expectObject(final String what) throws IOException, WorkflowFormatException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw table.fault(Json.place(parser), what + " must be an object, found " + Json.describe(parser));
        }
    }

    private void checkSections() throws WorkflowFormatException {
        if (hasSpecification && hasFlatList) {
            throw table.fault("workflow", "has both specification.tasks (schema 1.5) and a list of tasks (up to 1.4)");
        }
        if (!hasSpecification && !hasFlatList) {
            throw table.fault(
                    "workflow",
                    "no list of tasks: expected workflow.specification.tasks (schema 1.5), workflow.tasks (1.3, 1.4)"
                            + " or workflow.jobs (1.0 to 1.2)");
        }
        if (hasSpecification && !hasExecution && table.taskCount() > 0) {
            throw table.fault("workflow", "no workflow.execution.tasks, so the runtime of every task is missing");
        }
        if (anyChildren && !anyParents) {
            throw table.fault("workflow", "no task has parents, and dependencies are not read from children");
        }
    }

    /** Gives each specified task the runtime recorded under its id. */
    private void join() throws WorkflowFormatException {
        for (int i = 0; i < table.taskCount(); i++) {
            final int id = table.id(i);
            if (!executions.has(id)) {
                throw table.fault(i, "the runtime is missing: workflow.execution has no task with this id");
            }
            final String category = table.type(i) == null ? executions.category(id) : table.type(i);
            final String taskName = table.name(i) == TaskTable.NO_SYMBOL ? null : table.text(table.name(i));
            final String type = TaskType.of(category, executions.program(id), taskName);
            table.describe(i, table.shared(type), executions.runtimeNanos(id));
        }
        final int unspecified = executions.firstBeyond(specified);
        if (unspecified >= 0) {
            throw table.fault(
                    "task " + Texts.quote(table.text(unspecified)),
                    "is in workflow.execution but not in workflow.specification");
        }
    }
}
