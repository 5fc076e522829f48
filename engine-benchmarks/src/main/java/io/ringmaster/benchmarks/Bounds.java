package io.ringmaster.benchmarks;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Bounds of options' values. */
public final class Bounds {
    private Bounds() {}

    /**
     * Refuses a value out of bounds.
     *
     * @param spec   the command.
     * @param option the option's name.
     * @param value  its value.
     * @param least  the least that it may be.
     * @param most   the most that it may be.
     * @throws ParameterException if it is less or more.
     */
    public static void check(
            final CommandSpec spec, final String option, final int value, final int least, final int most) {
        if (value < least || value > most) {
            throw new ParameterException(
                    spec.commandLine(), option + " must be from " + least + " to " + most + ": " + value);
        }
    }
}
