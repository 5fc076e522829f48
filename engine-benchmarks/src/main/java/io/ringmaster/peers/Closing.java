package io.ringmaster.peers;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** How peers end. */
final class Closing {
    private static final long SECONDS = 10;

    private Closing() {}

    /**
     * Stops an executor, drops what it has not begun, interrupts what it runs, and waits a while for its threads.
     *
     * @param executor the executor.
     */
    static void stop(final ExecutorService executor) {
        executor.shutdownNow();
        await(executor);
    }

    /**
     * Waits a while for an executor's threads.
     *
     * @param executor one that was told to stop.
     */
    static void await(final ExecutorService executor) {
        try {
            executor.awaitTermination(SECONDS, TimeUnit.SECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Waits a while for a thread's end.
     *
     * @param thread interrupted first.
     */
    static void stop(final Thread thread) {
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(SECONDS));
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
