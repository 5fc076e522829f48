package io.ringmaster.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GcPausesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Copy",
                "MarkSweepCompact",
                "PS Scavenge",
                "PS MarkSweep",
                "G1 Young Generation",
                "G1 Old Generation",
                "G1 Concurrent GC", // its remark and cleanup pauses, and no more
                "ZGC Pauses",
                "ZGC Minor Pauses",
                "ZGC Major Pauses",
                "Shenandoah Pauses"
            })
    void shouldCountThePausesOfEachCollector(final String collector) {
        assertThat(GcPauses.isPausing(collector)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ZGC Cycles", "ZGC Minor Cycles", "ZGC Major Cycles", "Shenandoah Cycles"})
    void shouldNotTakeConcurrentCyclesForPauses(final String collector) {
        assertThat(GcPauses.isPausing(collector)).isFalse();
    }

    @Test
    void shouldCountACollection() {
        final GcPauses pauses = new GcPauses();
        final long before = pauses.count();

        ManagementFactory.getMemoryMXBean().gc();

        assertThat(pauses.count()).isGreaterThan(before);
        assertThat(pauses.millis()).isNotNegative();
    }
}
