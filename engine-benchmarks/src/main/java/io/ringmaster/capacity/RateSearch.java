package io.ringmaster.capacity;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Looks for the highest rate that does: of those that keep up, and of those that meet the objective. First upwards by a
 * factor until two steps in a row did not keep up, then by bisection on a logarithmic scale between the highest rate that
 * did and the next one above that did not, and at last the rate that was found once more: only what did twice counts.
 *
 * <p>A rate of which nothing can be told is never an answer; for the bisection it is the same as one that did not.
 */
final class RateSearch {
    /** From one rate to the next on the way up. */
    static final double FACTOR = 2;
    /** Rates closer than that are not told apart. */
    static final double PRECISION = 1.06;

    private static final int MOST_DOWN = 16;
    private static final int MOST_UNTOLD = 3;
    private static final int MOST_REPEATS = 5;
    private static final double LEAST_RATE = 0.5;

    private final Probe probe;
    private final double leastRate;
    private final List<Trial> trials = new ArrayList<>();

    /**
     * A search, not begun.
     *
     * @param probe     tries rates.
     * @param leastRate the lowest rate of which it can be told whether it meets the objective; infinite without one.
     */
    RateSearch(final Probe probe, final double leastRate) {
        this.probe = probe;
        this.leastRate = leastRate;
    }

    /**
     * What a rate did.
     *
     * @param rate      tasks per second.
     * @param step      which step that was.
     * @param keepsUp   whether it was kept up with.
     * @param meetsSlo  whether it met the objective.
     * @param isCeiling whether a higher rate could not be offered at all.
     */
    record Trial(double rate, int step, Answer keepsUp, Answer meetsSlo, boolean isCeiling) {}

    /** Tries a rate. */
    @FunctionalInterface
    interface Probe {
        /**
         * Tries a rate.
         *
         * @param rate    tasks per second.
         * @param purpose why.
         * @return what it did; null if the search is to end.
         * @throws InterruptedException if the thread was interrupted.
         */
        Trial at(double rate, Step.Purpose purpose) throws InterruptedException;
    }

    /**
     * The highest rate that did, twice.
     *
     * @param rate tasks per second.
     * @param step the last step of this rate.
     */
    record Found(double rate, int step) {}

    /** Goes up until the target does not keep up. Returns false if the search was ended. */
    boolean sweep(final double from, final double to) throws InterruptedException {
        double rate = from;
        while (true) {
            final Trial trial = tryTwice(rate);
            if (trial == null) {
                return false;
            }
            if (trial.keepsUp() == Answer.NO || trial.isCeiling() || rate >= to) {
                break;
            }
            rate = Math.min(to, rate * FACTOR);
        }
        return highest(Trial::keepsUp) != null || down(from);
    }

    /** What does not keep up may have been disturbed: it is asked once more. */
    private Trial tryTwice(final double rate) throws InterruptedException {
        final Trial first = attempt(rate, Step.Purpose.SWEEP);
        return first == null || first.keepsUp() != Answer.NO ? first : attempt(rate, Step.Purpose.REPEAT);
    }

    /** Not even the lowest rate was kept up with. Where nothing can be told of several in a row, lower ones won't tell. */
    private boolean down(final double from) throws InterruptedException {
        double rate = from / FACTOR;
        int untold = 0;
        for (int i = 0; i < MOST_DOWN && rate >= LEAST_RATE && untold < MOST_UNTOLD; i++) {
            final Trial trial = attempt(rate, Step.Purpose.SWEEP);
            if (trial == null) {
                return false;
            }
            if (trial.keepsUp() == Answer.YES) {
                return true;
            }
            untold = trial.keepsUp() == Answer.CANNOT_TELL ? untold + 1 : 0;
            rate /= FACTOR;
        }
        return true;
    }

    /** Tries given rates, and nothing else. Returns false if the search was ended. */
    boolean tryAll(final List<Double> rates) throws InterruptedException {
        for (final double rate : rates) {
            if (attempt(rate, Step.Purpose.GIVEN) == null) {
                return false;
            }
        }
        return true;
    }

    /**
     * Where no rate met the objective, tries the lowest one of which that can be told, if it is below all that missed it: so
     * that there is something to bisect from.
     *
     * @param question which answer of a trial counts.
     * @return false if the search was ended.
     */
    boolean lower(final Function<Trial, Answer> question) throws InterruptedException {
        final double missed = trials.stream()
                .filter(each -> question.apply(each) == Answer.NO)
                .mapToDouble(Trial::rate)
                .min()
                .orElse(Double.NEGATIVE_INFINITY);
        return highest(question) != null
                || leastRate >= missed
                || attempt(Math.max(LEAST_RATE, leastRate), Step.Purpose.BISECTION) != null;
    }

    /**
     * Bisects between the highest rate that did and the next one above it.
     *
     * @param question which answer of a trial counts.
     * @return false if the search was ended.
     */
    boolean bisect(final Function<Trial, Answer> question) throws InterruptedException {
        while (true) {
            final Trial low = highest(question);
            if (low == null) {
                return true;
            }
            final Double high = trials.stream()
                    .map(Trial::rate)
                    .filter(each -> each > low.rate())
                    .min(Comparator.naturalOrder())
                    .orElse(null);
            if (high == null || high / low.rate() <= PRECISION) {
                return true;
            }
            if (attempt(Math.sqrt(low.rate() * high), Step.Purpose.BISECTION) == null) {
                return false;
            }
        }
    }

    /**
     * Repeats the highest rate that did. If it doesn't do so again, what it did last counts, and the bisection goes on below
     * it.
     *
     * @param question which answer of a trial counts.
     * @return the highest rate that did twice, the last time included; null if there is none, or the search was ended.
     */
    Found confirm(final Function<Trial, Answer> question) throws InterruptedException {
        for (int i = 0; i <= MOST_REPEATS; i++) {
            final Trial best = highest(question);
            if (best == null) {
                return null;
            }
            final long times = trials.stream()
                    .filter(each -> each.rate() == best.rate() && question.apply(each) == Answer.YES)
                    .count();
            if (times > 1) {
                return new Found(best.rate(), best.step());
            }
            if (i == MOST_REPEATS
                    || attempt(best.rate(), Step.Purpose.REPEAT) == null
                    || !lower(question)
                    || !bisect(question)) {
                return null;
            }
        }
        return null;
    }

    /**
     * The highest rate that did, without a repetition: for rates that were given one by one.
     *
     * @param question which answer of a trial counts.
     * @return null if there is none.
     */
    Found best(final Function<Trial, Answer> question) {
        final Trial best = highest(question);
        return best == null ? null : new Found(best.rate(), best.step());
    }

    /** Of each rate counts what it did last. */
    private Trial highest(final Function<Trial, Answer> question) {
        final NavigableMap<Double, Trial> last = new TreeMap<>();
        trials.forEach(each -> last.put(each.rate(), each));
        return last.descendingMap().values().stream()
                .filter(each -> question.apply(each) == Answer.YES)
                .findFirst()
                .orElse(null);
    }

    private Trial attempt(final double rate, final Step.Purpose purpose) throws InterruptedException {
        final Trial trial = probe.at(rate, purpose);
        if (trial != null) {
            trials.add(trial);
        }
        return trial;
    }

    /** Returns whether a rate above this one was tried and not kept up with. */
    boolean isSaturatedAbove(final double rate) {
        return trials.stream().anyMatch(each -> each.rate() > rate && each.keepsUp() == Answer.NO);
    }

    /** Returns everything that was tried, in order. */
    List<Trial> trials() {
        return trials;
    }
}
