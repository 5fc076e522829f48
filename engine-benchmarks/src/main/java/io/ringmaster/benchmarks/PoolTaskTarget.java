package io.ringmaster.benchmarks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The plain control: a pool of one thread, bare or completing a future for each task. */
final class PoolTaskTarget implements TaskTarget {
    private static final VarHandle COMPLETED;

    static {
        try {
            COMPLETED = MethodHandles.lookup().findVarHandle(PoolTaskTarget.class, "completed", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final ThreadPoolExecutor pool =
            new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    private final boolean futures;
    private final Runnable task = () -> COMPLETED.setRelease(this, completedByPool() + 1);
    /** Written by the pool's thread alone, with release. */
    private long completed;

    private long submitted;

    PoolTaskTarget(final boolean futures) {
        this.futures = futures;
    }

    private long completedByPool() {
        return completed;
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
        return (long) COMPLETED.getAcquire(this);
    }

    @Override
    public void close() {
        pool.shutdownNow();
        Waiting.until("the pool ends", pool::isTerminated);
    }
}
