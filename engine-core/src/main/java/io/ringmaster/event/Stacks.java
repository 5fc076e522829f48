package io.ringmaster.event;

import io.ringmaster.task.InternalApi;

/** Stacks as texts, as engine events and close reports carry them: a frame a line. */
@InternalApi
public final class Stacks {
    private Stacks() {}

    /**
     * Puts a thread's stack into words.
     *
     * @param thread the thread, or null.
     * @return its frames, each line ended; empty without a thread, or if it has ended.
     */
    public static String of(final Thread thread) {
        return thread == null ? "" : of(thread.getStackTrace());
    }

    /**
     * Puts frames into words.
     *
     * @param frames the frames.
     * @return the frames, each line ended.
     */
    public static String of(final StackTraceElement[] frames) {
        final StringBuilder text = new StringBuilder();
        for (final StackTraceElement each : frames) {
            text.append("\tat ").append(each).append('\n');
        }
        return text.toString();
    }

    /**
     * Puts a thread's stack into words, below a title.
     *
     * @param title  what to say of the thread.
     * @param thread the thread.
     * @return the title and the frames; the last line is not ended.
     */
    public static String of(final String title, final Thread thread) {
        return (title + '\n' + of(thread)).stripTrailing();
    }
}
