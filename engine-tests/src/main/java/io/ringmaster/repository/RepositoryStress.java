package io.ringmaster.repository;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.ringmaster.lifecycle.TaskExecutor;
import io.ringmaster.stress.StressBus;
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
 * The lock of a {@link Stripe}, [R1]: an id is registered once, what is registered is found whole, and chains survive
 * whatever happens to them at the same time. All hashes are 0, so that all executors share a bin.
 */
public final class RepositoryStress {
    private static final StressBus BUS = new StressBus();
    /** As many as fit before the table doubles. */
    private static final int FULL = 16;

    private RepositoryStress() {}

    private static int found(final Stripe stripe, final TaskExecutor executor) {
        return stripe.get(executor.id(), 0) == executor ? 1 : 0;
    }

    /** Two submitters use the same id. */
    @JCStressTest
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "the first one has it")
    @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "the second one has it")
    @Outcome(expect = FORBIDDEN, desc = "both, neither, or not the one that was told so")
    @State
    public static class SameId {
        private final Stripe stripe = new Stripe();
        private final TaskExecutor first = BUS.newExecutor(1);
        private final TaskExecutor second = BUS.newExecutor(1);

        @Actor
        public void submitter(final III_Result r) {
            r.r1 = stripe.add(first, 0) ? 1 : 0;
        }

        @Actor
        public void otherSubmitter(final III_Result r) {
            r.r2 = stripe.add(second, 0) ? 1 : 0;
        }

        @Arbiter
        public void afterwards(final III_Result r) {
            r.r3 = found(stripe, r.r1 == 1 ? first : second);
        }
    }

    /** One executor leaves a chain while another enters it. */
    @JCStressTest
    @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "one gone, one there, one in all")
    @Outcome(expect = FORBIDDEN, desc = "the chain is broken")
    @State
    public static class AddAgainstRemove {
        private final Stripe stripe = new Stripe();
        private final TaskExecutor first = BUS.newExecutor(1);
        private final TaskExecutor second = BUS.newExecutor(2);

        /** The first is registered. */
        public AddAgainstRemove() {
            stripe.add(first, 0);
        }

        @Actor
        public void submitter() {
            stripe.add(second, 0);
        }

        @Actor
        public void worker() {
            stripe.remove(first, 0);
        }

        @Arbiter
        public void afterwards(final III_Result r) {
            r.r1 = found(stripe, first);
            r.r2 = found(stripe, second);
            r.r3 = stripe.size();
        }
    }

    /** A look-up sees everything that was written to an executor before it was registered. */
    @JCStressTest
    @Outcome(id = "-1", expect = ACCEPTABLE, desc = "not registered")
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "registered, and whole")
    @Outcome(id = "0", expect = FORBIDDEN, desc = "registered, and not whole")
    @State
    public static class LookUp {
        private final Stripe stripe = new Stripe();
        private final TaskExecutor executor = BUS.newExecutor(1);

        @Actor
        public void submitter() {
            executor.set(TaskExecutor.RESERVED);
            stripe.add(executor, 0);
        }

        @Actor
        public void caller(final I_Result r) {
            final TaskExecutor seen = stripe.get(1, 0);
            r.r1 = seen == null ? -1 : seen.is(TaskExecutor.RESERVED) ? 1 : 0;
        }
    }

    /** The table doubles while somebody looks for one that is in it. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "found, and the new one is there")
    @Outcome(expect = FORBIDDEN, desc = "lost in the move")
    @State
    public static class Growing {
        private final Stripe stripe = new Stripe();
        private final TaskExecutor first = BUS.newExecutor(1);
        private final TaskExecutor last = BUS.newExecutor(100);

        /** Full. */
        public Growing() {
            add(first);
            for (int i = 2; i <= FULL; i++) {
                add(BUS.newExecutor(i));
            }
        }

        private void add(final TaskExecutor executor) {
            stripe.add(executor, TaskExecutorRepository.hash(executor.id()));
        }

        private int find(final TaskExecutor executor) {
            return stripe.get(executor.id(), TaskExecutorRepository.hash(executor.id())) == executor ? 1 : 0;
        }

        @Actor
        public void submitter() {
            add(last);
        }

        @Actor
        public void caller(final II_Result r) {
            r.r1 = find(first);
        }

        @Arbiter
        public void afterwards(final II_Result r) {
            r.r2 = find(last);
        }
    }

    /** A lock that looks and writes instead of one compare-and-set. */
    @JCStressTest
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "one after the other")
    @Outcome(id = "1", expect = ACCEPTABLE_INTERESTING, desc = "both held the lock, and one's work is lost")
    @State
    public static class RacyLockNegativeControl {
        private final AtomicInteger lock = new AtomicInteger();
        private int guarded;

        private void work() {
            while (lock.get() != 0) {
                Thread.onSpinWait();
            }
            lock.setOpaque(1);
            guarded++;
            lock.setRelease(0);
        }

        @Actor
        public void holder() {
            work();
        }

        @Actor
        public void otherHolder() {
            work();
        }

        @Arbiter
        public void afterwards(final I_Result r) {
            r.r1 = guarded;
        }
    }
}
