package io.ringmaster.guard;

import io.ringmaster.benchmarks.PairedRatio;
import java.util.Arrays;

/** The rules by which samples become verdicts. Pure. */
final class Judge {
    private static final long SEED = 1;

    private final Settings settings;

    /**
     * Makes a judge.
     *
     * @param settings how to decide.
     */
    Judge(final Settings settings) {
        this.settings = settings;
    }

    /**
     * The ratio of two builds.
     *
     * @param base      each fork's time in units of its control.
     * @param next      the same of the new build, pair by pair.
     * @param judged    how many benchmarks are judged beside each other.
     */
    PairedRatio ratio(final double[] base, final double[] next, final int judged) {
        return PairedRatio.ofTrimmedMean(next, base, settings.confidence(judged), SEED);
    }

    /** The ratio of a build to itself, with the interval that decides what is guarded. */
    PairedRatio noise(final double[] first, final double[] second) {
        return PairedRatio.ofTrimmedMean(second, first, settings.noiseConfidence(), SEED);
    }

    /**
     * Decides by time. "Worse" and "better" need the whole interval beyond the noise, "same" needs it within the margin.
     * Where both hold, a change that is surely there and small, the noise goes first.
     *
     * @param ratio new over base.
     * @param reach how far from 1 a ratio is noise.
     * @return better, same, worse, or can't tell yet.
     */
    Verdict byTime(final PairedRatio ratio, final double reach) {
        if (ratio.low() > 1 + reach) {
            return Verdict.WORSE;
        }
        if (ratio.high() < 1 / (1 + reach)) {
            return Verdict.BETTER;
        }
        final double most = 1 + settings.margin();
        return ratio.low() >= 1 / most && ratio.high() <= most ? Verdict.SAME : Verdict.CANT_TELL;
    }

    /**
     * Decides by allocation, which has no noise to speak of: a fork's forty rounds and the forks of a build agree to a part of
     * a byte. Where they don't, nothing is said.
     *
     * @param base bytes per operation, fork by fork; NaN where the JVM does not tell.
     * @param next the same of the new build.
     * @return better, same, worse or can't tell.
     */
    Verdict byAllocation(final double[] base, final double[] next) {
        final double difference = PairedRatio.median(next) - PairedRatio.median(base);
        final double tolerance = settings.allocationBytes();
        if (!(spread(base) <= tolerance && spread(next) <= tolerance)) {
            return Verdict.CANT_TELL;
        }
        if (Math.abs(difference) <= tolerance) {
            return Verdict.SAME;
        }
        return difference > 0 ? Verdict.WORSE : Verdict.BETTER;
    }

    /** The distance of the quartiles: one fork in four may be a stranger. */
    private static double spread(final double[] values) {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[3 * sorted.length / 4] - sorted[sorted.length / 4];
    }
}
