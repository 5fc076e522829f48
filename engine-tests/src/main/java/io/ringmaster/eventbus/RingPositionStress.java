package io.ringmaster.eventbus;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import io.ringmaster.lifecycle.ExclusiveAttempt;
import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.stress.StressBus;
import io.ringmaster.task.Step;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * The positions that producers and the fire-worker publish to each other, [E1] to [E4] of {@link EventSlot}: the consumer
 * never sees a slot that is not filled, and a producer never overwrites one that is not cleared.
 */
public final class RingPositionStress {
    private static final int TYPE = 5;
    /** How often a producer tries to get a slot: often enough to get it as soon as it is free. */
    private static final int LOOKS = 200;

    private static final StressBus BUS = new StressBus();
    private static final TaskExecutor FIRST = BUS.newExecutor();
    private static final TaskExecutor SECOND = BUS.newExecutor();
    private static final ExclusiveAttempt ATTEMPT = ExclusiveAttempt.queued(FIRST);

    private RingPositionStress() {}

    private static RingBuffer<EventSlot> ring(final int capacity, final Sequence consumed) {
        final RingBuffer<EventSlot> ring =
                RingBuffer.createMultiProducer(EventSlot::new, capacity, new ParkGate(false));
        ring.addGatingSequences(consumed);
        return ring;
    }

    private static void publish(final RingBuffer<EventSlot> ring, final long sequence, final TaskExecutor executor) {
        final EventSlot slot = ring.get(sequence);
        slot.type = TYPE;
        slot.executor = executor;
        slot.attempt = ATTEMPT;
        ring.publish(sequence);
    }

    /** A slot is filled and published while the consumer looks. */
    @JCStressTest
    @Outcome(id = "-1", expect = ACCEPTABLE, desc = "not published")
    @Outcome(id = "7", expect = ACCEPTABLE, desc = "published, and whole")
    @Outcome(expect = FORBIDDEN, desc = "published, and not whole")
    @State
    public static class Publication {
        private final RingBuffer<EventSlot> ring = ring(1, new Sequence());

        @Actor
        public void producer() {
            publish(ring, ring.next(), FIRST);
        }

        @Actor
        public void worker(final I_Result r) {
            if (!ring.isAvailable(0)) {
                r.r1 = -1;
                return;
            }
            final EventSlot slot = ring.get(0);
            r.r1 = (slot.type == TYPE ? 1 : 0) + (slot.executor == FIRST ? 2 : 0) + (slot.attempt == ATTEMPT ? 4 : 0);
        }
    }

    /** Two producers publish in whatever order they claimed; what is published is whole. r1, r2: who is in slot 0 and 1. */
    @JCStressTest
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "the first came first")
    @Outcome(id = "2, 1", expect = ACCEPTABLE, desc = "the second came first")
    @Outcome(expect = FORBIDDEN, desc = "lost, or both in one slot")
    @State
    public static class TwoProducers {
        private final RingBuffer<EventSlot> ring = ring(2, new Sequence());

        @Actor
        public void producer() {
            publish(ring, ring.next(), FIRST);
        }

        @Actor
        public void otherProducer() {
            publish(ring, ring.next(), SECOND);
        }

        @Arbiter
        public void worker(final II_Result r) {
            r.r1 = who(ring, 0);
            r.r2 = who(ring, 1);
        }
    }

    private static int who(final RingBuffer<EventSlot> ring, final long sequence) {
        final TaskExecutor executor = ring.isAvailable(sequence) ? ring.get(sequence).executor : null;
        return executor == FIRST ? 1 : executor == SECOND ? 2 : 0;
    }

    /**
     * A producer waits for the one slot of a full ring while the worker reads and clears it. r1: whom the worker read; r2:
     * whether the producer got the slot; r3: who is in it afterwards.
     */
    @JCStressTest
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "full")
    @Outcome(id = "1, 1, 2", expect = ACCEPTABLE, desc = "free, and the second event is whole")
    @Outcome(expect = FORBIDDEN, desc = "overwritten before it was read, or cleared after it was filled")
    @State
    public static class Gating {
        private final Sequence consumed = new Sequence();
        private final RingBuffer<EventSlot> ring = ring(1, consumed);

        /** Full. */
        public Gating() {
            publish(ring, ring.next(), FIRST);
        }

        @Actor
        public void producer(final III_Result r) {
            try {
                publish(ring, ring.tryNext(), SECOND);
                r.r2 = 1;
            } catch (final InsufficientCapacityException e) {
                r.r2 = 0;
            }
        }

        @Actor
        public void worker(final III_Result r) {
            r.r1 = who(ring, 0);
            final EventSlot slot = ring.get(0);
            slot.executor = null;
            slot.attempt = null;
            consumed.set(0);
        }

        @Arbiter
        public void afterwards(final III_Result r) {
            r.r3 = who(ring, 1);
        }
    }

    /**
     * A whole partition with a ring of one slot: the second submission is accepted or refused while the duty cycle handles
     * the first. r1, r2: steps that the tasks ran; r3: whether the second one was accepted.
     */
    @JCStressTest
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "refused: the ring is full")
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "accepted, and ran")
    @Outcome(expect = FORBIDDEN, desc = "lost, ran twice, or ran and was refused")
    @State
    public static class SubmitAgainstDutyCycle {
        private final TaskExecutorEventBusFireWorker partition = StressPartition.worker(1);
        private int first;
        private int second;

        /** Its ring is full. */
        public SubmitAgainstDutyCycle() {
            partition.tryPublishSubmit(StressPartition.executor(partition, 1, context -> {
                first++;
                return Step.DONE;
            }));
        }

        @Actor
        public void producer(final III_Result r) {
            final TaskExecutor executor = StressPartition.executor(partition, 2, context -> {
                second++;
                return Step.DONE;
            });
            for (int i = 0; i < LOOKS && r.r3 == 0; i++) {
                r.r3 = partition.tryPublishSubmit(executor) ? 1 : 0;
            }
        }

        @Actor
        public void worker() {
            StressPartition.turn(partition, partition.lease());
        }

        @Arbiter
        public void afterwards(final III_Result r) {
            StressPartition.rest(partition);
            r.r1 = first;
            r.r2 = second;
        }
    }

    /** {@link Gating} with a worker that gives the slot back before it has read and cleared it. */
    @JCStressTest
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "full")
    @Outcome(id = "1, 1, 2", expect = ACCEPTABLE, desc = "free, and the second event is whole")
    @Outcome(id = "[02], 1, .*", expect = ACCEPTABLE_INTERESTING, desc = "overwritten before it was read")
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE_INTERESTING, desc = "cleared after it was filled")
    @State
    public static class EarlyPositionNegativeControl {
        private final Sequence consumed = new Sequence();
        private final RingBuffer<EventSlot> ring = ring(1, consumed);

        /** Full. */
        public EarlyPositionNegativeControl() {
            publish(ring, ring.next(), FIRST);
        }

        @Actor
        public void producer(final III_Result r) {
            try {
                publish(ring, ring.tryNext(), SECOND);
                r.r2 = 1;
            } catch (final InsufficientCapacityException e) {
                r.r2 = 0;
            }
        }

        @Actor
        public void worker(final III_Result r) {
            consumed.set(0);
            r.r1 = who(ring, 0);
            final EventSlot slot = ring.get(0);
            slot.executor = null;
            slot.attempt = null;
        }

        @Arbiter
        public void afterwards(final III_Result r) {
            r.r3 = who(ring, 1);
        }
    }
}
