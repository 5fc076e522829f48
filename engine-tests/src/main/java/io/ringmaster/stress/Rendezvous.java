package io.ringmaster.stress;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets two actors of unlike length start at the same time: in a batch of states the shorter one would run ahead, and they
 * would never meet. It waits for a bounded time only, so that an actor may also run alone.
 */
public final class Rendezvous {
    private static final int LOOKS = 2000;
    private static final int ACTORS = 2;

    private final AtomicInteger arrived = new AtomicInteger();

    /** Creates one, for one state. */
    public Rendezvous() {}

    /** Waits for the other actor, for a while. */
    public void meet() {
        arrived.incrementAndGet();
        for (int i = 0; i < LOOKS && arrived.get() < ACTORS; i++) {
            Thread.onSpinWait();
        }
    }
}
