package io.ringmaster.capacity;

/** Measures what a run wants to know, each step on an engine of its own. The run's own thread. */
interface Bench {
    /**
     * Measures a step.
     *
     * @param plan        which.
     * @param fireWorkers how many the engine has.
     * @param slo         the objective, or null.
     * @return what was measured.
     * @throws InterruptedException if the calling thread was interrupted; everything was ended.
     */
    Measured measure(StepMeasurement.Plan plan, int fireWorkers, Slo slo) throws InterruptedException;

    /** Measures what live tasks take of the heap. */
    LiveTaskCost cost();
}
