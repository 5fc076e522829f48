package io.ringmaster.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM: tells a command to come to an end and keeps the JVM alive until it has, for a bounded time. The
 * JVM then exits with 128 and the signal's number, whatever the command answers.
 */
final class StopSignal implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 20;

    private final CountDownLatch handled = new CountDownLatch(1);
    private final Thread hook = new Thread(this::onShutdown, "stop-signal");
    private volatile boolean requested;

    /** Listens from now on. */
    StopSignal() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Returns whether the command has to come to an end. Any thread. */
    boolean isRequested() {
        return requested;
    }

    /** The command has ended, its output is written. */
    @Override
    public void close() {
        handled.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (final IllegalStateException e) {
            // the JVM is shutting down already: the hook is what waits for us
        }
    }

    private void onShutdown() {
        requested = true;
        try {
            handled.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
