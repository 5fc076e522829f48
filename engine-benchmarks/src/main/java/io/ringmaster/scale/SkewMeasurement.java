package io.ringmaster.scale;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.PartitionSnapshot;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.task.Container;
import io.ringmaster.task.Step;
import io.ringmaster.task.Task;
import io.ringmaster.task.TaskContext;
import io.ringmaster.task.TaskSpec;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;

/**
 * Live tasks that step again and again, all of them in the four partitions of one of two threads: placement came too early
 * to see that, and only moving partitions helps. How late steps are called and how busy the threads are, without moves and
 * with them. On time they would take 1.4 CPUs, which one thread can't give.
 */
final class SkewMeasurement {
    private static final int PARTITIONS = 8;
    private static final int THREADS = 2;
    private static final int TASKS = 400;
    private static final int PROBES = 8 * TASKS;
    private static final long STEP_NANOS = 200_000;
    private static final long PERIOD_NANOS = (long) (TASKS * STEP_NANOS / 1.4);
    private static final double PERCENT = 100;

    private final int seconds;

    SkewMeasurement(final int seconds) {
        this.seconds = seconds;
    }

    void run(final JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("skew");
        json.writeNumberField("partitions", PARTITIONS);
        json.writeNumberField("threads", THREADS);
        json.writeNumberField("tasks", TASKS);
        json.writeNumberField("stepMicros", STEP_NANOS / 1e3);
        json.writeNumberField("periodMillis", PERIOD_NANOS / 1e6);
        one(json, "withoutMoves", 0);
        one(json, "withMoves", 200);
        json.writeEndObject();
    }

    private void one(final JsonGenerator json, final String name, final long balanceMillis) throws IOException {
        final int[] partitionOf = new int[PROBES];
        json.writeObjectFieldStart(name);
        try (TaskEngine engine = TaskEngine.launch(LiveTasks.context("skew")
                .fireWorkers(THREADS)
                .partitions(PARTITIONS)
                .waitMode(WaitMode.ADAPTIVE)
                .balanceIntervalMillis(balanceMillis)
                .listener(event -> partitionOf[(int) event.taskId()] = event.partition()))) {
            final Periodic[] tasks = LongStream.of(idsOfFirstThread(engine, partitionOf))
                    .mapToObj(Periodic::new)
                    .toArray(Periodic[]::new);
            for (final Periodic each : tasks) {
                LiveTasks.submit(engine, each.id, each.spec());
            }
            pass(seconds); // to find the balance
            final long[] busyBefore = busy(engine);
            final long start = System.nanoTime();
            Periodic.measured = true;
            pass(seconds);
            Periodic.measured = false;
            final double took = System.nanoTime() - start;
            final long[] busy = busy(engine);
            final Histogram late = Report.histogram();
            long steps = 0;
            for (final Periodic each : tasks) {
                late.add(each.late);
                steps += each.late.getTotalCount();
            }
            Report.micros(json, "lateMicros", late);
            json.writeNumberField("stepsPerSecond", Math.rint(steps / took * 1e9));
            json.writeArrayFieldStart("threadsBusyPercent");
            for (int i = 0; i < THREADS; i++) {
                json.writeNumber(Math.rint(PERCENT * (busy[i] - busyBefore[i]) / took));
            }
            json.writeEndArray();
            json.writeNumberField(
                    "moves",
                    engine.metrics().partitions().stream()
                            .mapToLong(PartitionSnapshot::moves)
                            .sum());
        }
        json.writeEndObject();
    }

    private static long[] busy(final TaskEngine engine) {
        return engine.metrics().threads().stream()
                .mapToLong(each -> each.busyNanos())
                .toArray();
    }

    private static void pass(final int seconds) {
        final long start = System.nanoTime();
        while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(seconds)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    /** Ids of partitions that the first thread holds at the start, as a listener saw them. */
    private static long[] idsOfFirstThread(final TaskEngine engine, final int[] partitionOf) {
        for (long id = 0; id < partitionOf.length; id++) {
            LiveTasks.submit(engine, id, LiveTasks.NO_OP);
        }
        while (engine.ledger().live() > 0) {
            LockSupport.parkNanos(STEP_NANOS);
        }
        return LongStream.range(0, partitionOf.length)
                .filter(id -> partitionOf[(int) id] % THREADS == 0)
                .limit(TASKS)
                .toArray();
    }

    /** Steps once a period, as the engine lets it; each step on its partition's thread. */
    private static final class Periodic implements Task {
        private static volatile boolean measured;

        private final long id;
        private final Histogram late = Report.histogram();
        private long due;

        Periodic(final long id) {
            this.id = id;
        }

        TaskSpec spec() {
            return TaskSpec.builder(id).container(Container.SHARED).task(this).build();
        }

        @Override
        public Step execute(final TaskContext context) {
            final long now = System.nanoTime();
            if (due != 0 && measured) {
                late.recordValue(Math.max(0, now - due));
            }
            while (System.nanoTime() - now < STEP_NANOS) {
                Thread.onSpinWait();
            }
            due = System.nanoTime() + PERIOD_NANOS;
            return context.againAfter(PERIOD_NANOS, TimeUnit.NANOSECONDS);
        }
    }
}
