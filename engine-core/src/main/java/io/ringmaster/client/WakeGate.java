package io.ringmaster.client;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * Parks an agent without losing a wake-up, as the fire-workers' gate does.
 *
 * <p>[W1] Who has input makes it visible, then a full fence, then reads {@code parked}. [W2] The agent sets {@code parked},
 * then a full fence, then looks at its inputs again and parks only if there are none. Of the two fences one comes first:
 * either the giver sees the announcement and wakes the agent, or the agent sees the input and does not park. Checked by ReportedTaskTest.
 */
final class WakeGate {
    private static final VarHandle PARKED;

    static {
        try {
            PARKED = MethodHandles.lookup().findVarHandle(WakeGate.class, "parked", Thread.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private Thread parked;

    /** Wakes the agent if it is parked. Any thread, after its input is visible. See [W1]. */
    void wake() {
        VarHandle.fullFence();
        if (PARKED.getOpaque(this) != null) {
            final Thread thread = (Thread) PARKED.getAndSet(this, null);
            if (thread != null) {
                LockSupport.unpark(thread);
            }
        }
    }

    /** Announces the park; the agent then looks at its inputs again. See [W2]. Agent only. */
    void prepare() {
        PARKED.setOpaque(this, Thread.currentThread());
        VarHandle.fullFence();
    }

    /**
     * Parks, unless somebody has woken the agent since {@link #prepare()}. Agent only.
     *
     * @param nanos how long at most; {@link Long#MAX_VALUE} without a limit.
     */
    void park(final long nanos) {
        if (PARKED.getOpaque(this) != null) {
            if (nanos == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, nanos);
            }
        }
        cancel();
    }

    /** Takes the announcement back. Agent only. */
    void cancel() {
        PARKED.setOpaque(this, null);
    }
}
