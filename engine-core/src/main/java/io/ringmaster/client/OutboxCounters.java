package io.ringmaster.client;

import io.ringmaster.metrics.CountersFile;
import io.ringmaster.metrics.CountersSource;
import io.ringmaster.metrics.EngineCounter;
import java.util.concurrent.CopyOnWriteArrayList;

/** The figures of all outboxes together. Any thread adds outboxes; the thread that makes a copy reads. */
final class OutboxCounters implements CountersSource {
    private final CopyOnWriteArrayList<Outbox> outboxes = new CopyOnWriteArrayList<>();

    void add(final Outbox outbox) {
        outboxes.add(outbox);
    }

    @Override
    public void copyTo(final CountersFile file) {
        long silent = 0;
        long unacknowledged = 0;
        long waiting = 0;
        long sent = 0;
        long resent = 0;
        long acknowledged = 0;
        long failed = 0;
        long refused = 0;
        final int destinations = outboxes.size();
        for (int i = 0; i < destinations; i++) {
            final Outbox each = outboxes.get(i);
            silent += each.silentRounds > 0 ? 1 : 0;
            unacknowledged += each.unacknowledged.get();
            waiting += each.waitingTasks.get();
            sent += each.sent.sum();
            resent += each.resent.sum();
            acknowledged += each.acknowledged.sum();
            failed += each.failedSends.sum();
            refused += each.refused.sum();
        }
        file.set(EngineCounter.OUTBOX_DESTINATIONS, 0, destinations);
        file.set(EngineCounter.OUTBOX_SILENT, 0, silent);
        file.set(EngineCounter.OUTBOX_UNACKNOWLEDGED, 0, unacknowledged);
        file.set(EngineCounter.OUTBOX_WAITING_TASKS, 0, waiting);
        file.set(EngineCounter.OUTBOX_SENT, 0, sent);
        file.set(EngineCounter.OUTBOX_RESENT, 0, resent);
        file.set(EngineCounter.OUTBOX_ACKNOWLEDGED, 0, acknowledged);
        file.set(EngineCounter.OUTBOX_FAILED_SENDS, 0, failed);
        file.set(EngineCounter.OUTBOX_REFUSED, 0, refused);
    }
}
