package io.ringmaster.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.TaskEngine;
import io.ringmaster.client.ClientCloseReport;
import io.ringmaster.client.InProcessTaskExecutorClient;
import io.ringmaster.client.OutboxSnapshot;
import io.ringmaster.client.ReporterSettings;
import io.ringmaster.client.TaskExecutorClientEvent.Kind;
import io.ringmaster.client.TaskReport;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.testing.Conditions;
import io.ringmaster.testing.Watchdog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Acknowledged reports with all threads: what Masters do harms themselves alone, and races have one winner. */
class ReporterThreadsTest {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final ReporterSettings SETTINGS = ReporterSettings.DEFAULT.withRetry(5, 100);

    private final Queue<String> refusals = new ConcurrentLinkedQueue<>();
    private final List<Master> masters = new ArrayList<>();
    private InProcessTaskExecutorClient client;

    private void launch(final ReporterSettings settings) {
        client = InProcessTaskExecutorClient.launch(
                new TaskEngine.Context().name("reporting").fireWorkers(2).waitMode(WaitMode.ADAPTIVE),
                answer -> {
                    if (answer.kind() == Kind.REFUSED) {
                        refusals.add(answer.taskId() + " " + answer.refusal());
                    }
                },
                settings);
    }

    private Master master(final String name) {
        final Master master = new Master(name);
        master.connectTo(client);
        client.connect(name, master);
        masters.add(master);
        return master;
    }

    @AfterEach
    void close() {
        client.close();
        for (final Master each : masters) {
            assertThat(each.faults).isEmpty();
        }
    }

