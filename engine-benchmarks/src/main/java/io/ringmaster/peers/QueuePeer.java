package io.ringmaster.peers;

import java.util.Queue;
import java.util.function.LongConsumer;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/** A bounded queue for many producers and one thread that takes runnables from it, backing off while there are none. */
final class QueuePeer implements Peer {
    private final Queue<Runnable> queue;
    private final LongConsumer body;
    private final Thread thread;

    QueuePeer(final PeerSetup setup, final Queue<Runnable> queue) {
        this.queue = queue;
        this.body = setup.body();
        this.thread = new Thread(this::consume, "peer-queue");
        thread.setDaemon(true);
        thread.start();
    }

    private void consume() {
        final IdleStrategy idle = new BackoffIdleStrategy();
        while (!Thread.currentThread().isInterrupted()) {
            final Runnable next = queue.poll();
            if (next == null) {
                idle.idle();
            } else {
                idle.reset();
                next.run();
            }
        }
    }

    @Override
    public boolean trySubmit(final long task) {
        return queue.offer(() -> body.accept(task));
    }

    @Override
    public void close() {
        Closing.stop(thread);
    }
}
