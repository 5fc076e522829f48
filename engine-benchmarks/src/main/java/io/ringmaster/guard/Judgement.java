package io.ringmaster.guard;

import io.ringmaster.benchmarks.PairedRatio;

/**
 * One benchmark's verdicts, with what they come from.
 *
 * @param benchmark   its name.
 * @param time        by time.
 * @param allocation  by bytes per operation.
 * @param ratio       new over base, each in units of its own control; null without a pair.
 * @param baseNanos   the median fork's time per operation.
 * @param newNanos    the same of the new build.
 * @param baseBytes   allocated per operation, the median fork's.
 * @param newBytes    the same of the new build.
 * @param remark      why it is not judged; empty else.
 */
record Judgement(
        String benchmark,
        Verdict time,
        Verdict allocation,
        PairedRatio ratio,
        double baseNanos,
        double newNanos,
        double baseBytes,
        double newBytes,
        String remark) {
    boolean isAlarm() {
        return time.isAlarm() || allocation.isAlarm();
    }

    /** Whether more pairs may tell more. Where the JVM does not count bytes, they don't. */
    boolean isOpen() {
        final boolean counted = !Double.isNaN(baseBytes) && !Double.isNaN(newBytes);
        return time == Verdict.CANT_TELL || counted && allocation == Verdict.CANT_TELL;
    }

    /**
     * The same by time, with what more pairs told by allocation.
     *
     * @param more the benchmark's judgement after those pairs.
     */
    Judgement withAllocationOf(final Judgement more) {
        return new Judgement(
                benchmark, time, more.allocation, ratio, baseNanos, newNanos, more.baseBytes, more.newBytes, remark);
    }
}
