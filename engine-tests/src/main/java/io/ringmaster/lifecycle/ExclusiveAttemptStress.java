package io.ringmaster.lifecycle;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.ringmaster.stress.StressBus;
import io.ringmaster.task.Step;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * An attempt on a thread of its own against the fire-worker: start against cancellation, [X1] and [X2] of
 * {@link ExclusiveAttempt}; leaving the pause point against the next pause, [P1] and [P2] of
 * {@link ExclusiveAttempt#pausePoint()}; the interrupt against the end.
 */
public final class ExclusiveAttemptStress {
    private ExclusiveAttemptStress() {}

    /** A kill before the start against the start. r1: the body ran, r2: it was cancelled. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "ran")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "cancelled")
    @Outcome(id = "1, 1", expect = FORBIDDEN, desc = "cancelled and ran all the same")
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "neither")
    @State
    public static class StartAgainstCancel {
        private int runs;
        private final ExclusiveAttempt attempt = ExclusiveAttempt.queued(new StressBus().newExecutor(context -> {
            runs++;
            return Step.DONE;
        }));

        @Actor
        public void body() {
            attempt.run(null);
        }

        @Actor
        public void worker(final II_Result r) {
            r.r2 = attempt.cancel() ? 1 : 0;
        }

        @Arbiter
        public void afterwards(final II_Result r) {
            r.r1 = runs;
        }
    }

    /** The end of the body against an interrupt: it must not greet the thread's next task. */
    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "the thread leaves without an interrupt")
    @Outcome(id = "1", expect = FORBIDDEN, desc = "the interrupt came after the end")
    @State
    public static class InterruptAgainstEnd {
        private final ExclusiveAttempt attempt = ExclusiveAttempt.queued(new StressBus().newExecutor());

        @Actor
        public void body(final I_Result r) {
            attempt.run(null);
            // Time for an interrupt that is on its way, and nothing else.
            Thread.onSpinWait();
            r.r1 = Thread.interrupted() ? 1 : 0;
        }

        @Actor
        public void worker() {
            attempt.interrupt();
        }
    }

    /**
     * A body that is parked at its pause point was resumed and leaves; the next pause comes meanwhile. r1: what the
     * fire-worker read when it was told of the pause, 1 for at the pause point; r2: 0 if the body left, 1 if it went back
     * or never left. A body that left while the fire-worker took it for parked would run on in PAUSED.
     */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "left, and the fire-worker waits for it to come back")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "on its way back, which will be published")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "at its pause point")
    @Outcome(id = "1, 0", expect = FORBIDDEN, desc = "taken for parked, and running")
    @State
    public static class PauseAgainstLeaving {
        private final Returns bus = new Returns();
        private final TaskExecutor executor = bus.newExecutor();
        private final ExclusiveAttempt attempt = ExclusiveAttempt.queued(executor);

        /** At its pause point, and just resumed. */
        public PauseAgainstLeaving() {
            executor.pause();
            executor.unlink();
            try {
                attempt.pausePoint();
            } catch (final ReturnsException e) {
                // has reached its pause point; the park that would follow is left out
            }
            executor.resume();
            executor.unlink();
        }

        @Actor
        public void worker(final II_Result r) {
            executor.pause();
            executor.unlink();
            r.r1 = attempt.isAtPausePoint() ? 1 : 0;
        }

        @Actor
        public void body(final II_Result r) {
            try {
                attempt.pausePoint();
            } catch (final ReturnsException e) {
                r.r2 = 1;
            }
        }
    }

    /** When a body has reached its pause point or parks there, it is thrown out. */
    private static final class Returns extends StressBus {
        @Override
        public void publish(final LifecycleEventType type, final ExclusiveAttempt attempt) {
            throw ReturnsException.INSTANCE;
        }

        @Override
        public void park(final ExclusiveAttempt attempt, final long nanos) {
            throw ReturnsException.INSTANCE;
        }
    }

    private static final class ReturnsException extends RuntimeException {
        static final ReturnsException INSTANCE = new ReturnsException();

        private static final long serialVersionUID = 1L;

        private ReturnsException() {
            super("reached", null, false, false);
        }
    }

    /** {@link PauseAgainstLeaving} with a clear that is a release store: the look at the word may overtake it. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "left, and the fire-worker waits for it to come back")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "on its way back, which will be published")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "at its pause point")
    @Outcome(id = "1, 0", expect = ACCEPTABLE_INTERESTING, desc = "taken for parked, and running")
    @State
    public static class NoFenceNegativeControl {
        private static final VarHandle AT_PAUSE_POINT;

        static {
            try {
                AT_PAUSE_POINT = MethodHandles.lookup()
                        .findVarHandle(NoFenceNegativeControl.class, "atPausePoint", boolean.class);
            } catch (final ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private final TaskExecutor executor = new StressBus().newExecutor();
        private boolean atPausePoint = true;

        @Actor
        public void worker(final II_Result r) {
            executor.pause();
            executor.unlink();
            r.r1 = (boolean) AT_PAUSE_POINT.getVolatile(this) ? 1 : 0;
        }

        @Actor
        public void body(final II_Result r) {
            AT_PAUSE_POINT.setRelease(this, false);
            r.r2 = (executor.control() & TaskExecutor.PAUSE) != 0 ? 1 : 0;
        }
    }
}
