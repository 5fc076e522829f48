package io.ringmaster.lifecycle;

import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;

/**
 * One thing that happened to one task, as listeners see it. The engine reuses the object for the next event: whoever
 * keeps it longer than the call it was passed to keeps a {@link #copy()}.
 */
public final class TaskExecutorLifecycleEvent {
    private TaskExecutor executor;
    private LifecycleEventType type;
    private TaskState from;
    private TaskState to;
    private int attempt;
    private int partition;
    private long position;
    private long timeNanos;
    private long progress;
    private Throwable failure;

    /** Creates an empty event, to be filled by its fire-worker. For the engine only. */
    public TaskExecutorLifecycleEvent() {}

    /** Lets go of the task. For the engine only. */
    public void clear() {
        executor = null;
        failure = null;
    }

    /**
     * Fills the event. For the engine only.
     *
     * @param executor  whose event it is.
     * @param type      what happened.
     * @param from      the state before.
     * @param to        the state after.
     * @param partition the partition.
     * @param position  the input's position in its partition.
     * @param timeNanos the input's time on the engine's clock.
     */
    public void set(
            final TaskExecutor executor,
            final LifecycleEventType type,
            final TaskState from,
            final TaskState to,
            final int partition,
            final long position,
            final long timeNanos) {
        this.executor = executor;
        this.type = type;
        this.from = from;
        this.to = to;
        this.attempt = executor.attempt();
        this.partition = partition;
        this.position = position;
        this.timeNanos = timeNanos;
        this.progress = executor.progress();
        this.failure = executor.failure();
    }

    /** Returns the task's id. */
    public long taskId() {
        return executor.id();
    }

    /** Returns the task's spec. */
    public TaskSpec spec() {
        return executor.spec();
    }

    /** Returns the task's handle. */
    public TaskHandle handle() {
        return executor;
    }

    /** Returns what happened. */
    public LifecycleEventType type() {
        return type;
    }

    /** Returns the state before. */
    public TaskState from() {
        return from;
    }

    /** Returns the state after; equal to {@link #from()} for SUBMIT and PROGRESS. */
    public TaskState to() {
        return to;
    }

    /** Returns the attempt's number, 0 before the first. */
    public int attempt() {
        return attempt;
    }

    /** Returns the index of the partition that handles this task. */
    public int partition() {
        return partition;
    }

    /** Returns the event's position in its partition: strictly growing there, not dense. */
    public long position() {
        return position;
    }

    /** Returns the time on the engine's clock, in nanoseconds. */
    public long timeNanos() {
        return timeNanos;
    }

    /** Returns the task's last progress value. */
    public long progress() {
        return progress;
    }

    /** Returns the last attempt's error, or null. */
    public Throwable failure() {
        return failure;
    }

    /** Returns a copy that stays as it is. */
    public TaskExecutorLifecycleEvent copy() {
        final TaskExecutorLifecycleEvent copy = new TaskExecutorLifecycleEvent();
        copy.executor = executor;
        copy.type = type;
        copy.from = from;
        copy.to = to;
        copy.attempt = attempt;
        copy.partition = partition;
        copy.position = position;
        copy.timeNanos = timeNanos;
        copy.progress = progress;
        copy.failure = failure;
        return copy;
    }

    @Override
    public String toString() {
        return executor == null
                ? "TaskExecutorLifecycleEvent{}"
                : "TaskExecutorLifecycleEvent{task=" + taskId() + ", " + type + ", " + from + " -> " + to + ", attempt="
                        + attempt + ", position=" + partition + ':' + position + '}';
    }
}
