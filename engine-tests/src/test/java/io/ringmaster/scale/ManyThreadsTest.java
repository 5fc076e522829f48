package io.ringmaster.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.Ledger;
import io.ringmaster.TaskEngine;
import io.ringmaster.TaskFilter;
import io.ringmaster.TaskPage;
import io.ringmaster.eventbus.Partitions;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.lifecycle.LifecycleEventType;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEvent;
import io.ringmaster.task.Container;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.RetryPolicy;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskContext;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskOutcome;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import io.ringmaster.testing.Watchdog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Invariants 1 to 3 under many threads: four submit, others kill, pause, resume and signal whatever is live, shared and
 * exclusive, on two fire-workers with the smallest ring, or on partitions that move between them. Every task checks the
 * events it is told of while they come.
 */
class ManyThreadsTest {
    private static final Duration LIMIT = Duration.ofSeconds(240);
    private static final long RUN_NANOS = TimeUnit.SECONDS.toNanos(Integer.getInteger("ringmaster.stressSeconds", 4));
    private static final int SUBMITTERS = 4;
    private static final int RECENT = 256;
    private static final int MOST_LIVE = 4000;
    private static final long IDS_PER_SUBMITTER = 1L << 40;
    private static final int LEAST_MOVES = 10;

    private static final RuntimeException HARMLESS =
            new RuntimeException("on purpose: a listener's error harms nobody", null, false, false) {
                private static final long serialVersionUID = 1;
            };

    private final long seed = Long.getLong("ringmaster.seed", new SplittableRandom().nextLong());
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final Queue<Probe> children = new ConcurrentLinkedQueue<>();
    /** Handles for the disturbers to pick from, finished ones too. */
    private final AtomicReferenceArray<TaskHandle> recent = new AtomicReferenceArray<>(RECENT);

    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicInteger foreign = new AtomicInteger();

    /** One task: what it does, by its own seed, and what it was told. Its listener fields are the partition's. */
    private final class Probe implements Task {
        private final long id;
        private final boolean exclusive;
        private final SplittableRandom random;
        private final AtomicBoolean inStep = new AtomicBoolean();
        private final AtomicBoolean inListener = new AtomicBoolean();
        private int stepsLeft;

        private TaskState state;
        private int partition = -1;
        private long position = Long.MIN_VALUE;
        private int attempt;
        private boolean submitted;
        private boolean prepared;
        private volatile TaskState ended;
        private volatile boolean ran;
        private TaskHandle handle;

        Probe(final long id, final SplittableRandom random) {
            this.id = id;
            this.random = random;
            this.exclusive = random.nextInt(8) == 0;
            this.stepsLeft = random.nextInt(5);
        }

        TaskSpec spec() {
            return TaskSpec.builder(id)
                    .task(this)
                    .container(exclusive ? Container.EXCLUSIVE : Container.SHARED)
                    .retryPolicy(RetryPolicy.fixed(3, random.nextInt(2) * 100_000L))
                    .groupId(random.nextInt(50))
                    .attachment(this)
                    .build();
        }

        @Override
        public Step execute(final TaskContext context) throws Exception {
            if (!inStep.compareAndSet(false, true)) {
                violate("two steps at a time");
            }
            try {
                ran = true;
                context.progress(id + stepsLeft);
                return exclusive ? body(context) : step(context);
            } finally {
                inStep.set(false);
            }
        }

        private Step step(final TaskContext context) {
            if (stepsLeft-- > 0) {
                return switch (random.nextInt(8)) {
                    case 0 -> Step.WHEN_SIGNALLED;
                    case 1 -> context.againAfter(random.nextInt(2000), TimeUnit.MICROSECONDS);
                    case 2 -> throw new IllegalStateException("on purpose");
                    case 3 -> {
                        child(context);
                        yield Step.AGAIN_NOW;
                    }
                    default -> Step.AGAIN_NOW;
                };
            }
            return random.nextInt(10) == 0 ? context.failed(new IllegalStateException("on purpose")) : Step.DONE;
        }

        private Step body(final TaskContext context) throws Exception {
            while (stepsLeft-- > 0) {
                switch (random.nextInt(6)) {
                    case 0 -> context.sleep(random.nextInt(1000), TimeUnit.MICROSECONDS);
                    case 1 -> throw new IllegalStateException("on purpose");
                    case 2 -> child(context);
                    case 3 -> Thread.currentThread().interrupt();
                    case 4 -> context.progress(id + stepsLeft);
                    default -> context.pausePoint();
                }
            }
            return Step.DONE;
        }

        /** A child has its parent's id, negated, and no children. */
        private void child(final TaskContext context) {
            if (id > 0) {
                final Probe probe = new Probe(-id, random.split());
                probe.handle = context.trySubmit(probe.spec());
                if (probe.handle.isAccepted()) {
                    children.add(probe);
                }
            }
        }

