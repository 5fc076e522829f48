package io.ringmaster.eventbus;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Two cache lines before the word, which is written around every call: what lies next to it is not to feel that. */
@SuppressWarnings("unused")
abstract class PartitionOwnershipLeft {
    private long l00, l01, l02, l03, l04, l05, l06, l07, l08, l09, l10, l11, l12, l13, l14, l15;
}

/** The word, alone in its pair of cache lines. */
abstract class PartitionOwnershipWord extends PartitionOwnershipLeft {
    protected long word;
}

/**
 * Who owns a partition and whether it is in a call: one long of (epoch, step number, in-call). Whoever owns the partition
 * writes its fields plainly.
 *
 * <p>[O1] Before any call into foreign code the owner has put all state of its loop into fields and marks the word in-call
 * with a release store; [O2] after the call it takes the mark back with a compare-and-set. [O3] The monitor takes a
 * stalled partition by a compare-and-set from exactly the value it watched: its acquire side sees all that O1 released,
 * and O2 of the old owner then fails. A failed O2 reads what O3 wrote, so the old owner sees what the monitor left for it
 * before. The step number keeps O3 from taking a later call than the one it watched. Checked by LeaseStress. What else the stalled
 * thread held goes with it, by the same pair: see [M4] of {@link FireWorkerSeat}.
 */
@SuppressWarnings("unused")
final class PartitionOwnership extends PartitionOwnershipWord {
    private static final long IN_CALL = 1L;
    private static final int EPOCH_SHIFT = 40;
    private static final long STEP_MASK = (1L << EPOCH_SHIFT) - 2;
    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(PartitionOwnershipWord.class, "word", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long r00, r01, r02, r03, r04, r05, r06, r07, r08, r09, r10, r11, r12, r13, r14, r15;

    /** Returns the value of an epoch's next call, after the one with the given value. */
    static long nextCall(final long epoch, final long previous) {
        return epoch << EPOCH_SHIFT | (previous + 2 & STEP_MASK) | IN_CALL;
    }

    /** Returns whether the owner was in a call. */
    static boolean isInCall(final long ownership) {
        return (ownership & IN_CALL) != 0;
    }

    /** [O1] Marks the partition in-call: everything the next owner needs is in fields before this. Owner only. */
    void enter(final long call) {
        WORD.setRelease(this, call);
    }

    /** [O2] Takes the mark back; false if the partition was taken over: the caller must not touch it any more. */
    boolean leave(final long call) {
        return WORD.compareAndSet(this, call, call & ~IN_CALL);
    }

    /** [O3] Takes the partition for a new epoch; false if the watched call has returned meanwhile. */
    boolean takeOver(final long watched, final long epoch) {
        return WORD.compareAndSet(this, watched, epoch << EPOCH_SHIFT);
    }

    /** Returns the value to watch, with acquire. Any thread. */
    long get() {
        return (long) WORD.getAcquire(this);
    }
}
