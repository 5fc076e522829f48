package io.ringmaster.peers;

import io.ringmaster.polling.PollingEngine;
import java.util.function.LongConsumer;

/** The model of the polling design. */
final class PollingPeer implements Peer {
    private final PollingEngine engine;
    private final LongConsumer body;
    private final boolean exclusively;

    PollingPeer(final PeerSetup setup) {
        body = setup.body();
        exclusively = setup.blocks();
        final PeerWatcher watcher = setup.watcher();
        engine = new PollingEngine(
                PollingEngine.Settings.ofTheDesign(exclusively ? setup.threads() : 0), (task, type) -> {
                    switch (type) {
                        case STARTED -> watcher.started(task);
                        case SUCCEEDED -> watcher.ended(task);
                        default -> {
                            // nobody asks
                        }
                    }
                });
    }

    @Override
    public boolean trySubmit(final long task) {
        return engine.submit(task, () -> body.accept(task), exclusively);
    }

    @Override
    public void close() {
        engine.close();
    }
}
