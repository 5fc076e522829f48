package io.ringmaster.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class WorkTest {
    @Test
    void shouldTakeTheTimeItSays() {
        for (final String text : new String[] {"spin:500us", "block:1ms"}) {
            final Work work = Work.parse(text);
            final long start = System.nanoTime();

            work.perform();

            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(500_000);
            assertThat(work.blocks()).isEqualTo(text.startsWith("block"));
            assertThat(work).hasToString(text);
        }
        assertThat(Work.parse("noop").blocks()).isFalse();
    }

    @Test
    void shouldStopToBlockWhenInterrupted() {
        Thread.currentThread().interrupt();

        Work.parse("block:100000ms").perform();

        assertThat(Thread.interrupted()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "spin", "spin:0us", "spin:1s", "block:-1ms", "sleep:1ms", "spin:1000000us"})
    void shouldNameBadWork(final String text) {
        assertThatThrownBy(() -> Work.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("work must be noop, spin:TIME or block:TIME")
                .hasMessageEndingWith(": " + text);
    }
}
