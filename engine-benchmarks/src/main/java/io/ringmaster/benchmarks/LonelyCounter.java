package io.ringmaster.benchmarks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Two cache lines before the value. */
@SuppressWarnings("unused")
abstract class LonelyCounterLeft {
    private long l00, l01, l02, l03, l04, l05, l06, l07, l08, l09, l10, l11, l12, l13, l14, l15;
}

/** The value, alone in its pair of cache lines. */
abstract class LonelyCounterValue extends LonelyCounterLeft {
    protected long value;
}

/**
 * What a target's consuming thread counts: with one writer, and far from what the submitter writes. Next to one of the
 * submitter's fields such a counter took a sixth of the consumer's time, the raw Disruptor's as well as the engine's.
 */
@SuppressWarnings("unused")
public final class LonelyCounter extends LonelyCounterValue {
    private static final VarHandle VALUE;

    static {
        try {
            VALUE = MethodHandles.lookup().findVarHandle(LonelyCounterValue.class, "value", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long r00, r01, r02, r03, r04, r05, r06, r07, r08, r09, r10, r11, r12, r13, r14, r15;

    /** Creates a counter at 0. */
    public LonelyCounter() {}

    /** Counts one more, with release. The one writer only. */
    public void increment() {
        VALUE.setRelease(this, value + 1);
    }

    /** Returns the count, with acquire. */
    public long get() {
        return (long) VALUE.getAcquire(this);
    }
}
