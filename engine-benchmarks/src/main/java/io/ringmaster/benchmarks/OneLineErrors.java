package io.ringmaster.benchmarks;

import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;

/** Answers bad usage and bad input with one line on standard error, and status 2. */
public final class OneLineErrors implements IParameterExceptionHandler {
    /** Null for the command's own. */
    private final String name;

    /** Creates what answers in the command's name. */
    public OneLineErrors() {
        this(null);
    }

    /**
     * Creates what answers in another name.
     *
     * @param name of the script that users start the command by.
     */
    public OneLineErrors(final String name) {
        this.name = name;
    }

    @Override
    public int handleParseException(final ParameterException fault, final String[] args) {
        final CommandLine command = fault.getCommandLine();
        print(command, name == null ? command.getCommandSpec().qualifiedName() : name, fault.getMessage());
        return CommandLine.ExitCode.USAGE;
    }

    /**
     * Prints a line in the command's name.
     *
     * @param command whose fault it is.
     * @param message what is wrong; line breaks become blanks.
     */
    public static void print(final CommandLine command, final String message) {
        print(command, command.getCommandSpec().qualifiedName(), message);
    }

    /** Prints a line in another name. */
    static void print(final CommandLine command, final String name, final String message) {
        command.getErr().println(line(name, message));
        command.getErr().flush();
    }

    /**
     * Says what is wrong.
     *
     * @param name    who says it.
     * @param message what; line breaks become blanks.
     * @return one line.
     */
    static String line(final String name, final String message) {
        return name + ": " + String.valueOf(message).strip().replaceAll("\\R\\s*", " ");
    }
}
