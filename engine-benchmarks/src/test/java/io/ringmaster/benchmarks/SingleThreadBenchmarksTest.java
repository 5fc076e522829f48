package io.ringmaster.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmaster.lifecycle.LifecycleEventType;
import io.ringmaster.lifecycle.LifecycleTable;
import io.ringmaster.task.TaskState;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SingleThreadBenchmarksTest {
    @ParameterizedTest
    @ValueSource(strings = {"wheel", "agrona", "tree", "raw"})
    void shouldExpireAsManyTimersAsAnInvocationSays(final String target) {
        final TimerWheelBenchmark timers = timers(target, 1000);

        final long first = timers.expire();
        final long second = timers.expire();

        assertThat(first).isBetween((long) TimerWheelBenchmark.BATCH, TimerWheelBenchmark.BATCH + 1000L);
        assertThat(second).isBetween(2L * TimerWheelBenchmark.BATCH, 2L * TimerWheelBenchmark.BATCH + 1000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"wheel", "agrona", "tree", "raw"})
    void shouldRearmTimersThatStillExpireAfterwards(final String target) {
        final TimerWheelBenchmark timers = timers(target, 1000);

        timers.rearm();

        assertThat(timers.expire()).isPositive();
        timers.rearm();
    }

    @Test
    void shouldExpireTheSameTimersWhicheverTargetKeepsThem() {
        final long wheel = timers("wheel", 5000).expire();

        // the wheels round up to a tick, in which a few more of the tree's are due
        assertThat(timers("tree", 5000).expire()).isBetween(wheel - 50, wheel + 50);
        assertThat(timers("agrona", 5000).expire()).isBetween(wheel - 50, wheel + 50);
    }

    /** A map that was just filled is young, and a young one costs no fence: a collection makes it old. */
    @Test
    void shouldAgeALiveMapBeforeItIsMeasured() {
        final RepositoryBenchmark map = new RepositoryBenchmark();
        map.target = "repository";
        map.entries = 10;
        map.ids = "sequential";
        final MachineSample before = MachineSample.take();

        map.fill();

        assertThat(MachineSample.take().since(before).gcCount()).isPositive();
    }

    @Test
    void shouldRefuseUnknownTargets() {
        assertThatThrownBy(() -> timers("clock", 10)).hasMessageContaining("wheel, agrona, tree or raw: clock");
        assertThatThrownBy(() -> table("tabel")).hasMessageContaining("table, enum-map or raw: tabel");
        final RecorderBenchmark recorder = new RecorderBenchmark();
        recorder.target = "paper";
        assertThatThrownBy(recorder::draw).hasMessageContaining("engine, hdr, hdr-recorder or raw: paper");
    }

    @Test
    void shouldMakeTheSameTransitionsByTableAndByMaps() {
        assertThat(table("enum-map").apply()).isEqualTo(table("table").apply());
    }

    @Test
    void shouldDrawLivesThatEndAndInputsThatDontFit() {
        final int[] inputs = LifecycleTableBenchmark.lives(new Random(7));
        int ended = 0;
        int misfits = 0;
        int state = TaskState.INITIALIZED.ordinal();
        for (final int input : inputs) {
            final int entry = LifecycleTable.entry(state, input);
            if (entry == LifecycleTable.IGNORED) {
                misfits++;
                continue;
            }
            state = LifecycleTable.stateOrdinal(entry);
            if (input == LifecycleEventType.FINALIZE.ordinal()) {
                ended++;
                state = TaskState.INITIALIZED.ordinal();
            }
        }

        assertThat(ended).isGreaterThan(inputs.length / 20);
        assertThat(misfits).isBetween(1, inputs.length / 20);
    }

    @ParameterizedTest
    @CsvSource({"engine, 5", "hdr, 5", "hdr-recorder, 5", "raw, 1"})
    void shouldRecordEveryStageOfEveryTask(final String target, final int valuesPerTask) {
        final RecorderBenchmark recorder = new RecorderBenchmark();
        recorder.target = target;
        recorder.draw();

        recorder.record();
        recorder.record();

        assertThat(recorder.recorded()).isEqualTo(2L * RecorderBenchmark.TASKS * valuesPerTask);
    }

    @Test
    void shouldSendEachValueThroughTheRing() {
        final RingHop ring = new RingHop();
        long sum = 0;
        for (int i = 0; i < 5000; i++) {
            sum = ring.hop(i);
        }

        assertThat(sum).isEqualTo(5000L * 4999 / 2);
    }

    private static TimerWheelBenchmark timers(final String target, final int count) {
        final TimerWheelBenchmark timers = new TimerWheelBenchmark();
        timers.target = target;
        timers.timers = count;
        timers.fill();
        return timers;
    }

    private static LifecycleTableBenchmark table(final String target) {
        final LifecycleTableBenchmark table = new LifecycleTableBenchmark();
        table.target = target;
        table.draw();
        return table;
    }
}
