package io.ringmaster.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** How the benchmarks' own threads wait, the same for every target. */
final class Waiting {
    private static final int SPINS = 100;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private Waiting() {}

    /**
     * Waits a little, by a spin or, after many, by a yield.
     *
     * @param turn how often the caller waited already.
     * @return the next turn.
     */
    static int pause(final int turn) {
        if (turn < SPINS) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
        return turn + 1;
    }

    /**
     * Waits for a condition.
     *
     * @param what      it, for the message.
     * @param condition looked at again and again.
     * @throws IllegalStateException if it does not come true within a minute.
     */
    static void until(final String what, final BooleanSupplier condition) {
        final long start = System.nanoTime();
        int turn = 0;
        while (!condition.getAsBoolean()) {
            turn = pause(turn);
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw new IllegalStateException("waited a minute in vain: " + what);
            }
        }
    }

    /**
     * Moves what lives by now into the old generation, where a target that runs for days is. References that are stored there
     * cost a write barrier with a fence (G1), of which a young heap shows nothing.
     */
    static void age() {
        System.gc();
    }

    /**
     * Starts a daemon thread.
     *
     * @param name its name.
     * @param body what it runs.
     * @return the thread.
     */
    static Thread start(final String name, final Runnable body) {
        final Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /**
     * Waits for a thread's end.
     *
     * @param thread the thread.
     */
    static void join(final Thread thread) {
        until(thread.getName() + " ends", () -> !thread.isAlive());
    }
}
