package io.ringmaster.capacity;

import java.util.ArrayList;
import java.util.List;

/** When a step says something of the engine, and when only of the rig or the machine. */
final class Validity {
    /** Submissions that may be late. */
    static final double LATE_SHARE = 0.01;
    /** CPU time that may be stolen, of all CPUs' time. */
    static final double STOLEN_SHARE = 0.005;
    /** How far the rate at which tasks were due may be from the one that was asked for, beyond chance. */
    static final double RATE_SHARE = 0.1;

    private static final double CHANCE = 5;
    /** What of the late submissions must have been due in collections, if they are to be named. */
    private static final double EXPLAINING_SHARE = 0.5;

    private static final double MILLIS_PER_SECOND = 1_000;

    private Validity() {}

    /**
     * What is to be judged.
     *
     * @param scheduledPerSecond the rate that was asked for.
     * @param seconds            how long is judged.
     * @param measuredSeconds    how long was measured: more than that, if only a part of the time is judged.
     * @param cpus               how many CPUs the machine has.
     * @param submitted          tasks that were due in that time.
     * @param sent               all that were submitted while latencies were recorded: more than that, if only a part of
     *                           the time is judged.
     * @param late               of those, submitted too late by the submitters' own fault.
     * @param clamped            latencies that were longer than can be counted.
     * @param overrun            tasks of which it was forgotten when they were due.
     * @param failed             tasks that ended, but not well.
     * @param drained            whether every task ended in time.
     * @param live               how many had not.
     * @param gcMillis           time in garbage collections while it was measured.
     * @param stolenMillis       CPU time that was stolen while it was measured.
     * @param throttledMillis    how long a limit kept the process from running, likewise.
     * @param stopped            whether the user ended the run.
     */
    record Facts(
            double scheduledPerSecond,
            double seconds,
            double measuredSeconds,
            int cpus,
            long submitted,
            long sent,
            long late,
            long clamped,
            long overrun,
            long failed,
            boolean drained,
            long live,
            long gcMillis,
            long stolenMillis,
            long throttledMillis,
            boolean stopped) {}

    /** Returns what is wrong; nothing if the step is valid. */
    static List<Complaint> complaints(final Facts facts) {
        final List<Complaint> all = new ArrayList<>();
        if (facts.stopped) {
            all.add(new Complaint(Complaint.Cause.STOPPED, "stopped by a signal"));
        }
        submitters(facts, all);
        if (facts.clamped > 0) {
            all.add(new Complaint(
                    Complaint.Cause.RECORDER, facts.clamped + " latencies were over an hour and counted as that"));
        }
        if (facts.overrun > 0) {
            all.add(new Complaint(
                    Complaint.Cause.RECORDER,
                    "of " + facts.overrun + " tasks it was forgotten when they were due: too many came after them"));
        }
        if (facts.failed > 0) {
            all.add(new Complaint(Complaint.Cause.TARGET, facts.failed + " tasks did not end well"));
        }
        if (!facts.drained) {
            all.add(new Complaint(
                    Complaint.Cause.TARGET, facts.live + " tasks had not ended long after the last submission"));
        }
        if (facts.stolenMillis > STOLEN_SHARE * facts.measuredSeconds * facts.cpus * MILLIS_PER_SECOND) {
            all.add(new Complaint(
                    Complaint.Cause.MACHINE, "other machines took " + facts.stolenMillis + " ms of CPU time"));
        }
        if (facts.throttledMillis > 0) {
            all.add(new Complaint(
                    Complaint.Cause.MACHINE, "a CPU limit held the process up for " + facts.throttledMillis + " ms"));
        }
        return all;
    }

    /** A collection holds submitter and engine up alike: named if it alone would make about as many tasks late. */
    private static String collections(final Facts facts) {
        final double share = facts.gcMillis / MILLIS_PER_SECOND / facts.measuredSeconds;
        return share >= EXPLAINING_SHARE * facts.late / facts.sent
                ? "; garbage collections, which hold it up too, took " + facts.gcMillis + " ms of "
                        + Quantities.number(facts.measuredSeconds) + " s"
                : "";
    }

    private static void submitters(final Facts facts, final List<Complaint> all) {
        final double expected = facts.scheduledPerSecond * facts.seconds;
        if (facts.late > LATE_SHARE * facts.sent) {
            all.add(new Complaint(
                    Complaint.Cause.SUBMITTER,
                    "the submitter was behind its schedule for " + facts.late + " of " + facts.sent + " tasks"
                            + collections(facts)));
        } else if (!facts.stopped
                && Math.abs(facts.submitted - expected) > RATE_SHARE * expected + CHANCE * Math.sqrt(expected)) {
            all.add(new Complaint(
                    Complaint.Cause.ARRIVALS,
                    "tasks were due at " + Quantities.rate(facts.submitted / facts.seconds) + "/s, not at "
                            + Quantities.rate(facts.scheduledPerSecond)
                            + "/s: the measured time holds no whole number of the arrivals' patterns"));
        }
    }
}
