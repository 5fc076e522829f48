package io.ringmaster.capacity;

/** From one arrival to the next, with a mean of 1: the form of an arrival process, whatever its rate. One thread. */
@FunctionalInterface
interface Gaps {
    /** Returns the next gap, 0 or more. */
    double next();
}
