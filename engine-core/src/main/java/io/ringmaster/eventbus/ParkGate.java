package io.ringmaster.eventbus;

import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import com.lmax.disruptor.WaitStrategy;
import io.ringmaster.task.InternalApi;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * Parking without lost wake-ups, after Dekker. It is the ring's wait strategy, since the ring calls
 * {@link #signalAllWhenBlocking()} after each publication.
 *
 * <p>[G1] A producer publishes, then a full fence, then reads {@code parked}. [G2] The fire-worker sets {@code parked},
 * then a full fence, then looks at all its inputs again, and parks only if there is nothing. In the order of the two
 * fences either the producer's read comes after the worker's write, and it unparks the worker; or the worker's look
 * comes after the publication, and it does not park. Without either fence both reads may be satisfied before both
 * writes are seen, and the event waits for ever. Checked by ParkGateStress and its negative control. A thread of several
 * partitions announces itself at the gate of each, see [G3] of {@link FireWorkerLoop}.
 */
@InternalApi
public final class ParkGate implements WaitStrategy {
    private static final VarHandle PARKED;

    static {
        try {
            PARKED = MethodHandles.lookup().findVarHandle(ParkGate.class, "parked", Thread.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final boolean mayPark;
    /** The thread that is parked or about to be, else null. Set by the worker, taken by whoever wakes it. */
    private Thread parked;

    /**
     * Creates a gate.
     *
     * @param mayPark false for a worker that never parks: publications then cost no fence.
     */
    public ParkGate(final boolean mayPark) {
        this.mayPark = mayPark;
    }

    /** Wakes the worker if it is parked. Any thread, after it has made its input visible. See [G1]. */
    @Override
    public void signalAllWhenBlocking() {
        if (mayPark) {
            VarHandle.fullFence();
            if (PARKED.getOpaque(this) != null) {
                wake();
            }
        }
    }

    private void wake() {
        final Thread thread = (Thread) PARKED.getAndSet(this, null);
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    /** Announces the park; the caller then looks at its inputs again. See [G2]. Owner only. */
    public void prepare() {
        PARKED.setOpaque(this, Thread.currentThread());
        VarHandle.fullFence();
    }

    /** Takes the announcement back. Owner only. */
    public void cancel() {
        PARKED.setOpaque(this, null);
    }

    /** Returns whether nobody has woken the worker since {@link #prepare()}. Owner only. */
    public boolean isAnnounced() {
        return PARKED.getOpaque(this) != null;
    }

    /**
     * Parks, after {@link #prepare()} and a look that found nothing.
     *
     * @param nanos how long at most; {@link Long#MAX_VALUE} without a limit.
     */
    public void park(final long nanos) {
        if (isAnnounced()) {
            if (nanos == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, nanos);
            }
        }
        cancel();
    }

    @Override
    public long waitFor(
            final long sequence,
            final Sequence cursor,
            final Sequence dependentSequence,
            final SequenceBarrier barrier) {
        throw new UnsupportedOperationException("the duty cycle waits by itself, no sequence barrier is used");
    }
}
