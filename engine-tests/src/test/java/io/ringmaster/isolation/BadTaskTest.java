package io.ringmaster.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.CloseReport;
import io.ringmaster.TaskEngine;
import io.ringmaster.task.Container;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskOutcome;
import io.ringmaster.task.TaskState;
import io.ringmaster.testing.Conditions;
import io.ringmaster.testing.Watchdog;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A task that does wrong harms only itself. */
@Timeout(120)
class BadTaskTest {
    private final Isolation.Spin spin = new Isolation.Spin();
    private final CountDownLatch latch = new CountDownLatch(1);
    private final TaskEngine engine = TaskEngine.launch(Isolation.context());

    @AfterEach
    void release() {
        spin.release();
        latch.countDown();
        engine.close();
    }

    /** Ways to fail, each with what the outcome tells. */
    enum Fault {
        EXCEPTION(context -> {
            throw new IllegalStateException("thrown");
        }),
        CHECKED_EXCEPTION(context -> {
            throw new IOException("thrown");
        }),
        ERROR(context -> {
            throw new AssertionError("thrown");
        }),
        OUT_OF_MEMORY(context -> {
            throw new OutOfMemoryError("thrown");
        }),
        LINKAGE(context -> {
            throw new NoClassDefFoundError("thrown");
        }),
        STACK_OVERFLOW(context -> context.done(deeper(1))),
        FAILED(context -> context.failed(new IOException("thrown"))),
        NULL_STEP(context -> null),
        FAILED_WITHOUT_CAUSE(context -> Step.FAILED),
        AGAIN_WITHOUT_DELAY(context -> Step.AGAIN_AFTER),
        NEGATIVE_DELAY(context -> context.againAfter(-1, TimeUnit.SECONDS)),
        NULL_CAUSE(context -> context.failed(null)),
        NULL_CHILD(context -> context.done(context.trySubmit(null)));

        private final Task task;

        Fault(final Task task) {
            this.task = task;
        }

        private static long deeper(final long depth) {
            return depth + deeper(depth + 1);
        }
    }

