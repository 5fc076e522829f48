package io.ringmaster.lifecycle;

import static io.ringmaster.lifecycle.Effects.CHECK_PAUSED;
import static io.ringmaster.lifecycle.Effects.FINALIZE;
import static io.ringmaster.lifecycle.Effects.NOTIFY;
import static io.ringmaster.lifecycle.Effects.OFFER;
import static io.ringmaster.lifecycle.Effects.PREPARE;
import static io.ringmaster.lifecycle.Effects.RETRY_TIMER;
import static io.ringmaster.lifecycle.Effects.RUN;
import static io.ringmaster.lifecycle.Effects.SCHEDULE;
import static io.ringmaster.lifecycle.Effects.STOP;
import static io.ringmaster.lifecycle.Effects.UNPARK;
import static io.ringmaster.lifecycle.Effects.WAIT;

import io.ringmaster.task.InternalApi;
import io.ringmaster.task.TaskState;

/**
 * The lifecycle: (state, input) to (state, effects). Nothing outside this table changes a state. An entry is one int,
 * the next state's ordinal above the effects; an input that does not fit the state has the entry {@link #IGNORED}.
 */
@InternalApi
public final class LifecycleTable {
    /** The entry of an input that does not fit the state: it changes nothing and is counted. */
    public static final int IGNORED = -1;

    private static final int STATE_SHIFT = 16;
    private static final int EFFECTS_MASK = (1 << STATE_SHIFT) - 1;
    private static final TaskState[] STATES = TaskState.values();
    private static final int INPUTS = LifecycleEventType.values().length;
    private static final int[] ENTRIES = build();

    private LifecycleTable() {}

    /**
     * Looks an entry up. Pure; any thread. States and inputs go by ordinal, since the fire-workers keep them as ints: a
     * reference stored into an old object costs a card mark and, with G1, a fence.
     *
     * @param state the current state's ordinal.
     * @param input the input's ordinal.
     * @return the entry, or {@link #IGNORED}.
     */
    public static int entry(final int state, final int input) {
        return ENTRIES[state * INPUTS + input];
    }

    /**
     * Looks an entry up. Pure; any thread.
     *
     * @param state the current state.
     * @param input what happened.
     * @return the entry, or {@link #IGNORED}.
     */
    public static int entry(final TaskState state, final LifecycleEventType input) {
        return entry(state.ordinal(), input.ordinal());
    }

    /**
     * The state an entry leads to.
     *
     * @param entry not {@link #IGNORED}.
     * @return the next state's ordinal.
     */
    public static int stateOrdinal(final int entry) {
        return entry >>> STATE_SHIFT;
    }

    /**
     * The state an entry leads to.
     *
     * @param entry not {@link #IGNORED}.
     * @return the next state.
     */
    public static TaskState state(final int entry) {
        return STATES[stateOrdinal(entry)];
    }

    /**
     * The effects of an entry.
     *
     * @param entry not {@link #IGNORED}.
     * @return bits of {@link Effects}.
     */
    public static int effects(final int entry) {
        return entry & EFFECTS_MASK;
    }

