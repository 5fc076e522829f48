package io.ringmaster;

import io.ringmaster.task.TaskState;
import java.util.Map;

/**
 * The books: every accepted task is live or has ended. Read from a running engine, the figures belong to slightly
 * different moments, in an order that counts no task twice that only goes forward: {@code accepted >= finalized + live
 * stages}, and {@code accepted >= succeeded + failed + killed + abandoned + live stages}. A task that changes its state
 * meanwhile may be in none; one that goes back to an earlier state, as from RETRY_WAIT to SCHEDULED, may be in both. In a
 * drained engine, and in invoker mode, {@link #isBalanced()} is exact.
 *
 * @param accepted    tasks ever accepted.
 * @param finalized   tasks ever finalized.
 * @param succeeded   of those, ended SUCCEEDED.
 * @param failed      ended FAILED.
 * @param killed      ended KILLED.
 * @param abandoned   ended ABANDONED.
 * @param liveByState live tasks at rest, by state; tasks whose submission is still in a ring are in none of them.
 * @param quarantined threads that were given up and still run: the code of ABANDONED tasks.
 */
public record Ledger(
        long accepted,
        long finalized,
        long succeeded,
        long failed,
        long killed,
        long abandoned,
        Map<TaskState, Long> liveByState,
        int quarantined) {
    /** Returns how many tasks are live: accepted and not finalized. */
    public long live() {
        return accepted - finalized;
    }

    /** Returns whether every accepted task has ended in exactly one final state. */
    public boolean isBalanced() {
        return accepted == finalized
                && finalized == succeeded + failed + killed + abandoned
                && liveByState.values().stream().allMatch(count -> count == 0);
    }
}
