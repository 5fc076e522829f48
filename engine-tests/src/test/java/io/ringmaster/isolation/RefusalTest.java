package io.ringmaster.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.TaskEngine;
import io.ringmaster.task.Container;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskRefusedException;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.testing.Conditions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is full says so, as a value or in words, and takes tasks again once there is room. */
@Timeout(120)
class RefusalTest {
    private final CountDownLatch latch = new CountDownLatch(1);
    private final Isolation.Spin spin = new Isolation.Spin();
    private TaskEngine engine;

    @AfterEach
    void close() {
        spin.release();
        latch.countDown();
        engine.close();
    }

    private static TaskSpec noOp(final long id) {
        return Isolation.spec(id, Container.SHARED, context -> Step.DONE);
    }

    private static TaskSpec waiting(final long id) {
        return Isolation.spec(id, Container.SHARED, context -> Step.WHEN_SIGNALLED);
    }

    private List<TaskHandle> submitUntil(final Refusal refusal, final TaskSpec spec) throws Exception {
        final List<TaskHandle> accepted = new ArrayList<>();
        Conditions.await(refusal + " is answered", () -> {
            final TaskHandle handle = engine.trySubmit(100 + accepted.size(), spec);
            if (handle.isAccepted()) {
                accepted.add(handle);
            }
            return handle.refusal() == refusal;
        });
        return accepted;
    }

    private void assertRefused(final TaskSpec spec, final Refusal refusal, final String message) {
        assertThat(engine.trySubmit(spec).refusal()).isEqualTo(refusal);
        try {
            engine.submit(spec);
            throw new AssertionError("accepted");
        } catch (final TaskRefusedException e) {
            assertThat(e.refusal()).isEqualTo(refusal);
            assertThat(e).hasMessage(message);
        }
    }

    @Test
    void shouldRefuseWhenTheRingIsFull() throws Exception {
        engine = TaskEngine.launch(Isolation.context()
                .ringCapacity(64)
                .reservedSlots(16)
                .stallThresholdMillis(5_000)
                .submitTimeoutMillis(0)
                .closeTimeoutMillis(100_000));
        final TaskHandle holder = engine.submit(Isolation.spec(1, Container.SHARED, spin));
        spin.awaitRunning();
        final List<TaskHandle> accepted = submitUntil(Refusal.RING_FULL, noOp(0));
        assertThat(accepted).hasSizeBetween(47, 48);
        assertRefused(
                noOp(2),
                Refusal.RING_FULL,
                "task 2 was refused (RING_FULL): its ring of 64 slots is full up to the 16 kept for completions");
        spin.release();
        accepted.add(holder);
        for (final TaskHandle each : accepted) {
            assertThat(Isolation.end(each).isSuccess()).isTrue();
        }
        Isolation.assertBalancedAndClose(engine);
    }

    /** A submission that may wait does, and is accepted when there is room. */
    @Test
    void shouldWaitForRoomInTheRing() throws Exception {
        engine = TaskEngine.launch(Isolation.context()
                .ringCapacity(64)
                .stallThresholdMillis(5_000)
                .submitTimeoutMillis(60_000)
                .closeTimeoutMillis(100_000));
        engine.submit(Isolation.spec(1, Container.SHARED, spin));
        spin.awaitRunning();
        submitUntil(Refusal.RING_FULL, noOp(0));
        final List<TaskHandle> late = new CopyOnWriteArrayList<>();
        final Thread submitter = new Thread(() -> late.add(engine.submit(noOp(2))));
        submitter.start();
        Conditions.await("it waits", () -> submitter.getState() == Thread.State.TIMED_WAITING);
        assertThat(late).isEmpty();
        spin.release();
        submitter.join();
        assertThat(Isolation.end(late.get(0)).isSuccess()).isTrue();
        Isolation.assertBalancedAndClose(engine);
    }

    @Test
    void shouldRefuseAboveTheQuota() throws Exception {
        engine = TaskEngine.launch(
                Isolation.context().fireWorkers(2).maxLiveTasks(10).submitTimeoutMillis(0));
        final List<TaskHandle> live = submitUntil(Refusal.QUOTA, waiting(0));
        assertThat(live).hasSize(10);
        assertRefused(
                waiting(2), Refusal.QUOTA, "task 2 was refused (QUOTA): 10 tasks are live and maxLiveTasks is 10");
        live.get(0).kill();
        Isolation.end(live.get(0));
        final TaskHandle next = engine.submit(waiting(2));
        live.forEach(TaskHandle::kill);
        next.kill();
        Isolation.assertBalancedAndClose(engine);
    }

