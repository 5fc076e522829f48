package io.ringmaster.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.TaskEngine;
import io.ringmaster.TaskFilter;
import io.ringmaster.task.Container;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskContext;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskState;
import io.ringmaster.testing.Conditions;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listeners and steps that call back into the engine, with the smallest rings there are: nothing waits for itself. */
@Timeout(180)
class ReentrancyTest {
    private static final int CHILDREN = 2_000;

    private TaskEngine engine;

    @AfterEach
    void close() {
        if (engine != null) {
            engine.close();
        }
    }

    private static TaskEngine.Context small(final int fireWorkers) {
        return Isolation.context()
                .fireWorkers(fireWorkers)
                .ringCapacity(64)
                .stallThresholdMillis(1_000)
                .closeTimeoutMillis(60_000);
    }

    /** More children than the ring has slots, from one step: what is raised for its own partition always has room. */
    @Test
    void shouldTakeAnyNumberOfChildrenFromOneStepOfTheSamePartition() throws Exception {
        engine = TaskEngine.launch(small(1));
        final List<TaskHandle> children = new ArrayList<>();
        final TaskHandle parent = engine.submit(Isolation.spec(1, Container.SHARED, context -> {
            for (int i = 0; i < CHILDREN; i++) {
                children.add(context.trySubmit(Isolation.spec(1_000 + i, Container.SHARED, step -> Step.DONE)));
            }
            return Step.DONE;
        }));
        assertThat(Isolation.end(parent).isSuccess()).isTrue();
        assertThat(children).hasSize(CHILDREN).allMatch(TaskHandle::isAccepted);
        for (final TaskHandle each : children) {
            assertThat(Isolation.end(each).isSuccess()).isTrue();
        }
        Isolation.assertBalancedAndClose(engine);
    }

    /** Another partition's ring may be full: the step is told, and tries again in its next turn. */
    @Test
    void shouldNotDeadlockWhenStepsOfAllPartitionsSubmitToEachOther() throws Exception {
        engine = TaskEngine.launch(small(4));
        final Queue<TaskHandle> children = new ConcurrentLinkedQueue<>();
        final AtomicLong ids = new AtomicLong(1_000);
        final AtomicInteger refused = new AtomicInteger();
        final List<TaskHandle> parents = new ArrayList<>();
        for (int id = 1; id <= 16; id++) {
            parents.add(engine.submit(Isolation.spec(id, Container.SHARED, new Task() {
                private int left = CHILDREN / 4;

                @Override
                public Step execute(final TaskContext context) {
                    while (left > 0) {
                        final TaskHandle child = context.trySubmit(
                                Isolation.spec(ids.incrementAndGet(), Container.SHARED, step -> Step.DONE));
                        if (!child.isAccepted()) {
                            assertThat(child.refusal()).isEqualTo(Refusal.RING_FULL);
                            refused.incrementAndGet();
                            return Step.AGAIN_NOW;
                        }
                        children.add(child);
                        left--;
                    }
                    return Step.DONE;
                }
            })));
        }
        for (final TaskHandle each : parents) {
            assertThat(Isolation.end(each).failure()).isNull();
        }
        assertThat(children).hasSize(16 * (CHILDREN / 4));
        for (final TaskHandle each : children) {
            assertThat(Isolation.end(each).isSuccess()).isTrue();
        }
        Isolation.assertBalancedAndClose(engine);
    }

