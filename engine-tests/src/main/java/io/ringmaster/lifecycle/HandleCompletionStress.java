package io.ringmaster.lifecycle;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.ringmaster.stress.StressBus;
import io.ringmaster.task.TaskOutcome;
import io.ringmaster.task.TaskState;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Mode;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.Signal;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Whoever waits for a handle's end is woken or sees the outcome, and the outcome is whole: [H1] of the waiter's push in
 * {@link TaskExecutor} against [H2] of {@link TaskExecutor#complete()}.
 */
public final class HandleCompletionStress {
    private static final StressBus BUS = new StressBus();
    private static final Object RESULT = new Object();

    private HandleCompletionStress() {}

    /** As the fire-worker finalizes. */
    private static void end(final TaskExecutor executor) {
        executor.nextAttempt();
        executor.ended(RESULT, null);
        executor.finalState(TaskState.SUCCEEDED.ordinal());
        final Object waiters = executor.complete();
        if (TaskExecutor.wakeThreads(waiters)) {
            executor.completeStages(waiters);
        }
    }

    /** 0 for none, 1 for the whole outcome, -1 for a part of it. */
    private static int grade(final TaskOutcome outcome) {
        if (outcome == null) {
            return 0;
        }
        return outcome.result() == RESULT && outcome.state() == TaskState.SUCCEEDED && outcome.attempt() == 1 ? 1 : -1;
    }

    private static int grade(final CompletionStage<TaskOutcome> stage) {
        return grade(stage.toCompletableFuture().getNow(null));
    }

    /** Two stages are asked for while the task ends. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both complete")
    @Outcome(expect = FORBIDDEN, desc = "never completed, or with half an outcome")
    @State
    public static class Stages {
        private final TaskExecutor executor = BUS.newExecutor();
        private CompletionStage<TaskOutcome> first;
        private CompletionStage<TaskOutcome> second;

        @Actor
        public void worker() {
            end(executor);
        }

        @Actor
        public void client() {
            first = executor.completion();
            second = executor.completion();
        }

        @Arbiter
        public void afterwards(final II_Result r) {
            r.r1 = grade(first);
            r.r2 = grade(second);
        }
    }

    /** Two clients push at the same time; the task ends afterwards. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both complete")
    @Outcome(expect = FORBIDDEN, desc = "never completed, or with half an outcome")
    @State
    public static class TwoClients {
        private final TaskExecutor executor = BUS.newExecutor();
        private CompletionStage<TaskOutcome> first;
        private CompletionStage<TaskOutcome> second;

        @Actor
        public void client() {
            first = executor.completion();
        }

        @Actor
        public void otherClient() {
            second = executor.completion();
        }

        @Arbiter
        public void worker(final II_Result r) {
            end(executor);
            r.r1 = grade(first);
            r.r2 = grade(second);
        }
    }

    /** A client polls. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "not done")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "done at the second look")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "done")
    @Outcome(expect = FORBIDDEN, desc = "half an outcome, or done and then not done")
    @State
    public static class Polling {
        private final TaskExecutor executor = BUS.newExecutor();

        @Actor
        public void worker() {
            end(executor);
        }

        @Actor
        public void client(final II_Result r) {
            r.r1 = grade(executor.outcome());
            r.r2 = grade(executor.outcome());
        }
    }

    /** A client parks: a lost wake-up hangs, which is an error of the run. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "returned with the outcome")
    @Outcome(expect = FORBIDDEN, desc = "returned without it")
    @State
    public static class Parking {
        private final TaskExecutor executor = BUS.newExecutor();

        @Actor
        public void worker() {
            end(executor);
        }

        @Actor
        public void client(final I_Result r) {
            try {
                r.r1 = executor.parkUntilDone(Long.MAX_VALUE) ? grade(executor.outcome()) : 0;
            } catch (final InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** A client that has been asleep for a while is woken. */
    @JCStressTest(Mode.Termination)
    @Outcome(id = "TERMINATED", expect = ACCEPTABLE, desc = "woken")
    @Outcome(id = "STALE", expect = FORBIDDEN, desc = "asleep beside the outcome")
    @State
    public static class WakeUp {
        private final TaskExecutor executor = BUS.newExecutor();

        @Actor
        public void client() {
            try {
                executor.parkUntilDone(Long.MAX_VALUE);
            } catch (final InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Signal
        public void worker() {
            end(executor);
        }
    }

    /** {@link Stages} with a push that looks and writes instead of one compare-and-set. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "woken, or done already")
    @Outcome(id = "0", expect = ACCEPTABLE_INTERESTING, desc = "neither woken nor told")
    @State
    public static class RacyPushNegativeControl {
        private static final Object DONE = new Object();

        private final AtomicReference<Object> waiters = new AtomicReference<>();
        private final Object waiter = new Object();
        private boolean woken;
        private boolean told;

        @Actor
        public void worker() {
            woken = waiters.getAndSet(DONE) == waiter;
        }

        @Actor
        public void client() {
            if (waiters.get() == DONE) {
                told = true;
            } else {
                waiters.set(waiter);
            }
        }

        @Arbiter
        public void afterwards(final I_Result r) {
            r.r1 = woken || told ? 1 : 0;
        }
    }
}
