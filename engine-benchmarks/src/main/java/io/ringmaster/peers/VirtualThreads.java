package io.ringmaster.peers;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Virtual threads where the running JDK has them: this code is compiled for one that has not. */
final class VirtualThreads {
    private static final int SINCE = 21;

    private VirtualThreads() {}

    static boolean areAvailable() {
        return Runtime.version().feature() >= SINCE;
    }

    /** Returns an executor with a virtual thread for each task. Their carriers are the JVM's, see {@link PeerFork}. */
    static ExecutorService executor() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (final ReflectiveOperationException e) {
            throw new IllegalStateException("needs JDK " + SINCE, e);
        }
    }
}
