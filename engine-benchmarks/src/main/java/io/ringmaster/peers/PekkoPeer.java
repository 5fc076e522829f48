package io.ringmaster.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Pekko's typed actors, one for each key, told the numbers of their tasks. */
final class PekkoPeer implements Peer {
    private final ActorSystem<Void> system;
    private final List<ActorRef<Long>> actors;

    PekkoPeer(final PeerSetup setup) {
        final CompletableFuture<List<ActorRef<Long>>> spawned = new CompletableFuture<>();
        system = PekkoSystem.start(
                Behaviors.setup(context -> {
                    final List<ActorRef<Long>> all = new ArrayList<>();
                    for (int key = 0; key < PeerSetup.KEYS; key++) {
                        all.add(context.spawn(running(setup.body()), "key-" + key));
                    }
                    spawned.complete(all);
                    return Behaviors.empty();
                }),
                setup.threads());
        actors = spawned.join();
    }

    private static Behavior<Long> running(final LongConsumer body) {
        return Behaviors.receiveMessage(task -> {
            body.accept(task);
            return Behaviors.same();
        });
    }

    @Override
    public boolean trySubmit(final long task) {
        actors.get(PeerSetup.key(task)).tell(task);
        return true;
    }

    @Override
    public void close() {
        PekkoSystem.stop(system);
    }
}
