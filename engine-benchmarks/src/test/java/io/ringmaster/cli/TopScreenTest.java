package io.ringmaster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.metrics.CountersFile;
import io.ringmaster.metrics.CountersReader;
import io.ringmaster.metrics.CountersReader.Liveness;
import io.ringmaster.metrics.CountersSnapshot;
import io.ringmaster.metrics.EngineCounter;
import io.ringmaster.metrics.EngineState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.ToLongBiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopScreenTest {

    private static final TopScreen SCREEN = new TopScreen(ZoneOffset.UTC);
    private static final long UP_MILLIS = 93_784_000;

    @TempDir
    private Path folder;

    private CountersSnapshot snapshot(
            final int partitions,
            final EngineState state,
            final long upMillis,
            final ToLongBiFunction<EngineCounter, Integer> values)
            throws IOException {
        return CountedFiles.snapshot(folder.resolve("engine.counters"), partitions, state, upMillis, values);
    }

    private static long now(final long upMillis) {
        return CountedFiles.START_MILLIS + upMillis;
    }

    /** An engine under load, half a second after the look before. */
    private static long loaded(final EngineCounter counter, final int index, final boolean later) {
        return switch (counter) {
            case ACCEPTED -> later ? 12_345_678 : 12_300_000;
            case FINALIZED -> later ? 12_340_000 : 12_295_000;
            case SUCCEEDED -> later ? 12_339_988 : 12_294_988;
            case FAILED -> later ? 12 : 11;
            case LIVE_RUNNING -> 5_600;
            case LIVE_SCHEDULED -> 70;
            case REFUSED_RING_FULL -> later ? 120 : 114;
            case REFUSED_EXCLUSIVE_QUEUE_FULL -> 2_000;
            case EVENTS_STALL, EVENTS_HAND_OVER -> 3;
            case EXCLUSIVE_RUNNING -> 64;
            case EXCLUSIVE_MAX_THREADS -> 64;
            case EXCLUSIVE_WAITING -> 70;
            case EXCLUSIVE_RESERVED -> 134;
            case EXCLUSIVE_PLACES -> 10_064;
            case SPARE_THREADS -> 8;
            case SPARE_THREADS_HELD -> 1;
            case SLOW_CALLS -> 17;
            case HEAP_USED_BYTES -> 210L << 20;
            case HEAP_MAX_BYTES -> 4_096L << 20;
            case GC_COLLECTIONS -> 12;
            case GC_MILLIS -> 85;
            case ENGINE_PAUSES -> 2;
            case LAST_PAUSE_NANOS -> 120_000_000;
            case LAST_PAUSE_EPOCH_MILLIS -> now(1_000);
            case OUTBOX_DESTINATIONS -> 2;
            case OUTBOX_UNACKNOWLEDGED -> 1_234;
            case OUTBOX_SENT -> later ? 3_000 : 2_000;
            case PARTITION_ACCEPTED -> (later ? 6_172_839L : 6_150_000L) + index;
            case PARTITION_FINALIZED -> 6_170_000;
            case PARTITION_HANDLED -> (later ? 150_000L : 100_000L) * (index + 1);
            case PARTITION_STEPS -> later ? 9_004 : 9_000;
            case PARTITION_OCCUPIED -> 8_192 - 8_000 * index;
            case PARTITION_RING_CAPACITY -> 16_384;
            case PARTITION_THREAD -> index;
            case PARTITION_BUSY_NANOS, THREAD_BUSY_NANOS -> later ? 435_000_000L / (index + 1) : 0;
            case PARTITION_QUEUED_NANOS -> index == 0 ? 1_234_567 : 12_300;
            case PARTITION_TIMERS -> 99_999 * index;
            case PARTITION_CALL -> index == 0 ? 6 : 0;
            case PARTITION_HELD_NANOS -> index == 0 ? 133_000_000 : 0;
            case PARTITION_BLOCKED -> index == 0 ? 1 : 0;
            case THREAD_REPLACED -> 3 * index;
            default -> 0;
        };
    }

    @Test
    void shouldShowWhatAnOperatorLooksAtFirst() throws Exception {
        final CountersSnapshot before =
                snapshot(2, EngineState.RUNNING, UP_MILLIS - 500, (counter, i) -> loaded(counter, i, false));
        final CountersSnapshot now =
                snapshot(2, EngineState.RUNNING, UP_MILLIS, (counter, i) -> loaded(counter, i, true));

        final List<String> lines =
                SCREEN.render(new TopLook(now, before, Liveness.BEATING, now(UP_MILLIS + 12), 1.314));

        assertThat(String.join("\n", lines)).isEqualTo("""
                engine 'master-1', process 4711: RUNNING, up 1d 2:03:04
                as of 06:08:10, 12 ms ago

                jvm         1.31 CPUs, heap 210 of 4096 MB, 12 collections in 85 ms,
                            2 pauses (last 120ms at 04:05:07)

                             accepted  succeeded     failed     killed  abandoned       live
                total        12345678   12339988         12          0          0       5678
                per second      91356      90000        2.0          0          0

                live        70 scheduled, 5600 running, 8 to be taken up
                refused     120 RING_FULL (12/s), 2000 EXCLUSIVE_QUEUE_FULL
                events      3 Stall, 3 HandOver
                exclusive   64 of 64 threads in use, 0 idle, 70 waiting, 134 of 10064 places,
                            0 quarantined
                reports     2 destinations, 0 silent, 1234 unacknowledged, 2000/s sent,
                            0/s again
                threads     0: 87% busy, 1: 44% busy (3 hand-overs)
                spares      1 of 8 held, 17 slow calls, 0 errors of foreign code

                part thr     live  ring events/s steps/s  busy waited timers  in call
                   0   0     2839   50%     100k     8.0   87%  1.2ms      0  completion 133ms
                     refuses submissions: NO_SPARE
                   1   1     2840    1%     200k     8.0   44%   12us  99999""");
    }

    @Test
    void shouldSayThatAnEngineWasKilled() throws Exception {
        final CountersSnapshot last = snapshot(1, EngineState.RUNNING, UP_MILLIS, (counter, i) -> 0);

        assertThat(SCREEN.render(new TopLook(last, null, Liveness.GONE, now(UP_MILLIS + 60_000), Double.NaN)))
                .startsWith(
                        "engine 'master-1', process 4711: GONE, was RUNNING, up 1d 2:03:04",
                        "killed, or ended without a close, at about 06:08:10, its last copy",
                        "",
                        "jvm         heap 0 of 0 MB, 0 collections in 0 ms, 0 pauses");
        assertThat(SCREEN.render(new TopLook(last, null, Liveness.GONE, now(UP_MILLIS + 86_400_000), Double.NaN)))
                .as("a day later")
                .contains("killed, or ended without a close, at about 2026-02-04 06:08:10, its last copy");
    }

    @Test
    void shouldSayThatAnEngineStandsStill() throws Exception {
        final CountersSnapshot last = snapshot(1, EngineState.DRAINING, UP_MILLIS, (counter, i) -> 0);

        assertThat(SCREEN.render(new TopLook(last, last, Liveness.SILENT, now(UP_MILLIS + 83_000), Double.NaN)))
                .startsWith(
                        "engine 'master-1', process 4711: SILENT, was DRAINING, up 1d 2:03:04",
                        "no sign of life for 0:01:23 though the process lives; as of 06:08:10")
                .as("there was no copy to take rates from")
                .contains("per second          -          -          -          -          -");
    }

    @Test
    void shouldSayThatAnEngineWasClosed() throws Exception {
        final CountersSnapshot last = snapshot(1, EngineState.CLOSED, 5_000, (counter, i) -> 10);

        assertThat(SCREEN.render(new TopLook(last, null, Liveness.CLOSED, now(6_000), Double.NaN)))
                .startsWith(
                        "engine 'master-1', process 4711: CLOSED, up 0:00:05",
                        "closed at 04:05:11: these are its last figures")
                .as("of a first look, since the start")
                .contains("mean per s        2.0        2.0        2.0        2.0        2.0");
    }

    @Test
    void shouldFitIntoEightyColumnsWhateverTheFigures() throws Exception {
        final CountersSnapshot before = snapshot(30, EngineState.RUNNING, 1_000, (counter, i) -> 0);
        for (final long value : new long[] {1, 99_999_999, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE}) {
            final CountersSnapshot now = snapshot(30, EngineState.RUNNING, 2_000, (counter, i) -> value);
            final List<String> lines = SCREEN.render(new TopLook(now, before, Liveness.BEATING, now(2_000), 123.456));
            assertThat(lines).allSatisfy(each -> assertThat(each.length()).isLessThanOrEqualTo(TopScreen.WIDTH));
            assertThat(lines.get(lines.size() - 1)).isEqualTo("     and 10 that are less busy");
        }
    }

    @Test
    void shouldLetNoNameMoveTheCursor() throws Exception {
        final Path path = folder.resolve("engine.counters");
        CountersFile.create(path, new CountersFile.Spec("a\033[2J\nb\u009bc", 1, 1, 1))
                .close();
        try (CountersReader reader = CountersReader.open(path)) {
            final TopLook look = new TopLook(reader.read(), null, Liveness.BEATING, System.currentTimeMillis(), 1);
            assertThat(SCREEN.render(look).get(0)).startsWith("engine 'a?[2J?b?c', process ");
        }
    }

    @Test
    void shouldShowTheBusiestPartitions() throws Exception {
        final CountersSnapshot before = snapshot(25, EngineState.RUNNING, 1_000, (counter, i) -> 0);
        final CountersSnapshot now = snapshot(
                25,
                EngineState.RUNNING,
                2_000,
                (counter, i) -> counter == EngineCounter.PARTITION_BUSY_NANOS ? 10_000_000L * i : 0);

        final List<String> rows = SCREEN.render(new TopLook(now, before, Liveness.BEATING, now(2_000), 1)).stream()
                .dropWhile(each -> !each.startsWith("part"))
                .skip(1)
                .map(each -> each.substring(0, 4).strip())
                .toList();

        assertThat(rows).hasSize(21).startsWith("5", "6").endsWith("24", "");
    }

    @Test
    void shouldKeepNumbersShort() {
        assertThat(TopScreen.count(99_999_999)).isEqualTo("99999999");
        assertThat(TopScreen.count(100_000_000)).isEqualTo("100.00M");
        assertThat(TopScreen.count(123_456_789_012L)).isEqualTo("123.46G");
        assertThat(TopScreen.rate(0)).isEqualTo("0");
        assertThat(TopScreen.rate(9.94)).isEqualTo("9.9");
        assertThat(TopScreen.rate(9.96)).isEqualTo("10");
        assertThat(TopScreen.rate(99_999)).isEqualTo("99999");
        assertThat(TopScreen.rate(99_999.6)).isEqualTo("100k");
        assertThat(TopScreen.rate(1_234_567)).isEqualTo("1.23M");
        assertThat(TopScreen.rate(Double.NaN)).isEqualTo("-");
        assertThat(TopScreen.nanos(999)).isEqualTo("1us");
        assertThat(TopScreen.nanos(9_900_000)).isEqualTo("9.9ms");
        assertThat(TopScreen.nanos(12_345_000_000L)).isEqualTo("12.3s");
        assertThat(TopScreen.time(86_400_000L + 3_723_000)).isEqualTo("1d 1:02:03");
    }
}
