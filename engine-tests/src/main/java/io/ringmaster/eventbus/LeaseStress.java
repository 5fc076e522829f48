package io.ringmaster.eventbus;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.ringmaster.stress.Rendezvous;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskState;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A partition has one owner: [O1] {@link PartitionOwnership#enter}, [O2] {@link PartitionOwnership#leave} and [O3]
 * {@link PartitionOwnership#takeOver}; and what a whole partition makes of them, with [O4] of
 * {@link TaskExecutorEventBusFireWorker#takeOver}.
 */
public final class LeaseStress {
    private static final long CALL = PartitionOwnership.nextCall(0, 0);
    /** How long a monitor waits for the first call: long enough to meet most of them in it. */
    private static final int LOOKS = 1000;

    private static final int LINGER = 10;

    private LeaseStress() {}

    /** The call returns just as it is taken over. r1: the owner has left, r2: the monitor has it. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the old owner goes on")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the new one does")
    @Outcome(id = "1, 1", expect = FORBIDDEN, desc = "two owners")
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "no owner")
    @State
    public static class ExactlyOne {
        private final PartitionOwnership ownership = new PartitionOwnership();

        /** In a call. */
        public ExactlyOne() {
            ownership.enter(CALL);
        }

        @Actor
        public void owner(final II_Result r) {
            r.r1 = ownership.leave(CALL) ? 1 : 0;
        }

        @Actor
        public void monitor(final II_Result r) {
            r.r2 = ownership.takeOver(CALL, 1) ? 1 : 0;
        }
    }

    /** The new owner sees what the old one wrote before it entered its call, and nothing of what comes after. */
    @JCStressTest
    @Outcome(id = "1, -1", expect = ACCEPTABLE, desc = "not taken: not in a call yet, or no longer")
    @Outcome(id = "0, 7", expect = ACCEPTABLE, desc = "taken, and everything before the call is visible")
    @Outcome(expect = FORBIDDEN, desc = "two owners, none, or one that sees something else")
    @State
    public static class NewOwnerSeesEverything {
        private final PartitionOwnership ownership = new PartitionOwnership();
        private int position;

        @Actor
        public void owner(final II_Result r) {
            position = 7;
            ownership.enter(CALL);
            Thread.onSpinWait();
            if (ownership.leave(CALL)) {
                position = 8;
                r.r1 = 1;
            }
        }

        @Actor
        public void monitor(final II_Result r) {
            long watched = ownership.get();
            for (int i = 0; i < LOOKS && watched == 0; i++) {
                watched = ownership.get();
            }
            r.r2 = PartitionOwnership.isInCall(watched) && ownership.takeOver(watched, 1) ? position : -1;
        }
    }

    /** The watched call returns and the next one starts: the step number keeps the monitor from taking that one. */
    @JCStressTest
    @Outcome(id = "1, -1", expect = ACCEPTABLE, desc = "the call had returned")
    @Outcome(id = "0, 7", expect = ACCEPTABLE, desc = "taken in the watched call")
    @Outcome(expect = FORBIDDEN, desc = "another call was taken than the one that was watched")
    @State
    public static class NotTheNextCall {
        private final PartitionOwnership ownership = new PartitionOwnership();
        private int position = 7;

        /** In the watched call. */
        public NotTheNextCall() {
            ownership.enter(CALL);
        }

        @Actor
        public void owner(final II_Result r) {
            if (ownership.leave(CALL)) {
                position = 8;
                ownership.enter(PartitionOwnership.nextCall(0, CALL));
                r.r1 = 1;
            }
        }

        @Actor
        public void monitor(final II_Result r) {
            r.r2 = ownership.takeOver(CALL, 1) ? position : -1;
        }
    }

    /** What the monitor leaves for the late thread before it takes the partition is there when the thread finds it gone. */
    @JCStressTest
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the call returned in time")
    @Outcome(id = "7, 1", expect = ACCEPTABLE, desc = "late, and it sees what it has become")
    @Outcome(id = "-1, 1", expect = FORBIDDEN, desc = "late, and it sees nothing")
    @State
    public static class LateOwnerSeesWhatItBecame {
        private final PartitionOwnership ownership = new PartitionOwnership();
        private int adopted = -1;

        /** In a call. */
        public LateOwnerSeesWhatItBecame() {
            ownership.enter(CALL);
        }

        @Actor
        public void owner(final II_Result r) {
            r.r1 = ownership.leave(CALL) ? 0 : adopted;
        }

        @Actor
        public void monitor(final II_Result r) {
            adopted = 7;
            ownership.takeOver(CALL, 1);
            r.r2 = 1;
        }
    }

    /**
     * A whole partition is taken over around the return of its step, and the new owner works on while the late thread
     * comes back. r1: times the step ran, r2: tasks finalized, r3: take-overs.
     */
    @JCStressTest
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "the step returned in time")
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "taken over; the late thread's result came by the ring")
    @Outcome(expect = FORBIDDEN, desc = "lost, or twice")
    @State
    public static class TakeOverOfStep {
        private final Rendezvous start = new Rendezvous();
        private final AtomicInteger steps = new AtomicInteger();
        private final TaskExecutorEventBusFireWorker partition = StressPartition.worker(2);
        private final Lease first = partition.lease();

        /** Its SUBMIT is in the ring. */
        public TakeOverOfStep() {
            partition.tryPublishSubmit(StressPartition.executor(partition, 1, context -> {
                steps.incrementAndGet();
                linger();
                return Step.DONE;
            }));
        }

        @Actor
        public void owner() {
            start.meet();
            StressPartition.turn(partition, first);
        }

        @Actor
        public void monitor() {
            start.meet();
            takeOver(partition);
        }

        @Arbiter
        public void afterwards(final III_Result r) {
            StressPartition.rest(partition);
            r.r1 = steps.get();
            r.r2 = (int) partition.finalized();
            r.r3 = (int) partition.takeovers();
        }
    }

    /**
     * A whole partition is taken over around the return of its listener. r1: times the step ran, r2: final events that the
     * listener saw, r3: take-overs.
     */
    @JCStressTest
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "the listener returned in time")
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "taken over; the listener saw the rest by its queue")
    @Outcome(expect = FORBIDDEN, desc = "lost, or twice")
    @State
    public static class TakeOverOfListener {
        private final Rendezvous start = new Rendezvous();
        private final AtomicInteger steps = new AtomicInteger();
        private final AtomicInteger finals = new AtomicInteger();
        private final TaskExecutorEventBusFireWorker partition = StressPartition.worker(2, event -> {
            if (event.to() == TaskState.SUCCEEDED) {
                finals.incrementAndGet();
            }
            linger();
        });
        private final Lease first = partition.lease();

        /** Its SUBMIT is in the ring. */
        public TakeOverOfListener() {
            partition.tryPublishSubmit(StressPartition.executor(partition, 1, context -> {
                steps.incrementAndGet();
                return Step.DONE;
            }));
        }

        @Actor
        public void owner() {
            start.meet();
            StressPartition.turn(partition, first);
        }

        @Actor
        public void monitor() {
            start.meet();
            takeOver(partition);
        }

        @Arbiter
        public void afterwards(final III_Result r) {
            StressPartition.rest(partition);
            r.r1 = steps.get();
            r.r2 = finals.get();
            r.r3 = (int) partition.takeovers();
        }
    }

    /** Foreign code that takes a moment. */
    private static void linger() {
        for (int i = 0; i < LINGER; i++) {
            Thread.onSpinWait();
        }
    }

    /** As the monitor does, without its patience; the new lease works on at once. */
    private static void takeOver(final TaskExecutorEventBusFireWorker partition) {
        long watched = partition.ownership();
        for (int i = 0; i < LOOKS && watched == 0; i++) {
            watched = partition.ownership();
        }
        final Lease next = PartitionOwnership.isInCall(watched) ? partition.takeOver(watched) : null;
        if (next != null) {
            StressPartition.turn(partition, next);
            StressPartition.turn(partition, next);
        }
    }

    /** {@link ExactlyOne} with a leave by a look and a plain store. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the old owner goes on")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the new one does")
    @Outcome(id = "1, 1", expect = ACCEPTABLE_INTERESTING, desc = "two owners")
    @State
    public static class PlainLeaveNegativeControl {
        private final AtomicLong word = new AtomicLong(CALL);

        @Actor
        public void owner(final II_Result r) {
            if (word.getPlain() == CALL) {
                word.setPlain(CALL & ~1);
                r.r1 = 1;
            }
        }

        @Actor
        public void monitor(final II_Result r) {
            r.r2 = word.compareAndSet(CALL, 1L << 40) ? 1 : 0;
        }
    }
}
