package io.ringmaster.task;

/**
 * What {@code scripts/compare-proof} puts in the engine's way, in a scratch copy: a little work at one call of {@value
 * #EVERY}, which can be dosed finer than a clock's cycle, and bytes at each call. No part of the engine. One thread.
 */
public final class Burden {
    private static final int EVERY = 64;
    private static final int TOKENS = Integer.getInteger("ringmaster.burden.tokens", 0);
    private static final int BYTES = Integer.getInteger("ringmaster.burden.bytes", 0);
    private static final int ARRAY_HEADER = 16;

    private static int calls;
    private static long state = 1;
    private static Object kept;

    private Burden() {}

    /** Works and allocates as much as the properties say. */
    public static void spend() {
        if (TOKENS > 0 && (++calls & EVERY - 1) == 0) {
            work();
        }
        if (BYTES > 0) {
            kept = new long[(BYTES - ARRAY_HEADER) / Long.BYTES];
        }
    }

    /** Each token is a multiplication that waits for the one before. */
    private static void work() {
        long x = state;
        for (int i = 0; i < TOKENS; i++) {
            x = x * 6364136223846793005L + 1442695040888963407L;
        }
        state = x;
    }
}
