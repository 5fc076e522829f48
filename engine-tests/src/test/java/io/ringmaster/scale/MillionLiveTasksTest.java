package io.ringmaster.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.TaskEngine;
import io.ringmaster.TaskFilter;
import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.task.Container;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jol.info.ClassLayout;
import org.openjdk.jol.info.GraphLayout;

/** Invariant 6: what a waiting task costs, and that nothing of it stays behind. */
@Timeout(300)
class MillionLiveTasksTest {
    private static final int LIVE = 1_000_000;
    private static final int LIVE_FOR_LAYOUT = 10_000;
    private static final int BYTES_PER_TASK = 400;
    /** For all that the JVM and the engine allocated meanwhile, once. */
    private static final int BYTES_LEFT = 1 << 20;

    private static final long GROUP = 7;
    private static final int SAMPLE_EVERY = 997;

    private static final Task WAITS_FOR_SIGNAL = context -> Step.WHEN_SIGNALLED;
    private static final Task WAITS_FOR_TIME =
            context -> context.againAfter(1 + context.taskId() % 1000, TimeUnit.HOURS);

    private static TaskEngine launch() {
        return TaskEngine.launch(
                new TaskEngine.Context().invokerMode(true).fireWorkers(2).completionExecutor(Runnable::run));
    }

    /** Every task with a spec of its own, as a user would have it, and half of them with a timer. */
    private static void submitWaiting(final TaskEngine engine, final int count) {
        for (long id = 1; id <= count; id++) {
            final TaskSpec spec = TaskSpec.builder(id)
                    .task((id & 1) == 0 ? WAITS_FOR_SIGNAL : WAITS_FOR_TIME)
                    .container(Container.SHARED)
                    .groupId(GROUP)
                    .build();
            TaskHandle handle = engine.trySubmit(spec);
            while (handle.refusal() != null && handle.refusal().isTransient()) {
                engine.invoker().invoke();
                handle = engine.trySubmit(spec);
            }
            assertThat(handle.refusal()).isNull();
        }
        turnUntilIdle(engine);
        assertThat(engine.ledger().liveByState()).containsEntry(TaskState.RUNNING, (long) count);
    }

    private static void turnUntilIdle(final TaskEngine engine) {
        int work;
        do {
            work = engine.invoker().fireWorker(0) + engine.invoker().fireWorker(1);
        } while (work > 0);
    }

    private static List<WeakReference<TaskHandle>> sample(final TaskEngine engine) {
        final List<WeakReference<TaskHandle>> sample = new ArrayList<>();
        for (long id = 1; id <= LIVE; id += SAMPLE_EVERY) {
            sample.add(new WeakReference<>(engine.get(id)));
        }
        return sample;
    }

    @Test
    void shouldHoldAMillionWaitingTasksInBoundedHeapAndNothingOfThemAfterwards() throws Exception {
        try (TaskEngine engine = launch()) {
            submitWaiting(engine, 1); // loads what the measurement would count else
            assertThat(engine.killGroup(GROUP)).isOne();
            turnUntilIdle(engine);

            final long before = Heap.used();
            submitWaiting(engine, LIVE);
            final long perTask = (Heap.used() - before) / LIVE;
            assertThat(perTask).as("heap bytes per live task").isBetween(100L, (long) BYTES_PER_TASK);

            final List<WeakReference<TaskHandle>> sample = sample(engine);
            assertThat(sample).noneMatch(each -> each.get() == null);
            assertThat(engine.killGroup(GROUP)).isEqualTo(LIVE);
            assertThat(engine.drain(0, TimeUnit.SECONDS)).isFalse();
            turnUntilIdle(engine);
            assertThat(engine.drain(0, TimeUnit.SECONDS)).isTrue();

            final long left = Heap.used() - before;
            assertThat(left).as("heap bytes left in all").isLessThan(BYTES_LEFT);
            assertThat(sample).allMatch(each -> each.get() == null);
            assertThat(engine.ledger().isBalanced()).isTrue();
            assertThat(engine.ledger().killed()).isEqualTo(LIVE + 1);
            assertThat(engine.get(1)).isNull();
            assertThat(engine.list(TaskFilter.ALL, Long.MIN_VALUE, 1).tasks()).isEmpty();
            assertThat(countOf(TaskExecutor.class, GraphLayout.parseInstance(engine)))
                    .as("executors reachable from the engine")
                    .isZero();
        }
    }

    @Test
    void shouldReachNoMoreThanAFewObjectsPerWaitingTask() {
        try (TaskEngine engine = launch()) {
            final GraphLayout empty = GraphLayout.parseInstance(engine);
            submitWaiting(engine, LIVE_FOR_LAYOUT);
            final GraphLayout full = GraphLayout.parseInstance(engine);

            assertThat(countOf(TaskExecutor.class, full)).isEqualTo(LIVE_FOR_LAYOUT);
            assertThat(full.totalSize() - empty.totalSize())
                    .as("bytes reachable per live task, by JOL")
                    .isBetween(100L * LIVE_FOR_LAYOUT, (long) BYTES_PER_TASK * LIVE_FOR_LAYOUT);
            // The executor and its spec, and nothing else: repository, group and timers chain through the executor.
            assertThat(full.totalCount() - empty.totalCount())
                    .as("objects reachable for all live tasks, by JOL")
                    .isBetween(2L * LIVE_FOR_LAYOUT, 2L * LIVE_FOR_LAYOUT + 1000);
            final TaskHandle one = engine.get(1);
            assertThat(ClassLayout.parseInstance(one).instanceSize())
                    .as("bytes of an executor, which is its own handle and timer node")
                    .isLessThanOrEqualTo(192);
        }
    }

    private static long countOf(final Class<?> type, final GraphLayout graph) {
        return graph.getClasses().contains(type) ? graph.getClassCounts().count(type) : 0;
    }
}
