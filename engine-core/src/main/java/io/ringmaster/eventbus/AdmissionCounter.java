package io.ringmaster.eventbus;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Two cache lines before the value; the value is a long too, so no alignment hole can take it away from them. */
@SuppressWarnings("unused")
abstract class AdmissionCounterLeft {
    private long l00, l01, l02, l03, l04, l05, l06, l07, l08, l09, l10, l11, l12, l13, l14, l15;
}

/** What submitters write, away from everything else. */
abstract class AdmissionCounterValue extends AdmissionCounterLeft {
    /** Written by any thread, by read-modify-writes only. */
    protected long value;

    /**
     * Tasks finalized, as a submitter last saw them: an old figure only makes the load look higher, so it is looked up
     * anew when it matters, and the owner's line is left alone otherwise. A benign race of submitters.
     */
    protected long finalizedSeen;
}

/** How many tasks a partition has accepted, and what submitters know of how many of those are gone. */
@SuppressWarnings("unused")
final class AdmissionCounter extends AdmissionCounterValue {
    private static final VarHandle VALUE;
    private static final VarHandle SEEN;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            VALUE = lookup.findVarHandle(AdmissionCounterValue.class, "value", long.class);
            SEEN = lookup.findVarHandle(AdmissionCounterValue.class, "finalizedSeen", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long r00, r01, r02, r03, r04, r05, r06, r07, r08, r09, r10, r11, r12, r13, r14, r15;

    /** Adds, as a full fence: what follows is not reordered before it. Returns the new value. */
    long add(final long delta) {
        return (long) VALUE.getAndAdd(this, delta) + delta;
    }

    /** Returns how many were finalized when a submitter last looked. */
    long finalizedSeen() {
        return (long) SEEN.getOpaque(this);
    }

    /** Notes how many are finalized. Returns the figure. */
    long finalizedSeen(final long finalized) {
        SEEN.setOpaque(this, finalized);
        return finalized;
    }

    /** Returns the value, with full ordering. */
    long get() {
        return (long) VALUE.getVolatile(this);
    }
}
