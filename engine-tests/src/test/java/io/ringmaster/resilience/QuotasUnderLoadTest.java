package io.ringmaster.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.TaskEngine;
import io.ringmaster.TaskFilter;
import io.ringmaster.TaskPage;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.task.Container;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.testing.Conditions;
import io.ringmaster.testing.Watchdog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Quotas with real threads: never exceeded while submitters, bodies and changes race, and nothing is left waiting. */
@Timeout(300)
class QuotasUnderLoadTest {
    private static final long SEED = Long.getLong("ringmaster.seed", System.nanoTime());

    private final AtomicLong ids = new AtomicLong();

    private static TaskEngine.Context context() {
        return new TaskEngine.Context()
                .fireWorkers(2)
                .waitMode(WaitMode.ADAPTIVE)
                .submitTimeoutMillis(60_000)
                .exclusiveThreads(8);
    }

    private TaskSpec spec(final String tenant, final String type, final Container container, final Task task) {
        return TaskSpec.builder(ids.incrementAndGet())
                .tenant(tenant)
                .type(type)
                .container(container)
                .task(task)
                .build();
    }

    private static void within(final Watchdog.Body body) throws Exception {
        try {
            Watchdog.within(Duration.ofSeconds(240), body);
        } catch (final AssertionError e) {
            throw new AssertionError("-Dringmaster.seed=" + SEED + ": " + e.getMessage(), e);
        }
    }

    /** As many as are allowed are accepted of each tenant, never one more, and the counts go down to nothing. */
    @Test
    void shouldNeverExceedATenantsLiveTasksUnderRacingSubmitters() throws Exception {
        within(() -> {
            for (int round = 0; round < 100; round++) {
                raceForLiveTasks();
            }
        });
    }