    private static int[] build() {
        final Builder table = new Builder();
        table.in(TaskState.INITIALIZED)
                .on(LifecycleEventType.SUBMIT, TaskState.INITIALIZED, NOTIFY | PREPARE)
                .on(LifecycleEventType.PREPARE_OK, TaskState.PREPARED, NOTIFY | SCHEDULE)
                .on(LifecycleEventType.PREPARE_FAILED, TaskState.FAILED, NOTIFY | FINALIZE)
                .on(LifecycleEventType.KILL, TaskState.KILLED, NOTIFY | FINALIZE)
                .on(LifecycleEventType.KILL_RUNNING, TaskState.KILLING, NOTIFY | STOP)
                .on(LifecycleEventType.STOP, TaskState.KILLING, NOTIFY | STOP);
        table.in(TaskState.PREPARED)
                .on(LifecycleEventType.SCHEDULE, TaskState.SCHEDULED, NOTIFY | OFFER)
                .on(LifecycleEventType.KILL, TaskState.KILLED, NOTIFY | FINALIZE);
        table.in(TaskState.SCHEDULED)
                .on(LifecycleEventType.START, TaskState.RUNNING, NOTIFY | RUN)
                .on(LifecycleEventType.PAUSE, TaskState.PAUSED, NOTIFY)
                .on(LifecycleEventType.KILL, TaskState.KILLED, NOTIFY | FINALIZE);
        table.in(TaskState.RUNNING)
                .on(LifecycleEventType.STEP_AGAIN, TaskState.RUNNING, WAIT)
                .on(LifecycleEventType.CONTINUE, TaskState.RUNNING, RUN)
                .on(LifecycleEventType.PAUSE, TaskState.PAUSING, NOTIFY | CHECK_PAUSED);
        table.in(TaskState.PAUSING)
                .on(LifecycleEventType.STEP_AGAIN, TaskState.PAUSED, NOTIFY)
                .on(LifecycleEventType.PAUSE_REACHED, TaskState.PAUSED, NOTIFY)
                .on(LifecycleEventType.RESUME, TaskState.RUNNING, NOTIFY)
                .on(LifecycleEventType.RESUME_PARKED, TaskState.RUNNING, NOTIFY | UNPARK);
        table.in(TaskState.PAUSED)
                .on(LifecycleEventType.RESUME, TaskState.SCHEDULED, NOTIFY | OFFER)
                .on(LifecycleEventType.RESUME_PARKED, TaskState.RUNNING, NOTIFY | UNPARK)
                .on(LifecycleEventType.KILL, TaskState.KILLED, NOTIFY | FINALIZE);
        for (final TaskState running : new TaskState[] {TaskState.RUNNING, TaskState.PAUSING, TaskState.PAUSED}) {
            table.in(running)
                    .on(LifecycleEventType.STEP_DONE, TaskState.SUCCEEDED, NOTIFY | FINALIZE)
                    .on(LifecycleEventType.STEP_FAILED, TaskState.FAILED, NOTIFY | FINALIZE)
                    .on(LifecycleEventType.STEP_RETRY, TaskState.RETRY_WAIT, NOTIFY | RETRY_TIMER)
                    .on(LifecycleEventType.PROGRESS, running, NOTIFY)
                    .on(LifecycleEventType.KILL_RUNNING, TaskState.KILLING, NOTIFY | STOP)
                    .on(LifecycleEventType.STOP, TaskState.KILLING, NOTIFY | STOP);
        }
        for (final TaskState resting : new TaskState[] {
            TaskState.INITIALIZED, TaskState.PREPARED, TaskState.SCHEDULED, TaskState.PAUSED, TaskState.RETRY_WAIT
        }) {
            table.in(resting).on(LifecycleEventType.EXPIRE, TaskState.FAILED, NOTIFY | FINALIZE);
        }
        table.in(TaskState.RETRY_WAIT)
                .on(LifecycleEventType.RETRY_DUE, TaskState.SCHEDULED, NOTIFY | OFFER)
                .on(LifecycleEventType.KILL, TaskState.KILLED, NOTIFY | FINALIZE);
        table.in(TaskState.KILLING)
                .on(LifecycleEventType.KILL_CONFIRMED, TaskState.KILLED, NOTIFY | FINALIZE)
                .on(LifecycleEventType.STEP_FAILED, TaskState.FAILED, NOTIFY | FINALIZE)
                .on(LifecycleEventType.STEP_RETRY, TaskState.RETRY_WAIT, NOTIFY | RETRY_TIMER)
                .on(LifecycleEventType.LADDER_EXHAUSTED, TaskState.ABANDONED, NOTIFY | FINALIZE);
        for (final TaskState ended :
                new TaskState[] {TaskState.SUCCEEDED, TaskState.FAILED, TaskState.KILLED, TaskState.ABANDONED}) {
            table.in(ended).on(LifecycleEventType.FINALIZE, TaskState.FINALIZED, 0);
        }
        return table.entries;
    }

    private static final class Builder {
        private final int[] entries = new int[STATES.length * INPUTS];
        private int row;

        Builder() {
            java.util.Arrays.fill(entries, IGNORED);
        }

        Builder in(final TaskState state) {
            row = state.ordinal() * INPUTS;
            return this;
        }

        Builder on(final LifecycleEventType input, final TaskState next, final int effects) {
            entries[row + input.ordinal()] = next.ordinal() << STATE_SHIFT | effects;
            return this;
        }
    }
}