        void told(final TaskExecutorLifecycleEvent event) {
            if (!inListener.compareAndSet(false, true)) {
                violate("two events at a time: " + event);
            }
            check(event);
            state = event.to();
            partition = event.partition();
            position = event.position();
            attempt = event.attempt();
            inListener.set(false);
        }

        private void check(final TaskExecutorLifecycleEvent event) {
            if (ended != null) {
                violate("an event after the final one " + ended + ": " + event);
            }
            if (!submitted && event.type() != LifecycleEventType.SUBMIT) {
                violate("an event before its SUBMIT: " + event);
            }
            if (submitted && event.type() == LifecycleEventType.SUBMIT) {
                violate("a second SUBMIT: " + event);
            }
            if (state != null && event.from() != state) {
                violate("leads from " + event.from() + " while the task is " + state + ": " + event);
            }
            if (partition >= 0 && event.partition() != partition) {
                violate("on partition " + event.partition() + " after " + partition + ": " + event);
            }
            if (event.position() <= position) {
                violate("at position " + event.position() + " after " + position + ": " + event);
            }
            if (event.attempt() < attempt) {
                violate("of attempt " + event.attempt() + " after " + attempt + ": " + event);
            }
            if (event.to() == TaskState.RUNNING && !prepared) {
                violate("runs without being prepared: " + event);
            }
            submitted = true;
            prepared |= event.to() == TaskState.PREPARED;
            if (event.to().isFinal()) {
                if (event.to() == TaskState.FINALIZED) {
                    violate("FINALIZED is no event: " + event);
                }
                ended = event.to();
            }
        }

        void checkEnd() {
            final TaskOutcome outcome = handle.outcome();
            if (outcome == null) {
                violate("has no outcome after the drain");
            } else if (outcome.state() != ended) {
                violate("ended as " + outcome.state() + ", its listener saw " + ended);
            }
            if (ended == TaskState.SUCCEEDED && !ran) {
                violate("succeeded and never ran");
            }
        }

        void violate(final String what) {
            violations.add("task " + id + " (" + (exclusive ? "exclusive" : "shared") + "): " + what);
        }
    }

    private void listen(final TaskExecutorLifecycleEvent event) {
        if (event.spec().attachment() instanceof Probe probe) {
            probe.told(event);
        } else {
            foreign.incrementAndGet();
        }
        if ((event.position() & 63) == 0) {
            throw HARMLESS;
        }
    }

    private List<Probe> submitMany(final TaskEngine engine, final int index) {
        final SplittableRandom random = new SplittableRandom(seed + index);
        final List<Probe> accepted = new ArrayList<>();
        long nextId = index * IDS_PER_SUBMITTER + 1;
        while (!stop.get()) {
            final Probe probe = new Probe(nextId++, random.split());
            probe.handle = engine.trySubmit(probe.spec());
            if (probe.handle.isAccepted()) {
                accepted.add(probe);
                recent.set(random.nextInt(RECENT), probe.handle);
            } else if (!probe.handle.refusal().isTransient()) {
                probe.violate("refused: " + probe.handle.refusal());
            }
            if ((nextId & 63) == 0 && engine.ledger().live() > MOST_LIVE) {
                LockSupport.parkNanos(100_000);
            }
        }
        return accepted;
    }

    /** Picks live tasks and asks one thing of them, then yields the CPU. */
    private void disturb(final TaskEngine engine, final int index) {
        final SplittableRandom random = new SplittableRandom(seed - 1 - index);
        while (!stop.get()) {
            final TaskHandle handle = recent.get(random.nextInt(RECENT));
            if (handle != null) {
                final Refusal refusal =
                        switch (index) {
                            case 0 -> random.nextInt(20) == 0 ? handle.kill() : handle.signal();
                            case 1 -> handle.pause();
                            case 2 -> handle.resume();
                            default -> handle.signal();
                        };
                if (refusal != null && refusal != Refusal.NOT_LIVE) {
                    violations.add("a request was refused with " + refusal);
                }
            }
            if (random.nextInt(100) == 0) {
                final long group = 1 + random.nextInt(49);
                switch (index) {
                    case 0 -> engine.killGroup(group);
                    case 1 -> engine.pauseGroup(group);
                    default -> engine.resumeGroup(group);
                }
            }
            LockSupport.parkNanos(20_000);
        }
    }

    /** What waits for a signal or is paused goes on; more than once, since a step may wait again. */
    private static void releaseAll(final TaskEngine engine) {
        TaskPage page = engine.list(TaskFilter.ALL, Long.MIN_VALUE, 10_000);
        while (!page.tasks().isEmpty()) {
            for (final TaskPage.Entry each : page.tasks()) {
                engine.resume(each.id());
                engine.signal(each.id());
            }
            LockSupport.parkNanos(1_000_000);
            page = engine.list(TaskFilter.ALL, Long.MIN_VALUE, 10_000);
        }
    }

