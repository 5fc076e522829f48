package io.ringmaster.scale;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ringmaster.TaskEngine;
import io.ringmaster.benchmarks.MachineSample;
import io.ringmaster.task.Container;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskContext;
import io.ringmaster.task.TaskSpec;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * What others notice while a crowd of timers of one deadline fires on one fire-worker. A task submitted every
 * millisecond tells how late it was against its schedule; so does one that asks for its own next turn every millisecond
 * and has to wait in line with the crowd.
 */
final class TimersMeasurement {
    private static final String NAME = "timers";
    private static final long LEAD_NANOS = TimeUnit.SECONDS.toNanos(12);
    private static final long PROBE_BEFORE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long PROBE_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long FIRST_PROBE = 1L << 40;
    private static final int MOST_PROBES = 20_000;

    private final int rounds;

    TimersMeasurement(final int rounds) {
        this.rounds = rounds;
    }

    /** One crowd and its probes. Plain fields are the fire-worker's, until it has counted the last timer. */
    private static final class Round {
        private final TaskEngine engine;
        private final Contention contention;
        private final int timers;
        private final long deadline;
        private final TaskSpec crowd =
                TaskSpec.builder(0).task(this::step).container(Container.SHARED).build();

        private final Histogram fromIntended = Report.histogram();
        private final Histogram fromSent = Report.histogram();
        private final Histogram ownTurns = Report.histogram();
        private final Histogram sendLag = Report.histogram();
        private final Histogram undisturbed = Report.histogram();
        private final long[] sent = new long[MOST_PROBES];
        private final long[] handled = new long[MOST_PROBES];
        private final long[] waited = new long[MOST_PROBES];
        private long due;
        private long steps;
        private long firedPlain;
        private volatile long fired;
        private volatile long firstNanos;
        private volatile long lastNanos;
        private volatile boolean stop;
        private volatile long probesDone;

        Round(final TaskEngine engine, final Contention contention, final int timers, final long leadNanos) {
            this.engine = engine;
            this.contention = contention;
            this.timers = timers;
            this.deadline = System.nanoTime() + leadNanos;
        }

        /** The first step waits for the deadline, and so would every one that came early. */
        private Step step(final TaskContext context) {
            final long now = System.nanoTime();
            steps++;
            if (now - deadline < 0) {
                return context.againAfter(deadline - now, TimeUnit.NANOSECONDS);
            }
            if (firedPlain++ == 0) {
                firstNanos = now;
            }
            if (firedPlain == timers) {
                lastNanos = now;
            }
            fired = firedPlain;
            return Step.DONE;
        }

        private Step ownTurn(final TaskContext context) {
            final long now = System.nanoTime();
            if (due != 0) {
                ownTurns.recordValue(Math.max(0, now - due));
            }
            due = now + PERIOD_NANOS;
            return stop ? Step.DONE : context.againAfter(PERIOD_NANOS, TimeUnit.NANOSECONDS);
        }

        private TaskSpec probe(final int index, final long intended) {
            return TaskSpec.builder(0)
                    .task(context -> {
                        final long now = System.nanoTime();
                        handled[index] = now;
                        fromIntended.recordValue(now - intended);
                        fromSent.recordValue(now - sent[index]);
                        probesDone++;
                        return Step.DONE;
                    })
                    .container(Container.SHARED)
                    .build();
        }

