package io.ringmaster.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.Ledger;
import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.PartitionSnapshot;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEvent;
import io.ringmaster.task.Container;
import io.ringmaster.task.RetryPolicy;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskContext;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import io.ringmaster.testing.Conditions;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine's own threads under everything at once: clients that submit, kill, pause, resume and signal against each
 * other, steps, bodies and listeners that stall until their partition is taken from them. What the threads do is theirs,
 * so a seed ({@code -Dringmaster.seed=N}) repeats the wishes and not the run; what must hold is what holds for
 * {@link RandomHistoriesTest} too. {@code -Dringmaster.storms=N} plays more of them.
 */
@Timeout(600)
class StormTest {
    private static final Logger LOG = LoggerFactory.getLogger(StormTest.class);
    private static final int STORMS = Integer.getInteger("ringmaster.storms", 10);
    private static final int CLIENTS = 3;
    private static final int ACTIONS = 400;

    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Queue<Stormy> accepted = new ConcurrentLinkedQueue<>();
    private EventOracle quiet;
    private EventOracle unruly;

    /** A task of a few steps, each of another kind, chosen by the task's own seed. */
    private static final class Stormy implements Task {
        private final long id;
        private final SplittableRandom random;
        private final AtomicInteger inside = new AtomicInteger();
        private final Queue<Throwable> failures;
        private int left;
        private volatile TaskHandle handle;

        Stormy(final long id, final long seed, final Queue<Throwable> failures) {
            this.id = id;
            this.random = new SplittableRandom(seed);
            this.failures = failures;
            this.left = random.nextInt(5);
        }

        @Override
        public Step execute(final TaskContext context) throws Exception {
            if (inside.getAndIncrement() != 0) {
                failures.add(new AssertionError(this + " runs twice at a time"));
            }
            try {
                return step(context);
            } finally {
                inside.decrementAndGet();
            }
        }

        private Step step(final TaskContext context) throws Exception {
            switch (random.nextInt(40)) {
                case 0 -> stall(random.nextInt(80));
                case 1 -> context.handle().kill();
                case 2 -> context.handle().pause();
                case 3 -> context.handle().signal();
                case 4 -> Thread.currentThread().interrupt();
                case 5 -> context.progress(left);
                case 6, 7 -> context.pausePoint();
                case 8 -> throw new Exception("scripted");
                case 9 -> throw new StackOverflowError("scripted");
                default -> {
                    // an orderly step
                }
            }
            if (left-- <= 0) {
                return Step.DONE;
            }
            return switch (random.nextInt(4)) {
                case 0 -> Step.AGAIN_NOW;
                case 1 -> context.againAfter(random.nextInt(2_000_000), TimeUnit.NANOSECONDS);
                case 2 -> Step.WHEN_SIGNALLED;
                default -> context.failed(new IllegalStateException("scripted"));
            };
        }

        @Override
        public String toString() {
            return "task " + id;
        }
    }

