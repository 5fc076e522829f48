package io.ringmaster.capacity;

import io.ringmaster.workflow.ArrivalTimes;
import io.ringmaster.workflow.WorkflowFormatException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** How tasks arrive, at whatever rate. Immutable. */
public final class Arrivals {
    private static final String BURSTS = "bursts:";
    private static final String BURSTS_RULE =
            "must be bursts:peak=P,duty=D[,period=T], where P (above 1) is the rate while on to the mean rate, D (0 to"
                    + " 1) the share of the time that is on, P x D at most 1, and T a duration from 10ms to 60s: ";
    private static final long SHORTEST_PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_PERIOD_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** What the gaps between arrivals are like. */
    private enum Form {
        CONSTANT,
        POISSON,
        BURSTS,
        TRACE
    }

    private final Form form;
    private final String text;
    private final double peak;
    private final double duty;
    private final long periodNanos;
    private final double[] traceGaps;

    private Arrivals(
            final Form form,
            final String text,
            final double peak,
            final double duty,
            final long periodNanos,
            final double[] traceGaps) {
        this.form = form;
        this.text = text;
        this.peak = peak;
        this.duty = duty;
        this.periodNanos = periodNanos;
        this.traceGaps = traceGaps;
    }

    /**
     * Reads what the command line says.
     *
     * @param text constant, poisson, bursts:… or the name of a trace's file.
     * @return the arrivals.
     * @throws IllegalArgumentException with the rule and the value, if it is none of these.
     * @throws WorkflowFormatException  if the file can't be read or is no trace.
     */
    public static Arrivals parse(final String text) throws WorkflowFormatException {
        if (text.equals("constant")) {
            return new Arrivals(Form.CONSTANT, text, 1, 1, 0, null);
        } else if (text.equals("poisson")) {
            return new Arrivals(Form.POISSON, text, 1, 1, 0, null);
        } else if (text.startsWith(BURSTS)) {
            return bursts(text);
        }
        final String name = text.toLowerCase(Locale.ROOT);
        if (name.endsWith(".csv") || name.endsWith(".csv.gz")) {
            final Path file = Path.of(text);
            return trace(String.valueOf(file.getFileName()), ArrivalTimes.read(file));
        }
        throw new IllegalArgumentException(
                "must be constant, poisson, bursts:… or a trace's FILE.csv or FILE.csv.gz: " + text);
    }

    private static Arrivals bursts(final String text) {
        final Map<String, String> parts = new HashMap<>();
        for (final String part : text.substring(BURSTS.length()).split(",", -1)) {
            final int equals = part.indexOf('=');
            if (equals <= 0 || parts.put(part.substring(0, equals), part.substring(equals + 1)) != null) {
                throw new IllegalArgumentException(BURSTS_RULE + text);
            }
        }
        try {
            final double peak = Double.parseDouble(parts.remove("peak"));
            final double duty = Double.parseDouble(parts.remove("duty"));
            final String period = parts.remove("period");
            final long nanos = period == null ? TimeUnit.SECONDS.toNanos(1) : Quantities.nanos(period);
            if (peak > 1
                    && duty > 0
                    && duty < 1
                    && peak * duty <= 1 + 1e-9
                    && nanos >= SHORTEST_PERIOD_NANOS
                    && nanos <= LONGEST_PERIOD_NANOS
                    && parts.isEmpty()) {
                return new Arrivals(Form.BURSTS, text, peak, duty, nanos, null);
            }
        } catch (final NullPointerException | IllegalArgumentException e) {
            // said below: a part is missing, or is no number
        }
        throw new IllegalArgumentException(BURSTS_RULE + text);
    }

    /** Arrivals of a trace, played again from its beginning after its end. */
    static Arrivals trace(final String name, final long[] nanos) {
        final double span = nanos.length < 2 ? 0 : (double) nanos[nanos.length - 1] - nanos[0];
        if (span <= 0) {
            throw new IllegalArgumentException(
                    "must have two different times at least: " + name + " has " + nanos.length + " tasks");
        }
        final double[] gaps = new double[nanos.length];
        gaps[0] = 1;
        for (int i = 1; i < nanos.length; i++) {
            gaps[i] = (nanos[i] - nanos[i - 1]) * (nanos.length - 1) / span;
        }
        return new Arrivals(Form.TRACE, "trace " + name, 1, 1, 0, gaps);
    }

    /**
     * Their rate by time.
     *
     * @param perSecond the mean rate.
     */
    RateProfile profile(final double perSecond) {
        if (form != Form.BURSTS) {
            return RateProfile.flat(perSecond);
        }
        final double off = Math.max(0, perSecond * (1 - peak * duty) / (1 - duty));
        return RateProfile.onOff(periodNanos, duty, perSecond * peak, off);
    }

    /**
     * Their form, for one submitter.
     *
     * @param seed what random gaps are drawn from.
     */
    Gaps gaps(final long seed) {
        return switch (form) {
            case CONSTANT -> () -> 1;
            case POISSON, BURSTS -> new SplittableRandom(seed)::nextExponential;
            case TRACE -> new TraceGaps(traceGaps);
        };
    }

    @Override
    public String toString() {
        return text;
    }

    /** Again and again. */
    private static final class TraceGaps implements Gaps {
        private final double[] gaps;
        private int next;

        TraceGaps(final double[] gaps) {
            this.gaps = gaps;
        }

        @Override
        public double next() {
            final double gap = gaps[next];
            next = next + 1 == gaps.length ? 0 : next + 1;
            return gap;
        }
    }
}
