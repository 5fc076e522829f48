package io.ringmaster.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.capacity.Complaint.Cause;
import java.util.List;
import org.junit.jupiter.api.Test;

class ValidityTest {
    private double scheduled = 1_000;
    private double measuredSeconds = 5;
    private long submitted = 5_000;
    private long late;
    private long clamped;
    private long overrun;
    private long failed;
    private boolean drained = true;
    private long gcMillis;
    private long stolenMillis;
    private long throttledMillis;
    private boolean stopped;

    private List<Complaint> complaints() {
        return Validity.complaints(new Validity.Facts(
                scheduled,
                5,
                measuredSeconds,
                2,
                submitted,
                submitted,
                late,
                clamped,
                overrun,
                failed,
                drained,
                drained ? 0 : 7,
                gcMillis,
                stolenMillis,
                throttledMillis,
                stopped));
    }

    private void assertOnly(final Cause cause, final String text) {
        assertThat(complaints()).containsExactly(new Complaint(cause, text));
    }

    @Test
    void shouldHaveNothingAgainstAStepWithinItsLimits() {
        late = 50;
        stolenMillis = 50;
        submitted = 5_300;

        assertThat(complaints()).isEmpty();
    }

    @Test
    void shouldMarkAStepWhoseSubmitterWasBehind() {
        late = 51;

        assertOnly(Cause.SUBMITTER, "the submitter was behind its schedule for 51 of 5000 tasks");
    }

    @Test
    void shouldNameTheCollectionsThatHeldTheSubmitterUp() {
        late = 100;
        // 2 % of the tasks; half of them were due in 1 % of the time.
        gcMillis = 50;
        assertOnly(
                Cause.SUBMITTER,
                "the submitter was behind its schedule for 100 of 5000 tasks; garbage collections, which hold it up too,"
                        + " took 50 ms of 5 s");
        gcMillis = 49;
        assertOnly(Cause.SUBMITTER, "the submitter was behind its schedule for 100 of 5000 tasks");
    }

    @Test
    void shouldMarkAStepFromWhichAnotherMachineTookTime() {
        stolenMillis = 60;

        assertOnly(Cause.MACHINE, "other machines took 60 ms of CPU time");
    }

    @Test
    void shouldHoldStolenTimeAgainstAllTheTimeInWhichItWasStolen() {
        measuredSeconds = 10;
        stolenMillis = 100;

        assertThat(complaints()).isEmpty();
        stolenMillis = 110;
        assertOnly(Cause.MACHINE, "other machines took 110 ms of CPU time");
    }

    @Test
    void shouldMarkAStepThatALimitHeldUp() {
        throttledMillis = 1;

        assertOnly(Cause.MACHINE, "a CPU limit held the process up for 1 ms");
    }

    @Test
    void shouldMarkAStepWithLatenciesThatWereClamped() {
        clamped = 1;

        assertOnly(Cause.RECORDER, "1 latencies were over an hour and counted as that");
    }

    @Test
    void shouldMarkAStepThatForgotWhenTasksWereDue() {
        overrun = 2;

        assertOnly(Cause.RECORDER, "of 2 tasks it was forgotten when they were due: too many came after them");
    }

    @Test
    void shouldMarkAStepWithTasksThatFailedOrDidNotEnd() {
        failed = 3;
        drained = false;

        assertThat(complaints())
                .containsExactly(
                        new Complaint(Cause.TARGET, "3 tasks did not end well"),
                        new Complaint(Cause.TARGET, "7 tasks had not ended long after the last submission"));
    }

    @Test
    void shouldMarkAStepThatHeldAPartOfThePatternOnly() {
        submitted = 9_000;

        assertOnly(
                Cause.ARRIVALS,
                "tasks were due at 1800/s, not at 1000/s: the measured time holds no whole number of the arrivals'"
                        + " patterns");
    }

    @Test
    void shouldMarkAStepThatWasStopped() {
        stopped = true;
        submitted = 1_000;

        assertOnly(Cause.STOPPED, "stopped by a signal");
    }
}