    static Stream<Arguments> faults() {
        return Stream.of(Fault.values()).flatMap(fault -> Stream.of(Container.SHARED, Container.EXCLUSIVE)
                .map(container -> Arguments.of(fault, container)));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void shouldFailAlone(final Fault fault, final Container container) throws Exception {
        final List<TaskHandle> neighbours = Isolation.startNeighbours(engine);
        final List<TaskHandle> bad = new ArrayList<>();
        for (int id = 1; id <= 20; id++) {
            bad.add(engine.submit(Isolation.spec(id, container, fault.task)));
        }
        for (final TaskHandle each : bad) {
            final TaskOutcome outcome = Isolation.end(each);
            assertThat(outcome.state()).isEqualTo(TaskState.FAILED);
            assertThat(outcome.attempt()).isEqualTo(1);
            assertThat(outcome.failure()).isNotNull();
        }
        Isolation.assertWell(neighbours);
        Isolation.assertNeighboursDoWell(engine);
        assertThat(engine.ledger().failed()).isEqualTo(20);
        Isolation.assertBalancedAndClose(engine);
    }

    @ParameterizedTest
    @EnumSource(names = {"SHARED", "EXCLUSIVE"})
    void shouldTellWhatABadStepDid(final Container container) throws Exception {
        assertThat(failure(container, Fault.NULL_STEP)).hasMessage("task 1: a step must not return null");
        assertThat(failure(container, Fault.FAILED_WITHOUT_CAUSE))
                .hasMessage("task 1: returned FAILED without failed(cause)");
        assertThat(failure(container, Fault.AGAIN_WITHOUT_DELAY))
                .hasMessage("task 1: returned AGAIN_AFTER without againAfter(delay, unit)");
        assertThat(failure(container, Fault.NEGATIVE_DELAY))
                .hasMessage("task 1: delay must not be negative: -1 SECONDS");
        assertThat(failure(container, Fault.STACK_OVERFLOW)).isInstanceOf(StackOverflowError.class);
        assertThat(failure(container, Fault.CHECKED_EXCEPTION))
                .isInstanceOf(IOException.class)
                .hasMessage("thrown");
    }

    private Throwable failure(final Container container, final Fault fault) throws Exception {
        return Isolation.end(engine.submit(Isolation.spec(1, container, fault.task)))
                .failure();
    }

    @Test
    void shouldRefuseToSleepInASharedStep() throws Exception {
        final TaskHandle handle = engine.submit(Isolation.spec(1, Container.SHARED, context -> {
            context.sleep(1, TimeUnit.SECONDS);
            return Step.DONE;
        }));
        assertThat(Isolation.end(handle).failure())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("task 1: a shared step must not block");
    }

    @Test
    void shouldNotHandAnInterruptFlagOn() throws Exception {
        final TaskEngine narrow = TaskEngine.launch(Isolation.context().exclusiveThreads(1));
        final AtomicInteger greeted = new AtomicInteger();
        final Task look = context -> {
            if (Thread.currentThread().isInterrupted()) {
                greeted.incrementAndGet();
            }
            Thread.currentThread().interrupt();
            return Step.DONE;
        };
        for (final Container container : List.of(Container.SHARED, Container.EXCLUSIVE)) {
            final List<TaskHandle> handles = new ArrayList<>();
            for (int id = 1; id <= 100; id++) {
                handles.add(narrow.submit(Isolation.spec(id, container, look)));
            }
            for (final TaskHandle each : handles) {
                assertThat(Isolation.end(each).isSuccess()).isTrue();
            }
        }
        assertThat(greeted).hasValue(0);
        Isolation.assertNeighboursDoWell(narrow);
        Isolation.assertBalancedAndClose(narrow);
    }

    @Test
    void shouldNotHandAKillsInterruptOn() throws Exception {
        final TaskEngine narrow = TaskEngine.launch(Isolation.context().exclusiveThreads(1));
        final AtomicInteger greeted = new AtomicInteger();
        for (int id = 1; id <= 20; id++) {
            final CountDownLatch running = new CountDownLatch(1);
            final TaskHandle blocked = narrow.submit(Isolation.spec(id, Container.EXCLUSIVE, context -> {
                greeted.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0);
                running.countDown();
                latch.await();
                return Step.DONE;
            }));
            assertThat(running.await(60, TimeUnit.SECONDS)).isTrue();
            blocked.kill();
            assertThat(Isolation.end(blocked).state()).isEqualTo(TaskState.KILLED);
        }
        assertThat(greeted).hasValue(0);
        Isolation.assertBalancedAndClose(narrow);
    }

    // ---- tasks that never return ------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(names = {"SHARED", "EXCLUSIVE"})
    void shouldGoOnBesideATaskThatNeverReturns(final Container container) throws Exception {
        final TaskHandle stuck = engine.submit(Isolation.spec(1, container, spin));
        spin.awaitRunning();
        Isolation.assertNeighboursDoWell(engine);
        assertThat(stuck.isDone()).isFalse();
        assertThat(engine.ledger().live()).isEqualTo(1);
        spin.release();
        assertThat(Isolation.end(stuck).isSuccess()).isTrue();
        Isolation.assertBalancedAndClose(engine);
    }

    @ParameterizedTest
    @EnumSource(names = {"SHARED", "EXCLUSIVE"})
    void shouldAbandonATaskThatIgnoresEverything(final Container container) throws Exception {
        final TaskHandle stuck = engine.submit(Isolation.spec(1, container, spin));
        spin.awaitRunning();
        assertThat(stuck.kill()).isNull();
        assertThat(Isolation.end(stuck).state()).isEqualTo(TaskState.ABANDONED);
        Isolation.assertNeighboursDoWell(engine);
        assertThat(engine.drain(60, TimeUnit.SECONDS)).isTrue();
        assertThat(engine.ledger().isBalanced()).isTrue();
        assertThat(engine.ledger().abandoned()).isEqualTo(1);
        final CloseReport report = engine.closeAndReport();
        assertThat(report.clean()).isFalse();
        assertThat(report.unfinished()).isEmpty();
        assertThat(report.stuckThreads()).singleElement().asString().contains("Spin.execute");
    }

