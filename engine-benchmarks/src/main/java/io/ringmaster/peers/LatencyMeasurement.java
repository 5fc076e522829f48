package io.ringmaster.peers;

import io.ringmaster.benchmarks.LatencyRig;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Open loop: tasks are sent by schedule, and each latency counts from the intended start: to the end of the task's own code,
 * the same for all peers, and where the peer tracks tasks, to its word that the task has started and ended.
 *
 * <p>At such a rate it would take a JVM minutes to compile what it runs, and the compiler would take the CPU from the peer
 * meanwhile. So another peer of the kind is given all the tasks it takes first, for as long as the warm-up.
 */
final class LatencyMeasurement {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final PeerKind kind;
    private final Work work;
    private final int rate;

    LatencyMeasurement(final PeerKind kind, final Work work, final int rate) {
        this.kind = kind;
        this.work = work;
        this.rate = rate;
    }

    /**
     * Measures.
     *
     * @param threads that run tasks.
     * @param warmup  seconds before, at the rate and before that as fast as it goes; 0 for neither.
     * @param seconds how long.
     * @return percentiles, and the CPU time per task at this rate.
     */
    Findings run(final int threads, final int warmup, final int seconds) {
        if (warmup > 0) {
            new ThroughputMeasurement(kind, work).run(threads, 0, TimeUnit.SECONDS.toNanos(warmup));
        }
        final Findings findings = new Findings();
        final long first = (long) rate * warmup;
        final Stamps stamps = new Stamps(first, rate * seconds, 1e9 / rate);
        final long look = Math.max(0, first - rate / 4);
        final Consumption[] then = new Consumption[1];
        final Consumption now;
        try (Peer peer = kind.open(new PeerSetup(
                task -> {
                    work.perform();
                    stamps.ran(task);
                },
                stamps,
                work.blocks(),
                threads))) {
            Consumption.now(); // its classes are loaded by now
            System.gc();
            // A look at the consumption takes a while. The generator has caught up with it when measuring begins.
            stamps.generate(task -> {
                if (task == look && then[0] == null) {
                    then[0] = Consumption.now();
                }
                return peer.trySubmit(task);
            });
            stamps.awaitAll();
            if (kind.guarantees().tracked()) {
                stamps.awaitEnded();
            }
            now = Consumption.now();
        }
        findings.complain(stamps.complaint());
        findings.complain(now.complaintSince(then[0]));
        findings.figure("latencyRatePerSecond", rate);
        findings.percentiles("latencyMicros", stamps.ran);
        findings.percentiles("toldStartedMicros", stamps.started);
        findings.percentiles("toldEndedMicros", stamps.ended);
        findings.figure(
                "cpuMicrosPerTaskAtRate", now.othersCpuMicrosSince(then[0]) / (first - look + stamps.ran.length));
        findings.percentiles("sendLagMicros", stamps.lags());
        if (kind.guarantees().tracked() && stamps.endings() != first + stamps.ran.length) {
            findings.complain(stamps.endings() + " endings were told of " + (first + stamps.ran.length) + " tasks");
        }
        return findings;
    }

    /** Nanoseconds from the intended start, by task; each is written by the thread that it happens on. */
    private static final class Stamps extends LatencyRig.Run implements PeerWatcher {
        private final long first;
        private final long[] ran;
        private final long[] started;
        private final long[] ended;
        private final LongAdder arrivals = new LongAdder();
        private final LongAdder endings = new LongAdder();

        Stamps(final long first, final int measured, final double periodNanos) {
            super(first, first + measured, periodNanos);
            this.first = first;
            this.ran = new long[measured];
            this.started = new long[measured];
            this.ended = new long[measured];
        }

        private void stamp(final long[] stamps, final long task) {
            if (task >= first) {
                stamps[(int) (task - first)] = Math.max(1, System.nanoTime() - intendedNanos(task));
            }
        }

        void ran(final long task) {
            stamp(ran, task);
            arrivals.increment();
        }

        @Override
        public void started(final long task) {
            stamp(started, task);
        }

        @Override
        public void ended(final long task) {
            stamp(ended, task);
            endings.increment();
        }

        @Override
        protected long arrived() {
            return arrivals.sum();
        }

        long endings() {
            return endings.sum();
        }

        void awaitEnded() {
            final long start = System.nanoTime();
            while (endings() < first + ran.length && System.nanoTime() - start < PATIENCE_NANOS) {
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
            }
        }
    }
}
