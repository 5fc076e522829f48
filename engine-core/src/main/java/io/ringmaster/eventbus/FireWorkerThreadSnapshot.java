package io.ringmaster.eventbus;

import java.util.List;

/**
 * A look at one fire-worker thread while it runs. When a call stalls it, another thread takes its place under the same
 * index.
 *
 * @param index      the thread, from 0.
 * @param partitions the partitions it holds; one on its way to it is among them.
 * @param busyNanos  time in duty cycles that did work: its growth per second is the thread's load. A cycle counts when it
 *                   has ended; the cycle of a call that stalled, never.
 * @param replaced   how often another thread took its place.
 */
public record FireWorkerThreadSnapshot(int index, List<Integer> partitions, long busyNanos, int replaced) {}
