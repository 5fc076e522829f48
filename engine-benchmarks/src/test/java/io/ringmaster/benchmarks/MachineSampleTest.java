package io.ringmaster.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class MachineSampleTest {
    @Test
    void shouldCountACollection() {
        final MachineSample before = MachineSample.take();

        ManagementFactory.getMemoryMXBean().gc();

        assertThat(MachineSample.take().since(before).gcCount()).isPositive();
    }
}
