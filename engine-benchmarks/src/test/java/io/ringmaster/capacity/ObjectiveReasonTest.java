package io.ringmaster.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ObjectiveReasonTest {
    private static final Slo SLO = Slo.parse("p99=1ms");

    private final List<Step> steps = new ArrayList<>();

    private void step(
            final double rate, final long submitted, final Answer meetsSlo, final long gcMillis, final String fault) {
        steps.add(new Step(
                Step.Purpose.SWEEP,
                1,
                new Step.Load(rate, 5, submitted, submitted, 0, 0, 0),
                Map.of(),
                null,
                null,
                new Step.Usage(0, 0, gcMillis, 0, 0, 0, 0, 0, 0, 0, 0, 0),
                fault.isEmpty() ? List.of() : List.of(new Complaint(Complaint.Cause.MACHINE, fault)),
                meetsSlo,
                VerdictTest.BOOKS));
    }

    @Test
    void shouldNameTheRatesThatMissedIt() {
        step(400, 2_000, Answer.NO, 0, "");
        step(200, 1_000, Answer.NO, 0, "");

        assertThat(ObjectiveReason.of(SLO, steps, true))
                .isEqualTo("no rate met p99 within 1ms twice: it was missed at 200, 400/s");
    }

    @Test
    void shouldCountManyRates() {
        for (int i = 1; i <= 6; i++) {
            step(1_000 * i, 5_000, Answer.NO, 0, "");
        }

        assertThat(ObjectiveReason.of(SLO, steps, false))
                .isEqualTo("no rate met p99 within 1ms: it was missed at 6 rates from 1000 to 6000/s");
    }

    @Test
    void shouldSayWhatWasMetOnce() {
        step(400, 2_000, Answer.YES, 0, "");
        step(400, 2_000, Answer.NO, 0, "");

        assertThat(ObjectiveReason.of(SLO, steps, true))
                .isEqualTo(
                        "no rate met p99 within 1ms twice: it was met at 400/s, but not again; it was missed at 400/s");
    }

    @Test
    void shouldNeverSayThatARateMissedWhatCanNotBeTold() {
        step(100, 500, Answer.CANNOT_TELL, 0, "");
        step(150, 750, Answer.CANNOT_TELL, 0, "");
        step(400, 2_000, Answer.CANNOT_TELL, 0, "stolen");

        assertThat(ObjectiveReason.of(SLO, steps, true))
                .isEqualTo(
                        "can't tell whether p99 within 1ms is met: it takes 1000 tasks in a step, and at 100, 150/s the"
                                + " largest had 750 (--step-seconds); no step at 400/s is valid");
    }

    @Test
    void shouldNameCollectionsWhereTheSubmittersLagWouldSuffice() {
        step(400, 2_000, Answer.CANNOT_TELL, 70, "");
        step(200, 2_000, Answer.CANNOT_TELL, 30, "");

        assertThat(ObjectiveReason.of(SLO, steps, true))
                .isEqualTo(
                        "can't tell whether p99 within 1ms is met: at 200, 400/s the submitter's own lag would suffice"
                                + " for what was missed (garbage collections, which hold it up too, took up to 70 ms of a step)");
    }
}
