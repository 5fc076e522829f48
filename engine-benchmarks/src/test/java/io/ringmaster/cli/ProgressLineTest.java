package io.ringmaster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressLineTest {

    private static final long START = Long.MAX_VALUE - 5;

    private final StringWriter text = new StringWriter();
    private final PrintWriter out = new PrintWriter(text);

    @Test
    void shouldWriteOverItsLineOnATerminal() {
        final ProgressLine progress = new ProgressLine(out, true, 1_000, START);

        progress.update(START + millis(100), 10, 5);
        assertThat(text.toString()).isEmpty();

        progress.update(START + millis(2_000), 500, 100);
        progress.update(START + millis(2_100), 600, 100);
        progress.update(START + millis(3_000), 600, 7);
        assertThat(text.toString())
                .isEqualTo("\r500 of 1000 tasks (50 %), 250/s, 100 live, 0:02 elapsed, 0:02 left"
                        + "\r600 of 1000 tasks (60 %), 100/s, 7 live, 0:03 elapsed, 0:02 left  ");

        progress.clear();
        progress.clear();
        assertThat(text.toString()).endsWith("left  \r" + " ".repeat(64) + "\r");
    }

    @Test
    void shouldWritePlainLinesElsewhere() {
        final ProgressLine progress = new ProgressLine(out, false, 3_000, START);

        progress.update(START + millis(4_999), 10, 5);
        progress.update(START + millis(5_000), 0, 5);
        progress.update(START + TimeUnit.HOURS.toNanos(2), 2_999, 1);
        progress.clear();

        assertThat(text.toString().lines())
                .containsExactly(
                        "0 of 3000 tasks (0 %), 0.0/s, 5 live, 0:05 elapsed, ? left",
                        "2999 of 3000 tasks (99 %), 0.4/s, 1 live, 2:00:00 elapsed, 0:02 left");
    }

    private static long millis(final long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
