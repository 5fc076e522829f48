package io.ringmaster.peers;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What a peer takes while nothing happens: with tasks that wait where it can hold such, else without any. */
final class IdleCpuMeasurement {
    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(3);
    /** The polling model looks at each task this often: less would show chance. */
    private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final PeerKind kind;

    IdleCpuMeasurement(final PeerKind kind) {
        this.kind = kind;
    }

    /**
     * Measures.
     *
     * @param threads that run tasks.
     * @param live    how many tasks wait.
     * @param nanos   how long; at least ten seconds all the same.
     * @return percent of one CPU, and the heap that each waiting task takes.
     */
    Findings run(final int threads, final int live, final long nanos) {
        final Findings findings = new Findings();
        final PeerSetup setup = new PeerSetup(task -> {}, new PeerWatcher() {}, false, threads);
        if (!kind.holds()) {
            final Peer peer = kind.open(setup);
            try {
                watch(findings, nanos);
                findings.figure("idleTasks", 0);
            } finally {
                peer.close();
            }
            return findings;
        }
        try (Holder holder = kind.openHolder(setup)) {
            final long before = usedBytes();
            for (int task = 0; task < live; task++) {
                holder.hold(task);
            }
            final long start = System.nanoTime();
            while (holder.held() < live && System.nanoTime() - start < PATIENCE_NANOS) {
                pause(TimeUnit.MILLISECONDS.toNanos(1));
            }
            if (holder.held() != live) {
                findings.complain(holder.held() + " of " + live + " tasks wait");
            }
            findings.figure("heapBytesPerLiveTask", (double) (usedBytes() - before) / live);
            watch(findings, nanos);
            findings.figure("idleTasks", live);
        }
        return findings;
    }

    private static void watch(final Findings findings, final long nanos) {
        System.gc();
        pause(SETTLE_NANOS);
        final Consumption then = Consumption.now();
        pause(Math.max(LEAST_NANOS, nanos));
        final Consumption now = Consumption.now();
        findings.complain(now.complaintSince(then));
        findings.figure("idleCpuPercent", now.cpuPercentSince(then));
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    static void pause(final long nanos) {
        final long start = System.nanoTime();
        for (long left = nanos; left > 0; left = nanos - (System.nanoTime() - start)) {
            LockSupport.parkNanos(left);
        }
    }
}
