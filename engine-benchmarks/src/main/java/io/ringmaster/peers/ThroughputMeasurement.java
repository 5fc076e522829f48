package io.ringmaster.peers;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Closed loop: one thread submits as long as no more than a window of tasks is under way, and completions are counted: by
 * the peer's own word where it tracks tasks, else by the tasks' code.
 */
final class ThroughputMeasurement {
    private static final int SPINS = 100;
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int LOOK_EVERY = 64;

    private final LongAdder ran = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final PeerKind kind;
    private final Work work;
    private final LongAdder completed;
    private final long window;
    private long submitted;
    private long refused;
    /** As last seen: the submitter looks again only when it must. */
    private long completedSeen;

    ThroughputMeasurement(final PeerKind kind, final Work work) {
        this.kind = kind;
        this.work = work;
        this.window = kind.window(work.blocks());
        this.completed = kind.guarantees().tracked() ? ended : ran;
    }

    /**
     * Measures.
     *
     * @param threads that run tasks.
     * @param warmup  nanoseconds before.
     * @param nanos   how long.
     * @return tasks per second, bytes and CPU time per task.
     */
    Findings run(final int threads, final long warmup, final long nanos) {
        final Findings findings = new Findings();
        final PeerSetup setup = new PeerSetup(
                task -> {
                    work.perform();
                    ran.increment();
                },
                new PeerWatcher() {
                    @Override
                    public void ended(final long task) {
                        ended.increment();
                    }
                },
                work.blocks(),
                threads);
        try (Peer peer = kind.open(setup)) {
            submitFor(peer, warmup);
            // What lives by now moves to the old generation, where that of a peer that runs for days is.
            System.gc();
            refused = 0;
            final long before = completed.sum();
            final Consumption then = Consumption.now();
            submitFor(peer, nanos);
            final long count = completed.sum() - before;
            final Consumption now = Consumption.now();
            findings.complain(now.complaintSince(then));
            findings.figure("tasksPerSecond", count / now.secondsSince(then));
            findings.figure("bytesPerTask", (double) now.bytesSince(then) / count);
            findings.figure("cpuMicrosPerTask", now.othersCpuMicrosSince(then) / count);
            findings.figure("refusedPerTask", (double) refused / count);
            drain();
        }
        if (completed.sum() != submitted || ran.sum() != submitted) {
            findings.complain(ran.sum() + " runs and " + completed.sum() + " completions of " + submitted + " tasks");
        }
        return findings;
    }

    private void submitFor(final Peer peer, final long nanos) {
        final long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
            for (int i = 0; i < LOOK_EVERY; i++) {
                if (!awaitRoom(start + nanos) || !submit(peer, start + nanos)) {
                    return;
                }
            }
        }
    }

    private boolean awaitRoom(final long end) {
        int turn = 0;
        while (submitted - completedSeen >= window) {
            completedSeen = completed.sum();
            if (submitted - completedSeen < window) {
                break;
            }
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            turn = pause(turn);
        }
        return true;
    }

    private boolean submit(final Peer peer, final long end) {
        int turn = 0;
        while (!peer.trySubmit(submitted)) {
            refused++;
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            turn = pause(turn);
        }
        submitted++;
        return true;
    }

    /** Leaves the CPU to the others when a look or two did not help: tasks that block have many threads to wake. */
    private static int pause(final int turn) {
        if (turn < SPINS) {
            Thread.onSpinWait();
        } else {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return turn + 1;
    }

    private void drain() {
        final long start = System.nanoTime();
        while (completed.sum() < submitted && System.nanoTime() - start < DRAIN_NANOS) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }
}
