package io.ringmaster.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.ringmaster.eventbus.PartitionSnapshot;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random histories of the real engine on one virtual clock, see {@link History}. {@code -Dringmaster.histories=N} plays
 * another number of them, {@code -Dringmaster.seed=N} starts with a certain one; a failure names its seed and ends with
 * what happened before it.
 */
class RandomHistoriesTest {
    private static final int HISTORIES = Integer.getInteger("ringmaster.histories", 2000);
    private static final int TRACED = 400;

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void shouldHoldInEveryHistory() {
        final Long seed = Long.getLong("ringmaster.seed");
        final long start = seed == null ? System.nanoTime() : seed;
        long tasks = 0;
        long refused = 0;
        long takeovers = 0;
        for (long i = start; i < start + HISTORIES; i++) {
            final History history = play(i, false);
            tasks += history.tasks();
            refused += history.refused();
            for (final PartitionSnapshot each : history.engine().metrics().partitions()) {
                takeovers += each.takeovers();
            }
        }
        System.err.printf(
                "%d histories from seed %d: %d tasks, %d refused submissions, %d take-overs%n",
                HISTORIES, start, tasks, refused, takeovers);
        assertThat(tasks).isPositive();
        assertThat(HISTORIES < 100 || refused > 0 && takeovers > 0).isTrue();
    }

    private static History play(final long seed, final boolean tracing) {
        final History history = new History(seed, tracing);
        try {
            history.play();
        } catch (final Throwable t) {
            if (!tracing) {
                play(seed, true);
                fail("the history of seed " + seed + " failed and does not fail again", t);
            }
            final List<String> trace = history.trace();
            fail(
                    "a history failed, play it again with -Dringmaster.histories=1 -Dringmaster.seed=" + seed + ": " + t
                            + "\n"
                            + String.join("\n", trace.subList(Math.max(0, trace.size() - TRACED), trace.size())),
                    t);
        }
        return history;
    }
}
