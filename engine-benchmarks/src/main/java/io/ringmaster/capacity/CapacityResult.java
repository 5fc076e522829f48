package io.ringmaster.capacity;

import java.util.ArrayList;
import java.util.List;

/**
 * What a run found.
 *
 * @param settings         what was asked for.
 * @param startEpochMillis when it started.
 * @param steps            every step of the main search, in order.
 * @param otherSteps       steps with other counts of fire-workers.
 * @param knee             the highest rate that was kept up with; null if there is none.
 * @param within           the highest rate within the objective; null if there is none, or no objective.
 * @param withinReason     why there is none; empty if there is one, or no objective.
 * @param burst            what a burst did; null if it was not measured.
 * @param overload         what an overload did; null if it was not measured.
 * @param usl              how fire-workers scale.
 * @param cost             what live tasks take of the heap; null if it was not measured.
 * @param verdict          what it means for a planner; null if there is nothing to base it on.
 * @param stopped          whether the user ended it early.
 */
public record CapacityResult(
        CapacitySettings settings,
        long startEpochMillis,
        List<Step> steps,
        List<Step> otherSteps,
        Knee knee,
        Rate within,
        String withinReason,
        Disturbance burst,
        Disturbance overload,
        Usl usl,
        LiveTaskCost cost,
        Verdict verdict,
        boolean stopped) {
    /**
     * A rate that was found.
     *
     * @param perSecond tasks per second.
     * @param step      the step that says so, the last one of this rate.
     */
    public record Rate(double perSecond, int step) {}

    /**
     * The highest rate that was kept up with.
     *
     * @param rate      the rate.
     * @param saturated whether a valid step above it was not kept up with; if none was, the engine carries that much at
     *                  least.
     * @param how       what that means, and whether a higher one was tried.
     */
    public record Knee(Rate rate, boolean saturated, String how) {}

    /**
     * A load above what can be done, between base load before and after.
     *
     * @param factor        the load as a multiple of the knee.
     * @param basePerSecond the rate before and after.
     * @param step          what happened in its time.
     * @param recovery      after how many seconds everything was as before; NaN if it never was.
     */
    public record Disturbance(double factor, double basePerSecond, Step step, double recovery) {}

    /** Returns the step that stands for the result: within the objective, at the knee, or the last valid one; or null. */
    Step representative() {
        if (within != null) {
            return steps.get(within.step());
        } else if (knee != null) {
            return steps.get(knee.rate().step());
        }
        for (int i = steps.size() - 1; i >= 0; i--) {
            if (steps.get(i).isValid()) {
                return steps.get(i);
            }
        }
        return null;
    }

    /** Returns what fell short, a line each; nothing if all is as it should be. */
    public List<String> shortfalls() {
        final List<String> all = new ArrayList<>();
        if (stopped) {
            all.add("stopped by a signal");
        }
        final List<Step> every = new ArrayList<>(steps);
        every.addAll(otherSteps);
        if (burst != null) {
            every.add(burst.step());
        }
        if (overload != null) {
            every.add(overload.step());
        }
        for (final Step each : every) {
            if (!each.ledger().isBalanced()) {
                all.add("at " + Quantities.rate(each.load().scheduledPerSecond())
                        + " tasks/s the ledger does not balance: " + each.ledger());
            }
        }
        if (steps.stream().noneMatch(Step::isValid)) {
            all.add(
                    steps.isEmpty()
                            ? "nothing was measured"
                            : "no step is valid: "
                                    + steps.get(steps.size() - 1).complaints().get(0));
        } else if (knee == null && !stopped) {
            all.add("no rate was kept up with");
        }
        if (settings.slo() != null && within == null && !withinReason.isEmpty()) {
            all.add(withinReason);
        }
        return all;
    }
}
