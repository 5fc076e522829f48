package io.ringmaster.workflow;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * One entry of a task list of a WfFormat document, whichever list it is: the fields of interest that all versions of
 * the format have, or null. Used again for each entry. Its parents go into the table as they come.
 */
final class WfTask {

    private final JsonParser parser;
    private final TaskTable table;

    String id;
    String name;
    String category;
    String program;

    /** Whether the entry says what it waits for, if only that it waits for nothing. */
    boolean hasParents;
    /** Whether the entry says that others wait for it. */
    boolean hasChildren;

    private JsonLocation start;
    private String runtimeField;
    private JsonToken runtimeToken;
    private String runtimeText;

    WfTask(final JsonParser parser, final TaskTable table) {
        this.parser = parser;
        this.table = table;
    }

    /** Reads the object the parser stands at the beginning of, to its end. */
    void read() throws IOException, WorkflowFormatException {
        clear();
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw table.fault(
                    Json.place(start), "each entry of a task list must be an object, found " + Json.describe(parser));
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            final String field = parser.currentName();
            final JsonToken token = parser.nextToken();
            switch (field) {
                case "id" -> id = readId();
                case "name" -> name = textOrNull();
                case "category" -> category = textOrNull();
                case "command" -> readCommand();
                case "parents" -> readParents();
                case "children" -> hasChildren |= token == JsonToken.START_ARRAY && skipsEntries();
                case "runtimeInSeconds", "runtime" -> readRuntime(field);
                default -> parser.skipChildren();
            }
        }
    }

    /** Where the entry stands: by its id where it has one. */
    String place() {
        return id == null ? Json.place(start) : "task " + Texts.quote(id);
    }

    long runtimeNanos() throws WorkflowFormatException {
        if (runtimeToken == null) {
            throw table.fault(place(), "the runtime is missing (runtimeInSeconds, or runtime up to schema 1.3)");
        }
        if (!runtimeToken.isNumeric()) {
            throw table.fault(place(), runtimeField + " must be a number: " + runtimeText);
        }
        try {
            return DecimalTime.SECONDS.runtimeNanos(runtimeText);
        } catch (final IllegalArgumentException e) {
            throw table.fault(place(), runtimeField + " " + e.getMessage());
        }
    }

    private void clear() {
        id = null;
        name = null;
        category = null;
        program = null;
        hasParents = false;
        hasChildren = false;
        start = parser.currentTokenLocation();
        runtimeField = null;
        runtimeToken = null;
        runtimeText = null;
    }

    private void readRuntime(final String field) throws IOException {
        // A document that has both means the newer one.
        final boolean isSuperseded = "runtime".equals(field) && "runtimeInSeconds".equals(runtimeField);
        if (isSuperseded || parser.currentToken() == JsonToken.VALUE_NULL) {
            parser.skipChildren();
            return;
        }
        runtimeField = field;
        runtimeToken = parser.currentToken();
        runtimeText = runtimeToken.isNumeric() ? parser.getText() : Json.describe(parser);
        parser.skipChildren();
    }

    private void readCommand() throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            final String field = parser.currentName();
            parser.nextToken();
            if ("program".equals(field)) {
                program = textOrNull();
            } else {
                parser.skipChildren();
            }
        }
    }

    private void readParents() throws IOException, WorkflowFormatException {
        table.dropParents();
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw table.fault(Json.place(parser), "parents must be an array, found " + Json.describe(parser));
        }
        hasParents = true;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.VALUE_STRING) {
                throw table.fault(Json.place(parser), "each parent must be a text, found " + Json.describe(parser));
            }
            table.addParent(table.symbol(parser.getText()));
        }
    }

    private boolean skipsEntries() throws IOException {
        boolean any = false;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            any = true;
            parser.skipChildren();
        }
        return any;
    }

    private String readId() throws IOException, WorkflowFormatException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw table.fault(Json.place(parser), "id must be a text, found " + Json.describe(parser));
        }
        if (parser.getTextLength() == 0) {
            throw table.fault(Json.place(parser), "id must not be empty");
        }
        return parser.getText();
    }

    private String textOrNull() throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return parser.getTextLength() == 0 ? null : parser.getText();
        }
        parser.skipChildren();
        return null;
    }
}
