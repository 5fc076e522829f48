package io.ringmaster.peers;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** A virtual thread for each task, parked or asleep. */
final class VirtualThreadHolder implements Holder {
    private final LongAdder begun = new LongAdder();
    private final ExecutorService executor = VirtualThreads.executor();

    @Override
    public void hold(final long task) {
        executor.execute(() -> {
            begun.increment();
            final long end = System.nanoTime() + TimeUnit.HOURS.toNanos(1 + task % 100);
            while (!Thread.currentThread().isInterrupted()) {
                if ((task & 1) == 0) {
                    LockSupport.park(this);
                } else {
                    LockSupport.parkNanos(this, end - System.nanoTime());
                }
            }
        });
    }

    @Override
    public long held() {
        return begun.sum();
    }

    @Override
    public void close() {
        Closing.stop(executor);
    }
}
