package io.ringmaster.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The part of a counters file that changes, as a sequence lock with one writer, who never waits: a reader knows whether
 * all it has read is of one copy, and tries again if not.
 *
 * <p>[V1] The writer makes the version odd and then stores each value with release; [V2] the reader loads each value with
 * acquire and then looks at the version again. So a reader that has loaded a value of this copy finds the odd version, or
 * a later one, and knows that it must try again: with a weaker store, or a weaker load, it could find the version that
 * it began with. [V3] The writer makes the version even with release after the values; [V4] the reader loads it with
 * acquire before them. So a reader finds no value older than the copy whose version it began with. Checked by
 * CountersSnapshotStress.
 *
 * <p>Between two processes the Java memory model promises nothing. What it compiles to does, where both have the same
 * memory mapped: the loads and stores of a CPU, and their order, know no processes.
 */
final class CountersMemory {
    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final ByteBuffer buffer;
    private final int versionOffset;
    /** The writer's. */
    private long version;

    /**
     * Creates a view; nothing is read or written.
     *
     * @param buffer        memory outside the heap, at an address that is a multiple of 8.
     * @param versionOffset where the version stands.
     */
    CountersMemory(final ByteBuffer buffer, final int versionOffset) {
        this.buffer = buffer;
        this.versionOffset = versionOffset;
    }

    // ---- the writer ------------------------------------------------------------------------------------------------

    /** A copy begins. */
    void begin() {
        LONGS.setOpaque(buffer, versionOffset, ++version);
    }

    /** Stores a value of the copy. */
    void set(final int offset, final long value) {
        LONGS.setRelease(buffer, offset, value); // [V1]
    }

    /** The copy is complete. */
    void end() {
        LONGS.setRelease(buffer, versionOffset, ++version); // [V3]
    }

    // ---- readers ---------------------------------------------------------------------------------------------------

    /** Returns the version to compare with after the values were loaded. */
    long version() {
        return (long) LONGS.getAcquire(buffer, versionOffset); // [V4]
    }

    /** Loads a value. */
    long get(final int offset) {
        return (long) LONGS.getAcquire(buffer, offset); // [V2]
    }

    /** Whether what was loaded since the version was, is of one copy. */
    boolean isOf(final long seen) {
        return (seen & 1) == 0 && (long) LONGS.getOpaque(buffer, versionOffset) == seen;
    }
}
