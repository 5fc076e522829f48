package io.ringmaster.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.CloseReport;
import io.ringmaster.Ledger;
import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEvent;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEventListener;
import io.ringmaster.task.Container;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskOutcome;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import io.ringmaster.testing.Conditions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What the isolation tests share: engines with short thresholds, and well-behaved neighbours of whatever goes wrong. */
final class Isolation {
    private static final int NEIGHBOURS = 200;
    private static final AtomicLong IDS = new AtomicLong(1_000_000);
    private static final AtomicInteger ENGINES = new AtomicInteger();

    private Isolation() {}

    /** A context in which stalls are noticed and ladders climbed within a fraction of a second. */
    static TaskEngine.Context context() {
        return new TaskEngine.Context()
                .name("isolation-" + ENGINES.incrementAndGet())
                .fireWorkers(1)
                .waitMode(WaitMode.ADAPTIVE)
                .stallThresholdMillis(30)
                .spareThreads(8)
                .exclusiveThreads(4)
                .killInterruptMillis(30)
                .killHookMillis(30)
                .killAbandonMillis(60)
                .closeTimeoutMillis(10_000);
    }

    static TaskSpec spec(final long id, final Container container, final Task task) {
        return TaskSpec.builder(id).container(container).task(task).build();
    }

    static TaskOutcome end(final TaskHandle handle) throws Exception {
        return handle.await(60, TimeUnit.SECONDS);
    }

    /** Tasks of both kinds, some of several steps: all of them succeed whatever happens beside them. */
    static List<TaskHandle> startNeighbours(final TaskEngine engine) {
        final List<TaskHandle> handles = new ArrayList<>();
        for (int i = 0; i < NEIGHBOURS; i++) {
            final AtomicInteger steps = new AtomicInteger();
            final Container container = i % 10 == 0 ? Container.EXCLUSIVE : Container.SHARED;
            handles.add(
                    engine.submit(spec(IDS.incrementAndGet(), container, context -> switch (steps.incrementAndGet()) {
                        case 1 -> Step.AGAIN_NOW;
                        case 2 -> context.againAfter(1, TimeUnit.MILLISECONDS);
                        default -> context.done("well");
                    })));
        }
        return handles;
    }

    static void assertWell(final List<TaskHandle> neighbours) throws Exception {
        for (final TaskHandle each : neighbours) {
            final TaskOutcome outcome = end(each);
            assertThat(outcome).isEqualTo(new TaskOutcome(each.id(), TaskState.SUCCEEDED, 1, "well", null));
        }
    }

    static void assertNeighboursDoWell(final TaskEngine engine) throws Exception {
        assertWell(startNeighbours(engine));
    }

    /** Everything accepted has ended once and nothing is left behind. */
    static void assertBalancedAndClose(final TaskEngine engine) throws Exception {
        assertThat(engine.drain(60, TimeUnit.SECONDS)).as("drained").isTrue();
        final Ledger ledger = engine.ledger();
        assertThat(ledger.isBalanced()).as(ledger::toString).isTrue();
        final CloseReport report = engine.closeAndReport();
        assertThat(report.clean()).as(report::toString).isTrue();
    }

    /** Waits until a task is in a state. */
    static void awaitState(final TaskHandle handle, final TaskState state) throws Exception {
        Conditions.await("task " + handle.id() + " is " + state, () -> handle.state() == state);
    }

    /** Checks what every listener is promised: each task's events in order, and one final event. */
    static final class Witness implements TaskExecutorLifecycleEventListener {
        private final Map<Long, TaskState> states = new ConcurrentHashMap<>();
        private final Map<Long, Integer> finals = new ConcurrentHashMap<>();
        private final List<String> faults = new java.util.concurrent.CopyOnWriteArrayList<>();

        @Override
        public void onEvent(final TaskExecutorLifecycleEvent event) {
            final TaskState before = states.put(event.taskId(), event.to());
            if (before != null && before != event.from()) {
                faults.add(event + " after " + before);
            }
            if (event.to().isFinal()) {
                finals.merge(event.taskId(), 1, Integer::sum);
            }
        }

        /** Waits until it was told of each one's end. */
        void assertToldOf(final List<TaskHandle> handles) throws Exception {
            for (final TaskHandle each : handles) {
                Conditions.await("a final event of task " + each.id(), () -> finals.containsKey(each.id()));
            }
            assertThat(faults).isEmpty();
            assertThat(finals.values()).as("final events of each task").allMatch(count -> count == 1);
        }
    }

    /** Never returns before it is released; each way of asking it to end but that is useless. */
    static final class Spin implements Task {
        private final CountDownLatch running = new CountDownLatch(1);
        private volatile boolean released;

        @Override
        public Step execute(final io.ringmaster.task.TaskContext context) {
            running.countDown();
            while (!released) {
                Thread.onSpinWait();
                Thread.yield();
            }
            return Step.DONE;
        }

        void awaitRunning() throws InterruptedException {
            assertThat(running.await(60, TimeUnit.SECONDS)).isTrue();
        }

        void release() {
            released = true;
        }
    }
}
