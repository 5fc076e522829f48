package io.ringmaster.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringmaster.task.TaskState;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The lifecycle against the table of its description, entry by entry. */
class LifecycleTableTest {
    /** State, input, next state; what is not here is ignored. */
    private static final String ENTRIES = """
            INITIALIZED SUBMIT           INITIALIZED
            INITIALIZED PREPARE_OK       PREPARED
            INITIALIZED PREPARE_FAILED   FAILED
            INITIALIZED KILL             KILLED
            INITIALIZED KILL_RUNNING     KILLING
            INITIALIZED STOP             KILLING
            INITIALIZED EXPIRE           FAILED
            PREPARED    SCHEDULE         SCHEDULED
            PREPARED    KILL             KILLED
            PREPARED    EXPIRE           FAILED
            SCHEDULED   START            RUNNING
            SCHEDULED   PAUSE            PAUSED
            SCHEDULED   KILL             KILLED
            SCHEDULED   EXPIRE           FAILED
            RUNNING     STEP_AGAIN       RUNNING
            RUNNING     CONTINUE         RUNNING
            RUNNING     STEP_DONE        SUCCEEDED
            RUNNING     STEP_FAILED      FAILED
            RUNNING     STEP_RETRY       RETRY_WAIT
            RUNNING     PAUSE            PAUSING
            RUNNING     PROGRESS         RUNNING
            RUNNING     KILL_RUNNING     KILLING
            RUNNING     STOP             KILLING
            PAUSING     STEP_AGAIN       PAUSED
            PAUSING     STEP_DONE        SUCCEEDED
            PAUSING     STEP_FAILED      FAILED
            PAUSING     STEP_RETRY       RETRY_WAIT
            PAUSING     PAUSE_REACHED    PAUSED
            PAUSING     RESUME           RUNNING
            PAUSING     RESUME_PARKED    RUNNING
            PAUSING     PROGRESS         PAUSING
            PAUSING     KILL_RUNNING     KILLING
            PAUSING     STOP             KILLING
            PAUSED      STEP_DONE        SUCCEEDED
            PAUSED      STEP_FAILED      FAILED
            PAUSED      STEP_RETRY       RETRY_WAIT
            PAUSED      RESUME           SCHEDULED
            PAUSED      RESUME_PARKED    RUNNING
            PAUSED      PROGRESS         PAUSED
            PAUSED      KILL             KILLED
            PAUSED      KILL_RUNNING     KILLING
            PAUSED      STOP             KILLING
            PAUSED      EXPIRE           FAILED
            RETRY_WAIT  RETRY_DUE        SCHEDULED
            RETRY_WAIT  KILL             KILLED
            RETRY_WAIT  EXPIRE           FAILED
            KILLING     KILL_CONFIRMED   KILLED
            KILLING     LADDER_EXHAUSTED ABANDONED
            KILLING     STEP_FAILED      FAILED
            KILLING     STEP_RETRY       RETRY_WAIT
            SUCCEEDED   FINALIZE         FINALIZED
            FAILED      FINALIZE         FINALIZED
            KILLED      FINALIZE         FINALIZED
            ABANDONED   FINALIZE         FINALIZED
            """;

    private static Map<TaskState, Map<LifecycleEventType, TaskState>> expected() {
        final Map<TaskState, Map<LifecycleEventType, TaskState>> table = new EnumMap<>(TaskState.class);
        for (final TaskState state : TaskState.values()) {
            table.put(state, new EnumMap<>(LifecycleEventType.class));
        }
        ENTRIES.lines().map(line -> line.split(" +")).forEach(entry -> {
            final TaskState before = table.get(TaskState.valueOf(entry[0]))
                    .put(LifecycleEventType.valueOf(entry[1]), TaskState.valueOf(entry[2]));
            assertThat(before).as(String.join(" ", entry)).isNull();
        });
        return table;
    }

