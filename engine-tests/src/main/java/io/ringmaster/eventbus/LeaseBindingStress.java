package io.ringmaster.eventbus;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import com.lmax.disruptor.RingBuffer;
import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.stress.Rendezvous;
import io.ringmaster.task.Step;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * A late thread's step always sees its own task: [B1] of {@link LeaseBinding#pin} against [B2] of
 * {@link LeaseBinding#executor}, while the slot is cleared and used again.
 */
public final class LeaseBindingStress {
    private static final TaskExecutorEventBusFireWorker WORKER = StressPartition.worker(1);
    private static final TaskExecutor MINE = StressPartition.executor(WORKER, 1, context -> Step.DONE);
    private static final TaskExecutor NEXT = StressPartition.executor(WORKER, 2, context -> Step.DONE);

    private LeaseBindingStress() {}

    /** 1 for the thread's own task, 2 for the slot's next one, 0 for none. */
    private static int grade(final TaskExecutor executor) {
        return executor == null ? 0 : (int) executor.id();
    }

    /** A lease in the middle of a slot's event. */
    private static final class Late {
        private final Rendezvous start = new Rendezvous();
        private final RingBuffer<EventSlot> ring = RingBuffer.createSingleProducer(EventSlot::new, 1);
        private final LeaseBinding binding = new LeaseBinding(ring);

        Late() {
            ring.get(0).executor = MINE;
            binding.bindSlot(0);
        }

        int look() {
            start.meet();
            return grade(binding.executor());
        }
    }

    /** The thread asks while the monitor pins, and the slot's next executor arrives. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "its own task")
    @Outcome(expect = FORBIDDEN, desc = "another task, or none")
    @State
    public static class LateLook {
        private final Late late = new Late();

        @Actor
        public void late(final I_Result r) {
            r.r1 = late.look();
        }

        @Actor
        public void monitor() {
            late.start.meet();
            late.binding.pin(MINE);
            late.ring.get(0).executor = NEXT;
        }
    }

    /** {@link LateLook} with a slot that is used again before the executor is pinned. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "its own task, by luck")
    @Outcome(id = "[02]", expect = ACCEPTABLE_INTERESTING, desc = "another task, or none")
    @State
    public static class UnpinnedNegativeControl {
        private final Late late = new Late();

        @Actor
        public void late(final I_Result r) {
            r.r1 = late.look();
        }

        @Actor
        public void monitor() {
            late.start.meet();
            late.ring.get(0).executor = NEXT;
            late.binding.pin(MINE);
        }
    }
}
