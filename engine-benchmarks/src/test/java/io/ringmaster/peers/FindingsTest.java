package io.ringmaster.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FindingsTest {
    private final Findings findings = new Findings();

    @Test
    void shouldLeaveOutPercentilesThatTheSampleCantSupport() {
        final long[] nanos = new long[1_000];
        Arrays.setAll(nanos, i -> (i + 1) * 1_000L);

        findings.percentiles("x", nanos);

        assertThat(findings.figures()).containsKeys("x.p50", "x.p90", "x.p99", "x.max", "x.count");
        assertThat(findings.figures()).doesNotContainKeys("x.p999", "x.p9999");
        assertThat(findings.figures().get("x.p50")).isBetween(499.0, 502.0);
        assertThat(findings.figures()).containsEntry("x.count", 1_000.0);
    }

    @Test
    void shouldNotCountWhatWasNeverSet() {
        findings.percentiles("x", new long[] {0, 5_000, 0});
        findings.percentiles("y", new long[3]);

        assertThat(findings.figures()).containsEntry("x.count", 1.0).doesNotContainKey("y.count");
    }

    @Test
    void shouldLeaveOutWhatIsNoNumber() {
        findings.figure("x", 1.0 / 0);
        findings.complain(null);

        assertThat(findings.figures()).isEmpty();
        assertThat(findings.complaints()).isEmpty();
    }
}