    /** The bound is threads plus queue; who is refused was never started, and the queue is served in order. */
    @Test
    void shouldQueueExclusiveTasksInOrderAndRefuseBeyondTheBound() throws Exception {
        engine = TaskEngine.launch(
                Isolation.context().exclusiveThreads(1).exclusiveQueue(5).submitTimeoutMillis(0));
        final List<Long> order = new CopyOnWriteArrayList<>();
        final TaskSpec spec = Isolation.spec(0, Container.EXCLUSIVE, context -> {
            latch.await();
            order.add(context.taskId());
            return Step.DONE;
        });
        final List<TaskHandle> accepted = submitUntil(Refusal.EXCLUSIVE_QUEUE_FULL, spec);
        assertThat(accepted).hasSize(6);
        assertRefused(
                Isolation.spec(2, Container.EXCLUSIVE, context -> Step.DONE),
                Refusal.EXCLUSIVE_QUEUE_FULL,
                "task 2 was refused (EXCLUSIVE_QUEUE_FULL): exclusiveThreads (1) and exclusiveQueue (5) are taken");
        assertThat(Isolation.end(engine.submit(noOp(3))).isSuccess())
                .as("shared tasks are not concerned")
                .isTrue();
        latch.countDown();
        for (final TaskHandle each : accepted) {
            assertThat(Isolation.end(each).isSuccess()).isTrue();
        }
        assertThat(order).containsExactly(100L, 101L, 102L, 103L, 104L, 105L);
        Isolation.assertBalancedAndClose(engine);
    }

    @Test
    void shouldRefuseWhenNoSpareIsLeft() throws Exception {
        engine = TaskEngine.launch(Isolation.context().spareThreads(0).submitTimeoutMillis(0));
        final TaskHandle holder = engine.submit(Isolation.spec(1, Container.SHARED, spin));
        spin.awaitRunning();
        final List<TaskHandle> accepted = submitUntil(Refusal.NO_SPARE, noOp(0));
        assertRefused(
                noOp(2),
                Refusal.NO_SPARE,
                "task 2 was refused (NO_SPARE): a call holds its partition and none of the 0 spareThreads is left");
        spin.release();
        accepted.add(holder);
        for (final TaskHandle each : accepted) {
            assertThat(Isolation.end(each).isSuccess()).isTrue();
        }
        Conditions.await("it accepts again", () -> engine.trySubmit(noOp(2)).isAccepted());
        Isolation.assertBalancedAndClose(engine);
    }

    /** A close that finds a partition held without a spare left is bounded all the same. */
    @Test
    void shouldCloseAPartitionThatIsHeldWithoutASpare() throws Exception {
        engine = TaskEngine.launch(Isolation.context().spareThreads(0).submitTimeoutMillis(0));
        final TaskHandle holder = engine.submit(Isolation.spec(1, Container.SHARED, spin));
        spin.awaitRunning();
        final List<TaskHandle> accepted = submitUntil(Refusal.NO_SPARE, noOp(0));
        assertThat(engine.closeAndReport().stuckThreads())
                .singleElement()
                .asString()
                .contains("Spin.execute");
        assertThat(engine.ledger().isBalanced()).isTrue();
        accepted.add(holder);
        assertThat(accepted).allMatch(TaskHandle::isDone);
    }

    /** Children of a step that has lost its fire-worker are taken like any other's. */
    @Test
    void shouldTakeTheChildrenOfAStepThatLostItsFireWorker() throws Exception {
        engine = TaskEngine.launch(Isolation.context().ringCapacity(64));
        final List<TaskHandle> children = new ArrayList<>();
        final TaskHandle parent = engine.submit(Isolation.spec(1, Container.SHARED, context -> {
            latch.await();
            for (int i = 0; i < 1_000; i++) {
                children.add(context.trySubmit(noOp(1_000 + i)));
            }
            return Step.DONE;
        }));
        Isolation.assertNeighboursDoWell(engine);
        latch.countDown();
        assertThat(Isolation.end(parent).isSuccess()).isTrue();
        assertThat(children).hasSize(1_000).allMatch(TaskHandle::isAccepted);
        for (final TaskHandle each : children) {
            assertThat(each.await(60, TimeUnit.SECONDS).isSuccess()).isTrue();
        }
        Isolation.assertBalancedAndClose(engine);
    }

    /** A body that closes the engine it runs in waits for itself: the ladder gives it up, and the close returns. */
    @Test
    void shouldCloseFromAnExclusiveBodyInBoundedTime() throws Exception {
        engine = TaskEngine.launch(Isolation.context());
        final List<String> report = new CopyOnWriteArrayList<>();
        final TaskHandle handle = engine.submit(Isolation.spec(1, Container.EXCLUSIVE, context -> {
            report.add(engine.closeAndReport().toString());
            return Step.DONE;
        }));
        Conditions.await("the close has returned", () -> !report.isEmpty());
        assertThat(handle.isDone()).isTrue();
        assertThat(engine.ledger().isBalanced()).isTrue();
    }
}
