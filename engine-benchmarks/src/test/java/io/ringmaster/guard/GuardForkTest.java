package io.ringmaster.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringmaster.benchmarks.GuardedScenario;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class GuardForkTest {
    @Test
    void shouldRunRoundsOfEveryScenarioAndFindThemInOrder() {
        final Set<String> benchmarks = new HashSet<>();
        for (final String name : GuardedScenario.names()) {
            try (GuardedScenario scenario = GuardedScenario.open(name)) {
                for (int round = 0; round < 3; round++) {
                    scenario.phases().forEach(phase -> phase.body().run());
                    scenario.check();
                }
                scenario.phases().forEach(phase -> assertThat(benchmarks.add(phase.benchmark()))
                        .as(phase.benchmark())
                        .isTrue());
            }
        }
        assertThat(benchmarks).hasSizeGreaterThan(10);
    }

    @Test
    void shouldRefuseAScenarioThatThereIsNot() {
        assertThatThrownBy(() -> GuardedScenario.open("queue")).hasMessageContaining("must be one of [task, event");
    }

    @Test
    void shouldMeasureTheControlInAClassLoaderOfItsOwn() {
        final LongSupplier control = RawControl.load(System.getProperty("java.class.path"));

        assertThat(control.getClass()).isNotSameAs(RawControl.class);
        assertThat(control.getAsLong()).isPositive();
    }

    @Test
    void shouldSayWhereTheControlWasLookedFor() {
        assertThatThrownBy(() -> RawControl.load("/no/such.jar")).hasMessageContaining("/no/such.jar");
    }

    @Test
    void shouldTakeAQuantileOfWhatComesAfterTheWarmUp() {
        final double[] windows = {100, 90, 80, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 99};

        assertThat(GuardFork.quantile(windows, 3, GuardFork.QUANTILE)).isEqualTo(11);
        assertThat(windows[0]).isEqualTo(100);
    }

    @Test
    void shouldReadASampleAndPassOverWhatElseAForkPrints() {
        assertThat(Sample.parse("sample TaskCost.submit 56.2000 8.7000 152.000"))
                .isEqualTo(new Sample("TaskCost.submit", 56.2, 8.7, 152));
        assertThat(Sample.parse("sample x 1.0 2.0 NaN").bytes()).isNaN();
        assertThat(Sample.parse("WARNING: something")).isNull();
        for (final String bad : new String[] {"sample x 1.0 2.0", "sample x 0 2.0 3", "sample x a 2.0 3"}) {
            assertThatThrownBy(() -> Sample.parse(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(bad);
        }
    }

    @Test
    void shouldNameMachinesAlikeThatAreOfOneKind() {
        assertThat(MachineName.of("AMD EPYC 7763 64-Core Processor", "amd64", 4, 21))
                .isEqualTo("amd-epyc-7763-64-core-processor-4cpu-jdk21");
        assertThat(MachineName.of("Intel(R) Xeon(R) CPU @ 2.20GHz", "amd64", 2, 17))
                .isEqualTo("intel-xeon-cpu-2-20ghz-2cpu-jdk17");
        assertThat(MachineName.of("unknown", "aarch64", 8, 25)).isEqualTo("aarch64-8cpu-jdk25");
    }
}