    /** Outsiders keep the ring full meanwhile. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldSubmitFromListenersAndStepsWhileTheRingIsFull(final int fireWorkers) throws Exception {
        final AtomicReference<TaskEngine> launched = new AtomicReference<>();
        final Queue<TaskHandle> raised = new ConcurrentLinkedQueue<>();
        final AtomicLong ids = new AtomicLong(10_000_000);
        engine = TaskEngine.launch(small(fireWorkers).listener(event -> {
            // One more for each that ended well, once: a child's end raises none.
            if (event.to() == TaskState.SUCCEEDED && event.taskId() < 10_000_000 && launched.get() != null) {
                raised.add(launched.get()
                        .trySubmit(Isolation.spec(ids.incrementAndGet(), Container.SHARED, step -> Step.DONE)));
            }
        }));
        launched.set(engine);
        final AtomicBoolean stop = new AtomicBoolean();
        final List<Thread> floods = new ArrayList<>();
        final AtomicLong flooded = new AtomicLong();
        for (int i = 0; i < 2; i++) {
            final Thread flood = new Thread(() -> {
                while (!stop.get()) {
                    final long id = flooded.incrementAndGet();
                    engine.trySubmit(Isolation.spec(id, Container.SHARED, context -> {
                        raised.add(context.trySubmit(
                                Isolation.spec(ids.incrementAndGet(), Container.SHARED, step -> Step.DONE)));
                        return Step.DONE;
                    }));
                }
            });
            floods.add(flood);
            flood.start();
        }
        try {
            Conditions.await(
                    "enough was raised",
                    () -> raised.stream()
                                    .limit(20_000)
                                    .filter(TaskHandle::isAccepted)
                                    .count()
                            >= 5_000);
        } finally {
            stop.set(true);
            for (final Thread each : floods) {
                each.join();
            }
        }
        if (fireWorkers == 1) {
            assertThat(raised).as("for its own partition there is always room").allMatch(TaskHandle::isAccepted);
        } else {
            assertThat(raised).allMatch(each -> each.isAccepted() || each.refusal() == Refusal.RING_FULL);
        }
        for (final TaskHandle each : raised) {
            if (each.isAccepted()) {
                assertThat(Isolation.end(each).isSuccess()).isTrue();
            }
        }
        Isolation.assertBalancedAndClose(engine);
    }

    /** Everything that does not block may be called on a fire-worker. */
    @Test
    void shouldAnswerEveryCallOfAListener() throws Exception {
        final AtomicReference<TaskEngine> launched = new AtomicReference<>();
        final AtomicInteger calls = new AtomicInteger();
        final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        engine = TaskEngine.launch(Isolation.context()
                .stallThresholdMillis(1_000)
                .closeTimeoutMillis(60_000)
                .listener(event -> {
                    final TaskEngine it = launched.get();
                    if (it == null || event.taskId() >= 1_000) {
                        return;
                    }
                    try {
                        calls.incrementAndGet();
                        event.handle().pause();
                        event.handle().resume();
                        event.handle().signal();
                        it.pause(event.taskId());
                        it.resume(event.taskId());
                        assertThat(it.ledger().accepted()).isPositive();
                        assertThat(it.explain(event.taskId())).isNotEmpty();
                        assertThat(it.health().roles()).isNotEmpty();
                        assertThat(it.metrics().ledger().accepted()).isPositive();
                        assertThat(it.list(new TaskFilter(null, 0, null), Long.MIN_VALUE, 10)
                                        .tasks())
                                .isNotNull();
                        it.resumeGroup(1);
                        it.kill(999);
                        event.handle().completion();
                        event.copy();
                    } catch (final Throwable t) {
                        failures.add(t);
                    }
                }));
        launched.set(engine);
        final List<TaskHandle> handles = new ArrayList<>();
        for (int id = 1; id <= 100; id++) {
            handles.add(engine.submit(Isolation.spec(
                    id, id % 2 == 0 ? Container.SHARED : Container.EXCLUSIVE, context -> context.done("well"))));
        }
        for (final TaskHandle each : handles) {
            assertThat(Isolation.end(each).result()).isEqualTo("well");
        }
        assertThat(failures).isEmpty();
        assertThat(calls.get()).isGreaterThanOrEqualTo(400);
        Isolation.assertBalancedAndClose(engine);
    }

