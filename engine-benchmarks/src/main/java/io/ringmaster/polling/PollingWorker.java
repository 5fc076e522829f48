package io.ringmaster.polling;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** One thread that starts its executors and asks them for their state, over and over again. */
final class PollingWorker implements Runnable {
    private static final long LONGEST_WAIT_MILLIS = 100;

    private final Map<Long, PollingExecutor> registered = new ConcurrentHashMap<>();
    private final Map<Long, PollingExecutor> active = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final LongSupplier clockMillis;
    private final long trackMillis;

    PollingWorker(final LongSupplier clockMillis, final long trackMillis) {
        this.clockMillis = clockMillis;
        this.trackMillis = trackMillis;
    }

    boolean isFree() {
        return registered.isEmpty();
    }

    void register(final PollingExecutor executor) {
        if (registered.putIfAbsent(executor.id(), executor) != null) {
            throw new IllegalStateException("a live task has this id: " + executor.id());
        }
    }

    void unregister(final PollingExecutor executor) {
        registered.remove(executor.id());
    }

    void fire(final PollingExecutor executor) {
        lock.lock();
        try {
            active.put(executor.id(), executor);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void run() {
        try {
            while (true) {
                final long delay = pass();
                lock.lock();
                try {
                    // As in the design: who was added behind the pass is seen when the wait ends, by another one's
                    // signal
                    // or by its time.
                    if (active.isEmpty()) {
                        changed.await();
                    } else {
                        changed.await(delay, TimeUnit.MILLISECONDS);
                    }
                } finally {
                    lock.unlock();
                }
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    /**
     * Goes over all running executors once.
     *
     * @return after how many milliseconds it has to be done again.
     */
    long pass() {
        final long now = clockMillis.getAsLong();
        long next = LONGEST_WAIT_MILLIS;
        for (final PollingExecutor each : active.values()) {
            try {
                if (!each.isStarted()) {
                    each.start(now);
                }
                final long delay = each.trackDelayMillis(clockMillis.getAsLong(), trackMillis);
                if (delay > 0) {
                    next = Math.min(next, delay);
                } else {
                    track(each);
                }
            } catch (final Exception e) {
                each.failed(now);
                ended(each, PollingEventType.FAILED);
            }
        }
        return next;
    }

    private void track(final PollingExecutor executor) {
        switch (executor.track(clockMillis.getAsLong())) {
            case SUCCEEDED -> ended(executor, PollingEventType.SUCCEEDED);
            case FAILED -> ended(executor, PollingEventType.FAILED);
            case KILLED -> ended(executor, PollingEventType.KILLED);
            default -> {
                // it runs on
            }
        }
    }

    private void ended(final PollingExecutor executor, final PollingEventType how) {
        executor.publish(how);
        lock.lock();
        try {
            active.remove(executor.id());
        } finally {
            lock.unlock();
        }
        executor.publish(PollingEventType.FINALIZE);
    }
}
