package io.ringmaster.capacity;

/**
 * How long a rate is measured: as long as the user wants at least, and longer where too few tasks would come for an answer,
 * up to half a minute or ten times the mean task's duration. Immutable.
 *
 * <p>An objective takes the tasks that its percentile does; where not even the longest step has as many, it is no longer for
 * that.
 *
 * <p>The count of live tasks differs by chance between a step's beginning and its end, by {@link Step.Load#chance()} of them,
 * which is to be a small part of all tasks of the step. With D a task's mean duration and r the rate, that is
 * 3 √(2 r D) of r T tasks, so that a share x takes a time T of 3/x √(2 D / r).
 */
final class StepLength {
    /** How long a step may get without being asked for. */
    static final int MOST_SECONDS = 30;
    /** The same, as a multiple of the mean task's duration. */
    static final double MOST_DURATIONS = 10;

    /** Chance's share of the tasks, on the way up by factors of 2. */
    private static final double COARSE_SHARE = 0.25;
    /** The same where a rate is to be found to some percent. */
    private static final double FINE_SHARE = 0.02;

    /** Standard deviations of a count of tasks beyond which it is hardly ever smaller than meant. */
    private static final double DEVIATIONS = 5;

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double ROUNDING = 1e-9;

    private final int leastSeconds;
    private final int mostSeconds;
    private final double taskSeconds;

    /**
     * For a run.
     *
     * @param work         what tasks do.
     * @param leastSeconds how long a step is at least.
     */
    StepLength(final WorkMix work, final int leastSeconds) {
        this.taskSeconds = work.mean(Work::nanos) / NANOS_PER_SECOND;
        this.leastSeconds = leastSeconds;
        this.mostSeconds =
                Math.max(leastSeconds, (int) Math.max(MOST_SECONDS, Math.ceil(MOST_DURATIONS * taskSeconds)));
    }

    /**
     * How long a step measures.
     *
     * @param perSecond the rate.
     * @param purpose   why it is measured.
     * @param slo       the objective that is asked for, or null.
     * @return in seconds.
     */
    int seconds(final double perSecond, final Step.Purpose purpose, final Slo slo) {
        final double share = purpose == Step.Purpose.SWEEP ? COARSE_SHARE : FINE_SHARE;
        final double forTheKnee = Step.CHANCE / share * Math.sqrt(2 * taskSeconds / perSecond);
        final double forTheObjective = slo == null ? 0 : Math.ceil(tasks(slo) / perSecond - ROUNDING);
        return (int) Math.max(
                Math.max(leastSeconds, forTheObjective > mostSeconds ? 0 : forTheObjective),
                Math.min(mostSeconds, Math.ceil(forTheKnee - ROUNDING)));
    }

    /**
     * The lowest rate of which the longest step can tell whether the objective is met.
     *
     * @param slo the objective.
     * @return per second.
     */
    double leastRate(final Slo slo) {
        return tasks(slo) / mostSeconds;
    }

    /** How many must be meant to come for as many as the percentile takes to come. */
    private static double tasks(final Slo slo) {
        final double least = Percentiles.leastCount(slo.percentile());
        return least + DEVIATIONS * Math.sqrt(least);
    }
}
