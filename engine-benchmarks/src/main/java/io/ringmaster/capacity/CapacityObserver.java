package io.ringmaster.capacity;

/** Told how a run goes. The run's own thread. */
public interface CapacityObserver {
    /**
     * A step begins.
     *
     * @param purpose   why it is measured.
     * @param perSecond the mean rate.
     * @param nanos     how long it takes, its warm-up included.
     */
    void began(Step.Purpose purpose, double perSecond, long nanos);

    /**
     * A step goes on. Fifty times a second or more: to be left quickly.
     *
     * @param nanos since its first task was due; negative before.
     * @param ended tasks finalized so far.
     * @param live  live tasks.
     */
    void looked(long nanos, long ended, long live);

    /**
     * A step is measured.
     *
     * @param step the figures.
     */
    void measured(Step step);
}