    private OutboxSnapshot outbox(final String name) {
        return client.outboxes().stream()
                .filter(each -> each.destination().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Task done() {
        return context -> Step.DONE;
    }

    private void dispatch(final String destination, final long id, final Task task) {
        client.dispatch(id, destination, TaskSpec.of(id, task));
    }

    @Test
    void shouldDelayNobodyForADeadABlockingAndAThrowingMaster() throws Exception {
        Watchdog.within(LIMIT, () -> {
            launch(SETTINGS);
            final CountDownLatch release = new CountDownLatch(1);
            final Master good = master("good");
            final Master better = master("better");
            final Master dead = master("dead");
            dead.acknowledges = false;
            final Master blocked = master("blocked");
            client.connect("blocked", (name, reports) -> {
                release.await();
                blocked.send(name, reports);
            });
            client.connect("throwing", (name, reports) -> {
                throw new AssertionError("no connection");
            });
            final String[] names = {"good", "dead", "blocked", "throwing", "better"};
            for (int id = 0; id < 5_000; id++) {
                dispatch(names[id % names.length], id, done());
            }
            Conditions.await("all of the good ones' tasks", () -> good.finals() == 1_000 && better.finals() == 1_000);
            Conditions.await(
                    "the good ones' outboxes are empty",
                    () -> outbox("good").liveTasks()
                                    + outbox("good").waitingTasks()
                                    + outbox("better").waitingTasks()
                            == 0);
            Conditions.await(
                    "all tasks have left the engine",
                    () -> client.engine().ledger().isBalanced()
                            && client.engine().ledger().finalized() == 5_000);
            assertThat(outbox("dead").waitingTasks()).isEqualTo(1_000);
            Conditions.await(
                    "the dead one's first reports", () -> outbox("dead").sent() >= 256);
            Conditions.await("the dead one is asked again", () -> outbox("dead").resent() > 0);
            assertThat(outbox("blocked").isSending()).isTrue();
            assertThat(outbox("blocked").waitingTasks()).isEqualTo(1_000);
            assertThat(outbox("throwing").acknowledged()).isZero();
            assertThat(refusals).isEmpty();

            // They come back, and get everything.
            release.countDown();
            dead.acknowledges = true;
            final Master recovered = master("throwing");
            Conditions.await(
                    "the others' tasks",
                    () -> dead.finals() == 1_000 && blocked.finals() == 1_000 && recovered.finals() == 1_000);
            assertThat(client.drain(60, TimeUnit.SECONDS)).isTrue();
            assertThat(client.closeAndReport().clean()).isTrue();
        });
    }

    @Test
    void shouldHoldNoThreadForADeadMaster() throws Exception {
        Watchdog.within(LIMIT, () -> {
            launch(ReporterSettings.DEFAULT.withRetry(3_600_000, 3_600_000));
            final Master dead = master("dead");
            dead.acknowledges = false;
            for (int id = 0; id < 1_000; id++) {
                dispatch("dead", id, done());
            }
            Conditions.await(
                    "everything was sent once",
                    () -> client.unacknowledged(2_000).size() == 1_000
                            && outbox("dead").sent() >= 1_000);
            Conditions.await("no sender's thread is left", () -> Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(each -> each.getName().startsWith("reporting-")
                            && each.getName().endsWith("-sender")));
        });
    }

    /**
     * Events come while the agent is just turning away from their task. No acknowledgement makes it look again, so one that is
     * overlooked stays so.
     */
    @Test
    void shouldOverlookNoEventOfATask() throws Exception {
        Watchdog.within(LIMIT, () -> {
            launch(ReporterSettings.DEFAULT.withRetry(3_600_000, 3_600_000));
            final Master dead = master("dead");
            dead.acknowledges = false;
            final int tasks = 60_000;
            for (int id = 0; id < tasks; id++) {
                dispatch("dead", id, done());
                if (id % 64 == 0) {
                    final long last = id;
                    Conditions.await(
                            "the engine keeps up", () -> client.engine().get(last) == null);
                }
            }
            Conditions.await("every end was taken in", () -> outbox("dead").waitingTasks() == tasks);
            assertThat(refusals).isEmpty();
        });
    }

    @Test
    void shouldRefuseAndRecoverUnderAFlood() throws Exception {
        Watchdog.within(LIMIT, () -> {
            launch(SETTINGS.withOutboxCapacity(50));
            final Master slow = master("slow");
            slow.acknowledges = false;
            final int tasks = 2_000;
            final AtomicInteger full = new AtomicInteger();
            final AtomicLong next = new AtomicLong();
            final AtomicInteger executions = new AtomicInteger();
            client.connect("slow", slow, answer -> {
                if (answer.kind() == Kind.REFUSED) {
                    assertThat(answer.refusal()).isEqualTo(Refusal.OUTBOX_FULL);
                    full.incrementAndGet();
                    next.compareAndSet(answer.taskId() + 1, answer.taskId());
                }
            });
            while (next.get() < tasks) {
                final long id = next.getAndIncrement();
                client.dispatch(id, "slow", TaskSpec.of(id, context -> {
                    executions.incrementAndGet();
                    return Step.DONE;
                }));
                final OutboxSnapshot now = outbox("slow");
                assertThat(now.liveTasks()).isLessThanOrEqualTo(50);
                if (full.get() > 10) {
                    slow.acknowledges = true; // it was full for a while
                }
            }
            assertThat(full.get()).isPositive();
            assertThat(client.drain(60, TimeUnit.SECONDS)).isTrue();
            assertThat(executions).hasValue(tasks);
            assertThat(slow.finals()).isEqualTo(tasks);
            assertThat(outbox("slow").refused()).isEqualTo(full.get());
        });
    }

    /** Tasks are thrown from Master to Master while they run, end and are acknowledged. */
    @Test
    void shouldTellEachEndToSomebodyWhileTasksAreReassigned() throws Exception {
        Watchdog.within(LIMIT, () -> {
            launch(SETTINGS);
            final Map<Long, AtomicInteger> executions = new ConcurrentHashMap<>();
            final List<Master> all = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                final Master each = new Master("m" + i) {
                    @Override
                    void acknowledge(final TaskReport report) {
                        if (ThreadLocalRandom.current().nextInt(3) > 0) {
                            super.acknowledge(report);
                        }
                    }
                };
                each.connectTo(client);
                all.add(each);
            }
            final int tasks = 20_000;
            final Thread mover = new Thread(() -> {
                final ThreadLocalRandom random = ThreadLocalRandom.current();
                while (!Thread.currentThread().isInterrupted()) {
                    client.reassign(-1, random.nextInt(tasks), "m" + random.nextInt(3));
                }
            });
            mover.start();
            for (long id = 0; id < tasks; id++) {
                final AtomicInteger count = new AtomicInteger();
                executions.put(id, count);
                client.dispatch(id, "m" + id % 3, TaskSpec.of(id, context -> {
                    count.incrementAndGet();
                    return Step.DONE;
                }));
                final long dispatched = id;
                if (id % 64 == 0) {
                    Conditions.await(
                            "the engine keeps up", () -> client.engine().get(dispatched) == null);
                }
            }
            Conditions.await(
                    "most are acknowledged", () -> client.unacknowledged(tasks).size() < tasks / 2);
            mover.interrupt();
            mover.join();
            assertThat(client.drain(60, TimeUnit.SECONDS)).isTrue();
            final long[] ends = new long[tasks];
            for (final Master each : all) {
                for (final TaskReport report : each.taken) {
                    if (report.isFinal()) {
                        ends[(int) report.taskId()]++;
                    }
                }
            }
            assertThat(ends).doesNotContain(0L);
            assertThat(executions.values()).allMatch(each -> each.get() == 1);
            assertThat(client.outboxes())
                    .allMatch(each -> each.liveTasks() + each.waitingTasks() + each.unacknowledged() == 0);
        });
    }

    /** Few ids, few epochs and hardly a memory: runs supersede each other, are refused, put back and forgotten all the time. */
    @Test
    void shouldLoseNoRunWhileItsIdIsDispatchedAgainAndAgain() throws Exception {
        Watchdog.within(LIMIT, () -> {
            launch(SETTINGS.withFinishedIds(1));
            final List<Master> all = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                all.add(new Master("m" + i).connectTo(client));
            }
            all.get(0).acknowledges = false;
            final List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                final Thread thread = new Thread(() -> {
                    final ThreadLocalRandom random = ThreadLocalRandom.current();
                    for (int i = 0; i < 10_000; i++) {
                        final long id = random.nextInt(8);
                        final TaskSpec.Builder spec = TaskSpec.builder(id);
                        client.dispatch(
                                i,
                                "m" + random.nextInt(3),
                                random.nextInt(4),
                                random.nextInt(3) == 0
                                        ? spec.type("no such type").build()
                                        : spec.task(done()).build());
                        while (client.engine().get(id) != null) {
                            Thread.yield(); // so that the next dispatch finds an ended run
                        }
                    }
                });
                thread.start();
                threads.add(thread);
            }
            for (final Thread each : threads) {
                each.join();
            }
            all.get(0).acknowledges = true;
            assertThat(client.drain(60, TimeUnit.SECONDS)).isTrue();
            assertThat(client.unacknowledged(1)).isEmpty();
            assertThat(client.outboxes())
                    .allMatch(each -> each.liveTasks() + each.waitingTasks() + each.unacknowledged() == 0);
        });
    }

    /** Several threads dispatch the same runs, again and again, while these run and end. */
    @Test
    void shouldRunARepeatedDispatchOnce() throws Exception {
        Watchdog.within(LIMIT, () -> {
            launch(SETTINGS.withFinishedIds(100_000));
            final Master first = master("first");
            final Master second = master("second");
            final int runs = 300;
            final int threads = 4;
            final AtomicInteger answers = new AtomicInteger();
            client.connect("first", first, answer -> answers.incrementAndGet());
            client.connect("second", second, answer -> answers.incrementAndGet());
            final AtomicInteger[] executions = new AtomicInteger[runs];
            for (int i = 0; i < runs; i++) {
                executions[i] = new AtomicInteger();
            }
            final CyclicBarrier barrier = new CyclicBarrier(threads);
            final List<Thread> all = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                final String destination = t % 2 == 0 ? "first" : "second";
                final Thread thread = new Thread(() -> {
                    for (int i = 0; i < runs; i++) {
                        final AtomicInteger count = executions[i];
                        try {
                            barrier.await();
                        } catch (final Exception e) {
                            throw new IllegalStateException(e);
                        }
                        for (int again = 0; again < 3; again++) {
                            client.dispatch(i, destination, 5, TaskSpec.of(i, context -> {
                                count.incrementAndGet();
                                return Step.DONE;
                            }));
                        }
                    }
                });
                thread.start();
                all.add(thread);
            }
            for (final Thread each : all) {
                each.join();
            }
            assertThat(client.drain(60, TimeUnit.SECONDS)).isTrue();
            assertThat(executions).allMatch(each -> each.get() == 1);
            Conditions.await("each dispatch was answered once", () -> answers.get() == runs * threads * 3);
            final List<Long> told = new ArrayList<>();
            for (final Master each : masters) {
                each.taken.stream().filter(TaskReport::isFinal).forEach(report -> told.add(report.taskId()));
            }
            assertThat(told.stream().distinct().count()).isEqualTo(runs);
        });
    }

    @Test
    void shouldDrainOnceAMasterThatWasGoneIsBack() throws Exception {
        Watchdog.within(LIMIT, () -> {
            launch(SETTINGS);
            final Master master = master("master");
            master.acknowledges = false;
            for (int id = 0; id < 100; id++) {
                dispatch("master", id, done());
            }
            assertThat(client.drain(300, TimeUnit.MILLISECONDS)).isFalse();
            assertThat(client.unacknowledged(1_000)).hasSize(100);
            master.acknowledges = true;
            assertThat(client.drain(60, TimeUnit.SECONDS)).isTrue();
            assertThat(client.unacknowledged(1_000)).isEmpty();
        });
    }

    @Test
    void shouldCloseInBoundedTimeWithSendsInFlightAndHandTheReportsBack() throws Exception {
        Watchdog.within(LIMIT, () -> {
            launch(SETTINGS);
            final CountDownLatch release = new CountDownLatch(1);
            final CountDownLatch in = new CountDownLatch(2);
            client.connect("interruptible", (name, reports) -> {
                in.countDown();
                release.await();
            });
            client.connect("stubborn", (name, reports) -> {
                in.countDown();
                boolean over = false;
                while (!over) {
                    try {
                        release.await();
                        over = true;
                    } catch (final InterruptedException e) {
                        // it doesn't care
                    }
                }
            });
            dispatch("interruptible", 1, done());
            dispatch("stubborn", 2, done());
            in.await();
            Conditions.await(
                    "both have ended",
                    () -> client.engine().get(1) == null && client.engine().get(2) == null);
            final ClientCloseReport report = client.closeAndReport();
            assertThat(report.engine().clean()).isTrue();
            assertThat(report.stuckSenders()).hasSize(1).allMatch(each -> each.contains("'stubborn'"));
            assertThat(report.unacknowledged()).hasSize(10);
            release.countDown();
        });
    }

    @Test
    void shouldInterruptTheCallOfAChannelThatIsReplaced() throws Exception {
        Watchdog.within(LIMIT, () -> {
            launch(SETTINGS);
            final CountDownLatch in = new CountDownLatch(1);
            client.connect("master", (name, reports) -> {
                in.countDown();
                new CountDownLatch(1).await();
            });
            dispatch("master", 1, done());
            in.await();
            final Master master = master("master");
            Conditions.await("the new channel is used", () -> master.finals() == 1);
            assertThat(client.drain(60, TimeUnit.SECONDS)).isTrue();
        });
    }

    /** A call may be in a write to a dead connection, which no interrupt ends: the next connection does not wait for it. */
    @Test
    void shouldUseTheNewChannelThoughCallsOfReplacedOnesNeverEnd() throws Exception {
        Watchdog.within(LIMIT, () -> {
            launch(SETTINGS);
            final CountDownLatch release = new CountDownLatch(1);
            final AtomicInteger stuck = new AtomicInteger();
            final int most = 9; // calls at a time: the present one, and eight that were left alone
            dispatchToStuckChannels(release, stuck, most);
            assertThat(stuck).hasValue(most);
            final Master master = master("master");
            dispatch("master", 2, done());
            Conditions.await("the second task has ended", () -> client.engine().get(2) == null);
            assertThat(master.calls).as("no more threads than that").isEmpty();
            assertThat(client.outboxes().get(0).isSending()).isTrue();
            release.countDown();
            Conditions.await("the new channel is used", () -> master.finals() == 2);
            assertThat(client.drain(60, TimeUnit.SECONDS)).isTrue();
            assertThat(outbox("master").failedSends()).as("of channels in use").isZero();
        });
    }

    private void dispatchToStuckChannels(final CountDownLatch release, final AtomicInteger stuck, final int channels)
            throws Exception {
        for (int i = 1; i <= channels; i++) {
            final int calls = i;
            client.connect("master", (name, reports) -> {
                stuck.incrementAndGet();
                boolean over = false;
                while (!over) {
                    try {
                        release.await();
                        over = true;
                    } catch (final InterruptedException e) {
                        // it doesn't care
                    }
                }
            });
            if (i == 1) {
                dispatch("master", 1, done());
            }
            Conditions.await("channel " + i + " is in a call", () -> stuck.get() == calls);
        }
    }

    @Test
    void shouldNameEveryCallThatDoesNotEnd() throws Exception {
        Watchdog.within(LIMIT, () -> {
            launch(SETTINGS);
            final CountDownLatch release = new CountDownLatch(1);
            dispatchToStuckChannels(release, new AtomicInteger(), 3);
            assertThat(client.closeAndReport().stuckSenders())
                    .hasSize(3)
                    .allMatch(each -> each.contains("'master'") && each.contains("dispatchToStuckChannels"));
            release.countDown();
        });
    }

    /** Whoever is told of the end may dispatch the next run from within the very call: the id is free by then. */
    @Test
    void shouldTakeTheNextRunAsSoonAsTheEndIsTold() throws Exception {
        Watchdog.within(LIMIT, () -> {
            launch(SETTINGS);
            final int epochs = 2_000;
            final int ids = 8;
            final Master master = new Master("master") {
                @Override
                void acknowledge(final TaskReport report) {
                    super.acknowledge(report);
                    if (report.isFinal() && report.dispatchEpoch() < epochs) {
                        final long id = report.taskId();
                        client.dispatch(id, name, report.dispatchEpoch() + 1, TaskSpec.of(id, done()));
                    }
                }
            };
            master.connectTo(client);
            client.connect("master", master);
            masters.add(master);
            for (long id = 0; id < ids; id++) {
                client.dispatch(id, "master", 1, TaskSpec.of(id, done()));
            }
            Conditions.await(
                    "all have run or one was refused",
                    () -> !refusals.isEmpty() || client.engine().ledger().accepted() == ids * epochs);
            assertThat(refusals).isEmpty();
            assertThat(client.drain(60, TimeUnit.SECONDS)).isTrue();
        });
    }
}