    @ParameterizedTest
    @EnumSource(names = {"SHARED", "EXCLUSIVE"})
    void shouldKillABlockedTaskByItsInterrupt(final Container container) throws Exception {
        final CountDownLatch running = new CountDownLatch(1);
        final TaskHandle blocked = engine.submit(Isolation.spec(1, container, context -> {
            running.countDown();
            latch.await();
            return Step.DONE;
        }));
        assertThat(running.await(60, TimeUnit.SECONDS)).isTrue();
        Isolation.assertNeighboursDoWell(engine);
        blocked.kill();
        final TaskOutcome outcome = Isolation.end(blocked);
        assertThat(outcome.state()).isEqualTo(TaskState.KILLED);
        Isolation.assertNeighboursDoWell(engine);
        Isolation.assertBalancedAndClose(engine);
    }

    @ParameterizedTest
    @EnumSource(names = {"SHARED", "EXCLUSIVE"})
    void shouldCloseInBoundedTimeAndNameWhoIsStuck(final Container container) throws Exception {
        final TaskHandle stuck = engine.submit(Isolation.spec(1, container, spin));
        spin.awaitRunning();
        final List<TaskHandle> neighbours = Isolation.startNeighbours(engine);
        final AtomicReference<CloseReport> closed = new AtomicReference<>();
        Watchdog.within(Duration.ofSeconds(60), () -> closed.set(engine.closeAndReport()));
        final CloseReport report = closed.get();
        assertThat(report.clean()).isFalse();
        assertThat(report.unfinished()).isEmpty();
        assertThat(report.stuckThreads()).singleElement().asString().contains("Spin.execute");
        assertThat(stuck.outcome().state()).isEqualTo(TaskState.ABANDONED);
        assertThat(neighbours).allMatch(TaskHandle::isDone);
        assertThat(engine.ledger().isBalanced()).isTrue();
        assertThat(engine.closeAndReport()).as("a second close").isEqualTo(report);
    }

    /** As many as there are spares and threads, and more: each partition goes on, or says that it can't. */
    @Test
    void shouldSurviveManyTasksThatNeverReturn() throws Exception {
        final TaskEngine small =
                TaskEngine.launch(Isolation.context().spareThreads(2).exclusiveThreads(2));
        final List<Isolation.Spin> spins = new ArrayList<>();
        final List<TaskHandle> stuck = new ArrayList<>();
        for (int id = 1; id <= 2; id++) {
            spins.add(new Isolation.Spin());
            stuck.add(small.submit(Isolation.spec(id, Container.SHARED, spins.get(id - 1))));
            spins.get(id - 1).awaitRunning();
            Isolation.assertNeighboursDoWell(small);
        }
        final Isolation.Spin last = new Isolation.Spin();
        spins.add(last);
        stuck.add(small.submit(Isolation.spec(3, Container.SHARED, last)));
        last.awaitRunning();
        Conditions.await(
                "it says that no spare is left",
                () -> small.trySubmit(Isolation.spec(4, Container.SHARED, context -> Step.DONE))
                                .refusal()
                        == Refusal.NO_SPARE);
        assertThat(small.health().ok()).isFalse();
        spins.get(0).release();
        Isolation.assertNeighboursDoWell(small);
        spins.forEach(Isolation.Spin::release);
        for (final TaskHandle each : stuck) {
            assertThat(Isolation.end(each).isSuccess()).isTrue();
        }
        Isolation.assertBalancedAndClose(small);
    }

    @Test
    void shouldRunOthersWhenQuarantinedThreadsAreReplaced() throws Exception {
        final TaskEngine small =
                TaskEngine.launch(Isolation.context().exclusiveThreads(2).quarantineLimit(4));
        final List<Isolation.Spin> spins = new ArrayList<>();
        for (int id = 1; id <= 4; id++) {
            final Isolation.Spin each = new Isolation.Spin();
            spins.add(each);
            final TaskHandle stuck = small.submit(Isolation.spec(id, Container.EXCLUSIVE, each));
            each.awaitRunning();
            stuck.kill();
            assertThat(Isolation.end(stuck).state()).isEqualTo(TaskState.ABANDONED);
        }
        Isolation.assertNeighboursDoWell(small);
        assertThat(small.ledger().quarantined()).isEqualTo(4);
        spins.forEach(Isolation.Spin::release);
        Conditions.await(
                "the quarantined threads have ended", () -> small.ledger().quarantined() == 0);
        Isolation.assertNeighboursDoWell(small);
        Isolation.assertBalancedAndClose(small);
    }
}
