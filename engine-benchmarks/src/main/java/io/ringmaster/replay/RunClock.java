package io.ringmaster.replay;

/** Nanoseconds since a run's start. Started by one thread before it hands the clock to others. */
final class RunClock {

    private long originNanos;

    void start() {
        originNanos = System.nanoTime();
    }

    long elapsedNanos() {
        return System.nanoTime() - originNanos;
    }
}
