package io.ringmaster.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class EventTargetTest {
    @ParameterizedTest
    @ValueSource(strings = {"engine", "engine-listener", "raw", "raw-wide", "abq"})
    void shouldHandleABufferFullOfEvents(final String name) {
        final int[] keys = EventTarget.keys("shuffled");
        try (EventTarget target = EventTarget.drainedByCaller(name)) {
            for (int i = 0; i < 3; i++) {
                target.publish(keys, 0, EventTarget.CAPACITY);

                assertThat(target.hasRoom()).isFalse();
                assertThat(target.drain()).isEqualTo(EventTarget.CAPACITY);
                assertThat(target.hasRoom()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"engine, YIELD", "engine-listener, PARK", "raw, SPIN", "raw-wide, PARK", "raw-paced, SPIN", "abq, YIELD"
    })
    void shouldHandleEveryEventOnItsOwnThread(final String name, final EventTarget.Idle idle) {
        final int[] keys = EventTarget.keys("sequential");
        try (EventTarget target = EventTarget.withThread(name, idle)) {
            for (int from = 0; from < 4096; from += 256) {
                Waiting.until("room", target::hasRoom);
                target.publish(keys, from, from + 256);
            }

            target.awaitHandled(4096);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "engine-spin",
                "engine-yield",
                "engine-adaptive",
                "raw-spin",
                "raw-yield",
                "raw-blocking",
                "raw-lite",
                "abq"
            })
    void shouldKeepWhatIsPublishedWhileItsThreadIsHeld(final String name) {
        final int[] keys = EventTarget.keys("shuffled");
        try (EventTarget target = EventTarget.held(name)) {
            for (int round = 1; round <= 3; round++) {
                target.hold();
                target.publish(keys, 0, EventTarget.CAPACITY - EventTarget.ROOM);
                // Were any of them handled, the next ones would not fill the buffer.
                target.publish(keys, 0, EventTarget.ROOM / 2);
                assertThat(target.hasRoom()).isFalse();

                target.resume();
                target.awaitHandled((long) round * (EventTarget.CAPACITY - EventTarget.ROOM / 2));
                assertThat(target.hasRoom()).isTrue();
            }
        }
    }

    @Test
    void shouldSpreadTheEventsOverAllKeys() {
        final Set<Integer> seen = new HashSet<>();
        for (final int key : EventTarget.keys("shuffled")) {
            seen.add(key);
        }

        assertThat(seen).hasSize(EventTarget.KEYS);
    }

    @Test
    void shouldNameAnUnknownTarget() {
        assertThatThrownBy(() -> EventTarget.withThread("cooked", EventTarget.Idle.YIELD))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cooked");
    }
}
