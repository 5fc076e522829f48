package io.ringmaster.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Random histories of Masters and bad channels on one virtual clock, see {@link ReporterHistory}.
 * {@code -Dringmaster.histories=N} plays another number of them, {@code -Dringmaster.seed=N} starts with a certain one.
 */
class ReporterHistoriesTest {
    private static final Logger LOG = LoggerFactory.getLogger(ReporterHistoriesTest.class);
    private static final int HISTORIES = Integer.getInteger("ringmaster.histories", 1500);
    /** A history takes milliseconds. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Test
    void shouldTellEverythingInEveryHistory() {
        final Long given = Long.getLong("ringmaster.seed");
        final long start = given == null ? System.nanoTime() : given;
        final Map<String, Long> totals = new TreeMap<>();
        for (long i = start; i < start + HISTORIES; i++) {
            final long seed = i;
            final ReporterHistory history = new ReporterHistory(seed);
            try {
                assertTimeoutPreemptively(PATIENCE, history::play);
            } catch (final Throwable t) {
                fail(
                        "a history failed, play it again with -Dringmaster.histories=1 -Dringmaster.seed=" + seed + ": "
                                + t,
                        t);
            }
            history.counts().forEach((what, times) -> totals.merge(what, times, Long::sum));
        }
        LOG.info("{} histories from seed {}: {}", HISTORIES, start, totals);
        if (HISTORIES >= 500) {
            // Histories that never meet these show nothing.
            assertThat(totals)
                    .containsKeys(
                            "coalesced",
                            "resent",
                            "duplicate acks",
                            "unknown acks",
                            "throws",
                            "dispatch taken",
                            "dispatch OUTBOX_FULL",
                            "dispatch STALE_EPOCH",
                            "dispatch DUPLICATE_ID",
                            "reassign taken",
                            "reassign OUTBOX_FULL",
                            "reassign NOT_LIVE")
                    .doesNotContainValue(0L);
        }
    }
}
