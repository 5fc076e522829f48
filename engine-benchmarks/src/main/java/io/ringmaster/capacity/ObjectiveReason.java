package io.ringmaster.capacity;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Why no rate within the objective was found: at which rates it was missed, and at which it can't be told. */
final class ObjectiveReason {
    private static final int MOST_NAMED = 5;

    private final Slo slo;
    private final List<Step> steps;
    /** Of each rate the last step. */
    private final NavigableMap<Double, Step> last = new TreeMap<>();

    private ObjectiveReason(final Slo slo, final List<Step> steps) {
        this.slo = slo;
        this.steps = steps;
        steps.forEach(each -> last.put(each.load().scheduledPerSecond(), each));
    }

    /**
     * Says it.
     *
     * @param slo   the objective.
     * @param steps what was measured, without a rate that was found to meet it.
     * @param twice whether a rate must do so twice.
     * @return in a line for people.
     */
    static String of(final Slo slo, final List<Step> steps, final boolean twice) {
        return new ObjectiveReason(slo, steps).text(twice);
    }

    private String text(final boolean twice) {
        final List<String> parts = new ArrayList<>();
        final List<Double> once = steps.stream()
                .filter(each -> each.meetsSlo() == Answer.YES)
                .map(each -> each.load().scheduledPerSecond())
                .distinct()
                .sorted()
                .toList();
        if (!once.isEmpty()) {
            parts.add("it was met at " + text(once) + ", but not again");
        }
        final List<Double> missed = rates(each -> each.meetsSlo() == Answer.NO);
        if (!missed.isEmpty()) {
            parts.add("it was missed at " + text(missed));
        }
        final long needed = Percentiles.leastCount(slo.percentile());
        final Predicate<Step> isTold = each -> each.meetsSlo() != Answer.CANNOT_TELL;
        final Predicate<Step> isLarge = each -> each.load().submitted() >= needed;
        final List<Double> few = rates(isTold.or(isLarge).negate().and(Step::isValid));
        if (!few.isEmpty()) {
            parts.add("it takes " + needed + " tasks in a step, and at " + text(few) + " the largest had "
                    + last.values().stream()
                            .filter(each -> few.contains(each.load().scheduledPerSecond()))
                            .map(each -> each.load().submitted())
                            .max(Comparator.naturalOrder())
                            .orElseThrow()
                    + " (--step-seconds)");
        }
        final List<Double> late = rates(isTold.negate().and(isLarge).and(Step::isValid));
        if (!late.isEmpty()) {
            parts.add("at " + text(late) + " the submitter's own lag would suffice for what was missed"
                    + collections(late));
        }
        final List<Double> invalid = rates(isTold.negate().and(each -> !each.isValid()));
        if (!invalid.isEmpty()) {
            parts.add("no step at " + text(invalid) + " is valid");
        }
        return (once.isEmpty() && missed.isEmpty()
                        ? "can't tell whether " + slo + " is met"
                        : "no rate met " + slo + (twice ? " twice" : ""))
                + (parts.isEmpty() ? "" : ": " + String.join("; ", parts));
    }

    private String collections(final List<Double> rates) {
        final long millis = last.values().stream()
                .filter(each -> rates.contains(each.load().scheduledPerSecond()))
                .mapToLong(each -> each.usage().gcMillis())
                .max()
                .orElse(0);
        return millis == 0
                ? ""
                : " (garbage collections, which hold it up too, took up to " + millis + " ms of a step)";
    }

    private List<Double> rates(final Predicate<Step> which) {
        return last.values().stream()
                .filter(which)
                .map(each -> each.load().scheduledPerSecond())
                .toList();
    }

    private static String text(final List<Double> rates) {
        return rates.size() > MOST_NAMED
                ? rates.size() + " rates from " + Quantities.rate(rates.get(0)) + " to "
                        + Quantities.rate(rates.get(rates.size() - 1)) + "/s"
                : rates.stream().map(Quantities::rate).collect(Collectors.joining(", ", "", "/s"));
    }
}
