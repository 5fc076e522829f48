package io.ringmaster.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.CloseReport;
import io.ringmaster.TaskEngine;
import io.ringmaster.event.EngineEvent;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.resilience.Fork.Take;
import io.ringmaster.resilience.Fork.Use;
import io.ringmaster.task.Container;
import io.ringmaster.task.RetryPolicy;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskCancelledException;
import io.ringmaster.task.TaskDeadlockException;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import io.ringmaster.testing.Conditions;
import io.ringmaster.testing.Watchdog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Resources, deadlocks of both kinds and starvation, with the engine's own threads. */
class ResourceStormTest {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final int TASKS = 400;
    private static final int RESOURCES = 5;
    private static final int KILLED_OF = 20;

    private static TaskEngine.Context context() {
        return new TaskEngine.Context()
                .fireWorkers(2)
                .waitMode(WaitMode.ADAPTIVE)
                .killInterruptMillis(50)
                .killHookMillis(50)
                .killAbandonMillis(50);
    }

    /** Each takes up to three resources in an order of its own. Some are killed meanwhile. */
    @Test
    void shouldGetAllThroughWhateverTheirOrder() throws Exception {
        final long seed = Long.getLong("ringmaster.seed", System.nanoTime());
        try {
            Watchdog.within(LIMIT, () -> storm(new Random(seed)));
        } catch (final Throwable t) {
            throw new AssertionError("failed with -Dringmaster.seed=" + seed, t);
        }
    }

