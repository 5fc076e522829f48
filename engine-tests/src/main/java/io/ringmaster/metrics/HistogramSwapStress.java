package io.ringmaster.metrics;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.ringmaster.stress.Rendezvous;
import org.HdrHistogram.Histogram;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * No recorded value is lost or counted twice: [S1] of {@link WorkerHistograms#serve()} against [S2] of
 * {@link WorkerHistograms#isServed}, and the request that gives an emptied set back. r1 is the count in the end, r2
 * what the reader had collected while the owner was recording.
 */
public final class HistogramSwapStress {
    /** How long a reader waits for its request to be served: long enough to meet the owner at work. */
    private static final int LOOKS = 100;

    private static final int RUN = Stage.RUN.ordinal();

    private HistogramSwapStress() {}

    private static WorkerHistograms tiny() {
        return new WorkerHistograms(1);
    }

    private static Histogram[] totals() {
        final Histogram[] set = new Histogram[Stage.values().length];
        for (int i = 0; i < set.length; i++) {
            set[i] = new Histogram(2, 0);
        }
        return set;
    }

    /** The owner records and serves, the reader asks, collects and asks again. */
    @JCStressTest
    @Outcome(id = "4, [0-3]", expect = ACCEPTABLE, desc = "each value once")
    @Outcome(expect = FORBIDDEN, desc = "lost, or counted twice")
    @State
    public static class RecordAgainstCollect {
        private final Rendezvous start = new Rendezvous();
        private final WorkerHistograms histograms = tiny();
        private final Histogram[] totals = totals();

        @Actor
        public void owner() {
            start.meet();
            histograms.record(Stage.RUN, 1);
            histograms.serve();
            histograms.record(Stage.RUN, 1);
            histograms.serve();
            histograms.record(Stage.RUN, 1);
            histograms.serve();
            histograms.record(Stage.RUN, 1);
        }

        @Actor
        public void reader(final II_Result r) {
            start.meet();
            histograms.request();
            if (collect()) {
                histograms.request();
                collect();
            }
            r.r2 = (int) totals[RUN].getTotalCount();
        }

        private boolean collect() {
            final int request = histograms.requested();
            boolean served = histograms.isServed(request);
            for (int i = 0; i < LOOKS && !served; i++) {
                served = histograms.isServed(request);
            }
            if (served) {
                histograms.collect(request, totals);
            }
            return served;
        }

        @Arbiter
        public void afterwards(final II_Result r) {
            if (histograms.isServed(histograms.requested())) {
                histograms.request();
            }
            histograms.serve();
            collect();
            histograms.request();
            histograms.serve();
            collect();
            r.r1 = (int) totals[RUN].getTotalCount();
        }
    }

    /** {@link RecordAgainstCollect} with a reader that does not wait for its request to be served. */
    @JCStressTest
    @Outcome(id = "2, [0-2]", expect = ACCEPTABLE, desc = "each value once, by luck")
    @Outcome(id = "[013], [0-2]", expect = ACCEPTABLE_INTERESTING, desc = "lost, or counted twice")
    @State
    public static class ImpatientReaderNegativeControl {
        private final Rendezvous start = new Rendezvous();
        private final WorkerHistograms histograms = tiny();
        private final Histogram[] totals = totals();

        @Actor
        public void owner() {
            start.meet();
            histograms.record(Stage.RUN, 1);
            histograms.record(Stage.RUN, 1);
        }

        @Actor
        public void reader(final II_Result r) {
            start.meet();
            histograms.collect(histograms.request(), totals);
            r.r2 = (int) totals[RUN].getTotalCount();
        }

        @Arbiter
        public void afterwards(final II_Result r) {
            histograms.serve();
            histograms.collect(histograms.requested(), totals);
            histograms.request();
            histograms.serve();
            histograms.collect(histograms.requested(), totals);
            r.r1 = (int) totals[RUN].getTotalCount();
        }
    }
}
