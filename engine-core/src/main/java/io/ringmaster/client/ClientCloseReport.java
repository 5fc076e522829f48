package io.ringmaster.client;

import io.ringmaster.CloseReport;
import java.util.List;

/**
 * What the close of a client left behind.
 *
 * @param engine         what its engine left behind.
 * @param unacknowledged the reports that were not acknowledged, in order for each task: the caller's to keep, if the
 *                       Masters are to be told after a restart.
 * @param stuckSenders   threads that are still in a channel's send, each with its stack.
 */
public record ClientCloseReport(CloseReport engine, List<TaskReport> unacknowledged, List<String> stuckSenders) {
    /** Returns whether nothing was left behind. */
    public boolean clean() {
        return engine.clean() && unacknowledged.isEmpty() && stuckSenders.isEmpty();
    }
}
