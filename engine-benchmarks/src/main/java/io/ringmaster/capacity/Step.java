package io.ringmaster.capacity;

import io.ringmaster.Ledger;
import java.util.List;
import java.util.Map;

/**
 * What one rate, offered for some seconds, came to.
 *
 * @param purpose     why it was measured.
 * @param fireWorkers how many the engine had.
 * @param load        what was offered, and what came of it.
 * @param latencies   by the names that files use; {@link #END_TO_END} counts from when a task was due, the others from the
 *                    call of submit.
 * @param sendLag     how much later than due tasks were submitted.
 * @param hiccups     how much too late a thread woke that does nothing else: the machine's own delays.
 * @param usage       what it took.
 * @param complaints  why it is not valid; empty if it is.
 * @param meetsSlo    whether the latency objective was met; it can't be told without one.
 * @param ledger      the engine's books after its end.
 */
public record Step(
        Purpose purpose,
        int fireWorkers,
        Load load,
        Map<String, Latency> latencies,
        Percentiles sendLag,
        Percentiles hiccups,
        Usage usage,
        List<Complaint> complaints,
        Answer meetsSlo,
        Ledger ledger) {
    /** The latency from when a task was due to its end. */
    public static final String END_TO_END = "endToEnd";

    /** What may be missing of what was due, refused or not ended, if a rate is kept up with. */
    static final double MAY_MISS_SHARE = 0.01;

    /** How many standard deviations of the live tasks' count are taken for chance. */
    static final double CHANCE = 3;

    /** Why a step was measured. */
    public enum Purpose {
        /** Not kept: so that compiled code is measured afterwards. */
        WARM_UP,
        /** One of the rates that the user gave. */
        GIVEN,
        /** On the way up. */
        SWEEP,
        /** Between a rate that did and one that did not. */
        BISECTION,
        /** Once more, to see whether the answer stays the same. */
        REPEAT,
        /** Base load, a burst, and base load again. */
        BURST,
        /** A multiple of what the engine can do, and base load again. */
        OVERLOAD
    }

    /**
     * What was offered.
     *
     * @param scheduledPerSecond the rate that was asked for.
     * @param seconds            how long was measured.
     * @param submitted          tasks that were due in that time, each submitted once.
     * @param completed          tasks that ended well in that time, whenever they were due.
     * @param refused            submissions that were refused.
     * @param unfinished         tasks that were due in that time and accepted, and have no latency: they failed, or were
     *                           killed when they had not ended long after.
     * @param liveBefore         tasks that were due before that time, and were live at its beginning.
     */
    public record Load(
            double scheduledPerSecond,
            double seconds,
            long submitted,
            long completed,
            long refused,
            long unfinished,
            long liveBefore) {
        /** Returns the rate at which tasks were due. */
        public double offeredPerSecond() {
            return submitted / seconds;
        }

        /** Returns the rate at which tasks ended well. */
        public double completedPerSecond() {
            return completed / seconds;
        }

        /** Returns how many tasks were live at the end: by the books, what is not completed was refused or is live. */
        public long liveAfter() {
            return liveBefore + submitted - refused - completed;
        }

        /**
         * How much the live tasks' count may differ by chance between beginning and end. Where tasks come at random and each
         * lives for a while, the live ones are counts of arrivals in two stretches of time, so that each one's variance is its
         * mean, and that of their difference the sum of both.
         *
         * @return three standard deviations, in tasks.
         */
        public double chance() {
            return CHANCE * Math.sqrt(Math.max(0, liveBefore) + Math.max(0, liveAfter()));
        }
    }

    /**
     * What it took, in the measured time.
     *
     * @param stolenMillis    CPU time taken by other machines on the same hardware.
     * @param throttledMillis how long a limit kept the process from running.
     * @param gcMillis        time in garbage collections.
     * @param cpuMillis       the process's CPU time, the rig's own included.
     * @param bytesPerTask    allocated per completed task, the rig's own included.
     * @param maxRingUsed     the most submissions in the rings, looked at every 20 ms or more often.
     * @param maxLive         the most live tasks, likewise.
     * @param fireWorkerBusy  the share of their time in which fire-workers worked.
     * @param submitterBusy   the share of the judged time in which the busiest submitter did anything but wait.
     * @param exclusiveBusy   the share of all exclusive threads' time that bodies took.
     * @param busyMicros      a fire-worker's time per completed task.
     * @param exclusiveMicros an exclusive thread's time per completed task.
     */
    public record Usage(
            long stolenMillis,
            long throttledMillis,
            long gcMillis,
            long cpuMillis,
            double bytesPerTask,
            long maxRingUsed,
            long maxLive,
            double fireWorkerBusy,
            double submitterBusy,
            double exclusiveBusy,
            double busyMicros,
            double exclusiveMicros) {}

    /** Returns whether it says something of the engine. */
    public boolean isValid() {
        return complaints.isEmpty();
    }

    /** Returns whether anything of this cause was wrong. */
    boolean isInvalidBy(final Complaint.Cause cause) {
        return complaints.stream().anyMatch(each -> each.cause() == cause);
    }

    /** Returns the latency from when tasks were due to their end. */
    public Percentiles endToEnd() {
        return latencies.get(END_TO_END).percentiles();
    }

    /**
     * Whether the engine keeps up: in the measured time as many tasks were completed as were due in it. By the ledger, what
     * is missing was refused or has made the backlog grow. It does not keep up if over 1 % was refused, or if over 1 % is
     * missing and that is more than the {@linkplain Load#chance() chance} beside it, by which as many tasks are live at the
     * beginning and fewer or more at the end even if none ever waits. A backlog that grows steadily exceeds both in a step
     * that is long enough, since it grows with the time and chance does not.
     */
    public Answer keepsUp() {
        if (!isValid()) {
            return Answer.CANNOT_TELL;
        }
        final double mayMiss = MAY_MISS_SHARE * load.submitted;
        return load.refused > mayMiss || load.submitted - load.completed > mayMiss + load.chance()
                ? Answer.NO
                : Answer.YES;
    }
}
