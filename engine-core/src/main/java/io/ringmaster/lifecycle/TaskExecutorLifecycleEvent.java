package io.ringmaster.lifecycle;

import io.ringmaster.task.InternalApi;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import io.ringmaster.task.TaskState;

/**
 * One thing that happened to one task, as listeners see it. The engine reuses the object for the next event: whoever
 * keeps it longer than the call it was passed to keeps a {@link #copy()}.
 */
public final class TaskExecutorLifecycleEvent {
    private static final TaskState[] STATES = TaskState.values();
    private static final LifecycleEventType[] TYPES = LifecycleEventType.values();

    private static final int FROM_SHIFT = 8;
    private static final int TO_SHIFT = 16;
    private static final int ORDINAL_MASK = 0xFF;

    private final ExecutorBinding binding;
    private final int partition;
    /** Ordinals of type and states, see {@link #transition}: no references, see {@link LifecycleTable#entry(int, int)}. */
    private int transition;

    private int attempt;
    private long position;
    private long timeNanos;
    /** Set last, after what it says is kept: by the monitor when the event's listener stalls, or by {@link #copy()}. */
    private volatile boolean kept;

    private long keptProgress;
    private Throwable keptFailure;
    private Object keptResult;

    /**
     * Creates an empty event, to be filled by its fire-worker. For the engine only.
     *
     * @param binding   whose event it is.
     * @param partition the index of the partition.
     */
    @InternalApi
    public TaskExecutorLifecycleEvent(final ExecutorBinding binding, final int partition) {
        this.binding = binding;
        this.partition = partition;
    }

    /**
     * What happened, as one word. For the engine only.
     *
     * @param type the ordinal of what happened.
     * @param from the ordinal of the state before.
     * @param to   the ordinal of the state after.
     * @return the word for {@link #set(int, int, long, long)}.
     */
    @InternalApi
    public static int transition(final int type, final int from, final int to) {
        return type | from << FROM_SHIFT | to << TO_SHIFT;
    }

    /**
     * Fills the event. For the engine only.
     *
     * @param what     what happened, see {@link #transition}.
     * @param during   the attempt's number.
     * @param sequence the input's position in its partition.
     * @param nanos    the input's time on the engine's clock.
     */
    @InternalApi
    public void set(final int what, final int during, final long sequence, final long nanos) {
        transition = what;
        attempt = during;
        position = sequence;
        timeNanos = nanos;
    }

    /**
     * Fills the event as another one, of the same task. For the engine only.
     *
     * @param other the other one.
     */
    @InternalApi
    public void set(final TaskExecutorLifecycleEvent other) {
        set(other.transition, other.attempt, other.position, other.timeNanos);
    }

    /**
     * Keeps what the event reads from its task as it is now: its listener has stalled, and the task goes on without it.
     * The monitor, between the take-over and the next owner's start. For the engine only.
     */
    @InternalApi
    public void keep() {
        keptProgress = progress();
        keptFailure = failure();
        keptResult = result();
        kept = true;
    }

    /** Returns the task's id. */
    public long taskId() {
        return binding.executor().id();
    }

    /** Returns the task's spec. */
    public TaskSpec spec() {
        return binding.executor().spec();
    }

    /** Returns the task's handle. */
    public TaskHandle handle() {
        return binding.executor();
    }

    /** Returns what happened. */
    public LifecycleEventType type() {
        return TYPES[transition & ORDINAL_MASK];
    }

    /** Returns the state before. */
    public TaskState from() {
        return STATES[transition >> FROM_SHIFT & ORDINAL_MASK];
    }

    /** Returns the state after; equal to {@link #from()} for SUBMIT and PROGRESS. */
    public TaskState to() {
        return STATES[transition >> TO_SHIFT];
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
        return kept ? keptProgress : binding.executor().progress();
    }

    /** Returns the last attempt's error, or null. */
    public Throwable failure() {
        return kept ? keptFailure : binding.executor().failure();
    }

    /** Returns what the last step gave to {@link io.ringmaster.task.TaskContext#done(Object)}; null before the end, too. */
    public Object result() {
        return kept ? keptResult : binding.executor().result();
    }

    /** Returns a copy that stays as it is. */
    public TaskExecutorLifecycleEvent copy() {
        final TaskExecutor executor = binding.executor();
        final TaskExecutorLifecycleEvent copy = new TaskExecutorLifecycleEvent(() -> executor, partition);
        copy.set(this);
        copy.keptProgress = progress();
        copy.keptFailure = failure();
        copy.keptResult = result();
        copy.kept = true;
        return copy;
    }

    @Override
    public String toString() {
        return binding.executor() == null
                ? "TaskExecutorLifecycleEvent{}"
                : "TaskExecutorLifecycleEvent{task=" + taskId() + ", " + type() + ", " + from() + " -> " + to()
                        + ", attempt=" + attempt() + ", position=" + partition + ':' + position + '}';
    }
}
