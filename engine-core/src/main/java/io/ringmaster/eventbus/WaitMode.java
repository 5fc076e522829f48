package io.ringmaster.eventbus;

/** What a fire-worker does when it has nothing to do. */
public enum WaitMode {
    /** {@link #BUSY_SPIN} on four or more CPUs without a quota, else {@link #ADAPTIVE}. */
    AUTO,
    /** Never gives its CPU away: the lowest latency, one CPU each. */
    BUSY_SPIN,
    /** Gives its CPU to whoever else is runnable, and is always runnable itself. */
    YIELD,
    /** Spins for some microseconds, then parks until the next event or timer: idle costs next to nothing. */
    ADAPTIVE
}
