package io.ringmaster.peers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A peer's row: the median of each figure over its forks, and each fork's.
 *
 * @param kind       the peer.
 * @param figures    by name; medians of the valid forks, or of all where most of them are not.
 * @param rounds     by name: every fork's figure, valid or not.
 * @param valid      whether at least half of the forks of each measure are valid, and there are some.
 * @param complaints of all forks, each with what it is about.
 */
record PeerRow(
        PeerKind kind,
        Map<String, Double> figures,
        Map<String, List<Double>> rounds,
        boolean valid,
        List<String> complaints) {

    /**
     * Makes a row.
     *
     * @param kind  the peer.
     * @param forks of all peers.
     * @return the row.
     */
    static PeerRow of(final PeerKind kind, final List<ForkResult> forks) {
        final Map<String, Double> figures = new LinkedHashMap<>();
        final Map<String, List<Double>> rounds = new LinkedHashMap<>();
        final List<String> complaints = new ArrayList<>();
        if (!kind.isAvailable()) {
            return new PeerRow(kind, figures, rounds, false, List.of(kind.need()));
        }
        boolean valid = false;
        boolean invalid = false;
        for (final Measure measure : Measure.values()) {
            final List<ForkResult> all = forks.stream()
                    .filter(each -> each.peer().equals(kind.label()))
                    .filter(each -> each.measure().equals(measure.name()))
                    .toList();
            final List<ForkResult> good =
                    all.stream().filter(ForkResult::isValid).toList();
            final boolean enough = 2 * good.size() >= all.size();
            valid |= !good.isEmpty();
            invalid |= !enough;
            gather(all, rounds);
            final Map<String, List<Double>> used = new LinkedHashMap<>();
            gather(enough ? good : all, used);
            used.forEach((name, values) -> figures.put(name, median(values)));
            all.forEach(fork -> fork.complaints().forEach(each -> complaints.add(measure + ": " + each)));
        }
        return new PeerRow(kind, figures, rounds, valid && !invalid, complaints);
    }

    private static void gather(final List<ForkResult> forks, final Map<String, List<Double>> values) {
        for (final ForkResult fork : forks) {
            fork.figures().forEach((name, value) -> values.computeIfAbsent(name, key -> new ArrayList<>())
                    .add(value));
        }
    }

    /** Whether there is a fork, or a reason why there can be none: not every peer can do what is measured. */
    boolean isMeasured() {
        return !rounds.isEmpty() || !complaints.isEmpty();
    }

    static double median(final List<Double> values) {
        final double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        final int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Returns a figure, or NaN if it was not measured. */
    double figure(final String name) {
        return figures.getOrDefault(name, Double.NaN);
    }
}
