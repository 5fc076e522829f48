package io.ringmaster.capacity;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.apache.commons.math3.fitting.leastsquares.LeastSquaresBuilder;
import org.apache.commons.math3.fitting.leastsquares.LevenbergMarquardtOptimizer;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.DiagonalMatrix;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.apache.commons.math3.util.Pair;

/**
 * N. Gunther's Universal Scalability Law, C(N) = λN / (1 + σ(N-1) + κN(N-1)): what N fire-workers carry, with λ what one does,
 * σ the share that can't be done at the same time, and κ what each pair costs to agree. Three unknowns need points, so it is
 * fitted from six or more, by least squares of the relative errors, with intervals of 95 % from a bootstrap of the residuals.
 *
 * @param fitted    whether it was.
 * @param reason    why not, and which counts were left out; empty if nothing is to be said.
 * @param lambda    tasks per second of one fire-worker; null if it was not fitted, as the two others.
 * @param sigma     contention.
 * @param kappa     coherency.
 * @param points    what was measured, without counts of which it is only known what they carry at least.
 * @param perWorker tasks per second per fire-worker, of the point with the fewest; NaN without a point.
 */
public record Usl(
        boolean fitted,
        String reason,
        Estimate lambda,
        Estimate sigma,
        Estimate kappa,
        List<Point> points,
        double perWorker) {
    /** Points below which nothing is fitted. */
    public static final int LEAST_POINTS = 6;

    private static final int RESAMPLES = 1_000;
    private static final int MOST_EVALUATIONS = 10_000;
    private static final int PARAMETERS = 3;
    private static final double LOW = 0.025;
    private static final double HIGH = 0.975;

    /**
     * A parameter and its interval of 95 %.
     *
     * @param value the best value.
     * @param low   the interval's lower end.
     * @param high  the interval's upper end.
     */
    public record Estimate(double value, double low, double high) {}

    /**
     * What so many fire-workers carried.
     *
     * @param fireWorkers   how many.
     * @param ratePerSecond the highest rate that was kept up with.
     */
    public record Point(int fireWorkers, double ratePerSecond) {}

    /**
     * Fits the law, if there are points enough.
     *
     * @param points any number, each with another count of fire-workers.
     * @param seed   what the bootstrap draws from.
     */
    static Usl fit(final List<Point> points, final long seed) {
        final double perWorker = points.stream()
                .min((a, b) -> Integer.compare(a.fireWorkers(), b.fireWorkers()))
                .map(each -> each.ratePerSecond() / each.fireWorkers())
                .orElse(Double.NaN);
        if (points.size() < LEAST_POINTS) {
            return new Usl(
                    false,
                    "it takes " + LEAST_POINTS + " counts of fire-workers that the machine has CPUs for, and "
                            + (points.isEmpty() ? "none was" : points.size() + (points.size() == 1 ? " was" : " were"))
                            + " measured",
                    null,
                    null,
                    null,
                    List.copyOf(points),
                    perWorker);
        }
        final double[] counts = points.stream().mapToDouble(Point::fireWorkers).toArray();
        final double[] rates = points.stream().mapToDouble(Point::ratePerSecond).toArray();
        final double[] best = solve(counts, rates);
        final double[][] resampled = bootstrap(counts, rates, best, new SplittableRandom(seed));
        return new Usl(
                true,
                "",
                estimate(best, resampled, 0),
                estimate(best, resampled, 1),
                estimate(best, resampled, 2),
                List.copyOf(points),
                perWorker);
    }

    /** The same, with more to say of what it was fitted from, or why it was not. */
    Usl because(final String more) {
        return more.isEmpty()
                ? this
                : new Usl(
                        fitted,
                        reason.isEmpty() ? more : reason + "; " + more,
                        lambda,
                        sigma,
                        kappa,
                        points,
                        perWorker);
    }

    /** What so many fire-workers would carry. */
    static double rate(final double[] parameters, final double count) {
        return parameters[0] * count / divisor(parameters, count);
    }

    private static double divisor(final double[] parameters, final double count) {
        return 1 + parameters[1] * (count - 1) + parameters[2] * count * (count - 1);
    }

    private static double[] solve(final double[] counts, final double[] rates) {
        final double scale = Arrays.stream(rates).max().orElseThrow();
        final double[] target = Arrays.stream(rates).map(each -> each / scale).toArray();
        final double[] weights =
                Arrays.stream(target).map(each -> 1 / (each * each)).toArray();
        final double[] solved = new LevenbergMarquardtOptimizer()
                .optimize(new LeastSquaresBuilder()
                        .model(point -> model(point, counts))
                        .parameterValidator(point -> point.map(each -> Math.max(0, each)))
                        .target(target)
                        .weight(new DiagonalMatrix(weights))
                        .start(new double[] {target[0] / counts[0], 0.01, 0.0001})
                        .maxEvaluations(MOST_EVALUATIONS)
                        .maxIterations(MOST_EVALUATIONS)
                        .build())
                .getPoint()
                .toArray();
        return new double[] {solved[0] * scale, solved[1], solved[2]};
    }

    private static Pair<RealVector, RealMatrix> model(final RealVector point, final double[] counts) {
        final double[] parameters = point.toArray();
        final double[] values = new double[counts.length];
        final double[][] slopes = new double[counts.length][PARAMETERS];
        for (int i = 0; i < counts.length; i++) {
            final double count = counts[i];
            final double divisor = divisor(parameters, count);
            values[i] = parameters[0] * count / divisor;
            slopes[i][0] = count / divisor;
            slopes[i][1] = -values[i] * (count - 1) / divisor;
            slopes[i][2] = -values[i] * count * (count - 1) / divisor;
        }
        return new Pair<>(new ArrayRealVector(values, false), new Array2DRowRealMatrix(slopes, false));
    }

    /** Fits again and again what the fit says, with errors such as were seen. */
    private static double[][] bootstrap(
            final double[] counts, final double[] rates, final double[] best, final SplittableRandom random) {
        final int n = counts.length;
        // Three parameters have taken a part of the errors up.
        final double inflation = Math.sqrt((double) n / (n - PARAMETERS));
        final double[] errors = new double[n];
        for (int i = 0; i < n; i++) {
            errors[i] = (rates[i] / rate(best, counts[i]) - 1) * inflation;
        }
        final double[][] resampled = new double[RESAMPLES][];
        final double[] drawn = new double[n];
        for (int k = 0; k < RESAMPLES; k++) {
            for (int i = 0; i < n; i++) {
                drawn[i] = rate(best, counts[i]) * Math.max(0.01, 1 + errors[random.nextInt(n)]);
            }
            resampled[k] = solve(counts, drawn);
        }
        return resampled;
    }

    private static Estimate estimate(final double[] best, final double[][] resampled, final int parameter) {
        final double[] sorted = Arrays.stream(resampled)
                .mapToDouble(each -> each[parameter])
                .sorted()
                .toArray();
        return new Estimate(
                best[parameter],
                sorted[(int) Math.floor(LOW * (sorted.length - 1))],
                sorted[(int) Math.ceil(HIGH * (sorted.length - 1))]);
    }

    /** Returns the law in a line for people. */
    public String describe() {
        if (!fitted) {
            return "not fitted: " + reason
                    + (points.isEmpty()
                            ? ""
                            : "; "
                                    + points.stream()
                                            .map(each -> Quantities.rate(each.ratePerSecond() / each.fireWorkers())
                                                    + " tasks/s per fire-worker with " + each.fireWorkers())
                                            .collect(Collectors.joining(", ")));
        }
        return "lambda " + text(lambda) + " tasks/s, sigma " + text(sigma) + ", kappa " + text(kappa)
                + (reason.isEmpty() ? "" : "; " + reason);
    }

    private static String text(final Estimate estimate) {
        return String.format(java.util.Locale.ROOT, "%.4g (%.4g to %.4g)", estimate.value, estimate.low, estimate.high);
    }
}
