package io.ringmaster.peers;

import io.ringmaster.polling.PollingEngine;
import io.ringmaster.polling.PollingEventType;
import io.ringmaster.polling.PollingState;
import io.ringmaster.polling.PollingTask;
import java.util.concurrent.atomic.LongAdder;

/** Asynchronous tasks of the polling model: each is asked for its state every 10 s until somebody has killed it. */
final class PollingHolder implements Holder {
    private final LongAdder started = new LongAdder();
    private final PollingEngine engine;

    PollingHolder(final PeerSetup setup) {
        final PeerWatcher watcher = setup.watcher();
        engine = new PollingEngine(PollingEngine.Settings.ofTheDesign(0), (task, type) -> {
            if (type == PollingEventType.KILLED) {
                watcher.killed(task);
            } else if (type == PollingEventType.STARTED) {
                started.increment();
            }
        });
    }

    @Override
    public void hold(final long task) {
        engine.submit(
                task,
                new PollingTask() {
                    private volatile boolean killed;

                    @Override
                    public void trigger() {}

                    @Override
                    public PollingState track() {
                        return killed ? PollingState.KILLED : PollingState.RUNNING;
                    }

                    @Override
                    public void kill() {
                        killed = true;
                    }
                },
                false);
    }

    @Override
    public long held() {
        return started.sum();
    }

    @Override
    public void kill(final long task) {
        engine.kill(task);
    }

    @Override
    public void close() {
        engine.close();
    }
}
