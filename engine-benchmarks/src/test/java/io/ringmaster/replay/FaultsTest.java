package io.ringmaster.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmaster.replay.Faults.Fault;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultsTest {

    @Test
    void shouldReadWhatItWrites() {
        final Faults faults = Faults.parse("slow-master=2s,block=.25,fail=0.05,zombie=0,timeout=0.5");

        assertThat(faults).isEqualTo(new Faults(0.05, 0, 0.25, 0.5, 2_000));
        assertThat(faults).hasToString("fail=0.05,block=0.25,timeout=0.5,slow-master=2000ms");
        assertThat(Faults.parse(faults.toString())).isEqualTo(faults);
        assertThat(faults.isAny()).isTrue();
        assertThat(Faults.parse("fail=0").isAny()).isFalse();
        assertThat(Faults.parse("fail=0.3,zombie=0.3,block=0.3,timeout=0.1").isAny())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fail=1.01             | fail must be a number from 0 to 1: 1.01",
                "zombie=-0.1           | zombie must be a number from 0 to 1: -0.1",
                "block=NaN             | block must be a number from 0 to 1: NaN",
                "timeout=1e-3          | timeout must be a number from 0 to 1: 1e-3",
                "fail=.                | fail must be a number from 0 to 1: .",
                "slow-master=50        | slow-master must be a time from 1ms to 60s: 50",
                "slow-master=0ms       | slow-master must be a time from 1ms to 60s: 0ms",
                "slow-master=61s       | slow-master must be a time from 1ms to 60s: 61s",
                "fail=0.1,fail=0.1     | must name fail only once: fail=0.1,fail=0.1",
                "fail=0.5,zombie=0.51  | must have rates that add up to at most 1: fail=0.5,zombie=0.51",
                "fail                  | separated by commas: fail",
                "fail=0.1,             | separated by commas: 'fail=0.1,'",
                "explode=1             | separated by commas: explode=1"
            })
    void shouldRefuseWhatBreaksARule(final String spec, final String fault) {
        assertThatThrownBy(() -> Faults.parse(spec))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith(fault);
    }

    @Test
    void shouldDrawFaultsAtTheirRatesAndTheSameFromTheSameSeed() {
        final Faults faults = new Faults(0.2, 0.1, 0.05, 0.01, 0);
        final Map<Fault, Integer> drawn = new EnumMap<>(Fault.class);
        int other = 0;
        for (int task = 0; task < 10_000; task++) {
            for (int attempt = 1; attempt <= 2; attempt++) {
                final Fault fault = faults.draw(7, task, attempt);
                drawn.merge(fault, 1, Integer::sum);
                assertThat(faults.draw(7, task, attempt)).isEqualTo(fault);
                other += faults.draw(8, task, attempt) == fault ? 0 : 1;
            }
        }

        assertThat(drawn.get(Fault.FAIL)).isBetween(3_800, 4_200);
        assertThat(drawn.get(Fault.ZOMBIE)).isBetween(1_850, 2_150);
        assertThat(drawn.get(Fault.BLOCK)).isBetween(900, 1_100);
        assertThat(drawn.get(Fault.TIMEOUT)).isBetween(150, 250);
        assertThat(other).isGreaterThan(5_000);
    }
}
