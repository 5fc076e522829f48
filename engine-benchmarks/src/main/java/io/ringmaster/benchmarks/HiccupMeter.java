package io.ringmaster.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Tells the machine's delays from the engine's: a thread that does nothing but park for a few milliseconds, and records
 * how much longer that took. What holds it up (other processes, garbage collection, a suspended machine) holds
 * everything up. The idea is G. Tene's jHiccup.
 */
public final class HiccupMeter implements AutoCloseable {

    private static final long DEFAULT_PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final long periodNanos;
    private final Histogram histogram = new Histogram(3);
    private final AtomicLong max = new AtomicLong();
    private final Thread thread = new Thread(this::measure, "hiccup-meter");
    private volatile boolean closed;

    /** Measures from now on, every 2 ms. */
    public HiccupMeter() {
        this(DEFAULT_PERIOD_NANOS);
    }

    /**
     * Measures from now on.
     *
     * @param periodNanos how long it parks each time. Where all CPUs are busy, each time takes one of them away for some
     *                    microseconds.
     */
    public HiccupMeter(final long periodNanos) {
        this.periodNanos = periodNanos;
        thread.setDaemon(true);
        thread.start();
    }

    private void measure() {
        long last = System.nanoTime();
        do {
            LockSupport.parkNanos(this, periodNanos);
            final long now = System.nanoTime();
            // A delay hides the parks that should have followed in its time: they are filled in.
            final long delay = Math.max(0, now - last - periodNanos);
            histogram.recordValueWithExpectedInterval(delay, periodNanos);
            if (delay > max.get()) {
                max.accumulateAndGet(delay, Math::max);
            }
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

    /** Returns the longest delay since the last call, in nanoseconds. Any thread. */
    public long takeMaxNanos() {
        return max.getAndSet(0);
    }

    /** Returns the delays in nanoseconds; after {@link #close()}. */
    public Histogram histogram() {
        return histogram;
    }
}
