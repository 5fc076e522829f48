package io.ringmaster.eventbus;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.stress.Rendezvous;
import io.ringmaster.stress.StressBus;
import io.ringmaster.task.Step;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * No control request is lost and no executor is in the list twice: [C1] of {@link TaskExecutor}'s requests against [C2]
 * of {@link TaskExecutor#unlink()}, and [L1] of {@link ControlList#push} against [L2] of {@link ControlList#takeAll()}.
 */
public final class ControlListStress {
    private static final int REQUESTS = TaskExecutor.KILL | TaskExecutor.PAUSE | TaskExecutor.SIGNAL;
    private static final int DOUBLE = 1 << 10;

    private ControlListStress() {}

    /** A list, and a bus that links into it as the fire-worker does. */
    private static final class Requests extends StressBus {
        private final ControlList list = new ControlList();
        /** How often executors were taken; one that was taken without its LINKED bit was in the list twice. */
        private int taken;

        @Override
        public void requestControl(final TaskExecutor executor) {
            list.push(executor);
        }

        /** As the duty cycle does; returns the request bits it saw. */
        int poll() {
            int seen = 0;
            TaskExecutor chain = list.takeAll();
            while (chain != null) {
                final TaskExecutor executor = chain;
                chain = executor.controlNext();
                executor.controlNext(null);
                final int word = executor.unlink();
                seen |= word & REQUESTS;
                taken += (word & TaskExecutor.LINKED) == 0 ? DOUBLE : 1;
            }
            return seen;
        }
    }

    /** Two producers ask something of the same executor; afterwards it must be in the list once, with both requests. */
    @JCStressTest
    @Outcome(id = "3, 1", expect = ACCEPTABLE, desc = "linked once, kill and pause seen")
    @Outcome(expect = FORBIDDEN, desc = "lost, or linked twice")
    @State
    public static class TwoProducersOneExecutor {
        private final Requests bus = new Requests();
        private final TaskExecutor executor = bus.newExecutor();

        @Actor
        public void killer() {
            executor.kill();
        }

        @Actor
        public void pauser() {
            executor.pause();
        }

        @Arbiter
        public void worker(final II_Result r) {
            r.r1 = bus.poll();
            r.r2 = bus.taken;
        }
    }

    /** Two producers link an executor each. */
    @JCStressTest
    @Outcome(id = "3, 2", expect = ACCEPTABLE, desc = "both linked, both requests seen")
    @Outcome(expect = FORBIDDEN, desc = "lost, or linked twice")
    @State
    public static class TwoProducersTwoExecutors {
        private final Requests bus = new Requests();
        private final TaskExecutor first = bus.newExecutor();
        private final TaskExecutor second = bus.newExecutor();

        @Actor
        public void killer() {
            first.kill();
        }

        @Actor
        public void pauser() {
            second.pause();
        }

        @Arbiter
        public void worker(final II_Result r) {
            r.r1 = bus.poll();
            r.r2 = bus.taken;
        }
    }

    /** A pause comes while the worker takes and unlinks a killed executor. r1: seen by the first poll, r2: by both. */
    @JCStressTest
    @Outcome(id = "1, 3, 2", expect = ACCEPTABLE, desc = "the pause came after the unlink and linked again")
    @Outcome(id = "3, 3, 1", expect = ACCEPTABLE, desc = "the pause came before the unlink")
    @Outcome(expect = FORBIDDEN, desc = "lost, or linked twice")
    @State
    public static class RequestAgainstUnlink {
        private final Requests bus = new Requests();
        private final TaskExecutor executor = bus.newExecutor();

        /** Killed already. */
        public RequestAgainstUnlink() {
            executor.kill();
        }

        @Actor
        public void pauser() {
            executor.pause();
        }

        @Actor
        public void worker(final III_Result r) {
            r.r1 = bus.poll();
        }

        @Arbiter
        public void afterwards(final III_Result r) {
            r.r2 = r.r1 | bus.poll();
            r.r3 = bus.taken;
        }
    }

    /** Another executor is pushed while the worker takes the list; the one that was in it must not be lost either. */
    @JCStressTest
    @Outcome(id = "1, 3, 2", expect = ACCEPTABLE, desc = "pushed after the list was taken")
    @Outcome(id = "3, 3, 2", expect = ACCEPTABLE, desc = "pushed before")
    @Outcome(expect = FORBIDDEN, desc = "lost, or linked twice")
    @State
    public static class PushAgainstTakeAll {
        private final Requests bus = new Requests();
        private final TaskExecutor first = bus.newExecutor();
        private final TaskExecutor second = bus.newExecutor();

        /** One is in the list already. */
        public PushAgainstTakeAll() {
            first.kill();
        }

        @Actor
        public void pauser() {
            second.pause();
        }

        @Actor
        public void worker(final III_Result r) {
            r.r1 = bus.poll();
        }

        @Arbiter
        public void afterwards(final III_Result r) {
            r.r2 = r.r1 | bus.poll();
            r.r3 = bus.taken;
        }
    }

    /** A burst of requests for one executor against two polls: it is relinked over and over. */
    @JCStressTest
    @Outcome(id = "7, 1", expect = ACCEPTABLE, desc = "all three at once")
    @Outcome(id = "7, 2", expect = ACCEPTABLE, desc = "in two goes")
    @Outcome(id = "7, 3", expect = ACCEPTABLE, desc = "one by one")
    @Outcome(expect = FORBIDDEN, desc = "lost, or linked twice")
    @State
    public static class Relinking {
        private final Requests bus = new Requests();
        private final TaskExecutor executor = bus.newExecutor();

        @Actor
        public void producer() {
            executor.signal();
            executor.pause();
            executor.kill();
        }

        @Actor
        public void worker(final II_Result r) {
            r.r1 = bus.poll();
            r.r1 |= bus.poll();
        }

        @Arbiter
        public void afterwards(final II_Result r) {
            r.r1 |= bus.poll();
            r.r2 = bus.taken;
        }
    }

    /**
     * A whole partition: a signal comes while the duty cycle handles the end of the step that waits for it. The task's
     * second step must run.
     */
    @JCStressTest
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "signalled")
    @Outcome(expect = FORBIDDEN, desc = "the signal was lost")
    @State
    public static class SignalAgainstDutyCycle {
        private final Rendezvous start = new Rendezvous();
        private final TaskExecutorEventBusFireWorker partition = StressPartition.worker(1);
        private int steps;
        private final TaskExecutor executor =
                StressPartition.executor(partition, 1, context -> ++steps == 1 ? Step.WHEN_SIGNALLED : Step.DONE);

        /** Its SUBMIT is in the ring. */
        public SignalAgainstDutyCycle() {
            partition.tryPublishSubmit(executor);
        }

        @Actor
        public void caller() {
            start.meet();
            executor.signal();
        }

        @Actor
        public void worker() {
            start.meet();
            StressPartition.turn(partition, partition.lease());
        }

        @Arbiter
        public void afterwards(final I_Result r) {
            StressPartition.rest(partition);
            r.r1 = steps;
        }
    }

    /** {@link RequestAgainstUnlink} with an unlink that reads and writes instead of one read-modify-write. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "linked again")
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "seen by the unlink")
    @Outcome(id = "-1", expect = ACCEPTABLE_INTERESTING, desc = "the pause is neither seen nor linked")
    @State
    public static class RacyUnlinkNegativeControl {
        private final AtomicInteger word = new AtomicInteger(TaskExecutor.KILL | TaskExecutor.LINKED);
        private int unlinked;
        private boolean linked;

        @Actor
        public void pauser() {
            linked = (word.getAndUpdate(old -> old | TaskExecutor.PAUSE | TaskExecutor.LINKED) & TaskExecutor.LINKED)
                    == 0;
        }

        @Actor
        public void worker() {
            unlinked = word.get();
            word.set(unlinked & ~TaskExecutor.LINKED);
        }

        @Arbiter
        public void afterwards(final I_Result r) {
            r.r1 = linked ? 1 : (unlinked & TaskExecutor.PAUSE) != 0 ? 0 : -1;
        }
    }
}
