package io.ringmaster.eventbus;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import com.lmax.disruptor.WaitStrategy;
import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.task.Step;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Mode;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.Signal;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * No lost wake-up: [G1] of {@link ParkGate#signalAllWhenBlocking()} against [G2] of {@link ParkGate#prepare()}. The
 * worker announces itself and looks at its inputs; it would park if it finds nothing. r1 is whether it found the input,
 * r2 whether it is still announced when the producer is through: with both 0 and 1 it would sleep beside its input.
 */
public final class ParkGateStress {
    private ParkGateStress() {}

    private static RingBuffer<EventSlot> ring(final WaitStrategy gate) {
        final RingBuffer<EventSlot> ring = RingBuffer.createMultiProducer(EventSlot::new, 1, gate);
        ring.addGatingSequences(new Sequence());
        return ring;
    }

    /** The input is a publication on a ring that has the gate for its wait strategy. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "found by the second look")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "woken")
    @Outcome(id = "0, 1", expect = FORBIDDEN, desc = "parked beside its event")
    @State
    public static class RingPublication {
        private final ParkGate gate = new ParkGate(true);
        private final RingBuffer<EventSlot> ring = ring(gate);
        private final long sequence = ring.next();

        @Actor
        public void producer() {
            ring.publish(sequence);
        }

        @Actor
        public void worker(final II_Result r) {
            gate.prepare();
            if (ring.isAvailable(sequence)) {
                gate.cancel();
                r.r1 = 1;
            }
        }

        @Arbiter
        public void afterwards(final II_Result r) {
            r.r2 = gate.isAnnounced() ? 1 : 0;
        }
    }

    /** A whole partition, its own last look, and a submission. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "found by the second look")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "woken")
    @Outcome(id = "0, 1", expect = FORBIDDEN, desc = "parked beside its task")
    @State
    public static class Submission {
        private final TaskExecutorEventBusFireWorker partition = StressPartition.worker(1);
        private final TaskExecutor executor = StressPartition.executor(partition, 1, context -> Step.DONE);

        @Actor
        public void producer() {
            partition.tryPublishSubmit(executor);
        }

        @Actor
        public void worker(final II_Result r) {
            r.r1 = lookAgain(partition);
        }

        @Arbiter
        public void afterwards(final II_Result r) {
            r.r2 = partition.gate().isAnnounced() ? 1 : 0;
        }
    }

    /** A whole partition, its own last look, and a kill: the input is the control list. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "found by the second look")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "woken")
    @Outcome(id = "0, 1", expect = FORBIDDEN, desc = "parked beside its kill")
    @State
    public static class ControlRequest {
        private final TaskExecutorEventBusFireWorker partition = StressPartition.worker(1);
        private final TaskExecutor executor = StressPartition.executor(partition, 1, context -> Step.DONE);

        @Actor
        public void producer() {
            executor.kill();
        }

        @Actor
        public void worker(final II_Result r) {
            r.r1 = lookAgain(partition);
        }

        @Arbiter
        public void afterwards(final II_Result r) {
            r.r2 = partition.gate().isAnnounced() ? 1 : 0;
        }
    }

    /** As FireWorkerLoop does before it parks. */
    private static int lookAgain(final TaskExecutorEventBusFireWorker partition) {
        partition.gate().prepare();
        if (partition.hasInput()) {
            partition.gate().cancel();
            return 1;
        }
        return 0;
    }

    /** With the park itself: a lost wake-up hangs, which is an error of the run. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "went on with its event")
    @State
    public static class Parking {
        private final ParkGate gate = new ParkGate(true);
        private final RingBuffer<EventSlot> ring = ring(gate);
        private final long sequence = ring.next();

        @Actor
        public void producer() {
            ring.publish(sequence);
        }

        @Actor
        public void worker(final II_Result r) {
            while (!ring.isAvailable(sequence)) {
                gate.prepare();
                if (ring.isAvailable(sequence)) {
                    gate.cancel();
                } else {
                    gate.park(Long.MAX_VALUE);
                }
            }
            r.r1 = 1;
        }
    }

    /** A worker that has been asleep for a while is woken by a publication. */
    @JCStressTest(Mode.Termination)
    @Outcome(id = "TERMINATED", expect = ACCEPTABLE, desc = "woken")
    @Outcome(id = "STALE", expect = FORBIDDEN, desc = "parked beside its event")
    @State
    public static class WakeUp {
        private final ParkGate gate = new ParkGate(true);
        private final RingBuffer<EventSlot> ring = ring(gate);
        private final long sequence = ring.next();

        @Actor
        public void worker() {
            while (!ring.isAvailable(sequence)) {
                gate.prepare();
                if (ring.isAvailable(sequence)) {
                    gate.cancel();
                } else {
                    gate.park(Long.MAX_VALUE);
                }
            }
        }

        @Signal
        public void producer() {
            ring.publish(sequence);
        }
    }

    /** {@link RingPublication} with a gate whose producers don't fence between publication and look. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "found by the second look")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "woken")
    @Outcome(id = "0, 1", expect = ACCEPTABLE_INTERESTING, desc = "parked beside its event")
    @State
    public static class NoProducerFenceNegativeControl {
        private final GateWithoutFence gate = new GateWithoutFence(false, true);
        private final RingBuffer<EventSlot> ring = ring(gate);
        private final long sequence = ring.next();

        @Actor
        public void producer() {
            ring.publish(sequence);
        }

        @Actor
        public void worker(final II_Result r) {
            gate.prepare();
            r.r1 = ring.isAvailable(sequence) ? gate.cancel() : 0;
        }

        @Arbiter
        public void afterwards(final II_Result r) {
            r.r2 = gate.isAnnounced() ? 1 : 0;
        }
    }

    /** {@link RingPublication} with a gate whose worker doesn't fence between announcement and look. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "found by the second look")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "woken")
    @Outcome(id = "0, 1", expect = ACCEPTABLE_INTERESTING, desc = "parked beside its event")
    @State
    public static class NoWorkerFenceNegativeControl {
        private final GateWithoutFence gate = new GateWithoutFence(true, false);
        private final RingBuffer<EventSlot> ring = ring(gate);
        private final long sequence = ring.next();

        @Actor
        public void producer() {
            ring.publish(sequence);
        }

        @Actor
        public void worker(final II_Result r) {
            gate.prepare();
            r.r1 = ring.isAvailable(sequence) ? gate.cancel() : 0;
        }

        @Arbiter
        public void afterwards(final II_Result r) {
            r.r2 = gate.isAnnounced() ? 1 : 0;
        }
    }

    /** ParkGate with one of its two fences taken away. */
    private static final class GateWithoutFence implements WaitStrategy {
        private static final VarHandle PARKED;

        static {
            try {
                PARKED = MethodHandles.lookup().findVarHandle(GateWithoutFence.class, "parked", Thread.class);
            } catch (final ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private final boolean producerFence;
        private final boolean workerFence;
        private Thread parked;

        GateWithoutFence(final boolean producerFence, final boolean workerFence) {
            this.producerFence = producerFence;
            this.workerFence = workerFence;
        }

        @Override
        public void signalAllWhenBlocking() {
            if (producerFence) {
                VarHandle.fullFence();
            }
            if (PARKED.getOpaque(this) != null) {
                final Thread thread = (Thread) PARKED.getAndSet(this, null);
                if (thread != null) {
                    LockSupport.unpark(thread);
                }
            }
        }

        void prepare() {
            PARKED.setOpaque(this, Thread.currentThread());
            if (workerFence) {
                VarHandle.fullFence();
            }
        }

        int cancel() {
            PARKED.setOpaque(this, null);
            return 1;
        }

        boolean isAnnounced() {
            return PARKED.getOpaque(this) != null;
        }

        @Override
        public long waitFor(
                final long sequence,
                final Sequence cursor,
                final Sequence dependentSequence,
                final SequenceBarrier barrier) {
            throw new UnsupportedOperationException("nobody waits by this barrier");
        }
    }
}
