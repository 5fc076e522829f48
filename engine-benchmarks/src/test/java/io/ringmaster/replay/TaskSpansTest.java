package io.ringmaster.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.replay.TaskRecords.Outcome;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TaskSpansTest {

    private static void record(final TaskRecords records, final int task, final long... readyStartEnd) {
        records.ready(task, readyStartEnd[0]);
        records.start(task, readyStartEnd[1]);
        records.end(task, readyStartEnd[2]);
        records.done(task, Outcome.SUCCEEDED, readyStartEnd[2] + 1);
    }

    @Test
    void shouldTakeTheToldEndOfATaskThatStampedNone() {
        final TaskRecords records = new TaskRecords(3);
        records.ready(0, 5);
        records.done(0, Outcome.KILLED, 40);
        records.ready(1, 5);
        records.start(1, 10);
        records.done(1, Outcome.FAILED, 30);

        final TaskSpans spans = new TaskSpans(records);

        assertThat(spans.isFinished(2)).isFalse();
        assertThat(new long[] {spans.ready(0), spans.start(0), spans.end(0)}).containsExactly(5, 40, 40);
        assertThat(new long[] {spans.ready(1), spans.start(1), spans.end(1)}).containsExactly(5, 10, 30);
        assertThat(spans.last()).isEqualTo(40);
    }

    @Test
    void shouldPutATaskIntoTheFirstLaneThatIsFree() {
        final TaskRecords records = new TaskRecords(5);
        record(records, 0, 0, 0, 100);
        record(records, 1, 0, 10, 50);
        record(records, 2, 0, 20, 60);
        record(records, 3, 0, 60, 90);

        final Lanes lanes = new Lanes(new TaskSpans(records));

        assertThat(IntStream.range(0, 5).map(lanes::of)).containsExactly(0, 1, 2, 1, Lanes.NONE);
        assertThat(lanes.count()).isEqualTo(3);
    }

    @Property(tries = 100)
    void shouldNeverLetTwoTasksOverlapInALane(
            @ForAll @Size(min = 1, max = 60) final List<@IntRange(max = 500) Integer> starts,
            @ForAll @IntRange(min = 1, max = 80) final int longest) {
        final TaskRecords records = new TaskRecords(starts.size());
        for (int task = 0; task < records.count(); task++) {
            final long start = starts.get(task);
            record(records, task, start, start, start + 1 + task * 7 % longest);
        }
        final TaskSpans spans = new TaskSpans(records);
        final Lanes lanes = new Lanes(spans);

        int most = 0;
        for (int one = 0; one < records.count(); one++) {
            int atItsStart = 0;
            for (int other = 0; other < records.count(); other++) {
                final boolean overlap = spans.start(one) < spans.end(other) && spans.start(other) < spans.end(one);
                assertThat(one != other && overlap && lanes.of(one) == lanes.of(other))
                        .as("tasks %d and %d", one, other)
                        .isFalse();
                atItsStart += spans.start(other) <= spans.start(one) && spans.start(one) < spans.end(other) ? 1 : 0;
            }
            most = Math.max(most, atItsStart);
        }
        assertThat(lanes.count()).isEqualTo(most);
    }

    @Test
    void shouldCountWhatRanAndWaitedOverTime() {
        final TaskRecords records = new TaskRecords(2);
        final long unit = 64 * 1_000_000L;
        record(records, 0, 0, 0, 300 * unit - 1);
        record(records, 1, 100 * unit, 200 * unit, 250 * unit);

        final Occupancy occupancy = new Occupancy(new TaskSpans(records));

        assertThat(occupancy.binNanos()).isBetween(unit, unit + 64);
        assertThat(occupancy.running()).hasSize(300);
        assertThat(occupancy.running()[50]).isEqualTo(1);
        assertThat(occupancy.running()[225]).isEqualTo(2);
        assertThat(occupancy.peak()[225]).isEqualTo(2);
        assertThat(occupancy.running()[275]).isEqualTo(1);
        assertThat(occupancy.waiting()[150]).isEqualTo(1);
        assertThat(occupancy.waiting()[50]).isZero();
        assertThat(occupancy.waiting()[225]).isZero();
    }

    @Test
    void shouldLookAtARunOfNoLength() {
        final TaskRecords records = new TaskRecords(1);
        record(records, 0, 0, 0, 0);

        final Occupancy occupancy = new Occupancy(new TaskSpans(records));

        assertThat(occupancy.running()).hasSize(1).containsExactly(0.0);
        assertThat(new Lanes(new TaskSpans(records)).count()).isEqualTo(1);
    }
}
