package io.ringmaster.workflow;

/**
 * A workflow that can't be used as it stands. The message is one line, fit to be shown to a person as it is:
 * {@code <file>: <place>: <fault>}, without the place where the fault is that of the whole file. Control characters
 * are escaped and long values shortened.
 */
public final class WorkflowFormatException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String file;
    private final String place;
    private final String fault;

    WorkflowFormatException(final String file, final String place, final String fault) {
        super(Texts.oneLine(file) + ": " + (place.isEmpty() ? "" : place + ": ") + fault);
        this.file = file;
        this.place = place;
        this.fault = fault;
    }

    /**
     * Where the workflow came from.
     *
     * @return the file as the user named it, or the name of a workflow that was not read from a file.
     */
    public String file() {
        return file;
    }

    /**
     * Where in the file the fault is.
     *
     * @return a task, a line, or a line and a column; empty where the fault is that of the whole file.
     */
    public String place() {
        return place;
    }

    /**
     * What is wrong: the rule and the value that breaks it.
     *
     * @return the fault alone, on one line.
     */
    public String fault() {
        return fault;
    }
}
