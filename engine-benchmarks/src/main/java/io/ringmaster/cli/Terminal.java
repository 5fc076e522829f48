package io.ringmaster.cli;

import java.io.Console;

/** Whether a person looks at what a command writes. */
final class Terminal {

    private Terminal() {}

    /**
     * Finds the terminal. From JDK 22 on there may be a console without one.
     *
     * @return the terminal, or null.
     */
    static Console console() {
        final Console console = System.console();
        if (console == null) {
            return null;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console) ? console : null;
        } catch (final ReflectiveOperationException e) {
            return console;
        }
    }

    /** Returns whether there is a terminal that lets the cursor be moved. */
    static boolean canRedraw() {
        return console() != null && !"dumb".equals(System.getenv("TERM"));
    }
}
