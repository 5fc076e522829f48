package io.ringmaster.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TaskTargetTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "engine-spin",
                "engine-yield",
                "engine-adaptive",
                "raw-spin",
                "raw-yield",
                "raw-blocking",
                "pool",
                "pool-future"
            })
    void shouldHaveCompletedEveryTaskWhenABatchReturns(final String name) {
        try (TaskTarget target = TaskTarget.open(name, EngineTaskTarget.Settings.ALL_ON)) {
            target.complete(20_000);
            assertThat(target.completed()).isEqualTo(20_000);

            target.complete(1);
            assertThat(target.completed()).isEqualTo(20_001);
        }
    }
}
