package io.ringmaster.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.CloseReport;
import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.FireWorkerThreadSnapshot;
import io.ringmaster.eventbus.PartitionSnapshot;
import io.ringmaster.eventbus.Partitions;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.testing.Conditions;
import io.ringmaster.testing.Watchdog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A partition goes to another thread: by its load, while threads are parked, and while the engine closes. */
class PartitionMoveTest {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final int PARTITIONS = 4;

    private final long seed = Long.getLong("ringmaster.seed", new SplittableRandom().nextLong());
    private long nextId = 1;

    private TaskHandle submit(final TaskEngine engine, final int partition, final int partitions, final Task task) {
        final long id = Partitions.idOn(partition, partitions, nextId);
        nextId = id + 1;
        return engine.trySubmit(TaskSpec.of(id, task));
    }

    /** Two steps in a row that keep their thread busy, each far below the stall threshold. */
    private static Step spin(final AtomicBoolean stop) {
        final long start = System.nanoTime();
        while (System.nanoTime() - start < 200_000) {
            Thread.onSpinWait();
        }
        return stop.get() ? Step.DONE : Step.AGAIN_NOW;
    }

    @Test
    void shouldMoveAPartitionAwayFromABusyThread() throws Exception {
        Watchdog.within(LIMIT, () -> {
            final AtomicBoolean stop = new AtomicBoolean();
            final TaskEngine engine = TaskEngine.launch(Engines.context(2, PARTITIONS)
                    .stallThresholdMillis(
                            3_000) // a preempted step is no stall here, and must not look like an idle thread
                    .closeTimeoutMillis(60_000)
                    .balanceIntervalMillis(100));
            final Partitions partitions = Engines.partitions(engine);
            final List<TaskHandle> heavy = new ArrayList<>();
            for (final int partition : new int[] {0, 2}) {
                assertThat(partitions.threadOf(partition)).isZero();
                for (int i = 0; i < 3; i++) {
                    heavy.add(submit(engine, partition, PARTITIONS, context -> spin(stop)));
                }
            }
            Conditions.await(
                    "one of the two is on the other thread", () -> partitions.threadOf(0) != partitions.threadOf(2));
            final List<FireWorkerThreadSnapshot> before = engine.metrics().threads();
            Conditions.await("both threads are busy", () -> {
                final List<FireWorkerThreadSnapshot> now = engine.metrics().threads();
                return now.get(0).busyNanos() > before.get(0).busyNanos() + 10_000_000
                        && now.get(1).busyNanos() > before.get(1).busyNanos() + 10_000_000;
            });
            assertThat(Engines.look(engine).stream()
                            .mapToLong(PartitionSnapshot::moves)
                            .sum())
                    .isPositive();
            for (int i = 0; i < 20; i++) {
                Engines.assertSuccess(submit(engine, i % PARTITIONS, PARTITIONS, context -> Step.DONE));
            }
            stop.set(true);
            for (final TaskHandle each : heavy) {
                Engines.assertSuccess(each);
            }
            Engines.assertBalancedAndClose(engine);
        });
    }

    @Test
    void shouldSayWhichThreadHoldsWhichPartition() throws Exception {
        Watchdog.within(LIMIT, () -> {
            final TaskEngine engine = TaskEngine.launch(Engines.context(2, 5));
            assertThat(engine.metrics().threads())
                    .extracting(FireWorkerThreadSnapshot::partitions)
                    .containsExactly(List.of(0, 2, 4), List.of(1, 3));
            final Partitions partitions = Engines.partitions(engine);
            Engines.move(partitions, 4, 1);
            assertThat(Engines.look(engine))
                    .extracting(PartitionSnapshot::thread)
                    .containsExactly(0, 1, 0, 1, 1);
            assertThat(Engines.look(engine))
                    .extracting(PartitionSnapshot::moves)
                    .containsExactly(0L, 0L, 0L, 0L, 1L);
            assertThat(engine.metrics().threads())
                    .extracting(FireWorkerThreadSnapshot::partitions)
                    .containsExactly(List.of(0, 2), List.of(1, 3, 4));
            assertThat(engine.health().roles().get(4).detail()).endsWith(", on thread 1");
            Engines.assertBalancedAndClose(engine);
        });
    }

    // ---- parking -----------------------------------------------------------------------------------------------

