package io.ringmaster.guard;

import java.util.List;

/** What a comparison comes to. */
enum Outcome {
    /** Nothing is worse, and enough could be told to say so. */
    PASSED(0),
    /** A benchmark is slower, allocates more or can't be run any more. */
    WORSE(1),
    /** Nothing is known to be worse, but too much could not be told: no verdict. */
    UNDECIDED(4);

    private final int status;

    Outcome(final int status) {
        this.status = status;
    }

    /** The exit status. */
    int status() {
        return status;
    }

    /**
     * Draws the sum.
     *
     * @param judgements each benchmark's.
     * @param settings   how many may be undecided.
     * @return the outcome.
     */
    static Outcome of(final List<Judgement> judgements, final Settings settings) {
        if (judgements.stream().anyMatch(Judgement::isAlarm)) {
            return WORSE;
        }
        final long guarded = count(judgements, Verdict.BETTER)
                + count(judgements, Verdict.SAME)
                + count(judgements, Verdict.CANT_TELL);
        final long undecided = count(judgements, Verdict.CANT_TELL);
        final long allocationUndecided = countByAllocation(judgements, Verdict.CANT_TELL);
        return guarded == 0
                        || undecided > settings.undecidedPart() * guarded
                        || allocationUndecided > settings.undecidedPart() * judgements.size()
                ? UNDECIDED
                : PASSED;
    }

    /**
     * Counts verdicts by time.
     *
     * @param judgements each benchmark's.
     * @param verdict    which.
     */
    static long count(final List<Judgement> judgements, final Verdict verdict) {
        return judgements.stream().filter(each -> each.time() == verdict).count();
    }

    private static long countByAllocation(final List<Judgement> judgements, final Verdict verdict) {
        return judgements.stream().filter(each -> each.allocation() == verdict).count();
    }

    /** The last line of every report. */
    String describe(final List<Judgement> judgements) {
        final String counts = String.format(
                "%d better, %d same, %d worse, %d can't tell, %d not guarded; allocation: %d worse, %d can't tell",
                count(judgements, Verdict.BETTER),
                count(judgements, Verdict.SAME),
                judgements.stream().filter(each -> each.time().isAlarm()).count(),
                count(judgements, Verdict.CANT_TELL),
                count(judgements, Verdict.NOT_GUARDED),
                countByAllocation(judgements, Verdict.WORSE),
                countByAllocation(judgements, Verdict.CANT_TELL));
        return switch (this) {
            case PASSED -> "PASSED: " + counts;
            case WORSE -> "WORSE: " + counts;
            case UNDECIDED -> "UNDECIDED: " + counts;
        };
    }
}