    private void raceForLiveTasks() throws Exception {
        final int threads = 3;
        final String[] tenants = {"a", "b"};
        try (TaskEngine engine = TaskEngine.launch(context())) {
            engine.quotas().tenant("a").maxLive(31);
            engine.quotas().tenant("b").maxLive(17);
            engine.quotas().type("x").maxLive(40);
            final List<TaskHandle> live = new CopyOnWriteArrayList<>();
            final CyclicBarrier start = new CyclicBarrier(threads);
            final List<FutureTask<Void>> submitters = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                final Random random = new Random(SEED + i);
                submitters.add(new FutureTask<>(() -> {
                    start.await(60, TimeUnit.SECONDS);
                    for (int refused = 0; refused < 20; ) {
                        final TaskHandle handle = engine.trySubmit(spec(
                                tenants[random.nextInt(2)],
                                random.nextBoolean() ? "x" : "",
                                Container.SHARED,
                                context -> Step.WHEN_SIGNALLED));
                        if (handle.isAccepted()) {
                            live.add(handle);
                        } else if (handle.refusal() == Refusal.QUOTA) {
                            refused++;
                        }
                    }
                    return null;
                }));
                new Thread(submitters.get(i), "submitter-" + i).start();
            }
            final Quotas quotas = engine.quotas();
            while (!submitters.stream().allMatch(FutureTask::isDone)) {
                assertThat(quotas.tenant("a").live()).isLessThanOrEqualTo(31);
                assertThat(quotas.tenant("b").live()).isLessThanOrEqualTo(17);
                assertThat(quotas.type("x").live()).isLessThanOrEqualTo(40);
            }
            for (final FutureTask<Void> each : submitters) {
                each.get();
            }
            assertThat(quotas.tenant("a").live() + quotas.tenant("b").live()).isEqualTo(live.size());
            live.forEach(TaskHandle::kill);
            assertThat(engine.drain(60, TimeUnit.SECONDS)).isTrue();
            assertThat(quotas.tenant("a").live()).isZero();
            assertThat(quotas.tenant("b").live()).isZero();
            assertThat(quotas.type("x").live()).isZero();
        }
    }

    /** The engine's limit is lowered and raised beside submitters: once it stands, it is exact. */
    @Test
    void shouldKeepTheEnginesLimitWhileItChanges() throws Exception {
        within(() -> {
            try (TaskEngine engine = TaskEngine.launch(context().fireWorkers(3))) {
                final Random random = new Random(SEED);
                final AtomicBoolean over = new AtomicBoolean();
                final List<Thread> submitters = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    submitters.add(new Thread(() -> {
                        while (!over.get()) {
                            final TaskHandle handle =
                                    engine.trySubmit(spec("", "", Container.SHARED, context -> Step.WHEN_SIGNALLED));
                            if (!handle.isAccepted()) {
                                Thread.yield();
                            }
                        }
                    }));
                }
                engine.quotas().engine().maxLive(0);
                submitters.forEach(Thread::start);
                try {
                    int before = 0;
                    for (int round = 0; round < 200; round++) {
                        // Up to the limit before tasks come while it is raised, and they stay.
                        final int live = (int) engine.quotas().engine().live();
                        final int most = Math.max(live, before) + random.nextInt(200);
                        before = most / 2;
                        engine.quotas().engine().maxLive(most);
                        Conditions.await(
                                "the limit of " + most + " is reached",
                                () -> accepted(engine).size() >= most);
                        for (int i = 0; i < 20; i++) {
                            assertThat(accepted(engine)).hasSizeLessThanOrEqualTo(most);
                        }
                        engine.quotas().engine().maxLive(before);
                        assertThat(accepted(engine)).hasSizeLessThanOrEqualTo(most);
                        if (round % 3 == 0) {
                            final List<TaskPage.Entry> killed = accepted(engine);
                            killed.forEach(each -> engine.kill(each.id()));
                            Conditions.await("they are gone", () -> killed.stream()
                                    .allMatch(each -> engine.get(each.id()) == null));
                            assertThat(accepted(engine)).hasSizeLessThanOrEqualTo(most / 2);
                        }
                    }
                } finally {
                    over.set(true);
                    for (final Thread each : submitters) {
                        each.join();
                    }
                }
            }
        });
    }

    /** Those of the repository: a submission that is refused is in the count of live tasks for a moment, and never here. */
    private static List<TaskPage.Entry> accepted(final TaskEngine engine) {
        return engine.list(TaskFilter.ALL, Long.MIN_VALUE, 10_000).tasks();
    }

    /** Bodies of three tenants and two types beside changes of every limit: each is observed from inside the bodies. */
    @Test
    void shouldNeverExceedExclusiveThreadsAndStartEverything() throws Exception {
        within(() -> {
            try (TaskEngine engine = TaskEngine.launch(context())) {
                final Quotas quotas = engine.quotas();
                quotas.tenant("a").exclusiveThreads(2);
                quotas.type("x").exclusiveThreads(3);
                quotas.engine().exclusiveThreads(5);
                final Map<String, AtomicInteger> running = new ConcurrentHashMap<>();
                final List<String> faults = new CopyOnWriteArrayList<>();
                final List<TaskHandle> handles = new ArrayList<>();
                final Random random = new Random(SEED);
                for (int i = 0; i < 3_000; i++) {
                    final String tenant = new String[] {"", "a", "b"}[random.nextInt(3)];
                    final String type = random.nextBoolean() ? "x" : "";
                    final boolean pauses = random.nextInt(20) == 0;
                    final TaskHandle handle = engine.submit(spec(tenant, type, Container.EXCLUSIVE, context -> {
                        enter(running, "engine", 5, faults);
                        enter(running, "tenant " + tenant, tenant.equals("a") ? 2 : 8, faults);
                        enter(running, "type " + type, type.equals("x") ? 3 : 8, faults);
                        if (pauses) {
                            Thread.yield();
                        }
                        running.get("type " + type).decrementAndGet();
                        running.get("tenant " + tenant).decrementAndGet();
                        running.get("engine").decrementAndGet();
                        return Step.DONE;
                    }));
                    handles.add(handle);
                    if (random.nextInt(10) == 0) {
                        handle.kill();
                    }
                    if (random.nextInt(50) == 0) { // lower than observed, and back
                        quotas.tenant("a").exclusiveThreads(random.nextInt(3));
                        quotas.type("x").exclusiveThreads(random.nextInt(4));
                        quotas.engine().exclusiveThreads(random.nextInt(6));
                    }
                }
                quotas.tenant("a").exclusiveThreads(2);
                quotas.type("x").exclusiveThreads(3);
                quotas.engine().exclusiveThreads(5);
                for (final TaskHandle each : handles) {
                    each.await(60, TimeUnit.SECONDS);
                }
                assertThat(faults).isEmpty();
                Conditions.await(
                        "all threads are given back", () -> quotas.engine().exclusiveRunning() == 0);
                assertThat(quotas.tenant("a").exclusiveRunning()).isZero();
                assertThat(quotas.type("x").exclusiveRunning()).isZero();
                assertThat(engine.metrics().exclusiveReserved()).isZero();
            }
        });
    }

    private static void enter(
            final Map<String, AtomicInteger> running, final String what, final int most, final List<String> faults) {
        final int now =
                running.computeIfAbsent(what, name -> new AtomicInteger()).incrementAndGet();
        if (now > most) {
            faults.add(now + " threads of " + most + " for " + what);
        }
    }

    /** A thousand bodies of one tenant in line, then five of another: those wait for a few starts and not for a thousand. */
    @Test
    void shouldDelayATenantByAFewBodiesOfAnotherOnesFlood() throws Exception {
        within(() -> {
            final int threads = 2;
            try (TaskEngine engine =
                    TaskEngine.launch(context().exclusiveThreads(threads).exclusiveQueue(4_000))) {
                final List<String> starts = new CopyOnWriteArrayList<>();
                final Semaphore turns = new Semaphore(0);
                final List<TaskHandle> handles = new ArrayList<>();
                for (int i = 0; i < 1_000; i++) {
                    handles.add(engine.submit(spec("flood", "", Container.EXCLUSIVE, context -> {
                        starts.add("flood");
                        turns.acquire();
                        return Step.DONE;
                    })));
                }
                Conditions.await("its first bodies run", () -> starts.size() == threads);
                final List<TaskHandle> few = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    few.add(engine.submit(spec("few", "", Container.EXCLUSIVE, context -> {
                        starts.add("few");
                        turns.acquire();
                        return Step.DONE;
                    })));
                }
                // A task is SCHEDULED a moment before it is in line.
                Conditions.await("all are in line", () -> few.stream()
                        .allMatch(each -> engine.explain(each.id()).contains(" in line")));
                turns.release(1_005);
                for (final TaskHandle each : few) {
                    each.await(60, TimeUnit.SECONDS);
                }
                // In turns; threads note their starts in an order that may differ by one each.
                assertThat(starts.lastIndexOf("few")).isLessThan(threads + 10 + threads);
                for (final TaskHandle each : handles) {
                    each.await(60, TimeUnit.SECONDS);
                }
            }
        });
    }

    @Test
    void shouldStartWhatWaitsWhenAQuotaIsRaised() throws Exception {
        within(() -> {
            try (TaskEngine engine = TaskEngine.launch(
                    context().quotas(quotas -> quotas.tenant("a").exclusiveThreads(0)))) {
                final CountDownLatch end = new CountDownLatch(1);
                final AtomicInteger running = new AtomicInteger();
                final List<TaskHandle> handles = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    handles.add(engine.submit(spec("a", "", Container.EXCLUSIVE, context -> {
                        running.incrementAndGet();
                        end.await();
                        return Step.DONE;
                    })));
                }
                final TaskHandle other = engine.submit(spec("", "", Container.EXCLUSIVE, context -> Step.DONE));
                other.await(60, TimeUnit.SECONDS);
                assertThat(running).hasValue(0);
                for (final int most : new int[] {1, 3, 8}) {
                    engine.quotas().tenant("a").exclusiveThreads(most);
                    Conditions.await(most + " run", () -> running.get() == most);
                }
                end.countDown();
                for (final TaskHandle each : handles) {
                    assertThat(each.await(60, TimeUnit.SECONDS).isSuccess()).isTrue();
                }
            }
        });
    }

    /** One end lets one of its tenant and one of its type start: both do, though only one thread has become free by it. */
    @Test
    void shouldWakeAllThatAnEndLetsThrough() throws Exception {
        within(() -> {
            for (int round = 0; round < 200; round++) {
                try (TaskEngine engine = TaskEngine.launch(context().fireWorkers(1))) {
                    engine.quotas().tenant("a").exclusiveThreads(1);
                    engine.quotas().type("x").exclusiveThreads(1);
                    final CountDownLatch first = new CountDownLatch(1);
                    final CountDownLatch both = new CountDownLatch(2);
                    final Task meets = context -> {
                        both.countDown();
                        both.await();
                        return Step.DONE;
                    };
                    final TaskHandle holder = engine.submit(spec("a", "x", Container.EXCLUSIVE, context -> {
                        first.await();
                        return Step.DONE;
                    }));
                    Conditions.await(
                            "it runs", () -> engine.quotas().tenant("a").exclusiveRunning() == 1);
                    final TaskHandle ofTenant = engine.submit(spec("a", "", Container.EXCLUSIVE, meets));
                    final TaskHandle ofType = engine.submit(spec("b", "x", Container.EXCLUSIVE, meets));
                    first.countDown();
                    for (final TaskHandle each : List.of(holder, ofTenant, ofType)) {
                        assertThat(each.await(30, TimeUnit.SECONDS).isSuccess()).isTrue();
                    }
                }
            }
        });
    }

    /** A submit that may wait gets its token in the end. */
    @Test
    void shouldWaitForAToken() throws Exception {
        within(() -> {
            try (TaskEngine engine = TaskEngine.launch(
                    context().quotas(quotas -> quotas.tenant("a").submissionsPerSecond(200, 1)))) {
                final long start = System.nanoTime();
                for (int i = 0; i < 41; i++) {
                    engine.submit(spec("a", "", Container.SHARED, context -> Step.DONE));
                }
                assertThat(System.nanoTime() - start)
                        .as("40 tokens take 200 ms to make")
                        .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(200));
                assertThat(engine.quotas().tenant("a").usage().refusedRate()).isPositive();
            }
        });
    }
}
