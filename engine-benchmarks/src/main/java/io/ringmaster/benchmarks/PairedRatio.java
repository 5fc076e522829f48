package io.ringmaster.benchmarks;

import java.util.Arrays;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * The ratio of samples that were measured in pairs, and how sure it is, by resampling pairs (B. Efron, "Bootstrap Methods:
 * Another Look at the Jackknife", 1979). What disturbs both samples of a pair leaves their ratio alone.
 *
 * @param ratio of the pairs' ratios.
 * @param low   where the interval begins.
 * @param high  where it ends.
 * @param pairs how many.
 */
public record PairedRatio(double ratio, double low, double high, int pairs) {
    private static final int RESAMPLES = 10_000;
    private static final double TAIL = 0.025;
    /** Resamples that a standard error needs; a tail needs more. */
    private static final int RESAMPLES_OF_ERROR = 1_000;

    private static final int LEAST_PAIRS = 3;
    /** One of so many pairs is left out at either end. */
    private static final int TRIMMED_PART = 8;

    /**
     * The median ratio with its 95 % interval, by percentiles of the resamples' medians.
     *
     * @param over  the numerators.
     * @param under the denominators; a longer array's rest is left out.
     * @param seed  of the resampling.
     * @return the ratio.
     */
    static PairedRatio ofMedian(final double[] over, final double[] under, final long seed) {
        final double[] ratios = ratios(over, under);
        final double[] medians = resample(ratios, RESAMPLES, seed, PairedRatio::median);
        Arrays.sort(medians);
        final int tail = (int) (TAIL * RESAMPLES);
        return new PairedRatio(median(ratios), medians[tail], medians[RESAMPLES - 1 - tail], ratios.length);
    }

    /**
     * The mean ratio with an interval of any confidence. Percentiles of a handful of pairs end at 95 % or so, and a guard
     * of many benchmarks needs 99.9 %: so the interval is Student's, with the bootstrap's standard error (T. Hesterberg, "What
     * Teachers Should Know About the Bootstrap", 2015). Logarithms are averaged, without an eighth of the pairs at either end.
     *
     * @param over       the numerators.
     * @param under      the denominators; a longer array's rest is left out.
     * @param confidence of the interval, both ends together, between 0 and 1.
     * @param seed       of the resampling.
     * @return the ratio; with less than three pairs its interval is everything.
     */
    public static PairedRatio ofTrimmedMean(
            final double[] over, final double[] under, final double confidence, final long seed) {
        final double[] logs = ratios(over, under);
        for (int i = 0; i < logs.length; i++) {
            logs[i] = Math.log(logs[i]);
        }
        final int pairs = logs.length;
        final double mean = trimmedMean(logs);
        if (pairs < LEAST_PAIRS) {
            return new PairedRatio(Math.exp(mean), 0, Double.POSITIVE_INFINITY, pairs);
        }
        final double[] means = resample(logs, RESAMPLES_OF_ERROR, seed, PairedRatio::trimmedMean);
        // n of the n - 1 degrees of freedom: the bootstrap's own variance is too small by that
        final double error = Math.sqrt(variance(means) * pairs / (pairs - 1));
        final double reach = error * TDistribution.of(pairs - 1).inverseSurvivalProbability((1 - confidence) / 2);
        return new PairedRatio(Math.exp(mean), Math.exp(mean - reach), Math.exp(mean + reach), pairs);
    }

    private static double[] ratios(final double[] over, final double[] under) {
        final double[] ratios = new double[Math.min(over.length, under.length)];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = over[i] / under[i];
        }
        return ratios;
    }

    private static double[] resample(
            final double[] values, final int times, final long seed, final ToDoubleFunction<double[]> statistic) {
        final Random random = new Random(seed);
        final double[] results = new double[times];
        final double[] sample = new double[values.length];
        for (int i = 0; i < times; i++) {
            for (int j = 0; j < sample.length; j++) {
                sample[j] = values[random.nextInt(values.length)];
            }
            results[i] = statistic.applyAsDouble(sample);
        }
        return results;
    }

    /**
     * The median.
     *
     * @param values in any order, not changed.
     */
    public static double median(final double[] values) {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        final int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double trimmedMean(final double[] values) {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        final int trimmed = sorted.length / TRIMMED_PART;
        return Arrays.stream(sorted, trimmed, sorted.length - trimmed).average().orElse(Double.NaN);
    }

    private static double variance(final double[] values) {
        final double mean = Arrays.stream(values).average().orElse(Double.NaN);
        return Arrays.stream(values).map(each -> (each - mean) * (each - mean)).sum() / (values.length - 1);
    }
}
