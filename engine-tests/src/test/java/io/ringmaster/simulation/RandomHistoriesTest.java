package io.ringmaster.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.ringmaster.Ledger;
import io.ringmaster.eventbus.PartitionSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Random histories of the real engine on one virtual clock, see {@link History}. {@code -Dringmaster.histories=N} plays
 * another number of them, {@code -Dringmaster.seed=N} starts with a certain one; a failure names its seed and ends with
 * what happened before it.
 */
class RandomHistoriesTest {
    private static final Logger LOG = LoggerFactory.getLogger(RandomHistoriesTest.class);
    private static final int HISTORIES = Integer.getInteger("ringmaster.histories", 1500);
    private static final int TRACED = 400;
    /** A history takes milliseconds. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Test
    void shouldHoldInEveryHistory() {
        final Long seed = Long.getLong("ringmaster.seed");
        final long start = seed == null ? System.nanoTime() : seed;
        final Map<String, Long> totals = new TreeMap<>();
        for (long i = start; i < start + HISTORIES; i++) {
            final long seedOfThis = i;
            final History history = assertTimeoutPreemptively(
                    PATIENCE, () -> play(seedOfThis, false), () -> "the history of seed " + seedOfThis + " hangs");
            history.refusals().forEach((reason, count) -> totals.merge("refused " + reason, (long) count, Long::sum));
            final Ledger ledger = history.engine().ledger();
            totals.merge("SUCCEEDED", ledger.succeeded(), Long::sum);
            totals.merge("FAILED", ledger.failed(), Long::sum);
            totals.merge("KILLED", ledger.killed(), Long::sum);
            totals.merge("ABANDONED", ledger.abandoned(), Long::sum);
            for (final PartitionSnapshot each : history.engine().metrics().partitions()) {
                totals.merge("take-overs", each.takeovers(), Long::sum);
            }
        }
        LOG.info("{} histories from seed {}: {}", HISTORIES, start, totals);
        if (HISTORIES >= 500) {
            // Histories that never meet these show nothing.
            assertThat(totals)
                    .containsKeys("refused RING_FULL", "refused DUPLICATE_ID", "refused QUOTA", "refused CLOSED")
                    .doesNotContainValue(0L);
        }
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