    @ParameterizedTest
    @EnumSource
    void shouldTakeEveryInputAsDescribed(final TaskState state) {
        for (final LifecycleEventType input : LifecycleEventType.values()) {
            final int entry = LifecycleTable.entry(state, input);
            final TaskState next = entry == LifecycleTable.IGNORED ? null : LifecycleTable.state(entry);
            assertThat(next)
                    .as("%s in %s", input, state)
                    .isEqualTo(expected().get(state).get(input));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellListenersOfEveryChange(final TaskState state) {
        for (final LifecycleEventType input : LifecycleEventType.values()) {
            final int entry = LifecycleTable.entry(state, input);
            if (entry == LifecycleTable.IGNORED || LifecycleTable.state(entry) == state || state.isFinal()) {
                continue;
            }
            assertThat(LifecycleTable.effects(entry) & Effects.NOTIFY)
                    .as("%s in %s", input, state)
                    .isNotZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldHaveOneEffectBesideTellingListeners(final TaskState state) {
        for (final LifecycleEventType input : LifecycleEventType.values()) {
            final int entry = LifecycleTable.entry(state, input);
            if (entry != LifecycleTable.IGNORED) {
                assertThat(Integer.bitCount(LifecycleTable.effects(entry) & ~Effects.NOTIFY))
                        .as("%s in %s", input, state)
                        .isLessThanOrEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldFinalizeWhoeverEnds(final TaskState state) {
        for (final LifecycleEventType input : LifecycleEventType.values()) {
            final int entry = LifecycleTable.entry(state, input);
            if (entry == LifecycleTable.IGNORED) {
                continue;
            }
            final TaskState next = LifecycleTable.state(entry);
            if (state.isFinal()) {
                assertThat(input).isEqualTo(LifecycleEventType.FINALIZE);
                assertThat(next).isEqualTo(TaskState.FINALIZED);
            } else {
                assertThat(next).as("%s in %s", input, state).isNotEqualTo(TaskState.FINALIZED);
                assertThat((LifecycleTable.effects(entry) & Effects.FINALIZE) != 0)
                        .as("%s in %s", input, state)
                        .isEqualTo(next.isFinal());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"SUCCEEDED", "FAILED", "KILLED", "ABANDONED", "FINALIZED"})
    void shouldReachAnEndByAKillFromEveryLiveState(final TaskState state) {
        final Set<LifecycleEventType> kills = EnumSet.of(
                LifecycleEventType.KILL,
                LifecycleEventType.KILL_RUNNING,
                LifecycleEventType.KILL_CONFIRMED,
                LifecycleEventType.LADDER_EXHAUSTED);
        final Set<TaskState> reached = EnumSet.of(state);
        final Deque<TaskState> open = new ArrayDeque<>(reached);
        while (!open.isEmpty()) {
            final TaskState from = open.pop();
            for (final LifecycleEventType kill : kills) {
                final int entry = LifecycleTable.entry(from, kill);
                if (entry != LifecycleTable.IGNORED && reached.add(LifecycleTable.state(entry))) {
                    open.push(LifecycleTable.state(entry));
                }
            }
        }
        assertThat(reached).contains(TaskState.KILLED);
        reached.remove(state);
        assertThat(reached).isSubsetOf(TaskState.KILLING, TaskState.KILLED, TaskState.ABANDONED);
    }

    @Test
    void shouldReachEveryStateFromTheFirst() {
        final Set<TaskState> reached = EnumSet.of(TaskState.INITIALIZED);
        final Deque<TaskState> open = new ArrayDeque<>(reached);
        while (!open.isEmpty()) {
            final TaskState from = open.pop();
            for (final LifecycleEventType input : LifecycleEventType.values()) {
                final int entry = LifecycleTable.entry(from, input);
                if (entry != LifecycleTable.IGNORED && reached.add(LifecycleTable.state(entry))) {
                    open.push(LifecycleTable.state(entry));
                }
            }
        }
        assertThat(reached).containsExactlyInAnyOrder(TaskState.values());
    }
}
