package io.ringmaster.polling;

/** What an executor runs. Its worker thread calls {@link #trigger} and {@link #track}, a firing thread {@link #kill}. */
public interface PollingTask {
    /**
     * Runs the task, or starts it if it is asynchronous.
     *
     * @throws Exception any failure: the task has failed.
     */
    void trigger() throws Exception;

    /** Returns where the task is by now; {@link PollingState#SUCCEEDED} for one that {@link #trigger} has run. */
    default PollingState track() {
        return PollingState.SUCCEEDED;
    }

    /** Asks the task to end; {@link #track} tells when it has. */
    default void kill() {}
}
