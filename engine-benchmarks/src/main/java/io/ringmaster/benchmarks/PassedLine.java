package io.ringmaster.benchmarks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;

/**
 * A word that two threads pass to and fro, alone in its pair of cache lines. It takes a bounded time on any machine: where
 * the two threads don't get a CPU each, the threads yield and the best window is as good as it gets.
 */
final class PassedLine {
    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int MIDDLE = 24;
    private static final int ROUNDS = 500;
    private static final int SPINS = 2_000;
    private static final long LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private final long[] words = new long[2 * MIDDLE];
    private volatile boolean stopped;

    /**
     * Passes the word for a third of a second.
     *
     * @return nanoseconds one way, in the best window of a thousand passes; infinity if there was none.
     */
    double bestNanos() {
        final Thread other = Waiting.start("line", this::answer);
        final long end = System.nanoTime() + LIMIT_NANOS;
        double best = Double.POSITIVE_INFINITY;
        long turn = 0;
        long start = System.nanoTime();
        while (start - end < 0) {
            for (int i = 0; i < ROUNDS; i++) {
                WORDS.setRelease(words, MIDDLE, turn + 1);
                turn += 2;
                if (!await(turn, end)) {
                    break;
                }
            }
            final long now = System.nanoTime();
            if (now - end < 0) {
                best = Math.min(best, (double) (now - start) / (2 * ROUNDS));
            }
            start = now;
        }
        stopped = true;
        Waiting.join(other);
        return best;
    }

    private void answer() {
        for (long turn = 1; await(turn, Long.MAX_VALUE); turn += 2) {
            WORDS.setRelease(words, MIDDLE, turn + 1);
        }
    }

    /** Waits for a turn; false if it does not come before the other thread has stopped, or before a time. */
    private boolean await(final long turn, final long end) {
        int spins = 0;
        while ((long) WORDS.getAcquire(words, MIDDLE) != turn) {
            if (++spins % SPINS == 0) {
                if (stopped || end != Long.MAX_VALUE && System.nanoTime() - end >= 0) {
                    return false;
                }
                Thread.yield();
            } else {
                Thread.onSpinWait();
            }
        }
        return true;
    }
}
