package io.ringmaster.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.Ledger;
import io.ringmaster.task.Container;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** What is planned from figures that are known. */
class VerdictTest {
    private static final double BEST = 100_000;
    static final Ledger BOOKS = new Ledger(1, 1, 1, 0, 0, 0, Map.of(), 0);

    private double target;
    private double headroom = 0.4;
    private Slo slo;
    private double fireWorkerBusy = 0.9;
    private double submitterBusy = 0.2;
    private double exclusiveBusy;
    private double exclusiveMicros;
    private long gcMillis;
    private CapacityResult.Disturbance burst;
    private List<Complaint> complaints = List.of();
    private final LiveTaskCost cost = new LiveTaskCost(20 << 20, 500);

    private CapacitySettings settings() {
        return new CapacitySettings(
                WorkMix.parse("noop"),
                Arrivals.trace("t", new long[] {0, 1}),
                1,
                1,
                Container.AUTO,
                count -> null,
                new CapacitySettings.EngineShape(2, 2, "ADAPTIVE", 16_384, 64, 128),
                slo,
                List.of(),
                1,
                1e6,
                5,
                2,
                0,
                1,
                0,
                1,
                List.of(),
                target,
                "",
                headroom,
                List.of());
    }

    private Step step(final double rate, final long refused, final long maxRingUsed) {
        final Histogram latency = new Histogram(Recorder.MOST_NANOS, 3);
        latency.recordValueWithCount(1_000_000, 1_000); // a millisecond
        final Latency each = Latency.of(latency);
        return new Step(
                Step.Purpose.REPEAT,
                2,
                new Step.Load(rate, 5, Math.round(5 * rate), Math.round(5 * rate) - refused, refused, 0, 0),
                Map.of(Step.END_TO_END, each, "submitToHandled", each),
                each.percentiles(),
                each.percentiles(),
                new Step.Usage(
                        0,
                        0,
                        gcMillis,
                        6_000,
                        200,
                        maxRingUsed,
                        100,
                        fireWorkerBusy,
                        submitterBusy,
                        exclusiveBusy,
                        18,
                        exclusiveMicros),
                complaints,
                Answer.YES,
                BOOKS);
    }

    private Verdict verdict() {
        final List<Step> steps = new ArrayList<>(List.of(step(BEST, 0, 10)));
        final CapacityResult.Rate best = new CapacityResult.Rate(BEST, 0);
        return Verdict.of(
                settings(), steps, new CapacityResult.Knee(best, true, "so"), slo == null ? null : best, burst, cost);
    }

    @Test
    void shouldPlanOneMasterForWhatItMayCarry() {
        final Verdict verdict = verdict();

        assertThat(verdict.masters()).isEqualTo(1);
        assertThat(verdict.targetPerSecond()).isEqualTo(60_000);
        assertThat(verdict.headroom()).isBetween(0.399, 0.401);
    }

    @Test
    void shouldPlanAsManyMastersAsTheTargetTakes() {
        target = 60_000;
        assertThat(verdict().masters()).isEqualTo(1);
        target = 60_001;
        assertThat(verdict().masters()).isEqualTo(2);
        target = 1_000_000;
        final Verdict verdict = verdict();

        assertThat(verdict.masters()).isEqualTo(17);
        assertThat(verdict.lines().get(1))
                .startsWith("for 1000000 tasks/s (86400 million a day): 17 Masters, 1000000 / (100000 x (1 - 0.4))");
    }

    @Test
    void shouldPlanNoMoreFireWorkersThanTheyAreBusy() {
        target = 10_000;
        // 10 000/s x 18 us = 0.18 of one.
        assertThat(verdict().fireWorkers()).isEqualTo(1);
        target = 60_000;
        // 60 000/s x 18 us = 1.08, over 0.6.
        assertThat(verdict().fireWorkers()).isEqualTo(2);
    }

