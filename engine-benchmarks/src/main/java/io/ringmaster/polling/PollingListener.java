package io.ringmaster.polling;

/** Told of each event that is fired, on the firing thread. */
@FunctionalInterface
public interface PollingListener {
    /**
     * An event is fired.
     *
     * @param id   the executor's.
     * @param type what happened.
     */
    void onEvent(long id, PollingEventType type);
}
