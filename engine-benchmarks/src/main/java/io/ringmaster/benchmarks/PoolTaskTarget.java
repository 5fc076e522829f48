package io.ringmaster.benchmarks;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The plain control: a pool of one thread, bare or completing a future for each task. */
final class PoolTaskTarget implements TaskTarget {
    private final ThreadPoolExecutor pool =
            new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    private final boolean futures;
    private final LonelyCounter completed = new LonelyCounter();
    private final Runnable task = completed::increment;
    private long submitted;

    PoolTaskTarget(final boolean futures) {
        this.futures = futures;
    }

    @Override
    public void complete(final int count) {
        CompletableFuture<Void> last = null;
        for (int i = 0; i < count; i++) {
            if (futures) {
                last = CompletableFuture.runAsync(task, pool);
            } else {
                pool.execute(task);
            }
        }
        submitted += count;
        int turn = 0;
        while (completed() < submitted || last != null && !last.isDone()) {
            turn = Waiting.pause(turn);
        }
    }

    @Override
    public long refused() {
        return 0;
    }

    @Override
    public long completed() {
        return completed.get();
    }

    @Override
    public void close() {
        pool.shutdownNow();
        Waiting.until("the pool ends", pool::isTerminated);
    }
}
