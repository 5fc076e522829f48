package io.ringmaster.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ControlTargetTest {
    private final int[] keys = EventTarget.keys("shuffled");

    @ParameterizedTest
    @ValueSource(strings = {"engine-kill", "engine-signal"})
    void shouldHandleARequestToTheEngineBeforeTheEvents(final String name) {
        try (ControlTarget target = ControlTarget.open(name, false)) {
            for (int i = 0; i < 3; i++) {
                target.prepare();
                target.fill(keys);
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
                target.fill(keys);
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
                target.fill(keys);
                target.request();
                while (!target.isHandled()) {
                    target.fill(keys);
                }
            }
        }
    }

    @Test
    void shouldFillUntilThereIsNoRoom() {
        try (ControlTarget target = ControlTarget.open("raw", false)) {
            target.fill(keys);

            assertThat(target.hasRoom()).isFalse();
        }
    }

    /** As a control with a fast consumer is: without a bound, whoever fills it never comes back. */
    @Test
    void shouldFillInBoundedTimeWhatNeverIsFull() {
        final AtomicInteger published = new AtomicInteger();
        final ControlTarget bottomless = new Bottomless(published);

        bottomless.fill(keys);

        assertThat(published).hasValue(2 * EventTarget.CAPACITY);
    }

    /** Takes each event at once. */
    private record Bottomless(AtomicInteger published) implements ControlTarget {
        @Override
        public void prepare() {}

        @Override
        public boolean hasRoom() {
            return true;
        }

        @Override
        public void flood(final int[] keys, final int from, final int to) {
            published.addAndGet(to - from);
        }

        @Override
        public void request() {}

        @Override
        public boolean isHandled() {
            return true;
        }

        @Override
        public void turn() {}

        @Override
        public void close() {}
    }

    @Test
    void shouldNameAnUnknownTarget() {
        assertThatThrownBy(() -> ControlTarget.open("cooked", false)).hasMessageContaining("cooked");
    }
}
