package io.ringmaster.client;

/**
 * One destination's figures: a look from outside while it works, exact at rest. Counts are since it was connected first.
 *
 * @param destination          the destination.
 * @param capacity             how many tasks it may have, live or waiting.
 * @param liveTasks            its tasks that have not ended.
 * @param waitingTasks         its tasks that have ended and wait for the acknowledgement of that.
 * @param unacknowledged       reports kept until they are acknowledged, sent or not.
 * @param sent                 reports given to the channel for the first time.
 * @param resent               reports given to it again.
 * @param acknowledged         reports acknowledged.
 * @param duplicateAcks        acknowledgements of what was acknowledged before.
 * @param unknownAcks          acknowledgements of unknown runs, of tasks that were reassigned, and of what was never sent.
 * @param coalesced            events that another report stands for.
 * @param refused              dispatches and reassignments refused for lack of room.
 * @param failedSends          calls of the channel that threw, or found no thread.
 * @param discarded            reports given up by {@link InProcessTaskExecutorClient#discard}.
 * @param isSending            whether a call of the channel is under way.
 * @param silentRounds         repetitions since the last acknowledgement; 0 while it answers.
 * @param oldestWaitNanos      how long the task that waits longest has heard of no acknowledgement, in nanoseconds; 0 if none
 *                             waits.
 */
public record OutboxSnapshot(
        String destination,
        int capacity,
        int liveTasks,
        int waitingTasks,
        int unacknowledged,
        long sent,
        long resent,
        long acknowledged,
        long duplicateAcks,
        long unknownAcks,
        long coalesced,
        long refused,
        long failedSends,
        long discarded,
        boolean isSending,
        int silentRounds,
        long oldestWaitNanos) {}
