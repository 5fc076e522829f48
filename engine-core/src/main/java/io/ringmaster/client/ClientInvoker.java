package io.ringmaster.client;

import io.ringmaster.EngineInvoker;

/**
 * Turns the duty cycles of a client in invoker mode: those of its engine and that of the reporter. {@link #invoke} and
 * {@link #idleNanos} speak for all of them.
 */
public interface ClientInvoker extends EngineInvoker {
    /**
     * Turns the reporter: takes in reports and acknowledgements, and calls channels, on this thread.
     *
     * @return how much was done; 0 within a call of a channel.
     */
    int reporter();
}
