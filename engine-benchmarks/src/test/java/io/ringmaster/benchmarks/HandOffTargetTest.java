package io.ringmaster.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HandOffTargetTest {
    @ParameterizedTest
    @ValueSource(strings = {"engine-spin", "engine-adaptive", "raw-spin", "raw-blocking", "transfer-queue", "pool"})
    void shouldHaveRunEveryBodyWhenTheCallerReturns(final String name) {
        try (HandOffTarget target = HandOffTarget.open(name)) {
            target.complete(1);
            assertThat(target.ran.get()).isEqualTo(1);

            target.complete(HandOffTarget.ROOM);
            target.complete(HandOffTarget.ROOM);
            assertThat(target.ran.get()).isEqualTo(2 * HandOffTarget.ROOM + 1);
            target.check();
        }
    }

    @Test
    void shouldNoticeABodyThatDidNotRun() {
        try (HandOffTarget target = HandOffTarget.open("pool")) {
            target.complete(1);
            target.ran.increment();

            assertThatThrownBy(target::check).hasMessageContaining("2 of 1");
        }
    }

    @Test
    void shouldNameAnUnknownTarget() {
        assertThatThrownBy(() -> HandOffTarget.open("cooked")).hasMessageContaining("cooked");
    }
}
