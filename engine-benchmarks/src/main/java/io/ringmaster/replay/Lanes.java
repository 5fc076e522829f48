package io.ringmaster.replay;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Puts the tasks of a run into lanes, so that no two overlap in one: each task takes the first lane that is free. */
public final class Lanes {

    /** No lane: the task has not ended. */
    public static final int NONE = -1;

    private final int[] lanes;
    private int count;

    /**
     * Works them out. Takes boxed numbers for all tasks: not for millions.
     *
     * @param spans when the tasks ran.
     */
    public Lanes(final TaskSpans spans) {
        lanes = new int[spans.count()];
        Arrays.fill(lanes, NONE);
        final Integer[] byStart = java.util.stream.IntStream.range(0, spans.count())
                .filter(spans::isFinished)
                .boxed()
                .sorted(Comparator.comparingLong(spans::start).thenComparingLong(spans::end))
                .toArray(Integer[]::new);
        final PriorityQueue<Integer> free = new PriorityQueue<>();
        final PriorityQueue<Integer> running = new PriorityQueue<>(Comparator.comparingLong(spans::end));
        for (final int task : byStart) {
            while (!running.isEmpty() && spans.end(running.peek()) <= spans.start(task)) {
                free.add(lanes[running.poll()]);
            }
            lanes[task] = free.isEmpty() ? count++ : free.poll();
            running.add(task);
        }
    }

    /** Returns how many there are: the most tasks that ran at once. */
    public int count() {
        return count;
    }

    /**
     * The lane of a task.
     *
     * @param task its number.
     * @return from 0; {@link #NONE} if it has not ended.
     */
    public int of(final int task) {
        return lanes[task];
    }
}
