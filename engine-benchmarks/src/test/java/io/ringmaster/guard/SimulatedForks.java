package io.ringmaster.guard;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Forks as a noisy machine would give them: its speed wanders from fork to fork, for benchmark and control alike, and each has
 * noise of its own. The build named {@code slow} takes a factor more in one benchmark.
 */
final class SimulatedForks implements Forks {
    static final Build BASE = new Build("base", Path.of("base.jar"), List.of());
    static final Build SAME = new Build("same", Path.of("same.jar"), List.of());
    static final Build SLOW = new Build("slow", Path.of("slow.jar"), List.of());

    private static final int BENCHMARKS = 2;
    private static final double CONTROL_NANOS = 9;

    private final Random random;
    private final double noise;
    private final double factor;
    private final double moreBytes;
    private double speed;
    private int runs;

    /**
     * Makes a machine.
     *
     * @param seed      of its noise.
     * @param noise     of a fork's ratio to its control, one standard deviation.
     * @param factor    by which the slow build is slower, in the first benchmark of each scenario.
     * @param moreBytes it allocates there.
     */
    SimulatedForks(final long seed, final double noise, final double factor, final double moreBytes) {
        this.random = new Random(seed);
        this.noise = noise;
        this.factor = factor;
        this.moreBytes = moreBytes;
    }

    @Override
    public List<Sample> run(final Build build, final String scenario) throws ForkFailedException {
        runs++;
        // a random walk that comes back, up to some 20 % to either side
        speed = 0.9 * speed + 0.05 * random.nextGaussian();
        final boolean slow = build == SLOW;
        final List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < BENCHMARKS; i++) {
            // one fork in fifty is a stranger
            final double own = noise * random.nextGaussian() + (random.nextInt(50) == 0 ? 0.1 : 0);
            final double nanos = 50 * Math.exp(speed + own) * (slow && i == 0 ? factor : 1);
            samples.add(new Sample(
                    scenario + '.' + i,
                    nanos,
                    CONTROL_NANOS * Math.exp(speed),
                    152 + 0.01 * random.nextDouble() + (slow && i == 0 ? moreBytes : 0)));
        }
        return samples;
    }

    int runs() {
        return runs;
    }
}
