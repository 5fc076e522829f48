package io.ringmaster.eventbus;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The place of one fire-worker thread: the leases whose duty cycles it turns, and what others send it. A stalled thread
 * loses its place, with all that belongs to it, to the next thread; so what is sent to the place is never sent to a
 * thread that is gone.
 *
 * <p>[M1] The thread that gives a lease away touches nothing of its partition after the compare-and-set that puts it into
 * the receiver's inbox, and that releases all it wrote before; [M2] the receiver's thread takes the inbox by an exchange,
 * whose acquire side sees all of it, before it turns the first duty cycle. [M3] The compare-and-set is followed by the
 * gate's [G1], and the receiver looks at its inbox between [G2] and its park. So a partition has one owner at a time, and
 * none is left in an inbox beside a parked thread. Checked by FireWorkerSeatStress.
 *
 * <p>[M4] In a take-over the monitor's [O3] acquires what the stalled thread released by [O1] of the call that stalled.
 * That thread is inside the call, turns no other duty cycle meanwhile, and its [O2] fails, after which it touches its own
 * lost lease alone: so not only the stalled partition is the monitor's, but {@link #leases} and the partitions of all of
 * them. The start of the next thread hands them on. What is in the inbox stays there for the next thread.
 */
final class FireWorkerSeat {
    /** So far from both ends that the counter shares no cache line with another object. */
    private static final int BUSY = 16;

    private static final int BUSY_LENGTH = 32;
    private static final Lease[] NONE = {};
    private static final VarHandle INBOX;
    private static final VarHandle REQUEST;
    private static final VarHandle COUNTS = MethodHandles.arrayElementVarHandle(long[].class);

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            INBOX = lookup.findVarHandle(FireWorkerSeat.class, "inbox", Lease[].class);
            REQUEST = lookup.findVarHandle(FireWorkerSeat.class, "request", MoveRequest.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final int index;
    /** No lease ever comes or goes: there are as many partitions as threads. */
    final boolean fixed;

    /** Announces the thread's parks to those who send it leases and requests. */
    final ParkGate gate;

    /** The leases held, each by its partition's order of arrival. The thread's; the monitor's in a take-over. */
    private Lease[] leases = NONE;
    /** Given by other threads and not yet taken up; null if there is nothing. */
    private Lease[] inbox;
    /** What the monitor asks for, or null. */
    private MoveRequest request;
    /** Time in duty cycles that did work. */
    private final long[] busyNanos = new long[BUSY_LENGTH];
    /** Threads that have had the seat. The monitor, after the start. */
    private volatile int threads;

    FireWorkerSeat(final int index, final boolean fixed, final boolean mayPark) {
        this.index = index;
        this.fixed = fixed;
        this.gate = new ParkGate(mayPark);
    }

    /** Adds a lease before the first thread starts. */
    void deal(final Lease lease) {
        lease.worker.seat = this;
        leases = with(leases, lease);
    }

    // ---- the thread --------------------------------------------------------------------------------------------

    /** The thread starts: all leases are its from now on. */
    void sit() {
        for (final Lease each : leases) {
            each.thread = Thread.currentThread();
        }
    }

    /** Returns the leases held; the array is not changed. The thread only. */
    Lease[] leases() {
        return leases;
    }

    /** Whether leases or a request have come. */
    boolean hasMail() {
        return INBOX.getOpaque(this) != null || REQUEST.getOpaque(this) != null;
    }

    /** Takes up what has come, then gives away what was asked for. The thread only, between two duty cycles. */
    void readMail() {
        final Lease[] come = (Lease[]) INBOX.getAndSet(this, null); // [M2]
        if (come != null) {
            for (final Lease each : come) {
                each.thread = Thread.currentThread();
                leases = with(leases, each);
            }
        }
        final MoveRequest asked = (MoveRequest) REQUEST.getAcquire(this);
        if (asked != null) {
            serve(asked);
        }
    }

    private void serve(final MoveRequest asked) {
        final Lease lease = find(asked.worker);
        if (lease != null && asked.worker.isInTheMiddle()) {
            return; // the next duty cycle ends that
        }
        if (REQUEST.compareAndSet(this, asked, null)) {
            if (lease != null && asked.target != this) {
                give(lease, asked.target);
            }
            asked.served = true;
        }
    }

    private Lease find(final TaskExecutorEventBusFireWorker worker) {
        for (final Lease each : leases) {
            if (each.worker == worker) {
                return each;
            }
        }
        return null;
    }

    private void give(final Lease lease, final FireWorkerSeat target) {
        leases = without(leases, lease);
        lease.worker.moves++;
        lease.worker.seat = target;
        target.send(lease);
    }

    /** See [M1]: nothing of the lease is touched after this. The thread of another seat. */
    void send(final Lease lease) {
        Lease[] before;
        Lease[] after;
        do {
            before = (Lease[]) INBOX.getAcquire(this);
            after = with(before == null ? NONE : before, lease);
        } while (!INBOX.compareAndSet(this, before, after)); // [M1]
        gate.signalAllWhenBlocking(); // [M3]
    }

    /** Adds to the time in duty cycles that did work. The thread only. */
    void busy(final long nanos) {
        COUNTS.setOpaque(busyNanos, BUSY, busyNanos[BUSY] + nanos);
    }

    // ---- the monitor -------------------------------------------------------------------------------------------

    /** Puts the lease that follows from a take-over into the place of the lost one. See [M4]; monitor only. */
    void replace(final Lease next) {
        final Lease[] changed = leases.clone();
        for (int i = 0; i < changed.length; i++) {
            if (changed[i].worker == next.worker) {
                changed[i] = next;
            }
        }
        leases = changed;
    }

    /** A thread is about to start here. */
    void countThread() {
        threads++;
    }

    /** How many threads have had the seat. */
    int threads() {
        return threads;
    }

    /** Asks the thread to give a partition away; false if another request waits for it. Any thread. */
    boolean ask(final MoveRequest move) {
        if (!REQUEST.compareAndSet(this, null, move)) {
            return false;
        }
        gate.signalAllWhenBlocking();
        return true;
    }

    /** Takes a request back; false if the thread has taken it already and serves it. Whoever asked. */
    boolean withdraw(final MoveRequest move) {
        return REQUEST.compareAndSet(this, move, null);
    }

    long busyNanos() {
        return (long) COUNTS.getOpaque(busyNanos, BUSY);
    }

    private static Lease[] with(final Lease[] some, final Lease one) {
        final Lease[] more = Arrays.copyOf(some, some.length + 1);
        more[some.length] = one;
        return more;
    }

    private static Lease[] without(final Lease[] some, final Lease one) {
        final Lease[] rest = new Lease[some.length - 1];
        int i = 0;
        for (final Lease each : some) {
            if (each != one) {
                rest[i++] = each;
            }
        }
        return rest;
    }
}
