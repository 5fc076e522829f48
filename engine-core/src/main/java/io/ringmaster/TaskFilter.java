package io.ringmaster;

import io.ringmaster.task.TaskState;

/**
 * Which live tasks to list.
 *
 * @param state   in this state, or null for any.
 * @param groupId of this group, or 0 for any.
 * @param type    of this type, or null for any.
 */
public record TaskFilter(TaskState state, long groupId, String type) {
    /** Every live task. */
    public static final TaskFilter ALL = new TaskFilter(null, 0, null);
}