    /** A listener that kills, at whichever event, ends the task once. */
    @ParameterizedTest
    @ValueSource(strings = {"INITIALIZED", "PREPARED", "SCHEDULED", "RUNNING", "SUCCEEDED"})
    void shouldTakeAKillFromAListener(final String state) throws Exception {
        final TaskState at = TaskState.valueOf(state);
        final Isolation.Witness witness = new Isolation.Witness();
        engine = TaskEngine.launch(Isolation.context()
                .listener(event -> {
                    if (event.to() == at && event.taskId() < 1_000) {
                        event.handle().kill();
                    }
                })
                .listener(witness));
        final List<TaskHandle> handles = new ArrayList<>();
        final AtomicInteger ran = new AtomicInteger();
        for (int id = 1; id <= 100; id++) {
            handles.add(
                    engine.submit(Isolation.spec(id, id % 2 == 0 ? Container.SHARED : Container.EXCLUSIVE, context -> {
                        ran.incrementAndGet();
                        return Step.DONE;
                    })));
        }
        for (final TaskHandle each : handles) {
            final TaskState end = Isolation.end(each).state();
            if (at.ordinal() < TaskState.SCHEDULED.ordinal()) {
                assertThat(end).isEqualTo(TaskState.KILLED);
            } else {
                assertThat(end).isIn(TaskState.KILLED, TaskState.SUCCEEDED);
            }
        }
        if (at.ordinal() < TaskState.SCHEDULED.ordinal()) {
            assertThat(ran).as("killed before the start means never started").hasValue(0);
        }
        witness.assertToldOf(handles);
        Isolation.assertNeighboursDoWell(engine);
        Isolation.assertBalancedAndClose(engine);
    }

    /** A listener that pauses a task before its first step: the step waits for the resume, and then runs once. */
    @ParameterizedTest
    @ValueSource(strings = {"INITIALIZED", "PREPARED", "SCHEDULED", "RUNNING"})
    void shouldTakeAPauseFromAListenerBeforeTheFirstStep(final String state) throws Exception {
        final TaskState at = TaskState.valueOf(state);
        final Isolation.Witness witness = new Isolation.Witness();
        final Set<Long> paused = ConcurrentHashMap.newKeySet();
        engine = TaskEngine.launch(Isolation.context()
                .listener(event -> {
                    if (event.to() == at && event.taskId() < 1_000 && paused.add(event.taskId())) {
                        event.handle().pause();
                    }
                })
                .listener(witness));
        final List<TaskHandle> handles = new ArrayList<>();
        final AtomicInteger ran = new AtomicInteger();
        for (int id = 1; id <= 100; id++) {
            handles.add(engine.submit(Isolation.spec(id, Container.SHARED, context -> {
                ran.incrementAndGet();
                return Step.DONE;
            })));
        }
        for (final TaskHandle each : handles) {
            Isolation.awaitState(each, TaskState.PAUSED);
        }
        assertThat(ran).as("steps of paused tasks").hasValue(0);
        handles.forEach(TaskHandle::resume);
        for (final TaskHandle each : handles) {
            assertThat(Isolation.end(each).state()).isEqualTo(TaskState.SUCCEEDED);
            assertThat(each.attempt()).isEqualTo(1);
        }
        assertThat(ran).hasValue(100);
        witness.assertToldOf(handles);
        Isolation.assertBalancedAndClose(engine);
    }

    /** A draining engine takes the children of live tasks, and theirs. */
    @Test
    void shouldTakeChildrenWhileItDrains() throws Exception {
        engine = TaskEngine.launch(small(2));
        final AtomicInteger generations = new AtomicInteger();
        final CountDownLatch draining = new CountDownLatch(1);
        final Task generation = new Task() {
            @Override
            public Step execute(final TaskContext context) throws Exception {
                if (context.taskId() == 1) {
                    draining.await();
                }
                if (generations.incrementAndGet() < 100) {
                    final TaskHandle child =
                            context.trySubmit(Isolation.spec(context.taskId() + 1, Container.SHARED, this));
                    assertThat(child.isAccepted()).as(child::toString).isTrue();
                }
                return Step.DONE;
            }
        };
        final TaskHandle first = engine.submit(Isolation.spec(1, Container.EXCLUSIVE, generation));
        final Thread drainer = new Thread(() -> {
            try {
                engine.drain(60, TimeUnit.SECONDS);
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        drainer.start();
        Conditions.await(
                "it drains",
                () -> engine.trySubmit(Isolation.spec(5_000_000, Container.SHARED, context -> Step.DONE))
                                .refusal()
                        == Refusal.DRAINING);
        draining.countDown();
        drainer.join();
        assertThat(first.outcome().failure()).isNull();
        assertThat(generations).hasValue(100);
        Isolation.assertBalancedAndClose(engine);
    }
}
