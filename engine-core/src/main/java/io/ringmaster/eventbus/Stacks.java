package io.ringmaster.eventbus;

/** Stacks as texts. */
final class Stacks {
    private Stacks() {}

    /** Returns a thread's stack, a frame a line; empty without a thread. */
    static String of(final Thread thread) {
        if (thread == null) {
            return "";
        }
        final StringBuilder text = new StringBuilder();
        for (final StackTraceElement each : thread.getStackTrace()) {
            text.append("\tat ").append(each).append('\n');
        }
        return text.toString();
    }
}
