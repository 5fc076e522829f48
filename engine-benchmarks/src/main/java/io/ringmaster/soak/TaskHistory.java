package io.ringmaster.soak;

import io.ringmaster.lifecycle.LifecycleEventType;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEvent;
import io.ringmaster.task.TaskState;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** What one listener was told of one run, and whether it may be told that. */
final class TaskHistory {
    /** The lifecycle, written down from its description and not from the engine's table. */
    private static final Map<TaskState, Set<TaskState>> NEXT = new EnumMap<>(TaskState.class);

    private static final long HASH_FACTOR = 0x9e3779b97f4a7c15L;

    static {
        NEXT.put(
                TaskState.INITIALIZED,
                EnumSet.of(TaskState.PREPARED, TaskState.FAILED, TaskState.KILLED, TaskState.KILLING));
        NEXT.put(TaskState.PREPARED, EnumSet.of(TaskState.SCHEDULED, TaskState.FAILED, TaskState.KILLED));
        NEXT.put(
                TaskState.SCHEDULED,
                EnumSet.of(TaskState.RUNNING, TaskState.PAUSED, TaskState.FAILED, TaskState.KILLED));
        final EnumSet<TaskState> ends = EnumSet.of(
                TaskState.SUCCEEDED, TaskState.FAILED, TaskState.RETRY_WAIT, TaskState.PAUSING, TaskState.KILLING);
        NEXT.put(TaskState.RUNNING, ends);
        // The step that was running when the pause came may be the attempt's last one.
        final EnumSet<TaskState> pausing = EnumSet.copyOf(ends);
        pausing.remove(TaskState.PAUSING);
        pausing.add(TaskState.PAUSED);
        pausing.add(TaskState.RUNNING);
        NEXT.put(TaskState.PAUSING, pausing);
        // A parked body that sees its resume may end before its fire-worker has handled the request.
        final EnumSet<TaskState> paused = EnumSet.copyOf(pausing);
        paused.remove(TaskState.PAUSED);
        paused.add(TaskState.SCHEDULED);
        paused.add(TaskState.KILLED);
        NEXT.put(TaskState.PAUSED, paused);
        NEXT.put(TaskState.RETRY_WAIT, EnumSet.of(TaskState.SCHEDULED, TaskState.FAILED, TaskState.KILLED));
        // An attempt that the engine stops, for a timeout or as a zombie, ends FAILED or is tried again.
        NEXT.put(
                TaskState.KILLING,
                EnumSet.of(TaskState.KILLED, TaskState.ABANDONED, TaskState.FAILED, TaskState.RETRY_WAIT));
    }

    private TaskState state = TaskState.INITIALIZED;
    private boolean submitted;
    private int attempt;
    private long position = -1;
    private long digest;

    /**
     * Takes the next event in.
     *
     * @param event the event.
     * @return what is wrong with it, or null.
     */
    synchronized String next(final TaskExecutorLifecycleEvent event) {
        final TaskState to = event.to();
        String wrong = null;
        if (state.isFinal()) {
            wrong = "was told of its end before";
        } else if (event.from() != state) {
            wrong = "was left " + state;
        } else if (event.type() == LifecycleEventType.SUBMIT) {
            wrong = submitted ? "was submitted before" : null;
            submitted = true;
        } else if (!submitted) {
            wrong = "was not submitted";
        } else if (event.type() == LifecycleEventType.PROGRESS ? to != state : !isNext(to)) {
            wrong = "can't go there";
        }
        if (wrong == null && event.attempt() < attempt) {
            wrong = "was in attempt " + attempt;
        }
        if (wrong == null && event.position() <= position) {
            wrong = "was at position " + position;
        }
        state = to;
        attempt = event.attempt();
        position = event.position();
        digest = (digest ^ (position * TaskState.values().length + to.ordinal())) * HASH_FACTOR + event.timeNanos();
        return wrong;
    }

    private boolean isNext(final TaskState to) {
        final Set<TaskState> next = NEXT.get(state);
        return next != null && next.contains(to);
    }

    /** Returns the state last told. */
    synchronized TaskState state() {
        return state;
    }

    /** Returns whether it was told of the submission. */
    synchronized boolean isSubmitted() {
        return submitted;
    }

    /** Returns a hash of all that was told: equal for two listeners that were told the same. */
    synchronized long digest() {
        return digest;
    }
}
