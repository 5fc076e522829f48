package io.ringmaster.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmaster.Ledger;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rig on targets whose faults are known. */
@Timeout(60)
class StepMeasurementTest {
    private static final double RATE = 2_000;
    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int INTERVALS = 10;
    private static final CapacityObserver NOBODY = new CapacityObserver() {
        @Override
        public void began(final Step.Purpose purpose, final double perSecond, final long nanos) {}

        @Override
        public void looked(final long nanos, final long ended, final long live) {}

        @Override
        public void measured(final Step step) {}
    };

    private FakeTarget target;

    @AfterEach
    void end() {
        if (target != null) {
            target.close();
        }
    }

    /** A thread that ends tasks in their order, as soon as it can. */
    private static class FakeTarget implements LoadTarget {
        private static final long END = -1;

        private final Recorder recorder;
        private final BlockingQueue<Long> queue = new LinkedBlockingQueue<>();
        private final Thread thread = new Thread(this::work, "fake-target");
        private final AtomicLong accepted = new AtomicLong();
        private final AtomicLong ended = new AtomicLong();

        FakeTarget(final Recorder recorder) {
            this.recorder = recorder;
            thread.setDaemon(true);
            thread.start();
        }

        private void work() {
            try {
                for (long id = queue.take(); id != END; id = queue.take()) {
                    before(id);
                    recorder.ended(id, System.nanoTime(), 0);
                    ended.incrementAndGet();
                }
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** What the target's thread does before it ends a task. */
        void before(final long id) {}

        /** Whether a task is accepted. The submitter's thread. */
        boolean accepts(final long id) {
            return true;
        }

        @Override
        public boolean submit(final long id, final int work) {
            if (!accepts(id)) {
                return false;
            }
            accepted.incrementAndGet();
            queue.add(id);
            return true;
        }

        @Override
        public Gauges gauges() {
            final long done = ended.get();
            return new Gauges(accepted.get() - done, 0, done, 0, 0);
        }

        @Override
        public Totals totals() {
            return new Totals(Map.of(), 0, 0);
        }

        @Override
        public boolean drain(final long nanos) {
            final long start = System.nanoTime();
            while (ended.get() < accepted.get() && System.nanoTime() - start < nanos) {
                LockSupport.parkNanos(1_000_000);
            }
            return ended.get() == accepted.get();
        }

        @Override
        public void close() {
            queue.add(END);
        }

        @Override
        public Ledger ledger() {
            return new Ledger(accepted.get(), ended.get(), ended.get(), 0, 0, 0, Map.of(), 0);
        }
    }

    private Step measure(final StepMeasurement.Opener opener) throws InterruptedException {
        return measure(opener, 1 << 14, () -> false).step();
    }

    private static Measured measure(final StepMeasurement.Opener opener, final int window, final BooleanSupplier stop)
            throws InterruptedException {
        final StepMeasurement.Rig rig = new StepMeasurement.Rig(
                WorkMix.parse("noop"), 1, Slo.parse("p90=200ms"), 1, 1, 1, window, TimeUnit.SECONDS.toNanos(20));
        return new StepMeasurement(rig, System.nanoTime(), NOBODY, stop)
                .measure(
                        new StepMeasurement.Plan(
                                Step.Purpose.GIVEN,
                                RATE,
                                1,
                                RateProfile.flat(RATE),
                                seed -> () -> 1,
                                new Timing(INTERVAL, INTERVAL, INTERVALS, 3),
                                null),
                        opener);
    }

    /** Three times the rate for some intervals, after one of warm-up and some of the base load. */
    private static Measured measureOverload(
            final int base, final int overload, final int intervals, final StepMeasurement.Opener opener)
            throws InterruptedException {
        final StepMeasurement.Rig rig =
                new StepMeasurement.Rig(WorkMix.parse("noop"), 1, null, 1, 1, 1, 1 << 14, TimeUnit.SECONDS.toNanos(20));
        final RateProfile profile = RateProfile.phases(
                new double[] {(1 + base) * INTERVAL, overload * INTERVAL, 0}, new double[] {RATE, 3 * RATE, RATE});
        return new StepMeasurement(rig, System.nanoTime(), NOBODY, () -> false)
                .measure(
                        new StepMeasurement.Plan(
                                Step.Purpose.OVERLOAD,
                                3 * RATE,
                                1,
                                profile,
                                seed -> () -> 1,
                                new Timing(INTERVAL, INTERVAL, intervals, 2),
                                new int[] {base, base + overload}),
                        opener);
    }

    @Test
    void shouldCountEveryTaskThatWasDueInTheMeasuredTime() throws InterruptedException {
        final Step step = measure(recorder -> target = new FakeTarget(recorder));

        assertThat(step.load().submitted()).isEqualTo(2_000);
        assertThat(step.load().refused()).isZero();
        assertThat(step.load().unfinished()).isZero();
        assertThat(step.endToEnd().count()).isEqualTo(2_000);
        assertThat(step.sendLag().count()).isEqualTo(2_000);
        assertThat(step.hiccups().count()).isPositive();
        assertThat(step.ledger().isBalanced()).isTrue();
        // The warm-up's tasks are in the books, not in the figures.
        assertThat(step.ledger().accepted()).isEqualTo(2_199);
    }

    @Test
    void shouldCountTheTasksThatWereLiveBeforeTheMeasuredTimeAndAfterIt() throws InterruptedException {
        final long held = TimeUnit.MILLISECONDS.toNanos(150);
        // From the warm-up's last task but 50 on, the target stands still for 150 ms; so again at the end.
        final Step step = measure(recorder -> target = new FakeTarget(recorder) {
            @Override
            void before(final long id) {
                final long start = System.nanoTime();
                while ((id == 149 || id == 2_149) && System.nanoTime() - start < held) {
                    LockSupport.parkNanos(held);
                }
            }
        });

        // A slow machine makes it more, never less.
        assertThat(step.load().liveBefore()).isGreaterThanOrEqualTo(50);
        assertThat(step.load().liveAfter()).isGreaterThanOrEqualTo(50);
        assertThat(step.load().liveAfter() - step.load().liveBefore())
                .isEqualTo(step.load().submitted() - step.load().completed());
    }

    @Test
    void shouldShowAStallInTheLatenciesOfAllTasksThatWereDueMeanwhile() throws InterruptedException {
        final long stall = TimeUnit.MILLISECONDS.toNanos(1_000);
        // The first measured task: the target stands still for as long as there are tasks.
        final Step step = measure(recorder -> target = new FakeTarget(recorder) {
            @Override
            void before(final long id) {
                final long start = System.nanoTime();
                while (id == 200 && System.nanoTime() - start < stall) {
                    LockSupport.parkNanos(stall);
                }
            }
        });

        // Uniform from a second downwards. Counted from when the target got to them, all but one would be short.
        final var latencies = step.latencies().get(Step.END_TO_END).histogram();
        assertThat(latencies.getMaxValue()).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(999));
        assertThat(latencies.getValueAtPercentile(50)).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(490));
        assertThat(latencies.getValueAtPercentile(10)).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(90));
        assertThat(step.load().submitted()).isEqualTo(2_000);
        assertThat(step.meetsSlo()).isNotEqualTo(Answer.YES);
        assertThat(step.keepsUp()).isNotEqualTo(Answer.YES);
    }

    @Test
    void shouldBlameTheSubmitterWhenTheTargetsSubmitHoldsItUp() throws InterruptedException {
        final long stall = TimeUnit.MILLISECONDS.toNanos(500);
        final Step step = measure(recorder -> target = new FakeTarget(recorder) {
            @Override
            boolean accepts(final long id) {
                final long start = System.nanoTime();
                while (id == 400 && System.nanoTime() - start < stall) {
                    LockSupport.parkNanos(stall);
                }
                return true;
            }
        });

        assertThat(step.isInvalidBy(Complaint.Cause.SUBMITTER)).isTrue();
        assertThat(step.keepsUp()).isEqualTo(Answer.CANNOT_TELL);
        assertThat(step.meetsSlo()).isEqualTo(Answer.CANNOT_TELL);
        // Late or not, each latency counts from when the task was due.
        assertThat(step.endToEnd().max()).isGreaterThanOrEqualTo(499_000);
        assertThat(step.sendLag().max()).isGreaterThanOrEqualTo(499_000);
    }

    @Test
    void shouldCountARefusalOnceAndGoOn() throws InterruptedException {
        final AtomicLong calls = new AtomicLong();
        final Step step = measure(recorder -> target = new FakeTarget(recorder) {
            @Override
            boolean accepts(final long id) {
                return calls.getAndIncrement() % 4 != 0;
            }
        });

        assertThat(calls).hasValue(2_199);
        assertThat(step.load().submitted()).isEqualTo(2_000);
        assertThat(step.load().refused()).isEqualTo(500);
        assertThat(step.endToEnd().count()).isEqualTo(1_500);
        assertThat(step.keepsUp()).isNotEqualTo(Answer.YES);
        assertThat(step.meetsSlo()).isNotEqualTo(Answer.YES);
    }

    @Test
    void shouldNoticeThatItForgotWhenATaskWasDue() throws InterruptedException {
        final long stall = TimeUnit.MILLISECONDS.toNanos(300);
        // A window of 256 tasks, and a stall in which 600 are submitted.
        final Step step = measure(
                        recorder -> target = new FakeTarget(recorder) {
                            @Override
                            void before(final long id) {
                                final long start = System.nanoTime();
                                while (id == 300 && System.nanoTime() - start < stall) {
                                    LockSupport.parkNanos(stall);
                                }
                            }
                        },
                        256,
                        () -> false)
                .step();

        assertThat(step.isInvalidBy(Complaint.Cause.RECORDER)).isTrue();
        assertThat(step.endToEnd().count()).isLessThan(2_000);
    }

    @Test
    void shouldClampWhatIsOverAnHourAndSaySo() throws InterruptedException {
        final Step step = measure(recorder -> target = new FakeTarget(recorder) {
            @Override
            void before(final long id) {
                if (id == 500) {
                    recorder.ended(id, System.nanoTime() + TimeUnit.HOURS.toNanos(2), 0);
                }
            }
        });

        assertThat(step.complaints())
                .contains(new Complaint(Complaint.Cause.RECORDER, "1 latencies were over an hour and counted as that"));
        assertThat(step.endToEnd().max()).isLessThanOrEqualTo(3_602e6);
    }

    @Test
    void shouldEndEarlyWhenItIsToldTo() throws InterruptedException {
        final AtomicLong looks = new AtomicLong();
        final Measured measured =
                measure(recorder -> target = new FakeTarget(recorder), 1 << 14, () -> looks.incrementAndGet() > 0);

        assertThat(measured.step().isInvalidBy(Complaint.Cause.STOPPED)).isTrue();
        assertThat(measured.step().load().submitted()).isLessThan(2_000);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(each -> each.getName().startsWith("submitter-") && each.isAlive());
    }

    @Test
    void shouldSayWhatEndedASubmitter() {
        assertThatThrownBy(() -> measure(recorder -> target = new FakeTarget(recorder) {
                    @Override
                    boolean accepts(final long id) {
                        throw new AssertionError("no more");
                    }
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a submitter failed")
                .hasRootCauseMessage("no more");
    }

    @Test
    void shouldCountTheSecondsOfAStep() throws InterruptedException {
        final Measured measured = measure(recorder -> target = new FakeTarget(recorder), 1 << 14, () -> false);

        assertThat(measured.seconds()).hasSize(1);
        final TimelineSecond second = measured.seconds().get(0);
        assertThat(second.submitted()).isEqualTo(2_000);
        assertThat(second.completed()).isBetween(1_000L, 2_200L);
        assertThat(measured.endToEnd().stream()
                        .mapToLong(each -> each.getTotalCount())
                        .sum())
                .isEqualTo(2_000);
    }

    @Test
    void shouldSayHowBusyTheSubmitterWasInAnOverloadAlone() throws InterruptedException {
        final Measured measured = measureOverload(
                5,
                3,
                12,
                recorder -> target = new FakeTarget(recorder) {
                    @Override
                    boolean accepts(final long id) {
                        // The overload's 1800, of 100 us each in its 300 ms.
                        final long start = System.nanoTime();
                        while (id >= 1_200 && id < 3_000 && System.nanoTime() - start < 100_000) {
                            Thread.onSpinWait();
                        }
                        return true;
                    }
                });

        assertThat(measured.step().usage().submitterBusy()).isGreaterThan(0.59);
    }

    @Test
    void shouldMeasureTheRecoveryAfterAnOverload() throws InterruptedException {
        // 4000 tasks a second at the most: 1000 are left over at the overload's end, and go in half a second.
        final Measured measured = measureOverload(
                10,
                5,
                40,
                recorder -> target = new FakeTarget(recorder) {
                    private long free = System.nanoTime();

                    @Override
                    void before(final long id) {
                        // Never faster; what a slow machine makes it lose it may catch up.
                        free = Math.max(free, System.nanoTime() - 20_000_000) + 250_000;
                        while (System.nanoTime() < free) {
                            LockSupport.parkNanos(free - System.nanoTime());
                        }
                    }
                });

        assertThat(measured.step().load().submitted()).isEqualTo(3_000);
        assertThat(measured.step().load().seconds()).isEqualTo(0.5);
        assertThat(measured.step().usage().maxLive()).isGreaterThan(500);
        // No value if the machine was too slow for the base load.
        assertThat(measured.recovery() < 0.3).isFalse();
    }
}
