package io.ringmaster.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ControlTargetTest {
    private final int[] keys = EventTarget.keys("shuffled");

    private void flood(final ControlTarget target) {
        while (target.hasRoom()) {
            target.flood(keys, 0, 256);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"engine-kill", "engine-signal"})
    void shouldHandleARequestToTheEngineBeforeTheEvents(final String name) {
        try (ControlTarget target = ControlTarget.open(name, false)) {
            for (int i = 0; i < 3; i++) {
                target.prepare();
                flood(target);
                target.request();
                assertThat(target.isHandled()).isFalse();

                target.turn();

                assertThat(target.isHandled()).isTrue();
                target.flood(keys, 0, EventTarget.ROOM);
                assertThat(target.hasRoom()).as("most events are still there").isFalse();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"raw", "abq"})
    void shouldHandleAnEventAfterThoseBeforeIt(final String name) {
        try (ControlTarget target = ControlTarget.open(name, false)) {
            for (int i = 0; i < 3; i++) {
                target.prepare();
                flood(target);
                target.request();
                assertThat(target.isHandled()).isFalse();
                while (!target.isHandled()) {
                    target.turn();
                }

                target.flood(keys, 0, EventTarget.CAPACITY - 1);
                assertThat(target.hasRoom()).as("the buffer was empty").isFalse();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"engine-kill", "engine-signal", "raw", "abq"})
    void shouldHandleARequestUnderAFlood(final String name) {
        try (ControlTarget target = ControlTarget.open(name, true)) {
            for (int i = 0; i < 100; i++) {
                target.prepare();
                flood(target);
                target.request();
                while (!target.isHandled()) {
                    flood(target);
                }
            }
        }
    }

    @Test
    void shouldNameAnUnknownTarget() {
        assertThatThrownBy(() -> ControlTarget.open("cooked", false)).hasMessageContaining("cooked");
    }
}
