package io.ringmaster.testing;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs a test's body within a time limit; when it expires, says what every thread was doing. */
public final class Watchdog {
    /** A test's body. */
    @FunctionalInterface
    public interface Body {
        /** Runs it. */
        void run() throws Exception;
    }

    private Watchdog() {}

    /**
     * Runs a body on a thread of its own.
     *
     * @param limit how long at most.
     * @param body  what to run.
     * @throws Exception if interrupted; an {@link AssertionError} if the body fails or its time is over.
     */
    public static void within(final Duration limit, final Body body) throws Exception {
        final FutureTask<Void> task = new FutureTask<>(() -> {
            body.run();
            return null;
        });
        final Thread thread = new Thread(task, "watched-test");
        thread.setDaemon(true);
        thread.start();
        try {
            task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (final TimeoutException e) {
            final AssertionError expired = new AssertionError("not done after " + limit + threads());
            thread.interrupt();
            throw expired;
        } catch (final ExecutionException e) {
            throw new AssertionError("the watched test failed: " + e.getCause().getMessage(), e.getCause());
        }
    }

    private static String threads() {
        final StringBuilder text = new StringBuilder();
        for (final Map.Entry<Thread, StackTraceElement[]> each :
                Thread.getAllStackTraces().entrySet()) {
            text.append("\n\n")
                    .append(each.getKey().getName())
                    .append(' ')
                    .append(each.getKey().getState());
            for (final StackTraceElement frame : each.getValue()) {
                text.append("\n\tat ").append(frame);
            }
        }
        return text.append('\n').toString();
    }
}
