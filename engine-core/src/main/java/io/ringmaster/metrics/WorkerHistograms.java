package io.ringmaster.metrics;

import io.ringmaster.task.InternalApi;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.HdrHistogram.Histogram;

/**
 * One fire-worker's latencies: two sets of plain counts, of which the owner of the partition writes one. A reader asks for
 * a swap; the owner makes it at the boundary of a duty cycle, and the set it left belongs to the reader until the next
 * request.
 *
 * <p>[S1] The owner's plain writes to the old set precede the release store of {@code served}; [S2] the reader's acquire
 * load of {@code served} precedes its reads and its reset of that set. The next request (volatile) releases the reset to
 * the owner. Checked by HistogramSwapStress.
 */
@InternalApi
public final class WorkerHistograms {
    /** Values above are recorded as this one: one hour. */
    public static final long MAX_NANOS = 3_600_000_000_000L;

    private static final int STAGES = Stage.values().length;
    private static final VarHandle REQUESTED;
    private static final VarHandle SERVED;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            REQUESTED = lookup.findVarHandle(WorkerHistograms.class, "requested", int.class);
            SERVED = lookup.findVarHandle(WorkerHistograms.class, "served", int.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final LatencyCounts[][] sets;
    private LatencyCounts[] active;
    /** Written by readers, one at a time. */
    private int requested;
    /** Written by the owner of the partition. */
    private int served;

    /** Creates empty histograms. */
    public WorkerHistograms() {
        this(MAX_NANOS);
    }

    /** For values up to a bound: a stress test makes many, and small ones. */
    WorkerHistograms(final long max) {
        sets = new LatencyCounts[][] {newSet(max), newSet(max)};
        active = sets[0];
    }

    private static LatencyCounts[] newSet(final long max) {
        final LatencyCounts[] set = new LatencyCounts[STAGES];
        for (int i = 0; i < STAGES; i++) {
            set[i] = new LatencyCounts(max);
        }
        return set;
    }

    /** Returns an empty histogram to collect in. */
    public static Histogram newHistogram() {
        return new Histogram(MAX_NANOS, LatencyCounts.DIGITS);
    }

    /**
     * Records a span. Owner only.
     *
     * @param stage which.
     * @param nanos how long; less than zero counts as zero, more than {@link #MAX_NANOS} as that.
     */
    public void record(final Stage stage, final long nanos) {
        active[stage.ordinal()].record(nanos);
    }

    /** Makes the swap, if one was asked for. Owner only, between duty cycles. */
    public void serve() {
        final int request = (int) REQUESTED.getAcquire(this);
        if (request != served) {
            active = sets[request & 1];
            SERVED.setRelease(this, request);
        }
    }

    /**
     * Asks for a swap. Readers, one at a time, after the last request was served.
     *
     * @return the request, for {@link #isServed}.
     */
    public int request() {
        final int next = requested + 1;
        REQUESTED.setVolatile(this, next);
        return next;
    }

    /** Returns the last request. Readers, one at a time. */
    public int requested() {
        return requested;
    }

    /**
     * Whether a request was served.
     *
     * @param request the request.
     * @return whether the set it took out of use is the reader's now.
     */
    public boolean isServed(final int request) {
        return (int) SERVED.getAcquire(this) == request;
    }

    /**
     * Adds the set that a served request took out of use to the reader's totals, and empties it.
     *
     * @param request the served request.
     * @param totals  by stage.
     */
    public void collect(final int request, final Histogram[] totals) {
        final LatencyCounts[] set = sets[(request + 1) & 1];
        for (int i = 0; i < STAGES; i++) {
            set[i].drainTo(totals[i]);
        }
    }
}
