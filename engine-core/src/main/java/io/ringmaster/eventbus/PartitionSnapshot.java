package io.ringmaster.eventbus;

import io.ringmaster.task.Refusal;

/**
 * A look at one partition while it runs: each figure is true for some moment of the look.
 *
 * @param index     the partition.
 * @param accepted  tasks ever accepted.
 * @param finalized tasks ever finalized; read before {@code accepted}.
 * @param byState   by ordinal of the state: live ones in that state, or ever ended in that final state.
 * @param cycles    duty cycles.
 * @param steps     shared steps.
 * @param ignored   inputs that did not fit their task's state.
 * @param stale     events of attempts that were given up.
 * @param takeovers how often its thread was replaced.
 * @param occupied  ring slots in use.
 * @param call      the foreign call it is in, or empty.
 * @param blocked   why it refuses submissions at the moment, or null.
 * @param thread    the fire-worker thread that holds it, from 0; -1 in invoker mode.
 * @param moves     how often it went to another thread because of its load.
 * @param busyNanos time in duty cycles that did work; 0 in invoker mode.
 */
public record PartitionSnapshot(
        int index,
        long accepted,
        long finalized,
        long[] byState,
        long cycles,
        long steps,
        long ignored,
        long stale,
        long takeovers,
        long occupied,
        String call,
        Refusal blocked,
        int thread,
        long moves,
        long busyNanos) {}