    @Test
    void shouldKeepOrderAndBooksUnderManyThreads() throws Exception {
        watch(2, 2);
    }

    @Test
    void shouldKeepOrderAndBooksWithSeveralPartitionsOnOneThread() throws Exception {
        watch(1, 4);
    }

    @Test
    void shouldKeepOrderAndBooksWhilePartitionsMove() throws Exception {
        watch(2, 4);
    }

    private void watch(final int fireWorkers, final int partitions) throws Exception {
        try {
            Watchdog.within(LIMIT, () -> run(fireWorkers, partitions));
        } catch (final AssertionError e) {
            throw new AssertionError("failed with -Dringmaster.seed=" + seed, e);
        }
    }

    /** Moves partitions at random, as fast as their threads serve it. */
    private void moveAround(final int fireWorkers, final int partitions) {
        final SplittableRandom random = new SplittableRandom(seed + SUBMITTERS);
        TaskHandle any = null;
        while (any == null) {
            any = recent.get(random.nextInt(RECENT));
        }
        final Partitions movable = Partitions.of(any);
        while (!stop.get()) {
            final Partitions.Move move = movable.move(random.nextInt(partitions), random.nextInt(fireWorkers));
            while (move != null && !move.isServed() && !stop.get()) {
                LockSupport.parkNanos(10_000);
            }
            LockSupport.parkNanos(random.nextInt(200_000));
        }
        long moves = 0;
        for (int i = 0; i < partitions; i++) {
            moves += movable.movesOf(i);
        }
        if (moves < LEAST_MOVES) {
            violations.add("only " + moves + " moves");
        }
    }

    private void run(final int fireWorkers, final int partitions) throws Exception {
        try (TaskEngine engine = TaskEngine.launch(new TaskEngine.Context()
                .fireWorkers(fireWorkers)
                .partitions(partitions)
                .waitMode(WaitMode.ADAPTIVE)
                .ringCapacity(64)
                .batchLimit(16)
                .exclusiveThreads(8)
                .exclusiveQueue(64)
                .killInterruptMillis(1)
                .listener(this::listen))) {
            final List<List<Probe>> accepted = new ArrayList<>();
            final List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < SUBMITTERS; i++) {
                final int index = i;
                final List<Probe> mine = new ArrayList<>();
                accepted.add(mine);
                threads.add(start("submitter-" + i, () -> mine.addAll(submitMany(engine, index))));
            }
            for (int i = 0; i < 4; i++) {
                final int index = i;
                threads.add(start("disturber-" + i, () -> disturb(engine, index)));
            }
            if (partitions > fireWorkers && fireWorkers > 1) {
                threads.add(start("mover", () -> moveAround(fireWorkers, partitions)));
            }
            final long start = System.nanoTime();
            while (System.nanoTime() - start < RUN_NANOS && violations.isEmpty()) {
                LockSupport.parkNanos(10_000_000);
            }
            stop.set(true);
            for (final Thread each : threads) {
                each.join();
            }
            releaseAll(engine);
            assertThat(engine.drain(60, TimeUnit.SECONDS)).as("drained").isTrue();
            accepted.add(new ArrayList<>(children));
            accepted.forEach(ManyThreadsTest::awaitTold);
            check(engine.ledger(), accepted);
        }
    }

    /** On a busy machine a listener's call may look stalled: it is detached then, and told after the task has ended. */
    private static void awaitTold(final List<Probe> probes) {
        for (final Probe each : probes) {
            while (each.ended == null) {
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    private void check(final Ledger ledger, final List<List<Probe>> accepted) {
        final Map<TaskState, Long> ended = new EnumMap<>(TaskState.class);
        long count = 0;
        for (final List<Probe> probes : accepted) {
            for (final Probe each : probes) {
                each.checkEnd();
                if (each.ended != null) {
                    ended.merge(each.ended, 1L, Long::sum);
                }
                count++;
            }
        }
        assertThat(violations.stream().limit(20)).isEmpty();
        assertThat(foreign).hasValue(0);
        assertThat(ledger.isBalanced()).as("%s", ledger).isTrue();
        assertThat(ledger.accepted()).isEqualTo(count);
        assertThat(ledger.succeeded()).isEqualTo(ended.getOrDefault(TaskState.SUCCEEDED, 0L));
        assertThat(ledger.failed()).isEqualTo(ended.getOrDefault(TaskState.FAILED, 0L));
        assertThat(ledger.killed()).isEqualTo(ended.getOrDefault(TaskState.KILLED, 0L));
        assertThat(ledger.abandoned()).isEqualTo(ended.getOrDefault(TaskState.ABANDONED, 0L));
        // The run was worth its time only if every end was met.
        assertThat(ended).containsKeys(TaskState.SUCCEEDED, TaskState.FAILED, TaskState.KILLED);
    }

    private static Thread start(final String name, final Runnable body) {
        final Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
