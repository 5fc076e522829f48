package io.ringmaster.benchmarks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A word that two threads pass to and fro, alone in its pair of cache lines. */
final class PassedLine {
    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int MIDDLE = 24;

    private final long[] words = new long[2 * MIDDLE];

    /** Writes a turn's number. */
    void pass(final long turn) {
        WORDS.setRelease(words, MIDDLE, turn);
    }

    /** Spins until the other thread has written a turn's number. */
    void await(final long turn) {
        while ((long) WORDS.getAcquire(words, MIDDLE) != turn) {
            Thread.onSpinWait();
        }
    }
}
