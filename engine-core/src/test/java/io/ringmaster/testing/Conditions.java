package io.ringmaster.testing;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what has to come true: a test never sleeps for a guessed time. */
public final class Conditions {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private Conditions() {}

    /** What has to come true. */
    @FunctionalInterface
    public interface Condition {
        /** Returns whether it has. */
        boolean holds() throws Exception;
    }

    /**
     * Waits until a condition holds; fails after 30 s.
     *
     * @param what      what is waited for, for the failure's message.
     * @param condition the condition.
     * @throws Exception what the condition throws.
     */
    public static void await(final String what, final Condition condition) throws Exception {
        final long start = System.nanoTime();
        while (!condition.holds()) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw new AssertionError("still not after 30 s: " + what);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
