package io.ringmaster.eventbus;

import com.lmax.disruptor.RingBuffer;
import io.ringmaster.lifecycle.ExecutorBinding;
import io.ringmaster.lifecycle.TaskExecutor;
import java.lang.invoke.VarHandle;

/**
 * The executor that a lease is working on. While an event of the ring is handled it is the one in the event's slot: a
 * reference stored into an object as old as a lease would cost a card mark and, with G1, a fence, for each event.
 *
 * <p>The lease's thread binds; after a take-over the slot goes to the next owner, and the late thread's step or listener
 * may still ask. [B1] The monitor pins the executor before it clears the slot, with a fence in between; [B2] the late
 * thread reads the slot before it looks whether something is pinned, with a fence in between. So what it read is the
 * slot's old content, or it sees the pinned one. Checked by LeaseBindingStress.
 * [B3] What the stalled call has become is in the executor before it is pinned, so who finds at [B4] that the lease is lost
 * finds that too.
 */
final class LeaseBinding implements ExecutorBinding {
    private static final long DIRECT = -1;

    private final RingBuffer<EventSlot> ring;
    private long sequence = DIRECT;
    private TaskExecutor direct;
    private TaskExecutor pinned;

    LeaseBinding(final RingBuffer<EventSlot> ring) {
        this.ring = ring;
    }

    @Override
    public TaskExecutor executor() {
        final TaskExecutor current = sequence == DIRECT ? direct : ring.get(sequence).executor;
        VarHandle.loadLoadFence(); // [B2]
        final TaskExecutor kept = pinned;
        return kept == null ? current : kept;
    }

    @Override
    public boolean isOfCaller() {
        final Lease current = Lease.current();
        return current != null && current.binding == this;
    }

    @Override
    public boolean isLost() {
        final boolean lost = pinned != null;
        VarHandle.loadLoadFence(); // [B4]
        return lost;
    }

    /** Binds an executor, or null. The lease's thread, or the monitor before that thread starts. */
    void bind(final TaskExecutor next) {
        if (direct != next) {
            direct = next;
        }
    }

    /** Binds what is in a slot, until {@link #unbindSlot()}. The lease's thread only. */
    void bindSlot(final long slot) {
        sequence = slot;
    }

    void unbindSlot() {
        sequence = DIRECT;
    }

    /** Binds the executor for good and clears its slot: the lease was lost. The monitor, after the take-over. */
    void pin(final TaskExecutor executor) {
        VarHandle.storeStoreFence(); // [B3]
        pinned = executor;
        VarHandle.fullFence(); // [B1]
        if (sequence != DIRECT) {
            ring.get(sequence).executor = null;
        }
    }
}
