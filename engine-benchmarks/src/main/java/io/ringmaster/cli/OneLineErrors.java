package io.ringmaster.cli;

import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;

/** Answers bad usage and bad input with one line on standard error, and status 2. */
final class OneLineErrors implements IParameterExceptionHandler {

    @Override
    public int handleParseException(final ParameterException fault, final String[] args) {
        print(fault.getCommandLine(), fault.getMessage());
        return CommandLine.ExitCode.USAGE;
    }

    /**
     * Prints a line.
     *
     * @param command whose fault it is.
     * @param message what is wrong; line breaks become blanks.
     */
    static void print(final CommandLine command, final String message) {
        command.getErr()
                .println(command.getCommandSpec().qualifiedName() + ": "
                        + String.valueOf(message).strip().replaceAll("\\R\\s*", " "));
        command.getErr().flush();
    }
}