    private static Thread thread(final String engine, final int index) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().startsWith(engine + '-')
                        && each.getName().endsWith("-worker-" + index))
                .findAny()
                .orElseThrow();
    }

    private static void awaitParked(final Thread thread) throws Exception {
        Conditions.await(
                thread.getName() + " is parked",
                () -> thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING);
    }

    /** Each partition's inputs wake the one thread, whatever it was about to do. */
    @Test
    void shouldWakeTheThreadForEachOfItsPartitions() throws Exception {
        Watchdog.within(LIMIT, () -> {
            final SplittableRandom random = new SplittableRandom(seed);
            final TaskEngine engine = TaskEngine.launch(Engines.context(1, 3)
                    .stallThresholdMillis(3_000)
                    .closeTimeoutMillis(60_000)
                    .name("wake-" + seed));
            final Thread thread = thread("wake-" + seed, 0);
            for (int i = 0; i < 2_000; i++) {
                final int partition = random.nextInt(3);
                final TaskHandle waiting = submit(engine, partition, 3, new WaitsOnce());
                if ((i & 1) == 0) {
                    Conditions.await("it waits for its signal", () -> engine.explain(waiting.id())
                            .endsWith("waits for a signal"));
                    awaitParked(thread);
                } else {
                    spin(random.nextInt(100_000));
                }
                waiting.signal();
                Engines.assertSuccess(waiting);
            }
            Engines.assertBalancedAndClose(engine);
        });
    }

    private static final class WaitsOnce implements Task {
        private boolean waited;

        @Override
        public Step execute(final io.ringmaster.task.TaskContext context) {
            if (waited) {
                return Step.DONE;
            }
            waited = true;
            return Step.WHEN_SIGNALLED;
        }
    }

    private static void spin(final long nanos) {
        final long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
            Thread.onSpinWait();
        }
    }

    @Test
    void shouldParkUntilTheFirstTimerOfAnyPartition() throws Exception {
        Watchdog.within(LIMIT, () -> {
            final TaskEngine engine = TaskEngine.launch(Engines.context(1, 3));
            final TaskHandle late = submit(engine, 0, 3, context -> context.againAfter(1, TimeUnit.HOURS));
            for (int i = 0; i < 50; i++) {
                final AtomicInteger steps = new AtomicInteger();
                Engines.assertSuccess(submit(
                        engine,
                        1 + i % 2,
                        3,
                        context -> steps.incrementAndGet() == 1
                                ? context.againAfter(2, TimeUnit.MILLISECONDS)
                                : Step.DONE));
            }
            assertThat(late.isDone()).isFalse();
            late.kill();
            Engines.assertBalancedAndClose(engine);
        });
    }

    /** Both threads parked: the request wakes the one, the lease the other, and the next event finds the partition. */
    @Test
    void shouldMoveBetweenParkedThreads() throws Exception {
        Watchdog.within(LIMIT, () -> {
            final SplittableRandom random = new SplittableRandom(seed);
            final TaskEngine engine = TaskEngine.launch(Engines.context(2, 3)
                    .stallThresholdMillis(3_000)
                    .closeTimeoutMillis(60_000)
                    .name("parked-" + seed));
            final Partitions partitions = Engines.partitions(engine);
            final Thread[] threads = {thread("parked-" + seed, 0), thread("parked-" + seed, 1)};
            for (int i = 0; i < 1_000; i++) {
                final int partition = random.nextInt(3);
                final int target = 1 - partitions.threadOf(partition);
                if ((i & 1) == 0) {
                    awaitParked(threads[0]);
                    awaitParked(threads[1]);
                } else {
                    spin(random.nextInt(100_000));
                }
                final Partitions.Move move = partitions.move(partition, target);
                assertThat(move).isNotNull();
                Engines.assertSuccess(submit(engine, partition, 3, context -> Step.DONE));
                Conditions.await("the move was made", move::isServed);
                Engines.assertSuccess(submit(engine, partition, 3, context -> Step.DONE));
                assertThat(partitions.threadOf(partition)).isEqualTo(target);
            }
            Engines.assertBalancedAndClose(engine);
        });
    }

    // ---- close -------------------------------------------------------------------------------------------------

    @Test
    void shouldCloseInBoundedTimeWhilePartitionsMove() throws Exception {
        Watchdog.within(LIMIT, () -> {
            for (int i = 0; i < 20; i++) {
                closeWhilePartitionsMove(i);
            }
        });
    }

    private void closeWhilePartitionsMove(final int round) throws Exception {
        final int count = 6;
        final TaskEngine engine = TaskEngine.launch(Engines.context(3, count));
        final Partitions partitions = Engines.partitions(engine);
        final AtomicBoolean stop = new AtomicBoolean();
        final Thread mover =
                new Thread(() -> moveAtRandom(partitions, count, new SplittableRandom(seed + round), stop));
        mover.setDaemon(true);
        mover.start();
        final List<TaskHandle> handles = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            handles.add(submit(engine, i % count, count, context -> switch ((int) (context.taskId() & 3)) {
                case 0 -> Step.WHEN_SIGNALLED;
                case 1 -> Step.AGAIN_NOW;
                case 2 -> context.againAfter(100, TimeUnit.MICROSECONDS);
                default -> Step.DONE;
            }));
        }
        final CloseReport report = engine.closeAndReport();
        stop.set(true);
        mover.join();
        assertThat(report.clean()).as(report::toString).isTrue();
        assertThat(handles).allMatch(TaskHandle::isDone);
        assertThat(engine.ledger().isBalanced()).isTrue();
    }

    /** A request that the closing engine does not serve any more is left alone. */
    private static void moveAtRandom(
            final Partitions partitions, final int count, final SplittableRandom random, final AtomicBoolean stop) {
        while (!stop.get()) {
            final Partitions.Move move = partitions.move(random.nextInt(count), random.nextInt(3));
            while (move != null && !move.isServed() && !stop.get()) {
                Thread.onSpinWait();
            }
            Thread.yield();
        }
    }
}
