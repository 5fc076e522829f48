package io.ringmaster.simulation;

import io.ringmaster.lifecycle.LifecycleEventType;
import io.ringmaster.lifecycle.TaskExecutorLifecycleEvent;
import io.ringmaster.task.TaskState;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** What one listener is told, and whether it may be told that. */
final class EventOracle {
    /** The lifecycle, written down from its description and not from the engine's table. */
    private static final Map<TaskState, Set<TaskState>> NEXT = new EnumMap<>(TaskState.class);

    static {
        NEXT.put(
                TaskState.INITIALIZED,
                EnumSet.of(TaskState.PREPARED, TaskState.FAILED, TaskState.KILLED, TaskState.KILLING));
        NEXT.put(TaskState.PREPARED, EnumSet.of(TaskState.SCHEDULED, TaskState.FAILED, TaskState.KILLED));
        NEXT.put(
                TaskState.SCHEDULED,
                EnumSet.of(TaskState.RUNNING, TaskState.PAUSED, TaskState.FAILED, TaskState.KILLED));
        NEXT.put(
                TaskState.RUNNING,
                EnumSet.of(
                        TaskState.SUCCEEDED,
                        TaskState.FAILED,
                        TaskState.RETRY_WAIT,
                        TaskState.PAUSING,
                        TaskState.KILLING));
        // The step that was running when the pause came may be the attempt's last one.
        NEXT.put(
                TaskState.PAUSING,
                EnumSet.of(
                        TaskState.PAUSED,
                        TaskState.RUNNING,
                        TaskState.SUCCEEDED,
                        TaskState.FAILED,
                        TaskState.RETRY_WAIT,
                        TaskState.KILLING));
        // A parked body that sees its resume may end before its fire-worker has handled the request.
        NEXT.put(
                TaskState.PAUSED,
                EnumSet.of(
                        TaskState.RUNNING,
                        TaskState.SCHEDULED,
                        TaskState.SUCCEEDED,
                        TaskState.FAILED,
                        TaskState.RETRY_WAIT,
                        TaskState.KILLING,
                        TaskState.KILLED));
        NEXT.put(TaskState.RETRY_WAIT, EnumSet.of(TaskState.SCHEDULED, TaskState.FAILED, TaskState.KILLED));
        // An attempt that the engine ended itself, as it took too long, has failed by that.
        NEXT.put(
                TaskState.KILLING,
                EnumSet.of(TaskState.KILLED, TaskState.ABANDONED, TaskState.FAILED, TaskState.RETRY_WAIT));
    }

    /** What is known of a task from its events. */
    private static final class Seen {
        private TaskState state = TaskState.INITIALIZED;
        private boolean submitted;
        private int attempt;
        private long position = -1;
        private long time;
    }

    /** What all listeners must be told alike. */
    private record Told(Object task, LifecycleEventType type, TaskState to, long time) {}

    private final String name;
    /** Who is told of everything before this one, or null. */
    private final EventOracle before;

    private final Consumer<? super AssertionError> failed;
    private final Map<String, Told> told = new HashMap<>();
    private final Map<Object, Seen> tasks = new HashMap<>();
    private final Map<Integer, Long> positions = new HashMap<>();
    private final Map<TaskState, Long> ended = new EnumMap<>(TaskState.class);

    /**
     * Creates one.
     *
     * @param name   the listener, for messages.
     * @param before who is told of everything before this listener, or null.
     * @param failed told of what may not be.
     */
    EventOracle(final String name, final EventOracle before, final Consumer<? super AssertionError> failed) {
        this.name = name;
        this.before = before;
        this.failed = failed;
    }

    private void check(final Object task, final boolean holds, final String what, final Object... details) {
        if (!holds) {
            failed.accept(new AssertionError(task + " " + String.format(what, details)));
        }
    }

    void onEvent(final Object task, final TaskExecutorLifecycleEvent event) {
        final Seen seen = tasks.computeIfAbsent(task, key -> new Seen());
        final TaskState to = event.to();
        check(task, !seen.state.isFinal(), "has ended, and %s is told of %s", name, event);
        check(task, event.from() == seen.state, "was %s, and %s is told of %s", seen.state, name, event);
        if (to == seen.state) {
            final boolean first = event.type() == LifecycleEventType.SUBMIT;
            check(
                    task,
                    first ? !seen.submitted : event.type() == LifecycleEventType.PROGRESS,
                    "stays where it is, and %s is told of %s",
                    name,
                    event);
            seen.submitted |= first;
        } else {
            check(task, seen.submitted, "was not submitted, and %s is told of %s", name, event);
            check(task, NEXT.get(seen.state).contains(to), "can't, and %s is told of %s", name, event);
        }
        check(task, event.attempt() >= seen.attempt, "was in attempt %d at %s: %s", seen.attempt, name, event);
        check(task, event.position() > seen.position, "was at position %d at %s: %s", seen.position, name, event);
        final long latest = positions.getOrDefault(event.partition(), -1L);
        check(task, event.position() > latest, "comes after position %d at %s: %s", latest, name, event);
        check(
                task,
                seen.position < 0 || event.timeNanos() - seen.time >= 0,
                "goes back in time at %s: %s",
                name,
                event);
        checkToldAlike(task, event);
        positions.put(event.partition(), event.position());
        seen.position = event.position();
        seen.time = event.timeNanos();
        seen.attempt = event.attempt();
        seen.state = to;
        if (to.isFinal()) {
            ended.merge(to, 1L, Long::sum);
        }
    }

    private void checkToldAlike(final Object task, final TaskExecutorLifecycleEvent event) {
        final Told now = new Told(task, event.type(), event.to(), event.timeNanos());
        final String key = event.partition() + ":" + event.position();
        if (before == null) {
            told.put(key, now);
        } else {
            final Told first = before.told.get(key);
            check(task, now.equals(first), "%s is told %s, and %s was told %s", name, now, before.name, first);
        }
    }

    /** The state last told. */
    TaskState state(final Object task) {
        final Seen seen = tasks.get(task);
        return seen == null ? null : seen.state;
    }

    long ended(final TaskState state) {
        return ended.getOrDefault(state, 0L);
    }
}
