package io.ringmaster.peers;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;

/** A scheduled executor: it knows delays alone, so all of its tasks wait for a time. */
final class ScheduledHolder implements Holder {
    private final ScheduledExecutorService[] executors;
    private final Runnable closing;
    private final LongConsumer body;
    private final LongAdder begun = new LongAdder();

    ScheduledHolder(final PeerSetup setup, final ScheduledExecutorService[] executors, final Runnable closing) {
        this.executors = executors;
        this.closing = closing;
        this.body = setup.body();
    }

    @Override
    public void hold(final long task) {
        final ScheduledExecutorService executor = executors[PeerSetup.key(task) % executors.length];
        executor.execute(() -> {
            executor.schedule(() -> body.accept(task), 1 + task % 100, TimeUnit.HOURS);
            begun.increment();
        });
    }

    @Override
    public long held() {
        return begun.sum();
    }

    @Override
    public void close() {
        closing.run();
    }
}