        /** False if the deadline came before all timers were set: the round says nothing then. */
        boolean run() {
            for (int id = 0; id < timers; id++) {
                LiveTasks.submit(engine, id, crowd);
            }
            System.gc();
            if (System.nanoTime() - deadline > -2 * PROBE_BEFORE_NANOS) {
                throw new IllegalStateException(
                        "the deadline came before all timers were set: the machine is too slow");
            }
            final long first = deadline - PROBE_BEFORE_NANOS;
            IdleMeasurement.pause(first - System.nanoTime());
            LiveTasks.submit(engine, FIRST_PROBE, TaskSpec.of(FIRST_PROBE, this::ownTurn));
            int sentProbes = 0;
            while (sentProbes < MOST_PROBES && (lastNanos == 0 || System.nanoTime() - lastNanos < PROBE_AFTER_NANOS)) {
                final long intended = first + (sentProbes + 1) * PERIOD_NANOS;
                for (long left = intended - System.nanoTime(); left > 0; left = intended - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                waited[sentProbes] = contention.waitedNanos();
                sent[sentProbes] = System.nanoTime();
                sendLag.recordValue(sent[sentProbes] - intended);
                LiveTasks.submit(engine, FIRST_PROBE + 1 + sentProbes, probe(sentProbes, intended));
                sentProbes++;
            }
            stop = true;
            while (engine.ledger().live() > 0) {
                LockSupport.parkNanos(PERIOD_NANOS);
            }
            if (fired != timers || steps != 2L * timers || probesDone != sentProbes) {
                throw new IllegalStateException(fired + " of " + timers + " timers fired, in " + steps + " steps, and "
                        + probesDone + " of " + sentProbes + " probes ran");
            }
            noteUndisturbed(sentProbes);
            return true;
        }

        /** Probes from whose sending to the first look after their handling no thread waited for a CPU. */
        private void noteUndisturbed(final int count) {
            int look = 0;
            for (int i = 0; i < count; i++) {
                while (look < count && sent[look] - handled[i] < 0) {
                    look++;
                }
                if (look < count && waited[look] == waited[i]) {
                    undisturbed.recordValue(handled[i] - sent[i]);
                }
            }
        }
    }

    void run(final int timers, final JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("timers");
        json.writeNumberField("targetMillis", 50);
        json.writeNumberField("timers", timers);
        json.writeArrayFieldStart("rounds");
        final double[] pauses = new double[rounds];
        final double[] undisturbed = new double[rounds];
        try (TaskEngine engine = TaskEngine.launch(LiveTasks.context(NAME).fireWorkers(1))) {
            final Contention contention = new Contention(NAME);
            for (int i = 0; i < rounds; i++) {
                Round round;
                final long stolen = contention.stolenNanos();
                final long waited = contention.waitedNanos();
                final long collections = MachineSample.take().gcMillis();
                long lead = LEAD_NANOS;
                do {
                    round = new Round(engine, contention, timers, lead);
                    lead *= 2;
                } while (!round.run());
                json.writeStartObject();
                json.writeNumberField("firstAfterDeadlineMicros", (round.firstNanos - round.deadline) / 1e3);
                json.writeNumberField("lastAfterDeadlineMillis", (round.lastNanos - round.deadline) / 1e6);
                Report.micros(json, "submittedProbeFromIntendedMicros", round.fromIntended);
                Report.micros(json, "submittedProbeFromSentMicros", round.fromSent);
                Report.micros(json, "submittedProbeWithoutWaitingMicros", round.undisturbed);
                Report.micros(json, "probeSendLagMicros", round.sendLag);
                Report.micros(json, "timerProbeMicros", round.ownTurns);
                json.writeNumberField("stolenMillis", (contention.stolenNanos() - stolen) / 1e6);
                json.writeNumberField("waitedForCpuMillis", (contention.waitedNanos() - waited) / 1e6);
                json.writeNumberField("collectionMillis", MachineSample.take().gcMillis() - collections);
                json.writeNumberField("load", Contention.load());
                json.writeEndObject();
                pauses[i] = round.fromIntended.getMaxValue() / 1e6;
                undisturbed[i] = round.undisturbed.getMaxValue() / 1e6;
            }
        }
        json.writeEndArray();
        Report.doubles(json, "longestPauseMillis", pauses);
        Report.doubles(json, "longestWithoutWaitingMillis", undisturbed);
        json.writeEndObject();
    }
}
