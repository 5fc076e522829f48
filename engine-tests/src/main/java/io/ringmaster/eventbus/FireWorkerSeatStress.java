package io.ringmaster.eventbus;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.ringmaster.stress.Rendezvous;
import io.ringmaster.task.Step;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A partition goes from one thread's seat to another's: [M1] {@link FireWorkerSeat#send}, [M2] {@link
 * FireWorkerSeat#readMail}, [M3] against the receiver's park, and [M4] while the receiver is taken over.
 */
public final class FireWorkerSeatStress {
    /** How long a receiver waits for the partition: long enough to get most of them. */
    private static final int LOOKS = 1000;

    private FireWorkerSeatStress() {}

    private static FireWorkerSeat seat(final int index, final TaskExecutorEventBusFireWorker... partitions) {
        final FireWorkerSeat seat = new FireWorkerSeat(index, false, true);
        for (final TaskExecutorEventBusFireWorker each : partitions) {
            seat.deal(each.lease());
        }
        return seat;
    }

    /**
     * The receiver is about to park. r1: it found the lease, r2: it is still announced when the giver is through; with 0
     * and 1 it would sleep beside the partition.
     */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "found by the second look")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "woken")
    @Outcome(id = "0, 1", expect = FORBIDDEN, desc = "parked beside its partition")
    @State
    public static class Parking {
        private final TaskExecutorEventBusFireWorker partition = StressPartition.worker(1);
        private final FireWorkerSeat giver = seat(0, partition);
        private final FireWorkerSeat receiver = seat(1);

        /** The giver was asked. */
        public Parking() {
            giver.ask(new MoveRequest(partition, receiver));
        }

        @Actor
        public void giver() {
            giver.readMail();
        }

        @Actor
        public void receiver(final II_Result r) {
            receiver.gate.prepare();
            if (receiver.hasMail()) {
                receiver.gate.cancel();
                r.r1 = 1;
            }
        }

        @Arbiter
        public void afterwards(final II_Result r) {
            r.r2 = receiver.gate.isAnnounced() ? 1 : 0;
        }
    }

    /** The thread that is asked is about to park. r1 and r2 as above. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "found by the second look")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "woken")
    @Outcome(id = "0, 1", expect = FORBIDDEN, desc = "parked beside its request")
    @State
    public static class Asking {
        private final TaskExecutorEventBusFireWorker partition = StressPartition.worker(1);
        private final FireWorkerSeat giver = seat(0, partition);
        private final FireWorkerSeat receiver = seat(1);

        @Actor
        public void monitor() {
            giver.ask(new MoveRequest(partition, receiver));
        }

        @Actor
        public void giver(final II_Result r) {
            giver.gate.prepare();
            if (giver.hasMail()) {
                giver.gate.cancel();
                r.r1 = 1;
            }
        }

        @Arbiter
        public void afterwards(final II_Result r) {
            r.r2 = giver.gate.isAnnounced() ? 1 : 0;
        }
    }

    /**
     * The giver handles one task and gives the partition away; the receiver handles the other. r1: duty cycles that the
     * receiver sees before its first, or -1 if it has not got the partition; r2: tasks finalized in the end.
     */
    @JCStressTest
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "it has the partition and sees what was done")
    @Outcome(id = "-1, 2", expect = ACCEPTABLE, desc = "it has not got it yet")
    @Outcome(expect = FORBIDDEN, desc = "it sees an earlier state, or a task is lost or runs twice")
    @State
    public static class ReceiverSeesEverything {
        private final Rendezvous start = new Rendezvous();
        private final TaskExecutorEventBusFireWorker partition = StressPartition.worker(2);
        private final Lease lease = partition.lease();
        private final FireWorkerSeat giver = seat(0, partition);
        private final FireWorkerSeat receiver = seat(1);

        /** Its tasks are in the ring; the first one leaves the second one to the receiver. */
        public ReceiverSeesEverything() {
            partition.tryPublishSubmit(StressPartition.executor(partition, 1, context -> Step.DONE));
            giver.ask(new MoveRequest(partition, receiver));
        }

        @Actor
        public void giver() {
            start.meet();
            StressPartition.turn(partition, lease);
            partition.tryPublishSubmit(StressPartition.executor(partition, 2, context -> Step.DONE));
            giver.readMail();
        }

        @Actor
        public void receiver(final II_Result r) {
            start.meet();
            r.r1 = -1;
            for (int i = 0; i < LOOKS && !receiver.hasMail(); i++) {
                Thread.onSpinWait();
            }
            receiver.readMail();
            if (receiver.leases().length == 1) {
                r.r1 = (int) partition.cycles();
                StressPartition.turn(partition, receiver.leases()[0]);
            }
        }

        @Arbiter
        public void afterwards(final II_Result r) {
            StressPartition.rest(partition);
            r.r2 = (int) partition.finalized();
        }
    }

    /**
     * The receiver was taken over: its next thread starts while the seat is sent a second partition. r1: leases that the
     * seat holds in the end, r2: how many of them are the current ones of their partitions, r3: tasks finalized.
     */
    @JCStressTest
    @Outcome(id = "2, 2, 2", expect = ACCEPTABLE, desc = "the next thread has both partitions")
    @Outcome(expect = FORBIDDEN, desc = "a partition or a task is lost, or the seat has a lost lease")
    @State
    public static class TakeOverOfReceiver {
        private final TaskExecutorEventBusFireWorker held = StressPartition.worker(2);
        private final TaskExecutorEventBusFireWorker sent = StressPartition.worker(2);
        private final FireWorkerSeat giver = seat(0, sent);
        private final FireWorkerSeat receiver = seat(1, held);
        private Lease next;

        /** Each partition has a task; that of the first one is taken over in its step. */
        public TakeOverOfReceiver() {
            held.tryPublishSubmit(StressPartition.executor(held, 1, context -> {
                next = held.takeOver(held.ownership());
                return Step.DONE;
            }));
            sent.tryPublishSubmit(StressPartition.executor(sent, 2, context -> Step.DONE));
            StressPartition.turn(held, held.lease());
            giver.ask(new MoveRequest(sent, receiver));
        }

        @Actor
        public void giver() {
            giver.readMail();
        }

        /** And the thread that it starts. */
        @Actor
        public void monitor() {
            receiver.replace(next);
            receiver.sit();
            receiver.readMail();
        }

        @Arbiter
        public void afterwards(final III_Result r) {
            receiver.readMail();
            int current = 0;
            for (final Lease each : receiver.leases()) {
                current += each.worker.lease() == each ? 1 : 0;
            }
            r.r1 = receiver.leases().length;
            r.r2 = current;
            StressPartition.rest(held);
            StressPartition.rest(sent);
            r.r3 = (int) (held.finalized() + sent.finalized());
        }
    }

    /** {@link Parking} with a giver that doesn't fence between the inbox and its look at the gate. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "found by the second look")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "woken")
    @Outcome(id = "0, 1", expect = ACCEPTABLE_INTERESTING, desc = "parked beside its partition")
    @State
    public static class NoGiverFenceNegativeControl {
        private static final VarHandle INBOX;

        static {
            try {
                INBOX = MethodHandles.lookup().findVarHandle(NoGiverFenceNegativeControl.class, "inbox", Object.class);
            } catch (final ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private final ParkGate gate = new ParkGate(true);
        private Object inbox;

        @Actor
        public void giver() {
            INBOX.setRelease(this, this);
            if (gate.isAnnounced()) {
                gate.signalAllWhenBlocking();
            }
        }

        @Actor
        public void receiver(final II_Result r) {
            gate.prepare();
            if (INBOX.getOpaque(this) != null) {
                gate.cancel();
                r.r1 = 1;
            }
        }

        @Arbiter
        public void afterwards(final II_Result r) {
            r.r2 = gate.isAnnounced() ? 1 : 0;
        }
    }
}
