package io.ringmaster.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RecoveryTest {
    private static final int BEGIN = 10;
    private static final int END = 15;

    private final double[] latencies = new double[40];
    private final long[] backlogs = new long[40];

    RecoveryTest() {
        Arrays.fill(latencies, 100);
        Arrays.fill(backlogs, 50);
        Arrays.fill(latencies, BEGIN, END, 90_000);
        Arrays.fill(backlogs, BEGIN, END, 16_000);
    }

    private int intervals() {
        return Recovery.intervals(latencies, backlogs, 0, BEGIN, END);
    }

    @Test
    void shouldBeOverAtOnceWhenNothingIsLeft() {
        assertThat(intervals()).isZero();
    }

    @Test
    void shouldLastUntilTheLatencyIsNormal() {
        Arrays.fill(latencies, END, END + 4, 201);

        assertThat(intervals()).isEqualTo(4);
    }

    @Test
    void shouldLastUntilTheBacklogIsNormal() {
        Arrays.fill(backlogs, END, END + 7, 101);

        assertThat(intervals()).isEqualTo(7);
    }

    @Test
    void shouldTakeAsNormalWhatWasSeenBefore() {
        latencies[3] = 700;
        backlogs[4] = 900;
        Arrays.fill(latencies, END, latencies.length, 650);
        Arrays.fill(backlogs, END, backlogs.length, 850);

        assertThat(intervals()).isZero();
    }

    @Test
    void shouldNotBeOverForAMomentThatPasses() {
        Arrays.fill(latencies, END, END + 12, 5_000);
        Arrays.fill(latencies, END + 2, END + 2 + Recovery.IN_A_ROW - 1, 100);

        assertThat(intervals()).isEqualTo(12);
    }

    @Test
    void shouldSayWhenItNeverEnds() {
        Arrays.fill(latencies, END, latencies.length, 5_000);

        assertThat(intervals()).isEqualTo(-1);
    }

    @Test
    void shouldNotTakeAStandstillForRecovery() {
        // No task ends, so there is no latency; the backlog tells.
        Arrays.fill(latencies, END, END + 5, Double.NaN);
        Arrays.fill(backlogs, END, END + 5, 16_000);

        assertThat(intervals()).isEqualTo(5);
    }
}
