package io.ringmaster;

/** Turns the duty cycles of an engine in invoker mode: one thread, deterministic. */
public interface EngineInvoker {
    /**
     * Turns every role once.
     *
     * @return how much was done; 0 when there was nothing to do.
     */
    int invoke();

    /**
     * Turns one fire-worker.
     *
     * @param index its partition, from 0.
     * @return how much was done.
     */
    int fireWorker(int index);

    /**
     * Turns the monitor. It does nothing before its tick has come on the engine's clock.
     *
     * @return how much was done.
     */
    int monitor();

    /** Returns for how many nanoseconds nothing will happen by itself: 0 with work at hand, else up to the next timer. */
    long idleNanos();
}