    /** Blocks, whoever interrupts. */
    private static void stall(final int millis) {
        final long start = System.nanoTime();
        boolean interrupted = false;
        long left;
        while ((left = TimeUnit.MILLISECONDS.toNanos(millis) - (System.nanoTime() - start)) > 0) {
            LockSupport.parkNanos(left);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void tell(final EventOracle oracle, final TaskExecutorLifecycleEvent event) {
        synchronized (oracle) {
            oracle.onEvent(event.spec().attachment(), event);
        }
    }

    private void tellUnruly(final TaskExecutorLifecycleEvent event) throws Exception {
        tell(unruly, event);
        final int what = (int) (event.position() * 0x9E3779B97F4A7C15L >>> 54); // 0 to 1023
        if (what == 0) {
            stall(15);
        } else if (what == 1) {
            throw new Exception("scripted");
        } else if (what == 2) {
            event.handle().kill();
        } else if (what < 5) {
            event.handle().pause();
        } else if (what < 7) {
            event.handle().resume();
        }
    }

    @Test
    void shouldLoseNothingInAStorm() throws Exception {
        final Long given = Long.getLong("ringmaster.seed");
        final long start = given == null ? System.nanoTime() : given;
        for (long seed = start; seed < start + STORMS; seed++) {
            accepted.clear();
            quiet = new EventOracle("the quiet listener", null, failures::add);
            unruly = new EventOracle("the unruly listener", null, failures::add);
            LOG.info("storm of seed {}", seed);
            storm(seed);
        }
    }

    private void storm(final long seed) throws Exception {
        final TaskEngine engine = TaskEngine.launch(new TaskEngine.Context()
                .fireWorkers(2)
                .waitMode(WaitMode.ADAPTIVE)
                .ringCapacity(64)
                .exclusiveThreads(3)
                .exclusiveQueue(50)
                .stallThresholdMillis(5)
                .spareThreads(6)
                .killInterruptMillis(10)
                .killHookMillis(5)
                .killAbandonMillis(10)
                .listener(event -> tell(quiet, event))
                .listener(this::tellUnruly));
        try {
            final List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                final int index = i;
                final Thread client = new Thread(() -> client(engine, seed * CLIENTS + index, index), "client-" + i);
                clients.add(client);
                client.start();
            }
            for (final Thread client : clients) {
                client.join();
            }
            calm(engine, seed);
            final Ledger ledger = engine.ledger();
            assertThat(engine.drain(10, TimeUnit.SECONDS)).isTrue();
            assertThat(ledger.isBalanced()).as("%s of seed %d", ledger, seed).isTrue();
            assertThat(ledger.accepted()).isEqualTo(accepted.size());
            Conditions.await(
                    "both listeners know of every end", () -> ended(quiet) + ended(unruly) == 2L * accepted.size());
            for (final Stormy each : accepted) {
                final TaskState state = each.handle.outcome().state();
                for (final EventOracle oracle : List.of(quiet, unruly)) {
                    synchronized (oracle) {
                        assertThat(oracle.state(each))
                                .as("%s of seed %d", each, seed)
                                .isEqualTo(state);
                    }
                }
            }
            assertThat(failures).as("seed %d", seed).isEmpty();
            long takeovers = 0;
            for (final PartitionSnapshot each : engine.metrics().partitions()) {
                takeovers += each.takeovers();
            }
            LOG.info("seed {}: {} take-overs, {}", seed, takeovers, ledger);
        } finally {
            engine.close(); // and with it the threads that use the oracles
        }
    }

    private void client(final TaskEngine engine, final long seed, final int index) {
        final SplittableRandom random = new SplittableRandom(seed);
        final List<Stormy> own = new ArrayList<>();
        for (int i = 0; i < ACTIONS; i++) {
            if (own.isEmpty() || random.nextInt(3) == 0) {
                submit(engine, random, (long) i * CLIENTS + index, own);
                continue;
            }
            final TaskHandle handle = own.get(random.nextInt(own.size())).handle;
            switch (random.nextInt(12)) {
                case 0 -> handle.kill();
                case 1, 2, 3 -> handle.pause();
                case 4, 5, 6 -> handle.resume();
                case 7 -> engine.explain(handle.id());
                default -> handle.signal();
            }
            if (random.nextInt(10) == 0) {
                LockSupport.parkNanos(random.nextInt(1_000_000));
            }
        }
    }

    private void submit(final TaskEngine engine, final SplittableRandom random, final long id, final List<Stormy> own) {
        final Stormy task = new Stormy(id, random.nextLong(), failures);
        final TaskHandle handle = engine.trySubmit(TaskSpec.builder(id)
                .container(random.nextInt(3) == 0 ? Container.EXCLUSIVE : Container.SHARED)
                .retryPolicy(RetryPolicy.fixed(1 + random.nextInt(3), random.nextInt(1_000_000)))
                .attachment(task)
                .task(task)
                .build());
        if (handle.isAccepted()) {
            task.handle = handle;
            own.add(task);
            accepted.add(task);
        }
    }

    /** Resumes and signals until every task has ended by itself. */
    private void calm(final TaskEngine engine, final long seed) throws Exception {
        final long start = System.nanoTime();
        while (engine.ledger().live() != 0) {
            final StringBuilder live = new StringBuilder();
            for (final Stormy each : accepted) {
                if (!each.handle.isDone()) {
                    live.append('\n').append(each.id).append(": ").append(engine.explain(each.id));
                    each.handle.resume();
                    each.handle.signal();
                }
            }
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(60)) {
                throw new AssertionError(
                        "live after 60 s in the storm of seed " + seed + ": " + engine.ledger() + live);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static long ended(final EventOracle oracle) {
        synchronized (oracle) {
            long sum = 0;
            for (final TaskState state : TaskState.values()) {
                sum += state.isFinal() ? oracle.ended(state) : 0;
            }
            return sum;
        }
    }
}
