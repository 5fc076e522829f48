package io.ringmaster.eventbus;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.task.Refusal;
import io.ringmaster.task.Step;
import io.ringmaster.task.TaskHandle;
import io.ringmaster.task.TaskSpec;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A submission that races with a close sees it, or is seen by it: [A1] of {@link TaskExecutorEventBusCoordinator#trySubmit}
 * against [A2] of {@link TaskExecutorEventBusCoordinator#stopIntake()}. r1 is whether the submission was accepted, r2
 * how many live tasks the closer saw: a task accepted and not seen would be neither waited for nor killed.
 */
public final class AdmissionCloseStress {
    private AdmissionCloseStress() {}

    /** The whole admission; r3 is what is live in the end. */
    @JCStressTest
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "accepted, and seen")
    @Outcome(id = "0, 0, 0", expect = ACCEPTABLE, desc = "refused")
    @Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "refused, and seen before it was taken back")
    @Outcome(id = "1, 0, 1", expect = FORBIDDEN, desc = "accepted, and not seen")
    @Outcome(expect = FORBIDDEN, desc = "the counts are wrong")
    @State
    public static class SubmitAgainstClose {
        private static final AtomicLong IDS = new AtomicLong();

        private final TaskExecutorEventBusCoordinator coordinator = StressPartition.coordinator();
        private final TaskSpec spec = TaskSpec.of(IDS.incrementAndGet(), context -> Step.DONE);
        private TaskHandle handle;

        @Actor
        public void submitter(final III_Result r) {
            handle = coordinator.trySubmit(spec.id(), spec, false);
            final Refusal refusal = handle.refusal();
            r.r1 = refusal == null ? 1 : refusal == Refusal.CLOSED ? 0 : -1;
        }

        @Actor
        public void closer(final III_Result r) {
            coordinator.stopIntake();
            r.r2 = (int) coordinator.live();
        }

        @Arbiter
        public void afterwards(final III_Result r) {
            r.r3 = (int) coordinator.live();
            if (handle instanceof TaskExecutor) {
                StressPartition.REPOSITORY.remove((TaskExecutor) handle);
            }
        }
    }

    /** The counter and the flag alone: far more samples than whole coordinators allow. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "accepted, and seen")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "refused")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "refused, and seen before it was taken back")
    @Outcome(id = "1, 0", expect = FORBIDDEN, desc = "accepted, and not seen")
    @State
    public static class CounterAgainstFlag {
        private final AdmissionCounter accepted = new AdmissionCounter();
        private volatile boolean closed;

        @Actor
        public void submitter(final II_Result r) {
            accepted.add(1);
            r.r1 = closed ? 0 : 1;
        }

        @Actor
        public void closer(final II_Result r) {
            closed = true;
            r.r2 = (int) accepted.get();
        }
    }

    /** {@link CounterAgainstFlag} with an add that is a load and a release store. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "accepted, and seen")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "refused")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "refused, and seen before it was taken back")
    @Outcome(id = "1, 0", expect = ACCEPTABLE_INTERESTING, desc = "accepted, and not seen")
    @State
    public static class ReleaseAddNegativeControl {
        private static final VarHandle ACCEPTED;

        static {
            try {
                ACCEPTED =
                        MethodHandles.lookup().findVarHandle(ReleaseAddNegativeControl.class, "accepted", long.class);
            } catch (final ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private long accepted;
        private volatile boolean closed;

        @Actor
        public void submitter(final II_Result r) {
            ACCEPTED.setRelease(this, accepted + 1);
            r.r1 = closed ? 0 : 1;
        }

        @Actor
        public void closer(final II_Result r) {
            closed = true;
            r.r2 = (int) (long) ACCEPTED.getVolatile(this);
        }
    }
}
