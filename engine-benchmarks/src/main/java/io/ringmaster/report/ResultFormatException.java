package io.ringmaster.report;

import io.ringmaster.workflow.Texts;

/**
 * A result that can't be used as it stands. The message is one line, fit to be shown to a person as it is:
 * {@code <file>: <place>: <fault>}, without the place where the fault is that of the whole file.
 */
public final class ResultFormatException extends Exception {

    private static final long serialVersionUID = 1L;

    ResultFormatException(final Object file, final String place, final String fault) {
        super(Texts.oneLine(file.toString()) + ": " + (place.isEmpty() ? "" : place + ": ") + Texts.oneLine(fault));
    }
}
