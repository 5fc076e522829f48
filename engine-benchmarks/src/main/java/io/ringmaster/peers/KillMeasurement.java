package io.ringmaster.peers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** How long from a kill until the peer says that the task has ended by it. */
final class KillMeasurement {
    /** The polling model looks at a task's state this often: tasks are begun all over it. */
    private static final long SPREAD_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long BETWEEN_KILLS_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final PeerKind kind;
    private final LongAdder confirmed = new LongAdder();

    KillMeasurement(final PeerKind kind) {
        this.kind = kind;
    }

    /**
     * Measures.
     *
     * @param threads that run tasks.
     * @param kills   how many tasks are killed.
     * @return percentiles.
     */
    Findings run(final int threads, final int kills) {
        final Findings findings = new Findings();
        final long[] killed = new long[kills];
        final long[] latencies = new long[kills];
        final PeerWatcher watcher = new PeerWatcher() {
            @Override
            public void killed(final long task) {
                latencies[(int) task] = Math.max(1, System.nanoTime() - killed[(int) task]);
                confirmed.increment();
            }
        };
        try (Holder holder = kind.openHolder(new PeerSetup(task -> {}, watcher, false, threads))) {
            for (int task = 0; task < kills; task++) {
                holder.hold(task);
                IdleCpuMeasurement.pause(SPREAD_NANOS / kills);
            }
            await(kills, holder::held);
            // In the order of their beginnings, each would be killed at the same distance from a look at its state.
            final List<Integer> order = new ArrayList<>();
            for (int task = 0; task < kills; task++) {
                order.add(task);
            }
            Collections.shuffle(order, new Random(kills));
            final Consumption then = Consumption.now();
            for (final int task : order) {
                // The kill hands this over to the thread that confirms it.
                killed[task] = System.nanoTime();
                holder.kill(task);
                IdleCpuMeasurement.pause(BETWEEN_KILLS_NANOS);
            }
            await(kills, confirmed::sum);
            findings.complain(Consumption.now().complaintSince(then));
        }
        if (confirmed.sum() != kills) {
            findings.complain(confirmed.sum() + " of " + kills + " kills were confirmed");
        }
        findings.percentiles("killMicros", latencies);
        return findings;
    }

    private static void await(final long count, final LongSupplier reached) {
        final long start = System.nanoTime();
        while (reached.getAsLong() < count && System.nanoTime() - start < PATIENCE_NANOS) {
            IdleCpuMeasurement.pause(BETWEEN_KILLS_NANOS);
        }
    }
}
