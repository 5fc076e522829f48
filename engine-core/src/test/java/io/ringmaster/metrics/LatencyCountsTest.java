package io.ringmaster.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** The bare array counts exactly as the library does. */
class LatencyCountsTest {
    private static final long MAX = WorkerHistograms.MAX_NANOS;

    private final LatencyCounts counts = new LatencyCounts(MAX);
    private final Histogram expected = WorkerHistograms.newHistogram();

    private void record(final long value) {
        counts.record(value);
        expected.recordValue(Math.max(0, Math.min(value, MAX)));
    }

    private void assertSame() {
        final Histogram actual = WorkerHistograms.newHistogram();
        counts.drainTo(actual);
        assertThat(actual).isEqualTo(expected);
        assertThat(actual.getMaxValue()).isEqualTo(expected.getMaxValue());
        assertThat(actual.getMinValue()).isEqualTo(expected.getMinValue());
    }

    @Test
    void shouldCountEachBoundaryAsTheLibraryDoes() {
        for (int bit = 0; bit < 63; bit++) {
            for (long offset = -2; offset <= 2; offset++) {
                record((1L << bit) + offset);
                record((1L << bit) + (1L << bit >>> 1) + offset);
            }
        }
        record(Long.MIN_VALUE);
        record(Long.MAX_VALUE);
        record(MAX - 1);
        record(MAX + 1);
        assertSame();
    }

    @Test
    void shouldCountRandomValuesAsTheLibraryDoes() {
        final long seed = Long.getLong("ringmaster.seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 200_000; i++) {
            record(random.nextLong() >>> random.nextInt(64));
        }
        try {
            assertSame();
        } catch (final AssertionError e) {
            throw new AssertionError("-Dringmaster.seed=" + seed, e);
        }
    }

    @Test
    void shouldBeEmptyAfterItWasDrained() {
        record(5);
        record(5_000_000);
        assertSame();
        final Histogram second = WorkerHistograms.newHistogram();
        counts.drainTo(second);
        assertThat(second.getTotalCount()).isZero();
    }
}
