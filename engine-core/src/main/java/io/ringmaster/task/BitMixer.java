package io.ringmaster.task;

/** Turns numbers that lie side by side into ones that look drawn at random, always the same. */
@InternalApi
public final class BitMixer {
    private BitMixer() {}

    /**
     * D. Stafford's variant 13 of MurmurHash3's 64-bit finalizer, as in SplittableRandom: one to one, and each bit of the
     * value turns about half of the result's.
     *
     * @param value any number; 0 stays 0.
     * @return the number it is mixed into.
     */
    public static long mix(final long value) {
        long z = value;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
