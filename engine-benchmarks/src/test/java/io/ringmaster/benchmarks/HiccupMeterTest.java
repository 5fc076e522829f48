package io.ringmaster.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HiccupMeterTest {

    @Test
    void shouldRecordUntilItIsClosed() {
        final HiccupMeter meter = new HiccupMeter();
        meter.close();
        final Histogram histogram = meter.histogram();
        final long count = histogram.getTotalCount();

        meter.close();

        assertThat(count).isPositive();
        assertThat(histogram.getTotalCount()).isEqualTo(count);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("hiccup-meter"));
    }
}
