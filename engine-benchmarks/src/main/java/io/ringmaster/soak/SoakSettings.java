package io.ringmaster.soak;

import java.util.EnumSet;
import java.util.Set;

/**
 * What a soak does.
 *
 * @param seed          what every fault is drawn from.
 * @param phases        how many phases there are after the one that warms up; 0 for as many as fit into the time.
 * @param totalSeconds  for how long to begin new phases; without a meaning if their number is given.
 * @param phaseSeconds  for how long tasks are submitted in a phase.
 * @param phaseTasks    how many tasks are submitted in a phase at the most; 0 for no such bound.
 * @param rate          tasks per second between floods.
 * @param heapTolerance by how many bytes the live heap may end above what it was after the warm-up.
 * @param threadTolerance by how many threads likewise, exclusive ones that idle aside.
 * @param faults        what tasks may do.
 */
record SoakSettings(
        long seed,
        int phases,
        long totalSeconds,
        int phaseSeconds,
        int phaseTasks,
        int rate,
        long heapTolerance,
        int threadTolerance,
        Set<Fault> faults) {

    SoakSettings {
        faults = EnumSet.copyOf(faults);
    }
}
