package io.ringmaster.benchmarks;

import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;

/** Answers bad usage of what {@code scripts/bench} runs: one line on standard error, and status 2. */
public final class BadUsage implements IParameterExceptionHandler {

    /** Creates the answer. */
    public BadUsage() {}

    @Override
    public int handleParseException(final ParameterException fault, final String[] args) {
        fault.getCommandLine().getErr().println(line(fault));
        fault.getCommandLine().getErr().flush();
        return CommandLine.ExitCode.USAGE;
    }

    /**
     * Says what is wrong.
     *
     * @param fault whose message, if it has one, is said.
     * @return one line.
     */
    static String line(final Throwable fault) {
        final String message = fault.getMessage() == null ? fault.toString() : fault.getMessage();
        return "bench: " + message.strip().replaceAll("\\R\\s*", " ");
    }
}
