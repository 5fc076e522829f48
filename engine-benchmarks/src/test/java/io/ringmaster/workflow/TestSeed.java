package io.ringmaster.workflow;

import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Runs a test on random input many times; a failure names the seed that {@code -Dringmaster.seed=} takes back. */
public final class TestSeed {

    private static final String PROPERTY = "ringmaster.seed";

    private TestSeed() {}

    /**
     * Runs it.
     *
     * @param tries how often, unless a seed is given.
     * @param test  the test.
     */
    public static void forEach(final int tries, final Consumer<SplittableRandom> test) {
        final Long given = Long.getLong(PROPERTY);
        final SplittableRandom seeds = new SplittableRandom();
        for (int i = 0; i < (given == null ? tries : 1); i++) {
            final long seed = given == null ? seeds.nextLong() : given;
            try {
                test.accept(new SplittableRandom(seed));
            } catch (final RuntimeException | AssertionError e) {
                throw new AssertionError("failed with -D" + PROPERTY + "=" + seed, e);
            }
        }
    }
}
