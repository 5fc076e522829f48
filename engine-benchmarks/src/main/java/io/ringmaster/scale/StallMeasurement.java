package io.ringmaster.scale;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ringmaster.TaskEngine;
import io.ringmaster.eventbus.WaitMode;
import io.ringmaster.task.Container;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * What tasks that block for ten seconds in a shared step do to all others: how late those are called, from the time each
 * was meant to be submitted. The blocking ones are submitted at once, without a type the engine could learn from.
 */
final class StallMeasurement {
    private static final int[] BLOCKERS = {0, 1, 5};
    private static final long BLOCK_SECONDS = 10;
    private static final long GAP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long THRESHOLD_MILLIS = 100;
    private static final int BEFORE = 1_000;
    private static final long BLOCKER_ID = 1L << 40;
    private static final double PERCENT = 100;

    private final int rounds;

    StallMeasurement(final int rounds) {
        this.rounds = rounds;
    }

    void run(final JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("stall");
        json.writeNumberField("thresholdMillis", THRESHOLD_MILLIS);
        json.writeNumberField("targetMaxMillis", 2 * THRESHOLD_MILLIS);
        json.writeNumberField("blockSeconds", BLOCK_SECONDS);
        json.writeArrayFieldStart("byBlockers");
        for (final int blockers : BLOCKERS) {
            final double[] longest = new double[rounds];
            final double[] delayed = new double[rounds];
            final long[] takeOvers = new long[rounds];
            for (int i = 0; i < rounds; i++) {
                final Histogram delays = Report.histogram();
                takeOvers[i] = round(blockers, delays);
                longest[i] = delays.getMaxValue() / 1e6;
                delayed[i] = PERCENT
                        * delays.getCountBetweenValues(TimeUnit.MILLISECONDS.toNanos(10), delays.getMaxValue())
                        / delays.getTotalCount();
            }
            json.writeStartObject();
            json.writeNumberField("blockers", blockers);
            Report.doubles(json, "longestDelayMillis", longest);
            Report.doubles(json, "percentDelayedOver10Millis", delayed);
            Report.longs(json, "takeOvers", takeOvers);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static long round(final int blockers, final Histogram delays) {
        final int tasks = (int) (TimeUnit.SECONDS.toNanos(BLOCK_SECONDS + 2) / GAP_NANOS);
        try (TaskEngine engine = TaskEngine.launch(new TaskEngine.Context()
                .fireWorkers(1)
                .waitMode(WaitMode.ADAPTIVE)
                .stallThresholdMillis(THRESHOLD_MILLIS)
                .closeTimeoutMillis(30_000))) {
            final long[] called = new long[tasks];
            final List<TaskHandle> handles = new ArrayList<>();
            final long start = System.nanoTime();
            for (int i = 0; i < tasks; i++) {
                final int index = i;
                while (System.nanoTime() - start < index * GAP_NANOS) {
                    LockSupport.parkNanos(GAP_NANOS / 10);
                }
                if (i == BEFORE) {
                    for (int k = 0; k < blockers; k++) {
                        engine.submit(TaskSpec.builder(BLOCKER_ID + k)
                                .container(Container.SHARED)
                                .task(context -> {
                                    Thread.sleep(TimeUnit.SECONDS.toMillis(BLOCK_SECONDS));
                                    return Step.DONE;
                                })
                                .build());
                    }
                }
                handles.add(engine.submit(TaskSpec.builder(i)
                        .container(Container.SHARED)
                        .task(context -> {
                            called[index] = System.nanoTime();
                            return Step.DONE;
                        })
                        .build()));
            }
            for (int i = 0; i < tasks; i++) {
                handles.get(i).await(1, TimeUnit.MINUTES);
                delays.recordValue(Math.max(0, called[i] - start - i * GAP_NANOS));
            }
            return engine.metrics().partitions().get(0).takeovers();
        } catch (final Exception e) {
            throw new IllegalStateException("a stall round did not end", e);
        }
    }
}
