package io.ringmaster.event;

/**
 * Something that an operator may want to know of, told by the engine's monitor. Values are of the moment it was noticed;
 * stacks are texts, a frame a line. Times are in nanoseconds.
 */
public sealed interface EngineEvent {
    /** Returns what happened, in a line for people. */
    String describe();

    /**
     * A call has held a partition for longer than the stall threshold.
     *
     * @param partition the partition.
     * @param call      the kind of call: STEP, LISTENER, PREPARE, RETRY_POLICY, ROLLBACK, COMPLETION.
     * @param taskId    whose.
     * @param type      its type.
     * @param heldNanos for how long at least.
     * @param thread    the thread's name, or empty in invoker mode.
     * @param stack     where it is.
     * @param spare     whether a spare thread is there to take the partition over.
     */
    record Stall(
            int partition,
            String call,
            long taskId,
            String type,
            long heldNanos,
            String thread,
            String stack,
            boolean spare)
            implements EngineEvent {
        @Override
        public String describe() {
            return "fire-worker " + partition + " is held by " + call + " of task " + taskId + " (type '" + type
                    + "') for " + millis(heldNanos) + " ms"
                    + (spare ? "" : " and no spare thread is left: it accepts nothing meanwhile") + stackOf(stack);
        }
    }

    /**
     * A held partition went on with another thread.
     *
     * @param partition the partition.
     * @param call      the kind of call that held it.
     * @param taskId    whose.
     * @param type      its type.
     * @param heldNanos for how long at least it was held.
     * @param epoch     the lease's new epoch: how often this partition has changed hands.
     */
    record HandOver(int partition, String call, long taskId, String type, long heldNanos, long epoch)
            implements EngineEvent {
        @Override
        public String describe() {
            return "fire-worker " + partition + " was held by " + call + " of task " + taskId + " (type '" + type
                    + "') for " + millis(heldNanos) + " ms: its partition goes on with another thread";
        }
    }

    /**
     * A detached listener has caught up and is called on the partition's thread again.
     *
     * @param partition the partition.
     * @param listener  its class.
     * @param events    how many events it was told while it was detached.
     */
    record ListenerReturned(int partition, String listener, long events) implements EngineEvent {
        @Override
        public String describe() {
            return "listener " + listener + " of fire-worker " + partition + " has caught up after " + events
                    + " events and is in its place again";
        }
    }

    /**
     * An attempt has stopped beating, or never did.
     *
     * @param taskId      the task.
     * @param type        its type.
     * @param attempt     the attempt's number.
     * @param silentNanos since its last beat or its start, without pauses of the engine.
     * @param action      what becomes of it: REPORT, RETRY or FAIL.
     * @param thread      the attempt's thread, or empty.
     * @param stack       where it is.
     */
    record Zombie(long taskId, String type, int attempt, long silentNanos, String action, String thread, String stack)
            implements EngineEvent {
        @Override
        public String describe() {
            return "task " + taskId + " (type '" + type + "') is a zombie: attempt " + attempt + " has not beaten for "
                    + millis(silentNanos) + " ms, action " + action + stackOf(stack);
        }
    }

    /**
     * Tasks waited for each other's resources.
     *
     * @param victim the task whose attempt is ended; its retry policy is asked for another one.
     * @param type   its type.
     * @param tasks  how many tasks were part of it.
     * @param cycle  who waits for what, in words.
     */
    record Deadlock(long victim, String type, int tasks, String cycle) implements EngineEvent {
        @Override
        public String describe() {
            return "deadlock of " + tasks + " tasks, broken by ending task " + victim + " (type '" + type + "'): "
                    + cycle;
        }
    }

    /**
     * Exclusive threads wait for each other's monitors or locks; the JVM has no way to break that.
     *
     * @param threads how many.
     * @param report  their names, tasks and stacks.
     */
    record ThreadDeadlock(int threads, String report) implements EngineEvent {
        @Override
        public String describe() {
            return threads + " exclusive threads wait for each other's locks, which only ends with the process:"
                    + stackOf(report);
        }
    }

    /**
     * Tasks wait for what others will not give soon, without a deadlock: an ended thread or a quota would let them go on.
     *
     * @param waiting how many tasks wait.
     * @param nanos   for how long the first of them.
     * @param reason  for what, in words.
     */
    record Starvation(int waiting, long nanos, String reason) implements EngineEvent {
        @Override
        public String describe() {
            return waiting + " tasks starve, the first one for " + millis(nanos) + " ms: " + reason;
        }
    }

    /**
     * A partition began or ceased to refuse what it could not have handled in time.
     *
     * @param partition  the partition.
     * @param began      true at the beginning, false at the end.
     * @param queueNanos how long the task that was handled last had waited for its fire-worker.
     * @param refused    how many submissions were refused since the beginning.
     */
    record Overload(int partition, boolean began, long queueNanos, long refused) implements EngineEvent {
        @Override
        public String describe() {
            return "fire-worker " + partition
                    + (began ? " is overloaded: its tasks wait for " : " is no longer overloaded: its tasks wait for ")
                    + millis(queueNanos) + " ms" + (began ? "" : ", " + refused + " submissions were refused");
        }
    }

    /**
     * A type's tasks that leave their container to the engine go to another one from now on.
     *
     * @param type   the type.
     * @param to     SHARED or EXCLUSIVE.
     * @param reason what was seen of it.
     */
    record PlacementChange(String type, String to, String reason) implements EngineEvent {
        @Override
        public String describe() {
            return "tasks of type '" + type + "' go to the " + to + " container from now on: " + reason;
        }
    }

    /**
     * A partition was moved to another fire-worker's thread.
     *
     * @param partition  the partition.
     * @param fromThread the thread's index before.
     * @param toThread   the thread's index after.
     * @param fromLoad   the load of the first, from 0 to 1, before.
     * @param toLoad     the load of the second before.
     */
    record PartitionMove(int partition, int fromThread, int toThread, double fromLoad, double toLoad)
            implements EngineEvent {
        @Override
        public String describe() {
            return String.format(
                    java.util.Locale.ROOT,
                    "partition %d moved from thread %d (load %.2f) to thread %d (load %.2f)",
                    partition,
                    fromThread,
                    fromLoad,
                    toThread,
                    toLoad);
        }
    }

    private static String millis(final long nanos) {
        return String.format(java.util.Locale.ROOT, "%.1f", nanos / 1e6);
    }

    private static String stackOf(final String stack) {
        return stack.isEmpty() ? "" : "\n" + stack;
    }
}
