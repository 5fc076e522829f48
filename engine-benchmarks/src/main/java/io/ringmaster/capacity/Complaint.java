package io.ringmaster.capacity;

/**
 * Why a step is not valid.
 *
 * @param cause whose fault it is.
 * @param text  what was seen, in a line for people.
 */
public record Complaint(Cause cause, String text) {
    /** What made a step invalid. */
    public enum Cause {
        /** The rig's own submitters did not keep to their schedule. */
        SUBMITTER,
        /** Another machine or a limit took CPU time away. */
        MACHINE,
        /** Latencies could not be counted as they were. */
        RECORDER,
        /** Tasks failed, or did not end in time. */
        TARGET,
        /** The measured time was too short for the arrivals' pattern. */
        ARRIVALS,
        /** The user ended the run. */
        STOPPED
    }

    @Override
    public String toString() {
        return text;
    }
}