    private static void storm(final Random random) throws Exception {
        final TaskEngine.Context context = context().exclusiveThreads(16).policy(patient());
        final Map<String, Use> uses = new HashMap<>();
        for (int i = 0; i < RESOURCES; i++) {
            context.resource("r" + i, 1 + i % 3);
            uses.put("r" + i, new Use());
        }
        try (TaskEngine engine = TaskEngine.launch(context)) {
            final List<TaskHandle> handles = new ArrayList<>();
            final List<TaskHandle> killed = new ArrayList<>();
            for (int i = 0; i < TASKS; i++) {
                final List<Take> takes = new ArrayList<>();
                final List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3, 4));
                Collections.shuffle(order, random);
                for (int k = 0; k <= random.nextInt(3); k++) {
                    final int resource = order.get(k);
                    takes.add(new Take("r" + resource, 1 + random.nextInt(1 + resource % 3)));
                }
                final boolean exclusive = random.nextBoolean();
                final Fork task = new Fork(exclusive, TimeUnit.MICROSECONDS.toNanos(random.nextInt(300)), uses, takes) {
                    @Override
                    public Step execute(final io.ringmaster.task.TaskContext view) throws Exception {
                        try {
                            return super.execute(view);
                        } catch (final TaskCancelledException | InterruptedException e) {
                            onRollback(view); // killed: nobody calls the hook then
                            throw e;
                        }
                    }
                };
                final TaskHandle handle = engine.submit(TaskSpec.builder(i + 1)
                        .container(exclusive ? Container.EXCLUSIVE : Container.SHARED)
                        .task(task)
                        .build());
                handles.add(handle);
                if (exclusive && random.nextInt(KILLED_OF) == 0) {
                    killed.add(handle);
                    handle.kill();
                }
            }
            assertThat(engine.drain(100, TimeUnit.SECONDS)).isTrue();
            for (final TaskHandle each : handles) {
                final TaskState state = each.outcome().state();
                if (state != TaskState.SUCCEEDED) {
                    assertThat(killed).as(each.outcome().toString()).contains(each);
                    assertThat(state).isEqualTo(TaskState.KILLED);
                }
            }
            for (final String name : engine.resources().names()) {
                Conditions.await(name + " is free", () -> {
                    final ResourceSnapshot now = engine.resources().snapshot(name);
                    return now.free() == now.permits()
                            && now.holders().isEmpty()
                            && now.waiters().isEmpty();
                });
                assertThat(uses.get(name).most())
                        .as("held of %s at a time", name)
                        .isLessThanOrEqualTo(engine.resources().snapshot(name).permits());
                assertThat(uses.get(name).held()).isZero();
            }
            assertThat(engine.resources().deadlocks()).isPositive();
            assertThat(engine.ledger().isBalanced()).isTrue();
        }
    }

    /** On a slow machine the youngest may be chosen more often than the engine would try by itself. */
    private static io.ringmaster.task.TaskPolicy patient() {
        return io.ringmaster.task.TaskPolicy.builder()
                .retry(RetryPolicy.builder()
                        .attempts(10_000)
                        .delay(1, TimeUnit.MILLISECONDS)
                        .factor(2)
                        .cap(50, TimeUnit.MILLISECONDS)
                        .jitter(1)
                        .retryOn(TaskDeadlockException.class)
                        .build())
                .build();
    }

    /** Two bodies lock two monitors in opposite orders: nobody can break that, but everybody can read of it. */
    @Test
    void shouldReportThreadsThatWaitForEachOthersMonitors() throws Exception {
        final Queue<EngineEvent.ThreadDeadlock> events = new ConcurrentLinkedQueue<>();
        Watchdog.within(LIMIT, () -> {
            final TaskEngine engine = TaskEngine.launch(context()
                    .exclusiveThreads(4)
                    .deadlockCheckMillis(20)
                    .stallThresholdMillis(30)
                    .closeTimeoutMillis(3_000)
                    .engineEventListener(event -> {
                        if (event instanceof EngineEvent.ThreadDeadlock found) {
                            events.add(found);
                        }
                    }));
            final Object one = new Object();
            final Object other = new Object();
            final CountDownLatch both = new CountDownLatch(2);
            submitLocker(engine, 1, both, one, other);
            submitLocker(engine, 2, both, other, one);
            Conditions.await("the report", () -> !events.isEmpty());
            final long ticks = ticks(engine);
            Conditions.await("many more looks", () -> ticks(engine) > ticks + 30);
            final CloseReport report = engine.closeAndReport();
            assertThat(report.stuckThreads()).hasSize(2);
        });
        assertThat(events).as("once per set of threads").hasSize(1);
        final EngineEvent.ThreadDeadlock found = events.element();
        assertThat(found.threads()).isEqualTo(2);
        assertThat(found.report())
                .contains("task 1 (type 'locks')", "task 2 (type 'locks')")
                .contains("waits for java.lang.Object@")
                .containsSubsequence("lockBoth", "lockBoth");
    }

    private static long ticks(final TaskEngine engine) {
        return engine.health().roles().stream()
                .filter(each -> each.name().equals("monitor"))
                .mapToLong(io.ringmaster.Health.Role::cycles)
                .sum();
    }

    private static void submitLocker(
            final TaskEngine engine, final long id, final CountDownLatch both, final Object first, final Object then) {
        engine.submit(TaskSpec.builder(id)
                .type("locks")
                .container(Container.EXCLUSIVE)
                .task(context -> {
                    lockBoth(both, first, then);
                    return Step.DONE;
                })
                .build());
    }

    private static void lockBoth(final CountDownLatch both, final Object first, final Object then)
            throws InterruptedException {
        synchronized (first) {
            both.countDown();
            both.await();
            synchronized (then) {
                both.countDown();
            }
        }
    }

    /** Parents hold all threads and wait for their children, which wait for a thread. */
    @Test
    void shouldTellStarvationFromDeadlock() throws Exception {
        final Queue<EngineEvent> events = new ConcurrentLinkedQueue<>();
        Watchdog.within(LIMIT, () -> {
            try (TaskEngine engine = TaskEngine.launch(context()
                    .exclusiveThreads(2)
                    .starvationMillis(100)
                    .deadlockCheckMillis(20)
                    .engineEventListener(events::add))) {
                final List<TaskHandle> children = new ArrayList<>();
                final CountDownLatch both = new CountDownLatch(2);
                for (int i = 1; i <= 2; i++) {
                    final long child = 10 + i;
                    engine.submit(TaskSpec.builder(i)
                            .container(Container.EXCLUSIVE)
                            .task(context -> {
                                both.countDown();
                                both.await();
                                final TaskHandle handle = context.trySubmit(TaskSpec.builder(child)
                                        .container(Container.EXCLUSIVE)
                                        .task(inner -> Step.DONE)
                                        .build());
                                handle.await(1, TimeUnit.HOURS);
                                return Step.DONE;
                            })
                            .build());
                }
                Conditions.await(
                        "the report", () -> events.stream().anyMatch(EngineEvent.Starvation.class::isInstance));
                for (int i = 1; i <= 2; i++) {
                    assertThat(engine.explain(i))
                            .contains("waits for task " + (10 + i)
                                    + ", which is SCHEDULED: exclusive threads 2/2, number ");
                    children.add(engine.get(10 + i));
                }
                // As an operator would: the children of one parent are taken out of the line.
                children.get(0).kill();
                Conditions.await("the other child", () -> children.get(1).isDone());
                assertThat(children.get(1).outcome().state()).isEqualTo(TaskState.SUCCEEDED);
            }
        });
        assertThat(events).noneMatch(EngineEvent.ThreadDeadlock.class::isInstance);
        assertThat(events).noneMatch(EngineEvent.Deadlock.class::isInstance);
        final List<EngineEvent> starvation =
                events.stream().filter(EngineEvent.Starvation.class::isInstance).toList();
        assertThat(starvation).as("once per episode").hasSize(1);
        assertThat(starvation.get(0).describe())
                .contains("2 tasks starve")
                .contains("2 of 2 exclusive threads are taken: 2 wait for tasks that are in the line themselves (")
                .contains("task 1 for task 11", "task 2 for task 12")
                .endsWith("0 just run; it will not end by itself");
    }
}
