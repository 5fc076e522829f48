package io.ringmaster.report.plot;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Moves labels apart that would cover each other, each as little as it takes, keeping their order. */
final class LabelSpread {

    private LabelSpread() {}

    /**
     * Spreads labels.
     *
     * @param wanted where each would like to be.
     * @param gap    how far apart they must be at least.
     * @param low    the least place.
     * @param high   the greatest place; if there isn't room for all, they go beyond it.
     * @return where each goes, in the order given.
     */
    static double[] spread(final double[] wanted, final double gap, final double low, final double high) {
        final Integer[] order = IntStream.range(0, wanted.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble(i -> wanted[i]));
        final double[] placed = new double[wanted.length];
        double floor = low;
        for (final int i : order) {
            placed[i] = Math.max(wanted[i], floor);
            floor = placed[i] + gap;
        }
        double ceiling = Math.max(high, low + gap * (wanted.length - 1));
        for (int k = order.length - 1; k >= 0; k--) {
            final int i = order[k];
            placed[i] = Math.min(placed[i], ceiling);
            ceiling = placed[i] - gap;
        }
        return placed;
    }
}
