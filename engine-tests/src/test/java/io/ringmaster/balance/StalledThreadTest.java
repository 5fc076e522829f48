package io.ringmaster.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.PartitionSnapshot;
import io.ringmaster.eventbus.Partitions;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskContext;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.testing.Conditions;
import io.ringmaster.testing.Watchdog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A call that holds one of a thread's partitions holds the others no longer than its own. */
class StalledThreadTest {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final int PARTITIONS = 3;

    /** A shared step that blocks until it is let go, deaf to interrupts. */
    private static final class Block {
        private final CountDownLatch running = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        Step step(final TaskContext context) {
            running.countDown();
            boolean done = false;
            while (!done) {
                try {
                    released.await();
                    done = true;
                } catch (final InterruptedException e) {
                    // goes on
                }
            }
            return Step.DONE;
        }

        void awaitRunning() throws Exception {
            assertThat(running.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private long nextId = 1;

    private TaskHandle submit(final TaskEngine engine, final int partition, final io.ringmaster.task.Task task) {
        final long id = Partitions.idOn(partition, PARTITIONS, nextId);
        nextId = id + 1;
        return engine.trySubmit(TaskSpec.of(id, task));
    }

    private void assertAllGoOn(final TaskEngine engine) throws Exception {
        final List<TaskHandle> handles = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            final AtomicInteger steps = new AtomicInteger();
            handles.add(submit(engine, i % PARTITIONS, context -> switch (steps.incrementAndGet()) {
                case 1 -> Step.AGAIN_NOW;
                case 2 -> context.againAfter(1, TimeUnit.MILLISECONDS);
                default -> Step.DONE;
            }));
        }
        for (final TaskHandle each : handles) {
            Engines.assertSuccess(each);
        }
    }

    @Test
    void shouldGoOnWithTheOthersOfAStalledThread() throws Exception {
        Watchdog.within(LIMIT, () -> {
            final TaskEngine engine = TaskEngine.launch(Engines.context(1, PARTITIONS));
            final List<Block> blocks = new ArrayList<>();
            final List<TaskHandle> blocked = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                final Block block = new Block();
                blocks.add(block);
                blocked.add(submit(engine, i % PARTITIONS, block::step));
                block.awaitRunning();
                assertAllGoOn(engine);
            }
            assertThat(blocked).noneMatch(TaskHandle::isDone);
            assertThat(engine.metrics().threads().get(0).replaced()).isGreaterThanOrEqualTo(5);
            assertThat(Engines.look(engine)).allMatch(each -> each.takeovers() >= 1 && each.thread() == 0);
            for (int i = 0; i < blocks.size(); i++) {
                blocks.get(i).released.countDown();
                Engines.assertSuccess(blocked.get(i));
            }
            Engines.assertBalancedAndClose(engine);
        });
    }

    @Test
    void shouldGoOnWithTheOthersOfAThreadThatAListenerStalls() throws Exception {
        Watchdog.within(LIMIT, () -> {
            final CountDownLatch released = new CountDownLatch(1);
            final AtomicBoolean stalled = new AtomicBoolean();
            final AtomicInteger finals = new AtomicInteger();
            final TaskEngine engine =
                    TaskEngine.launch(Engines.context(1, PARTITIONS).listener(event -> {
                        if (event.partition() == 1 && stalled.compareAndSet(false, true)) {
                            awaitUninterruptibly(released);
                        }
                        finals.addAndGet(event.to().isFinal() ? 1 : 0);
                    }));
            final TaskHandle first = submit(engine, 1, context -> Step.DONE);
            assertAllGoOn(engine);
            Engines.assertSuccess(first);
            assertThat(Engines.look(engine).get(1).takeovers()).isEqualTo(1);
            released.countDown();
            Conditions.await("the listener was told of each end", () -> finals.get() == 31);
            Engines.assertBalancedAndClose(engine);
        });
    }

    private static void awaitUninterruptibly(final CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (final InterruptedException e) {
                // goes on
            }
        }
    }

    @Test
    void shouldRefuseOnAllPartitionsOfAThreadWithoutASpareAndRecover() throws Exception {
        Watchdog.within(LIMIT, () -> {
            final TaskEngine engine =
                    TaskEngine.launch(Engines.context(1, PARTITIONS).spareThreads(1));
            final Block first = new Block();
            final TaskHandle held = submit(engine, 0, first::step);
            first.awaitRunning();
            assertAllGoOn(engine);
            final Block second = new Block();
            final TaskHandle alsoHeld = submit(engine, 1, second::step);
            second.awaitRunning();
            final TaskHandle waiting = submit(engine, 2, context -> Step.DONE);
            Conditions.await("every partition refuses", () -> Engines.look(engine).stream()
                    .allMatch(each -> each.blocked() == Refusal.NO_SPARE));
            for (int i = 0; i < PARTITIONS; i++) {
                assertThat(submit(engine, i, context -> Step.DONE).refusal()).isEqualTo(Refusal.NO_SPARE);
            }
            assertThat(engine.health().ok()).isFalse();
            first.released.countDown(); // its thread ends and may be replaced once more
            Conditions.await("every partition accepts", () -> Engines.look(engine).stream()
                    .map(PartitionSnapshot::blocked)
                    .allMatch(java.util.Objects::isNull));
            assertAllGoOn(engine);
            Engines.assertSuccess(held);
            Engines.assertSuccess(waiting);
            assertThat(alsoHeld.isDone()).isFalse();
            second.released.countDown();
            Engines.assertSuccess(alsoHeld);
            Engines.assertBalancedAndClose(engine);
        });
    }

