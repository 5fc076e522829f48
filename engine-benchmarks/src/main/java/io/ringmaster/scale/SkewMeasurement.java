package io.ringmaster.scale;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.PartitionSnapshot;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.task.Container;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;

/**
 * Eight partitions on two threads, and all work in the four partitions of one of them: how late tasks are called and how
 * deep the deepest ring is, without moves and with them. The load is 1.4 CPUs, so one thread can't do it and two can.
 */
final class SkewMeasurement {
    private static final int PARTITIONS = 8;
    private static final int THREADS = 2;
    private static final long STEP_NANOS = 200_000;
    private static final double GAP_NANOS = STEP_NANOS / 1.4;
    private static final int LOOK_EVERY = 1_000;

    private final int seconds;

    SkewMeasurement(final int seconds) {
        this.seconds = seconds;
    }

    void run(final JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("skew");
        json.writeNumberField("partitions", PARTITIONS);
        json.writeNumberField("threads", THREADS);
        one(json, "withoutMoves", 0);
        one(json, "withMoves", 200);
        json.writeEndObject();
    }

    private void one(final JsonGenerator json, final String name, final long balanceMillis) throws IOException {
        final int tasks = (int) (TimeUnit.SECONDS.toNanos(seconds) / GAP_NANOS);
        final int[] partitionOf = new int[tasks * THREADS * 2];
        final Histogram early = Report.histogram();
        final Histogram late = Report.histogram();
        json.writeObjectFieldStart(name);
        try (TaskEngine engine = TaskEngine.launch(new TaskEngine.Context()
                .fireWorkers(THREADS)
                .partitions(PARTITIONS)
                .waitMode(WaitMode.ADAPTIVE)
                .maxQueueMillis(0)
                .balanceIntervalMillis(balanceMillis)
                .closeTimeoutMillis(60_000)
                .listener(event -> partitionOf[(int) event.taskId()] = event.partition()))) {
            final long[] ids = idsOfFirstThread(engine, partitionOf, tasks);
            final long[] called = new long[tasks];
            final List<TaskHandle> handles = new ArrayList<>();
            long deepest = 0;
            final long start = System.nanoTime();
            for (int i = 0; i < tasks; i++) {
                final long due = start + (long) (i * GAP_NANOS);
                while (System.nanoTime() - due < 0) {
                    LockSupport.parkNanos(STEP_NANOS / 4); // no third spinning thread
                }
                handles.add(submit(engine, ids[i], i, called));
                if (i > tasks / 2 && i % LOOK_EVERY == 0) {
                    deepest = Math.max(deepest, deepestRing(engine));
                }
            }
            for (int i = 0; i < tasks; i++) {
                handles.get(i).await(1, TimeUnit.MINUTES);
                (i < tasks / 2 ? early : late).recordValue(Math.max(0, called[i] - start - (long) (i * GAP_NANOS)));
            }
            Report.micros(json, "firstHalfDelayMicros", early);
            Report.micros(json, "secondHalfDelayMicros", late);
            json.writeNumberField("deepestRingInSecondHalf", deepest);
            json.writeNumberField(
                    "moves",
                    engine.metrics().partitions().stream()
                            .mapToLong(PartitionSnapshot::moves)
                            .sum());
        } catch (final InterruptedException | TimeoutException e) {
            throw new IllegalStateException("a skewed round did not end", e);
        }
        json.writeEndObject();
    }

    private static long deepestRing(final TaskEngine engine) {
        return engine.metrics().partitions().stream()
                .mapToLong(PartitionSnapshot::occupied)
                .max()
                .orElse(0);
    }

    /** Ids of partitions that the first thread holds at the start, as a listener saw them. */
    private static long[] idsOfFirstThread(final TaskEngine engine, final int[] partitionOf, final int count) {
        for (long id = 0; id < partitionOf.length; id++) {
            LiveTasks.submit(engine, id, LiveTasks.NO_OP);
        }
        while (engine.ledger().live() > 0) {
            LockSupport.parkNanos(STEP_NANOS);
        }
        return LongStream.range(0, partitionOf.length)
                .filter(id -> partitionOf[(int) id] % THREADS == 0)
                .limit(count)
                .toArray();
    }

    private static TaskHandle submit(final TaskEngine engine, final long id, final int index, final long[] called) {
        return engine.submit(TaskSpec.builder(id)
                .container(Container.SHARED)
                .task(context -> {
                    final long now = System.nanoTime();
                    called[index] = now;
                    while (System.nanoTime() - now < STEP_NANOS) {
                        Thread.onSpinWait();
                    }
                    return Step.DONE;
                })
                .build());
    }
}
