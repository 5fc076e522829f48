package io.ringmaster.eventbus;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Two cache lines before the value; the value is a long too, so no alignment hole can take it away from them. */
@SuppressWarnings("unused")
abstract class PaddedCounterLeft {
    private long l00, l01, l02, l03, l04, l05, l06, l07, l08, l09, l10, l11, l12, l13, l14, l15;
}

/** The value, alone in its pair of cache lines. */
abstract class PaddedCounterValue extends PaddedCounterLeft {
    /** Written by any thread, by read-modify-writes only. */
    protected long value;
}

/** A counter that many threads add to, away from everything else. */
@SuppressWarnings("unused")
final class PaddedCounter extends PaddedCounterValue {
    private static final VarHandle VALUE;

    static {
        try {
            VALUE = MethodHandles.lookup().findVarHandle(PaddedCounterValue.class, "value", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long r00, r01, r02, r03, r04, r05, r06, r07, r08, r09, r10, r11, r12, r13, r14, r15;

    /** Adds, as a full fence: what follows is not reordered before it. Returns the new value. */
    long add(final long delta) {
        return (long) VALUE.getAndAdd(this, delta) + delta;
    }

    /** Returns the value, with full ordering. */
    long get() {
        return (long) VALUE.getVolatile(this);
    }
}
