package io.ringmaster.benchmarks;

import java.util.concurrent.locks.LockSupport;

/**
 * Where a target's consumer stands still while its producers are measured: parked, so that it takes no CPU from them.
 * One thread asks and releases, the consumer alone stands.
 */
final class Hold {
    private volatile boolean asked;
    private volatile Thread held;

    /** Asks the consumer to stand still when it comes here next. The caller then makes it come. */
    void ask() {
        asked = true;
    }

    /** Returns whether the consumer is asked to stand still. */
    boolean isAsked() {
        return asked;
    }

    /** Waits until the consumer stands still. */
    void awaitHeld() {
        Waiting.until("consumer held", () -> held != null);
    }

    /** Lets the consumer, which stands still, go on, and waits until it does. */
    void release() {
        asked = false;
        LockSupport.unpark(held);
        Waiting.until("consumer released", () -> held == null);
    }

    /** Stands still as long as that is asked for. The consumer. */
    void stand() {
        held = Thread.currentThread();
        while (asked) {
            LockSupport.park(this);
        }
        held = null;
    }
}
