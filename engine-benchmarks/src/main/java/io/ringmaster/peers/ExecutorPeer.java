package io.ringmaster.peers;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;

/** Anything that executes runnables: one executor for all keys, or one of several for each key. */
final class ExecutorPeer implements Peer {
    private final Executor[] executors;
    private final Runnable closing;
    private final LongConsumer body;
    private final PeerWatcher watcher;

    private ExecutorPeer(
            final Executor[] executors, final Runnable closing, final LongConsumer body, final PeerWatcher watcher) {
        this.executors = executors;
        this.closing = closing;
        this.body = body;
        this.watcher = watcher;
    }

    /**
     * Runs tasks and forgets them.
     *
     * @param setup     the task's code.
     * @param executors one for all keys, or more: key k's is that at k modulo their number.
     * @param closing   ends them.
     * @return the peer.
     */
    static ExecutorPeer bare(final PeerSetup setup, final Executor[] executors, final Runnable closing) {
        return new ExecutorPeer(executors, closing, setup.body(), null);
    }

    /**
     * Completes a future for each task.
     *
     * @param setup    the task's code, and who is told.
     * @param executor for all keys.
     * @param closing  ends it.
     * @return the peer.
     */
    static ExecutorPeer withFutures(final PeerSetup setup, final Executor executor, final Runnable closing) {
        return new ExecutorPeer(new Executor[] {executor}, closing, setup.body(), setup.watcher());
    }

    @Override
    public boolean trySubmit(final long task) {
        final Executor executor =
                executors.length == 1 ? executors[0] : executors[PeerSetup.key(task) % executors.length];
        if (watcher == null) {
            executor.execute(() -> body.accept(task));
        } else {
            CompletableFuture.runAsync(() -> body.accept(task), executor).thenRun(() -> watcher.ended(task));
        }
        return true;
    }

    @Override
    public void close() {
        closing.run();
    }
}