    @Test
    void shouldPlanExclusiveThreadsByLittlesLaw() {
        target = 10_000;
        assertThat(verdict().exclusiveThreads()).isZero();
        exclusiveMicros = 2_000;
        // 20 busy on average, over 0.6.
        assertThat(verdict().exclusiveThreads()).isEqualTo(34);
    }

    @Test
    void shouldPlanARingForTheLongestWaitAndTheBurst() {
        target = 60_000;
        // A wait of 1 ms: 60 tasks, twice, and 128 for completions.
        assertThat(verdict().ringCapacity()).isEqualTo(1_024);
        burst = new CapacityResult.Disturbance(1.5, 50_000, step(150_000, 0, 3_000), 0);
        assertThat(verdict().ringCapacity()).isEqualTo(4_096);
    }

    @Test
    void shouldNotPlanARingForABurstThatIsNotValid() {
        target = 60_000;
        complaints = List.of(new Complaint(Complaint.Cause.MACHINE, "other machines took 60 ms of CPU time"));
        burst = new CapacityResult.Disturbance(1.5, 50_000, step(150_000, 0, 3_000), 0);
        complaints = List.of();

        final Verdict verdict = verdict();

        assertThat(verdict.ringCapacity()).isEqualTo(1_024);
        assertThat(verdict.lines()).anySatisfy(line -> assertThat(line)
                .startsWith("ring: 1024 slots")
                .contains(
                        "what a burst used is not known, since its step is not valid (other machines took 60 ms of CPU"
                                + " time)"));
    }

    @Test
    void shouldSayWhatABurstThatWasRefusedWouldHaveTaken() {
        burst = new CapacityResult.Disturbance(1.5, 50_000, step(150_000, 75_000, 16_256), 0);

        final Verdict verdict = verdict();

        assertThat(verdict.ringCapacity()).isEqualTo(16_384);
        // Half as much again as it can do, for five seconds.
        assertThat(verdict.lines()).anySatisfy(line -> assertThat(line)
                .startsWith("ring: 16384 slots")
                .contains("had 10 % of its tasks refused", "250000 slots", "would wait 2500 ms"));
    }

    @Test
    void shouldPlanAHeapForWhatIsLiveAndAllocated() {
        target = 60_000;
        // 2 x (20 MiB + 1024 x 500 B) + 60 000/s x 200 B / 2 = 46.7 MiB, in steps of 64.
        assertThat(verdict().heapMebibytes()).isEqualTo(64);
        burst = new CapacityResult.Disturbance(1.5, 50_000, step(150_000, 0, 60_000), 0);
        // 2 x (20 MiB + 65 536 x 500 B) + 5.7 MiB = 108.2 MiB
        assertThat(verdict().heapMebibytes()).isEqualTo(128);
    }

    @Test
    void shouldNameWhatIsExhaustedFirst() {
        assertThat(verdict().nextBottleneck()).startsWith("the fire-workers, 90 % busy at 100000/s");
        submitterBusy = 0.95;
        assertThat(verdict().nextBottleneck()).startsWith("the thread that submits, 95 % busy");
        exclusiveBusy = 0.99;
        assertThat(verdict().nextBottleneck()).startsWith("the exclusive threads, 99 % busy");
        fireWorkerBusy = 0.3;
        submitterBusy = 0.3;
        exclusiveBusy = 0;
        gcMillis = 4_000;
        assertThat(verdict().nextBottleneck()).startsWith("garbage collection, 80 % busy");
        gcMillis = 0;
        assertThat(verdict().nextBottleneck()).startsWith("none of them was near its limit");
    }

    @Test
    void shouldGiveNoVerdictWithoutARateWithinTheObjective() {
        slo = Slo.parse("p99=1us");

        assertThat(Verdict.of(
                        settings(),
                        List.of(step(BEST, 0, 0)),
                        new CapacityResult.Knee(new CapacityResult.Rate(BEST, 0), true, ""),
                        null,
                        null,
                        cost))
                .isNull();
    }
}
