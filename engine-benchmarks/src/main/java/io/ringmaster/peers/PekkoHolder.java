package io.ringmaster.peers;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** An actor for each task, which waits for a message or has a timer of its own. */
final class PekkoHolder implements Holder {
    /** What wakes a task. */
    private enum Wake {
        SIGNAL,
        TIMER
    }

    private final LongAdder begun = new LongAdder();
    private final ActorSystem<Long> system;

    PekkoHolder(final PeerSetup setup) {
        system = PekkoSystem.start(
                Behaviors.receive((context, task) -> {
                    context.spawn(waiting(task), "task-" + task);
                    return Behaviors.same();
                }),
                setup.threads());
    }

    private Behavior<Wake> waiting(final long task) {
        return Behaviors.setup(context -> {
            begun.increment();
            final Behavior<Wake> asleep = Behaviors.receiveMessage(wake -> Behaviors.stopped());
            if ((task & 1) == 0) {
                return asleep;
            }
            return Behaviors.withTimers(timers -> {
                timers.startSingleTimer(Wake.TIMER, Duration.ofHours(1 + task % 100));
                return asleep;
            });
        });
    }

    @Override
    public void hold(final long task) {
        system.tell(task);
    }

    @Override
    public long held() {
        return begun.sum();
    }

    @Override
    public void close() {
        PekkoSystem.stop(system);
    }
}
