package io.ringmaster;

import io.ringmaster.task.TaskState;
import java.util.List;

/**
 * A page of live tasks, by ascending id.
 *
 * @param tasks the tasks.
 * @param more  whether there are more behind the last one; ask for them with its id.
 */
public record TaskPage(List<Entry> tasks, boolean more) {
    /**
     * One live task as it was seen.
     *
     * @param id         its id.
     * @param groupId    its group, or 0.
     * @param type       its type.
     * @param state      its state.
     * @param attempt    its attempt, from 1; 0 before the first.
     * @param ageNanos   how long it is live.
     * @param stateNanos how long it is in its state.
     */
    public record Entry(
            long id, long groupId, String type, TaskState state, int attempt, long ageNanos, long stateNanos) {}
}
