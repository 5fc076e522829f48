package io.ringmaster.peers;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;

/** Pekko as it comes, but for the number of its threads. */
final class PekkoSystem {
    private static final long CLOSE_SECONDS = 10;

    private PekkoSystem() {}

    static <T> ActorSystem<T> start(final Behavior<T> guardian, final int threads) {
        final Config config = ConfigFactory.parseString("pekko.loglevel = WARNING\n"
                        + "pekko.jvm-shutdown-hooks = off\n"
                        + "pekko.daemonic = on\n"
                        + "pekko.actor.default-dispatcher.fork-join-executor.parallelism-min = " + threads + '\n'
                        + "pekko.actor.default-dispatcher.fork-join-executor.parallelism-max = " + threads + '\n')
                .withFallback(ConfigFactory.defaultReference());
        return ActorSystem.create(guardian, "peers", config);
    }

    static void stop(final ActorSystem<?> system) {
        system.terminate();
        try {
            system.getWhenTerminated().toCompletableFuture().get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (final ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the actor system did not end", e);
        }
    }
}
