package io.ringmaster.polling;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** One thread that sends events to the Master, in order for each executor, each after the one before was acknowledged. */
final class PollingReporter implements Runnable {
    private final Map<Long, Queue<PollingEvent>> channels = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final PollingLog log;
    private final Consumer<PollingEvent> master;

    /**
     * A reporter without its thread.
     *
     * @param log    for its texts.
     * @param master takes an event, and calls {@link #acknowledge} then or later.
     */
    PollingReporter(final PollingLog log, final Consumer<PollingEvent> master) {
        this.log = log;
        this.master = master;
    }

    void report(final PollingEvent event) {
        lock.lock();
        try {
            log.reported(event);
            channels.computeIfAbsent(event.executor().id(), id -> new LinkedBlockingQueue<>())
                    .add(event);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void acknowledge(final PollingEvent event) {
        lock.lock();
        try {
            final Queue<PollingEvent> channel = channels.get(event.executor().id());
            if (channel == null) {
                return;
            }
            channel.removeIf(each -> each.type() == event.type());
            if (channel.isEmpty()) {
                channels.remove(event.executor().id());
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    int unacknowledged() {
        return channels.size();
    }

    @Override
    public void run() {
        try {
            while (true) {
                pass();
                lock.lock();
                try {
                    // An event that is not acknowledged is sent again after three minutes, longer than a measurement.
                    while (channels.values().stream().noneMatch(PollingReporter::hasUnreported)) {
                        changed.await();
                    }
                } finally {
                    lock.unlock();
                }
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    /** Sends the first event of each channel, and goes on in it as long as the answer comes at once. */
    void pass() {
        for (final Queue<PollingEvent> channel : channels.values()) {
            for (PollingEvent head = channel.peek(); head != null && !head.isReported(); head = channel.peek()) {
                head.reported();
                master.accept(head);
            }
        }
    }

    private static boolean hasUnreported(final Queue<PollingEvent> channel) {
        final PollingEvent head = channel.peek();
        return head != null && !head.isReported();
    }
}
