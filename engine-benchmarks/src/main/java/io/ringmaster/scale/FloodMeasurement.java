package io.ringmaster.scale;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ringmaster.TaskEngine;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEvent;
import io.ringmaster.task.Container;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * How long a kill takes while the thread that asks for it floods the ring. Time is cut into intervals; one in which other
 * machines stole CPU time is dropped. A kill during which neither of the two threads had to wait for a CPU is told apart,
 * since other processes of the same machine are no steal.
 */
final class FloodMeasurement {
    private static final String NAME = "flood";
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long KILL_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long[] STEP_NANOS = {0, 1_000, 10_000, 90_000};
    private static final long FIRST_FLOOD_ID = 1L << 40;

    private final int seconds;

    FloodMeasurement(final int seconds) {
        this.seconds = seconds;
    }

    /** One flood with steps of one length. */
    private static final class Flood {
        private final TaskSpec spec;
        private final TaskHandle[] victims;
        private final long[] latencies;
        private final Histogram all = Report.histogram();
        private final Histogram unstolen = Report.histogram();
        private final Histogram quiet = Report.histogram();
        private final TaskEngine engine;
        private final Contention contention;
        private long killed;
        private long asked;
        private long nextId = FIRST_FLOOD_ID;
        private long full;
        private int intervals;
        private int stolenIntervals;
        private final long[] requested;
        private final boolean[] undisturbed;
        private volatile long handled;

        Flood(final long stepNanos, final int kills) {
            this.spec = TaskSpec.builder(0)
                    .task(context -> {
                        if (stepNanos > 0) {
                            final long start = System.nanoTime();
                            while (System.nanoTime() - start < stepNanos) {
                                Thread.onSpinWait();
                            }
                        }
                        return Step.DONE;
                    })
                    .container(Container.SHARED)
                    .build();
            this.latencies = new long[kills];
            this.requested = new long[kills];
            this.undisturbed = new boolean[kills];
            this.engine =
                    TaskEngine.launch(LiveTasks.context(NAME).fireWorkers(1).listener(this::listen));
            this.victims = LiveTasks.submitWaiting(engine, kills);
            this.contention = new Contention(NAME);
        }

        private void listen(final TaskExecutorLifecycleEvent event) {
            if (event.to() == TaskState.KILLED && event.taskId() < FIRST_FLOOD_ID) {
                final int id = (int) event.taskId();
                latencies[id] = System.nanoTime() - requested[id];
                handled = ++killed;
            }
        }

        void run(final long nanos, final boolean measured) {
            final long start = System.nanoTime();
            while (System.nanoTime() - start < nanos && asked < victims.length) {
                interval(measured);
            }
        }

        /** One kill at a time: the flood goes on while it is on its way. */
        private void interval(final boolean measured) {
            final long stolen = contention.stolenNanos();
            final long firstKill = asked;
            final long start = System.nanoTime();
            long nextKill = start + KILL_EVERY_NANOS;
            long waited = -1;
            for (long now = start; now - start < INTERVAL_NANOS || waited >= 0; now = System.nanoTime()) {
                if (engine.trySubmit(nextId, spec).isAccepted()) {
                    nextId++;
                } else {
                    full++;
                    Thread.onSpinWait();
                }
                if (waited >= 0) {
                    if (handled == asked) {
                        undisturbed[(int) asked - 1] = contention.waitedNanos() == waited;
                        waited = -1;
                        nextKill = System.nanoTime() + KILL_EVERY_NANOS;
                    }
                } else if (now - nextKill >= 0 && asked < victims.length) {
                    waited = contention.waitedNanos();
                    final int id = (int) asked++;
                    requested[id] = System.nanoTime();
                    victims[id].kill();
                }
            }
            if (measured) {
                note((int) firstKill, contention.stolenNanos() - stolen);
            }
        }

        private void note(final int firstKill, final long stolen) {
            intervals++;
            stolenIntervals += stolen > 0 ? 1 : 0;
            for (int id = firstKill; id < asked; id++) {
                all.recordValue(latencies[id]);
                if (stolen == 0) {
                    unstolen.recordValue(latencies[id]);
                    if (undisturbed[id]) {
                        quiet.recordValue(latencies[id]);
                    }
                }
            }
        }
    }

    void run(final JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("killUnderFlood");
        json.writeNumberField("targetP99Micros", 1000);
        json.writeNumberField("intervalMillis", INTERVAL_NANOS / 1e6);
        json.writeArrayFieldStart("bySteps");
        for (final long each : STEP_NANOS) {
            final Flood flood = new Flood(each, (seconds + 2) * 1000);
            flood.run(WARM_UP_NANOS, false);
            flood.run(TimeUnit.SECONDS.toNanos(seconds), true);
            flood.engine.close();
            json.writeStartObject();
            json.writeNumberField("stepNanos", each);
            json.writeNumberField("accepted", flood.nextId - FIRST_FLOOD_ID);
            json.writeNumberField("refusals", flood.full);
            json.writeNumberField("intervals", flood.intervals);
            json.writeNumberField("intervalsDroppedForSteal", flood.stolenIntervals);
            Report.micros(json, "allMicros", flood.all);
            Report.micros(json, "withoutStealMicros", flood.unstolen);
            Report.micros(json, "withoutStealOrWaitingMicros", flood.quiet);
            json.writeNumberField("load", Contention.load());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
