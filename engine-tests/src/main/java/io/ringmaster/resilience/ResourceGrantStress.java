package io.ringmaster.resilience;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.ringmaster.lifecycle.ExclusiveAttempt;
import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.stress.StressBus;
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
 * The resource agent against the code that asks: a grant against going to wait, [R1] and [R2] of {@link ResourceClaims}; room
 * for further requests, [R3] and [R4]; permits in a {@link Resource}'s word.
 */
public final class ResourceGrantStress {
    private ResourceGrantStress() {}

    /** r1: the code found the grant; r2: the agent found whom to wake. With neither, the thread would park for ever. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "granted before the code looked")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "woken")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both")
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "the grant is never noticed")
    @State
    public static class GrantAgainstWait {
        private final TaskExecutor executor = new StressBus().newExecutor();
        private final ExclusiveAttempt attempt = ExclusiveAttempt.queued(executor);
        private final ResourceClaims claims = new ResourceClaims(executor, 1);
        private final ResourceClaim claim = new ResourceClaim(claims, new Resource("r", 1), 1, false, 0);

        @Actor
        public void code(final II_Result r) {
            claims.waiter(attempt);
            r.r1 = claim.state() == ResourceClaim.HELD ? 1 : 0;
        }

        @Actor
        public void agent(final II_Result r) {
            claim.answer(ResourceClaim.HELD);
            r.r2 = claims.waiter() == null ? 0 : 1;
        }
    }

    /** r1: the code saw that its requests were handled; r2: the agent saw that somebody waits for that. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "there was room")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "woken")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both")
    @Outcome(id = "0, 0", expect = FORBIDDEN, desc = "it waits for room for ever")
    @State
    public static class RoomAgainstWait {
        private final ResourceClaims claims = new ResourceClaims(new StressBus().newExecutor(), 1);

        /** All that may be on their way are, and all but one were handled: the code saw that there were too many. */
        public RoomAgainstWait() {
            claims.sent();
        }

        @Actor
        public void code(final II_Result r) {
            r.r1 = claims.awaitRoom() ? 1 : 0;
        }

        @Actor
        public void agent(final II_Result r) {
            r.r2 = claims.handled() ? 1 : 0;
        }
    }

    /** Two take the only permit. r1, r2: who has it; r3: how many permits are free afterwards. */
    @JCStressTest
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "the first has it, the other is counted as a waiter")
    @Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "the second")
    @Outcome(expect = FORBIDDEN, desc = "given out twice, or lost")
    @State
    public static class TakeAgainstTake {
        private final Resource resource = new Resource("r", 1);

        @Actor
        public void one(final III_Result r) {
            r.r1 = resource.takeOrQueue(1) ? 1 : 0;
        }

        @Actor
        public void other(final III_Result r) {
            r.r2 = resource.takeOrQueue(1) ? 1 : 0;
        }

        @Arbiter
        public void afterwards(final III_Result r) {
            // With a waiter in the word, permits that come back are not taken past him.
            r.r3 = resource.free();
            resource.change(0, 1);
            if (resource.tryTake(1)) {
                r.r3 = -1;
            }
        }
    }

    /** {@link GrantAgainstWait} with release stores and acquire loads: each look may overtake the store before it. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "granted before the code looked")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "woken")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both")
    @Outcome(id = "0, 0", expect = ACCEPTABLE_INTERESTING, desc = "the grant is never noticed")
    @State
    public static class ReleaseAcquireNegativeControl {
        private static final VarHandle WAITER;
        private static final VarHandle STATE;

        static {
            try {
                final MethodHandles.Lookup lookup = MethodHandles.lookup();
                WAITER = lookup.findVarHandle(ReleaseAcquireNegativeControl.class, "waiter", int.class);
                STATE = lookup.findVarHandle(ReleaseAcquireNegativeControl.class, "state", int.class);
            } catch (final ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private int waiter;
        private int state;

        @Actor
        public void code(final II_Result r) {
            WAITER.setRelease(this, 1);
            r.r1 = (int) STATE.getAcquire(this);
        }

        @Actor
        public void agent(final II_Result r) {
            STATE.setRelease(this, 1);
            r.r2 = (int) WAITER.getAcquire(this);
        }
    }
}
