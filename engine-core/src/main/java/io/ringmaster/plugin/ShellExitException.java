package io.ringmaster.plugin;

import java.nio.file.Path;

/** A {@code shell} task's process ended with another exit code than 0. The message ends with the last of its output. */
public final class ShellExitException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The exit code. */
    private final int exitCode;

    /** Where the output is; a string, since an exception is serializable and a path is not. */
    private final String outputFile;

    /**
     * Creates one without a stack trace: the failure is the process's, not the caller's.
     *
     * @param message    names task, command, exit code and the last of the output.
     * @param exitCode   the exit code; where a signal ended the process, 128 plus its number.
     * @param outputFile where the output is.
     */
    ShellExitException(final String message, final int exitCode, final Path outputFile) {
        super(message, null, false, false);
        this.exitCode = exitCode;
        this.outputFile = outputFile.toString();
    }

    /** Returns the exit code; where a signal ended the process, 128 plus its number. */
    public int exitCode() {
        return exitCode;
    }

    /** Returns where the process's output is; the file belongs to whoever reads this. */
    public Path outputFile() {
        return Path.of(outputFile);
    }
}
