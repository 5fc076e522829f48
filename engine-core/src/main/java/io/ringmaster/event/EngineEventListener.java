package io.ringmaster.event;

/** Told of what happens to an engine, on its monitor's thread: it should be short. */
@FunctionalInterface
public interface EngineEventListener {
    /**
     * Called for each event, in the order they were noticed.
     *
     * @param event immutable; may be kept.
     * @throws Exception counted and logged; nothing else is affected.
     */
    void onEvent(EngineEvent event) throws Exception;
}
