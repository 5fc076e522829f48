package io.ringmaster.eventbus;

import io.ringmaster.container.SharedStepContext;
import io.ringmaster.lifecycle.ExclusiveAttempt;
import io.ringmaster.lifecycle.TaskExecutor;
import org.jctools.queues.varhandle.SpscUnboundedVarHandleArrayQueue;

/**
 * One thread's right to work on a partition, from the take-over that gave it to the one that takes it away. What a late
 * thread may still touch belongs to its lease: the step's context, the listeners' events, the queue of submissions. A
 * partition that moves to another thread for its load takes its lease along, see {@link FireWorkerSeat}.
 */
final class Lease {
    private static final int LOCAL_CHUNK = 256;
    private static final ThreadLocal<Lease> CURRENT = new ThreadLocal<>();

    final TaskExecutorEventBusFireWorker worker;
    final long epoch;
    /** The executor in whose middle the lease's thread is, or was last. */
    final LeaseBinding binding;

    final SharedStepContext context;
    final EventRun events;
    /** Submissions raised by foreign code under this lease: its thread adds, the partition's owner takes. */
    final SpscUnboundedVarHandleArrayQueue<TaskExecutor> local = new SpscUnboundedVarHandleArrayQueue<>(LOCAL_CHUNK);

    /** The thread, set by itself before its first duty cycle; null in invoker mode. */
    volatile Thread thread;
    /** The thread has left: nothing is added to {@link #local} any more. */
    volatile boolean ended;

    private volatile boolean lost;

    /** The ownership value of the call this lease is in. Its own thread only. */
    long token;

    /** Whether the thread was interrupted before the call this lease is in. Invoker mode only. */
    boolean interrupted;

    /** What a stalled step or preparation became. Written by the monitor before the CAS that takes the lease away. */
    ExclusiveAttempt adopted;
    /** What a stalled listener became. Written likewise. */
    DetachedListener detached;

    Lease(final TaskExecutorEventBusFireWorker worker, final long epoch) {
        this.worker = worker;
        this.epoch = epoch;
        this.binding = new LeaseBinding(worker.ring);
        this.context = new SharedStepContext(binding);
        this.events = new EventRun(binding, worker.index);
    }

    /** Returns the lease under which the calling thread works, whether it still owns its partition or not; or null. */
    static Lease current() {
        return CURRENT.get();
    }

    /** Its partition goes to another lease, or did not go after all. The monitor only. */
    void lost(final boolean value) {
        lost = value;
    }

    boolean isLost() {
        return lost;
    }

    void enter() {
        CURRENT.set(this);
    }

    /** The calling thread works under no lease. The thread-local's entry stays, or each turn would make a new one. */
    static void leave() {
        CURRENT.set(null);
    }
}
