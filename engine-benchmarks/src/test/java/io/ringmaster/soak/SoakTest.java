package io.ringmaster.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A short soak of a fixed number of tasks. What it finds, {@code scripts/soak --seed} repeats for longer. */
@Timeout(300)
class SoakTest {
    private static final String SEED = "ringmaster.seed";
    private static final int PHASE_SECONDS = 60;
    private static final int PHASE_TASKS = 1_500;
    private static final long HEAP = 16 << 20;

    private final PrintStream error = System.err;

    /** What the engine logs of all that would fill the build's output. */
    @BeforeEach
    void muteLog() {
        System.setErr(new PrintStream(OutputStream.nullOutputStream()));
    }

    @AfterEach
    void restoreLog() {
        System.setErr(error);
    }

    @Test
    void shouldSurviveEveryFaultForAMoment() throws InterruptedException {
        final long seed = Long.getLong(SEED, ThreadLocalRandom.current().nextLong());
        final StringWriter out = new StringWriter();
        final SoakSettings settings =
                new SoakSettings(seed, 1, 0, PHASE_SECONDS, PHASE_TASKS, 1_500, HEAP, 8, EnumSet.allOf(Fault.class));

        final List<String> wrong = new Soak(settings, new PrintWriter(out, true), () -> false).run();

        assertThat(wrong).as("-D" + SEED + "=" + seed + "\n" + out).isEmpty();
        assertThat(out.toString().lines()).first().isEqualTo("seed " + seed);
        assertThat(out.toString()).contains("phase 1: ", "engine 1: ", "all as it should be, seed " + seed);
    }
}
