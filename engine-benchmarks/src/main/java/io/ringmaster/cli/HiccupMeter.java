package io.ringmaster.cli;

import io.ringmaster.replay.ReplayLatency;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Tells the machine's delays from the engine's: a thread that does nothing but park for a few milliseconds, and records
 * how much longer that took. What holds it up (other processes, garbage collection, a suspended machine) holds
 * everything up. The idea is G. Tene's jHiccup.
 */
final class HiccupMeter implements AutoCloseable {

    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Histogram histogram = ReplayLatency.newHistogram();
    private final Thread thread = new Thread(this::measure, "hiccup-meter");
    private volatile boolean closed;

    /** Measures from now on. */
    HiccupMeter() {
        thread.setDaemon(true);
        thread.start();
    }

    private void measure() {
        long last = System.nanoTime();
        do {
            LockSupport.parkNanos(this, PERIOD_NANOS);
            final long now = System.nanoTime();
            // A delay hides the parks that should have followed in its time: they are filled in.
            histogram.recordValueWithExpectedInterval(Math.max(0, now - last - PERIOD_NANOS), PERIOD_NANOS);
            last = now;
        } while (!closed);
    }

    /** Ends the measurement. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (final InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the delays in nanoseconds; after {@link #close()}. */
    Histogram histogram() {
        return histogram;
    }
}
