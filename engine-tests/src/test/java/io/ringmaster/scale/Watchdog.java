package io.ringmaster.scale;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs a test's body within a time limit; when it expires, says what every thread was doing. */
final class Watchdog {
    /** A test's body. */
    @FunctionalInterface
    interface Body {
        void run() throws Exception;
    }

    private Watchdog() {}

    static void within(final Duration limit, final Body body) throws Exception {
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
