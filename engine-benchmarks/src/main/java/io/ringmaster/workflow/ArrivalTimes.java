package io.ringmaster.workflow;

import java.nio.file.Path;

/** The arrivals of an arrival trace's tasks alone: when each was ready, or submitted, in the system that was recorded. */
public final class ArrivalTimes {

    private ArrivalTimes() {}

    /**
     * Reads a file; only its header and the column of the arrivals are checked.
     *
     * @param file an arrival trace in CSV, compressed with gzip or not.
     * @return nanoseconds since any origin, a time for each line, in ascending order.
     * @throws WorkflowFormatException with one line for a person, when the file can't be read or has no such column.
     */
    public static long[] read(final Path file) throws WorkflowFormatException {
        return WorkflowReader.read(file, content -> new ArrivalCsvReader(file.toString(), content).readArrivals());
    }
}
