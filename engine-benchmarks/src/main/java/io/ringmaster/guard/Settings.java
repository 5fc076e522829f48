package io.ringmaster.guard;

import java.util.List;

/**
 * How a comparison decides. {@code scripts/compare-proof} is the test of one set of these; other values need one of their
 * own.
 *
 * @param noisePairs      pairs of forks that A against A is measured with.
 * @param noiseConfidence of the A/A intervals. It decides what can be guarded; alarms are kept rare by the verdicts' own.
 * @param looks           after how many pairs there is a look; who is undecided goes on to the next one.
 * @param familyError     the probability that a comparison of two equal builds raises an alarm at any look, for any benchmark.
 * @param guardedWidth    the widest A/A interval, its end over its beginning less 1, that a guarded benchmark may have.
 * @param margin          what counts as no change: an interval within 1 / (1 + margin) and 1 + margin is "same".
 * @param allocationBytes the largest difference in bytes per operation that is none; less than the smallest object.
 * @param undecidedPart   the part of the guarded benchmarks that may stay undecided.
 */
record Settings(
        int noisePairs,
        double noiseConfidence,
        List<Integer> looks,
        double familyError,
        double guardedWidth,
        double margin,
        double allocationBytes,
        double undecidedPart) {
    /** What the proof is made with. */
    static final Settings DEFAULT = new Settings(12, 0.95, List.of(6, 12, 24), 0.01, 0.05, 0.05, 0.5, 0.2);

    /** One look: minutes instead of ten, and more that can't be told. */
    static final Settings QUICK = new Settings(12, 0.95, List.of(6), 0.01, 0.05, 0.05, 0.5, 0.2);

    Settings {
        looks = List.copyOf(looks);
    }

    /**
     * The confidence of one interval, so that all intervals of a comparison hold together with that of the family: the error is
     * divided by all of them (C. Bonferroni, 1936), whatever they have to do with each other.
     *
     * @param benchmarks how many are judged, at least 1.
     */
    double confidence(final int benchmarks) {
        return 1 - familyError / (looks.size() * Math.max(1, benchmarks));
    }
}