    /** The call returns before any spare thread does. */
    @Test
    void shouldGoOnWithoutASpareWhenTheCallReturns() throws Exception {
        Watchdog.within(LIMIT, () -> {
            final TaskEngine engine =
                    TaskEngine.launch(Engines.context(1, PARTITIONS).spareThreads(0));
            for (int i = 0; i < PARTITIONS; i++) {
                final Block block = new Block();
                final TaskHandle held = submit(engine, i, block::step);
                block.awaitRunning();
                final TaskHandle waiting = submit(engine, (i + 1) % PARTITIONS, context -> Step.DONE);
                Conditions.await("every partition refuses", () -> Engines.look(engine).stream()
                        .allMatch(each -> each.blocked() == Refusal.NO_SPARE));
                block.released.countDown();
                Engines.assertSuccess(held);
                Engines.assertSuccess(waiting);
                Conditions.await("it accepts again", () -> engine.health().ok());
                assertAllGoOn(engine);
            }
            assertThat(engine.metrics().threads().get(0).replaced()).isZero();
            Engines.assertBalancedAndClose(engine);
        });
    }

    @Test
    void shouldWaitWithAllPartitionsForAThreadThatTheMachineDoesNotGive() throws Exception {
        Watchdog.within(LIMIT, () -> {
            final AtomicInteger refused = new AtomicInteger();
            final AtomicBoolean exhausted = new AtomicBoolean();
            final TaskEngine engine =
                    TaskEngine.launch(Engines.context(1, PARTITIONS).threadFactory(body -> {
                        if (exhausted.get()) {
                            refused.incrementAndGet();
                            throw new OutOfMemoryError("unable to create native thread");
                        }
                        final Thread thread = new Thread(body);
                        thread.setDaemon(true);
                        return thread;
                    }));
            final Block block = new Block();
            exhausted.set(true);
            final TaskHandle held = submit(engine, 0, block::step);
            block.awaitRunning();
            final List<TaskHandle> waiting = new ArrayList<>();
            for (int i = 0; i < PARTITIONS; i++) {
                waiting.add(submit(engine, i, context -> Step.DONE));
            }
            Conditions.await("two threads were refused", () -> refused.get() >= 2);
            assertThat(waiting).noneMatch(TaskHandle::isDone);
            exhausted.set(false);
            for (final TaskHandle each : waiting) {
                Engines.assertSuccess(each);
            }
            block.released.countDown();
            Engines.assertSuccess(held);
            Engines.assertBalancedAndClose(engine);
        });
    }

    /** What was sent to a thread that stalls goes to the next one with all the rest. */
    @Test
    void shouldTakeTheInboxOfAStalledThreadAlong() throws Exception {
        Watchdog.within(LIMIT, () -> {
            final TaskEngine engine = TaskEngine.launch(Engines.context(2, PARTITIONS));
            final Partitions partitions = Engines.partitions(engine);
            for (int i = 0; i < 10; i++) {
                final Block block = new Block();
                final TaskHandle held = submit(engine, 1, block::step);
                block.awaitRunning();
                Engines.move(partitions, 0, 1);
                Engines.move(partitions, 2, 1);
                assertAllGoOn(engine);
                assertThat(held.isDone()).isFalse();
                block.released.countDown();
                Engines.assertSuccess(held);
                Engines.move(partitions, 2, 0);
                Engines.move(partitions, 0, 0);
                assertAllGoOn(engine);
            }
            Engines.assertBalancedAndClose(engine);
        });
    }

    /** Nor is it lost where there is no next one: it is there when the call returns, and refuses until then. */
    @Test
    void shouldRefuseInTheInboxOfAThreadThatIsHeld() throws Exception {
        Watchdog.within(LIMIT, () -> {
            final TaskEngine engine =
                    TaskEngine.launch(Engines.context(2, PARTITIONS).spareThreads(0));
            final Partitions partitions = Engines.partitions(engine);
            final Block block = new Block();
            final TaskHandle held = submit(engine, 1, block::step);
            block.awaitRunning();
            Engines.move(partitions, 0, 1);
            Conditions.await("both refuse, and only they", () -> {
                final List<PartitionSnapshot> all = Engines.look(engine);
                return all.get(0).blocked() == Refusal.NO_SPARE
                        && all.get(1).blocked() == Refusal.NO_SPARE
                        && all.get(2).blocked() == null;
            });
            block.released.countDown();
            Engines.assertSuccess(held);
            Conditions.await("it accepts again", () -> engine.health().ok());
            assertAllGoOn(engine);
            Engines.assertBalancedAndClose(engine);
        });
    }
}
